import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, model, tasks, tf } from 'invicl';

import { close, leavesNothing, refused } from '../helpers';

const { FORMS } = model.invicl;

function segmentsOf(seed: number, lengths: readonly number[], testLengths: readonly number[], C: number): model.invicl.Segments {
  const random = core.stream(seed, 'segments');
  const make = (length: number): tf.Tensor3D => tf.tensor3d(random.normals(2 * length * C), [2, length, C]);
  return { examples: lengths.map(make), tests: testLengths.map(make) };
}

const transformerOf = (seed: number): model.Transformer => {
  const store = new model.ParameterStore(seed);
  const transformer = new model.Transformer({ layers: 3, width: 16, heads: 2 }, store);
  for (const [name, v] of Object.entries(store.all)) if (name.endsWith('weight')) v.assign(v.mul(8)); // far from the start, so that differences show
  return transformer;
};

test('definition, mask and structured give the same numbers, for examples and tests of any lengths', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 });
  const tests = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(fc.nat(99), lengths, tests, (seed, exampleLengths, testLengths) => {
      tf.tidy(() => {
        const transformer = transformerOf(seed);
        const segments = segmentsOf(seed, exampleLengths, testLengths, 16);
        const expected = FORMS.definition(transformer, segments);
        for (const form of ['mask', 'structured'] as const) {
          const got = FORMS[form](transformer, segments);
          for (const part of ['examples', 'tests'] as const)
            expected[part].forEach((tensor, i) =>
              close(got[part][i]!.dataSync(), tensor.dataSync(), 1e-5, `${form} ${part} ${i} (${exampleLengths})`),
            );
        }
      });
    }),
    { numRuns: 25 },
  );
});

test('permuting the examples permutes their answers and leaves the tests', () => {
  const transformer = transformerOf(4);
  const segments = segmentsOf(4, [2, 1, 3, 2], [2], 16);
  const order = [3, 1, 0, 2];
  for (const [name, form] of Object.entries(FORMS)) {
    const [plain, moved] = [
      form(transformer, segments),
      form(transformer, { ...segments, examples: order.map((i) => segments.examples[i]!) }),
    ];
    close(moved.tests[0]!.dataSync(), plain.tests[0]!.dataSync(), 1e-5, `${name}: tests`);
    order.forEach((from, to) => close(moved.examples[to]!.dataSync(), plain.examples[from]!.dataSync(), 1e-5, `${name}: examples`));
  }
});

test('the structured form of a model answers and learns like the masked one, in both layouts', () => {
  for (const layout of ['xy', 'pair'] as const) {
    const prompts = tasks.linearRegression({ d: 3 }).sample(core.stream(1, layout), { B: 4, n: 5, m: 3 });
    const [masked, structured] = (['mask', 'structured'] as const).map(
      (form) => new model.InContextModel({ method: 'invicl', layout, size: { layers: 2, width: 16, heads: 2 }, d: 3, seed: 2, form }),
    );
    const [a, b] = [masked!.forward(prompts), structured!.forward(prompts)];
    close(b.tests.dataSync(), a.tests.dataSync(), 1e-5, `${layout} tests`);
    if (layout === 'xy') close(b.context!.dataSync(), a.context!.dataSync(), 1e-5, 'xy context');
    const gradient = (network: model.InContextModel): Float32Array =>
      tf
        .variableGrads(() => network.forward(prompts).tests.square().sum(), [network.parameters['blocks.0.qkv.weight']!])
        .grads[network.parameters['blocks.0.qkv.weight']!.name]!.dataSync() as Float32Array;
    close(gradient(structured!), gradient(masked!), 1e-4, `${layout} gradients`);
  }
});

test('no form leaks tensors, and each refuses an empty prompt', () => {
  const transformer = transformerOf(1);
  const segments = segmentsOf(1, [1, 2], [1], 16);
  for (const form of Object.values(FORMS)) {
    leavesNothing(() => {
      const { examples, tests } = form(transformer, segments);
      tf.dispose([...examples, ...tests]);
    });
    refused(() => form(transformer, { examples: [], tests: segments.tests }), '0 examples');
    refused(() => form(transformer, { examples: segments.examples, tests: [] }), '0 tests');
  }
});

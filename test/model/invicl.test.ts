import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, model, tasks, tf } from 'invicl';

import { close, leavesNothing, refused } from '../helpers';

const { FORMS } = model.inviclForms;

function segmentsOf(
  seed: number,
  lengths: readonly number[],
  testLengths: readonly number[],
  C: number,
): model.inviclForms.Segments {
  const random = core.stream(seed, 'segments');
  const make = (length: number): tf.Tensor3D =>
    tf.tensor3d(random.normals(2 * length * C), [2, length, C]);
  return { examples: lengths.map(make), tests: testLengths.map(make) };
}

/** Llama's but for rotary positions. */
const GROUPED: model.Architecture = {
  ...{ parallel: false, gelu: null, rotary: null },
  ...{ norm: 'rms', biases: false, keyHeads: 2 },
};

const transformerOf = (seed: number, architecture = model.GPT2): model.Transformer => {
  const store = new model.ParameterStore(seed);
  const size = { layers: 3, width: 16, heads: architecture === GROUPED ? 4 : 2 };
  const transformer = new model.Transformer(size, store, architecture);
  for (const [name, v] of Object.entries(store.all))
    if (name.endsWith('weight')) v.assign(v.mul(8)); // far from the start, so that differences show
  return transformer;
};

test('definition, mask and structured form agree, for examples and tests of any lengths', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 });
  const tests = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 });
  const architectures = fc.constantFrom(model.GPT2, GROUPED);
  const given = [fc.nat(99), lengths, tests, architectures] as const;
  fc.assert(
    fc.property(...given, (seed, exampleLengths, testLengths, architecture) => {
      tf.tidy(() => {
        const transformer = transformerOf(seed, architecture);
        const segments = segmentsOf(seed, exampleLengths, testLengths, 16);
        const expected = FORMS.definition(transformer, segments);
        for (const form of ['mask', 'structured'] as const) {
          const got = FORMS[form](transformer, segments);
          for (const part of ['examples', 'tests'] as const)
            expected[part].forEach((tensor, i) =>
              close(
                got[part][i]!.dataSync(),
                tensor.dataSync(),
                1e-5,
                `${form} ${part} ${i} (${exampleLengths})`,
              ),
            );
        }
      });
    }),
    { numRuns: 40 },
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
    order.forEach((from, to) =>
      close(
        moved.examples[to]!.dataSync(),
        plain.examples[from]!.dataSync(),
        1e-5,
        `${name}: examples`,
      ),
    );
  }
});

test('the structured form of a model answers and learns like the masked one', async (t) => {
  for (const layout of ['xy', 'pair'] as const)
    await t.test(layout, () => {
      const prompts = tasks
        .linearRegression({ d: 3 })
        .sample(core.stream(1, layout), { B: 4, n: 5, m: 3 });
      const [masked, structured] = (['mask', 'structured'] as const).map(
        (form) =>
          new model.InContextModel({
            method: 'invicl',
            layout,
            size: { layers: 2, width: 16, heads: 2 },
            d: 3,
            seed: 2,
            form,
          }),
      );
      const [a, b] = [masked!.forward(prompts), structured!.forward(prompts)];
      close(b.tests.dataSync(), a.tests.dataSync(), 1e-5, `${layout} tests`);
      if (layout === 'xy') close(b.context!.dataSync(), a.context!.dataSync(), 1e-5, 'xy context');
      const gradient = (network: model.InContextModel): Float32Array =>
        tf
          .variableGrads(
            () => network.forward(prompts).tests.square().sum(),
            [network.parameters['blocks.0.qkv.weight']!],
          )
          .grads[network.parameters['blocks.0.qkv.weight']!.name]!.dataSync() as Float32Array;
      close(gradient(structured!), gradient(masked!), 1e-4, `${layout} gradients`);
    });
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

test('attention in chunks of any size has the numbers and gradients of attention at once', () => {
  const transformer = transformerOf(6);
  const { examples, tests } = segmentsOf(6, [2, 2, 2, 2, 2], [1, 1], 16);
  const C = 16;
  const blocksOf = (segments: readonly tf.Tensor3D[]): model.Blocks => ({
    values: tf.stack([...segments], 1) as tf.Tensor4D,
    lengths: segments.map((s) => s.shape[1]),
  });
  const [context, asked] = [blocksOf(examples), blocksOf(tests)];
  const loss = (scores: number) => (): tf.Scalar => {
    const out = model.secondStage(
      transformer,
      model.firstStage(transformer, context),
      context,
      asked,
      scores,
    );
    return out.tests.square().sum().add(out.examples.sum()) as tf.Scalar;
  };
  const run = (scores: number): { value: number; gradients: Float32Array[] } => {
    const { value, grads } = tf.variableGrads(loss(scores));
    const used = Object.values(grads).filter((g): g is tf.Tensor => g !== null);
    return {
      value: value.dataSync()[0]!,
      gradients: used.map((g) => g.dataSync() as Float32Array),
    };
  };
  const whole = run(1 << 22);
  assert.ok(whole.gradients.length >= 3 * 12, 'every weight of the blocks has a gradient');
  for (const scores of [1, 200]) {
    const chunked = run(scores); // one example at a time; two at a time
    assert.ok(Math.abs(chunked.value - whole.value) < 1e-4 * Math.abs(whole.value));
    whole.gradients.forEach((g, i) =>
      close(
        chunked.gradients[i]!,
        g,
        2e-4 * Math.max(1, ...g.map(Math.abs)),
        `chunk of ${scores}, gradient ${i}`,
      ),
    );
  }
  assert.equal(C, transformer.size.width);
});

test('short blocks (pair by pair) and long ones (by matrices) follow the same definition', () => {
  tf.tidy(() => {
    const transformer = transformerOf(8);
    for (const length of [1, 2, 4, 5, 7]) {
      const segments = segmentsOf(length, [length, length, Math.max(1, length - 1)], [1, 2], 16);
      const [expected, got] = [
        FORMS.definition(transformer, segments),
        FORMS.structured(transformer, segments),
      ];
      got.examples.forEach((tensor, i) =>
        close(
          tensor.dataSync(),
          expected.examples[i]!.dataSync(),
          1e-5,
          `length ${length}, example ${i}`,
        ),
      );
      got.tests.forEach((tensor, i) =>
        close(
          tensor.dataSync(),
          expected.tests[i]!.dataSync(),
          1e-5,
          `length ${length}, test ${i}`,
        ),
      );
    }
  });
});

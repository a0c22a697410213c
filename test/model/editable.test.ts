/** Editing a prompt: the answers of a fresh pass, and only the work that depends on the edit. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, model, tasks, tf } from 'invicl';

import { allRefused, close, leavesNothing, refused } from '../helpers';

const SIZE = { layers: 3, width: 16, heads: 2 };
const modelOf = (method: model.MethodKey, layout: model.Layout): model.InContextModel => {
  const network = new model.InContextModel({ method, layout, size: SIZE, d: 2, seed: 3 });
  for (const [name, v] of Object.entries(network.parameters))
    if (name.endsWith('weight')) v.assign(v.mul(5)); // far from the start, so that differences show
  return network;
};
const promptsOf = (n: number, seed = 0, m = 2): model.Prompts =>
  tasks.linearRegression({ d: 2 }).sample(core.stream(seed, 'editable'), { B: 2, n, m });
const exampleOf = (seed: number): { x: tf.Tensor2D; y: tf.Tensor1D } => {
  const { x, y } = promptsOf(1, seed);
  return { x: x.reshape([2, 2]), y: y.reshape([2]) }; // [B, d], [B]
};

/** The same edits on plain arrays of examples, and a fresh pass over what they leave. */
class Plain {
  examples: { x: tf.Tensor2D; y: tf.Tensor1D }[];
  constructor(readonly start: model.Prompts) {
    const [xs, ys] = [tf.unstack(start.x, 1), tf.unstack(start.y, 1)];
    this.examples = xs.map((x, i) => ({ x: x as tf.Tensor2D, y: ys[i] as tf.Tensor1D }));
  }
  answers(network: model.InContextModel): Float32Array {
    const x = tf.stack(
      this.examples.map((e) => e.x),
      1,
    ) as tf.Tensor3D;
    const y = tf.stack(
      this.examples.map((e) => e.y),
      1,
    ) as tf.Tensor2D;
    return network.forward({ ...this.start, x, y }).tests.dataSync() as Float32Array;
  }
}

type Edit = { kind: 'add' | 'remove' | 'replace' | 'reorder'; seed: number };
const edits = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'add' as const,
      'remove' as const,
      'replace' as const,
      'reorder' as const,
    ),
    seed: fc.nat(50),
  }),
  { minLength: 1, maxLength: 5 },
);

function apply({ kind, seed }: Edit, prompt: model.EditablePrompt, plain: Plain): void {
  const { n } = prompt;
  const i = seed % n;
  const fresh = exampleOf(seed);
  if (kind === 'add') {
    prompt.add(fresh.x, fresh.y);
    plain.examples.push(fresh);
  } else if (kind === 'remove' && n > 1) {
    prompt.remove(i);
    plain.examples.splice(i, 1);
  } else if (kind === 'replace') {
    prompt.replace(i, fresh.x, fresh.y);
    plain.examples[i] = fresh;
  } else if (kind === 'reorder') {
    const order = core.stream(seed, 'order').permutation(n);
    prompt.reorder(order);
    plain.examples = order.map((k) => plain.examples[k]!);
  }
}

for (const method of ['invicl', 'ar'] as const)
  for (const layout of ['xy', 'xy-marked', 'pair'] as const)
    test(`${method}, ${layout}: after any edits the answers are those of a fresh pass`, () => {
      const network = modelOf(method, layout);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 5 }), edits, (n, list) => {
          tf.tidy(() => {
            const prompts = promptsOf(n, n);
            const [prompt, plain] = [
              new model.EditablePrompt(network, prompts, { compile: false }),
              new Plain(prompts),
            ];
            for (const edit of list) {
              apply(edit, prompt, plain);
              close(
                prompt.answers().dataSync(),
                plain.answers(network),
                2e-5,
                `${edit.kind} ${edit.seed}`,
              );
            }
            prompt.dispose();
          });
        }),
        { numRuns: 15 },
      );
      network.dispose();
    });

for (const method of ['invicl', 'ar'] as const)
  test(`${method}: after the weights change the answers are those of the new ones`, () => {
    const network = modelOf(method, 'xy');
    const prompts = promptsOf(4);
    const [prompt, plain] = [new model.EditablePrompt(network, prompts), new Plain(prompts)];
    const change = (): void => {
      const [weight] = Object.values(network.parameters);
      tf.tidy(() => weight!.assign(weight!.mul(-1.5)));
    };
    const before = prompt.answers().dataSync();
    change();
    const after = prompt.answers().dataSync();
    assert.ok(after.some((value, i) => Math.abs(value - before[i]!) > 1e-3));
    close(after, plain.answers(network), 2e-5, 'asked again');
    for (const kind of ['add', 'replace', 'reorder', 'remove'] as const) {
      change();
      apply({ kind, seed: 7 }, prompt, plain);
      close(prompt.answers().dataSync(), plain.answers(network), 2e-5, kind);
    }
    leavesNothing(() => {
      change();
      prompt.answers().dispose();
    });
    prompt.dispose();
    network.dispose();
  });

test('an edit computes what depends on it: InvICL one first copy, AR what follows', async (t) => {
  const prompts = promptsOf(6);
  const { x, y } = exampleOf(9);
  const work = (
    method: model.MethodKey,
    edit: (prompt: model.EditablePrompt) => void,
  ): model.Work => {
    const prompt = new model.EditablePrompt(modelOf(method, 'xy'), prompts);
    edit(prompt);
    const done = prompt.work;
    prompt.dispose();
    return done;
  };
  const cases: readonly (readonly [string, model.Work, model.Work])[] = [
    [
      'InvICL, replace',
      work('invicl', (p) => p.replace(1, x, y)),
      { first: 1, second: 6, tests: 2 },
    ],
    ['InvICL, add', work('invicl', (p) => p.add(x, y)), { first: 1, second: 7, tests: 2 }],
    ['InvICL, remove', work('invicl', (p) => p.remove(0)), { first: 0, second: 5, tests: 2 }],
    [
      'InvICL, reorder',
      work('invicl', (p) => p.reorder([5, 4, 3, 2, 1, 0])),
      { first: 0, second: 0, tests: 0 },
    ],
    ['AR, replace', work('ar', (p) => p.replace(1, x, y)), { first: 5, second: 0, tests: 2 }],
    ['AR, remove', work('ar', (p) => p.remove(5)), { first: 0, second: 0, tests: 2 }],
    [
      'AR, reorder',
      work('ar', (p) => p.reorder([0, 1, 2, 4, 3, 5])),
      { first: 3, second: 0, tests: 2 },
    ],
    [
      'AR, the same ordering',
      work('ar', (p) => p.reorder([0, 1, 2, 3, 4, 5])),
      { first: 0, second: 0, tests: 0 },
    ],
  ];
  for (const [name, done, expected] of cases)
    await t.test(name, () => {
      assert.deepEqual(done, expected);
    });
});

test('compiled edits give what eager ones give, and nothing leaks', () => {
  const network = modelOf('invicl', 'xy');
  const prompts = promptsOf(4);
  const { x, y } = exampleOf(2);
  const eager = new model.EditablePrompt(network, prompts, { compile: false });
  const graph = new model.EditablePrompt(network, prompts, {});
  for (const prompt of [eager, graph]) prompt.replace(2, x, y);
  close(graph.answers().dataSync(), eager.answers().dataSync(), 1e-5);
  leavesNothing(() => {
    graph.replace(0, x, y);
    graph.reorder([1, 0, 2, 3]);
    graph.answers().dispose();
  });
  leavesNothing(() => {
    const prompt = new model.EditablePrompt(network, prompts, {});
    prompt.add(x, y);
    prompt.remove(0);
    prompt.dispose();
  });
});

test('what does not fit is refused, and the prompt stays as it was', async (t) => {
  const prompt = new model.EditablePrompt(modelOf('invicl', 'xy'), promptsOf(2));
  const before = prompt.answers().dataSync();
  const { x, y } = exampleOf(1);
  await allRefused(t, [
    [() => prompt.remove(2), 'Example 2', 'from 0 to 1'],
    [() => prompt.replace(-1, x, y), 'Example -1'],
    [() => prompt.add(tf.zeros([1, 2]), y), 'x [1,2]', '[2, 2]'],
    [() => prompt.add(x.div(0) as tf.Tensor2D, y), 'infinite'],
    [() => prompt.reorder([0, 0]), '0,0'],
  ]);
  prompt.remove(0);
  refused(() => prompt.remove(0), 'only example');
  assert.equal(before.length, 4);
  refused(() => new model.EditablePrompt(modelOf('prefix', 'xy'), promptsOf(2)), 'Prefix');
});

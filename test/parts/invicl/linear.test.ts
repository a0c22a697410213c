/**
 * Linear attention with hand-built weights against recursions, in float64, over random sizes and
 * seeds.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, model, tasks, theory, tf } from 'invicl';

import { close, leavesNothing, refused } from '../../helpers';

const problems = fc.record({
  seed: fc.nat(500),
  n: fc.integer({ min: 1, max: 7 }),
  d: fc.integer({ min: 1, max: 5 }),
  depth: fc.integer({ min: 1, max: 6 }),
});

function problemOf(
  seed: number,
  n: number,
  d: number,
): { problem: theory.Regression; x: number[]; eta: number } {
  const random = core.stream(seed, 'linear theory', n, d);
  const numbers = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  const problem = theory.regression(
    Array.from({ length: n }, () => numbers(d)),
    numbers(n),
    numbers(d),
  );
  return {
    problem,
    x: numbers(d),
    eta: (0.1 + 0.8 * random.uniform()) / Math.max(theory.steepest(problem), 1),
  };
}
const dot = (x: readonly number[], w: { get(i: number, j: number): number }): number =>
  x.reduce((sum, value, i) => sum + value * w.get(i, 0), 0);
const near = (a: number, b: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}: ${a} against ${b}`);

for (const name of Object.keys(theory.LINEAR_MASKS) as (keyof typeof theory.LINEAR_MASKS)[])
  test(`${name}: the test's slot follows the recursion of its mask, layer by layer`, () => {
    fc.assert(
      fc.property(problems, ({ seed, n, d, depth }) => {
        const { problem, x, eta } = problemOf(seed, n, d);
        const [slots, weights] = [
          theory.slotsByLayer(name, problem, x, eta, depth),
          theory.RECURSIONS[name](problem, eta, depth),
        ];
        slots.forEach((slot, l) => near(slot, dot(x, weights[l]!), 1e-10, `${name}, layer ${l}`));
      }),
      { numRuns: 40 },
    );
  });

test('Prefix is descent only while its test does not attend to itself', () => {
  const { prefix, prefixTestApart } = model.METHODS;
  fc.assert(
    fc.property(problems, ({ seed, n, d }) => {
      const { problem, x, eta } = problemOf(seed, n, d);
      const slots = (mask: theory.LinearMask): number[] =>
        theory.slotsByLayer(mask, problem, x, eta, 3);
      const weights = theory.RECURSIONS.prefix(problem, eta, 3);
      slots(prefixTestApart).forEach((slot, l) => near(slot, dot(x, weights[l]!), 1e-10, `${l}`));
      // the own entry multiplies the old prediction by 1 - eta |x|^2 before each step
      let own = dot(x, weights[0]!);
      const squared = x.reduce((sum, value) => sum + value ** 2, 0);
      slots(prefix).forEach((slot, l) => {
        if (l > 0) own += dot(x, weights[l]!) - dot(x, weights[l - 1]!) - eta * squared * own;
        near(slot, own, 1e-10, `with its own link, layer ${l}`);
      });
    }),
    { numRuns: 40 },
  );
});

test("the block form follows the theorem's recursion exactly; the plain stack does not", () => {
  let departures = 0;
  fc.assert(
    fc.property(problems, ({ seed, n, d, depth }) => {
      const { problem, x, eta } = problemOf(seed, n, d);
      const [blocks, weights] = [
        theory.blockForm(problem, x, eta, depth),
        theory.RECURSIONS.theorem(problem, eta, depth),
      ];
      blocks.forEach((slot, l) => near(slot, dot(x, weights[l]!), 1e-10, `block ${l}`));
      const stack = theory.slotsByLayer('inviclSelf', problem, x, eta, depth);
      if (n > 1 && Math.abs(stack[depth]! - blocks[depth]!) > 1e-6) departures++;
    }),
    { numRuns: 40 },
  );
  assert.ok(
    departures > 10,
    `the stack should depart from the theorem, it did ${departures} times`,
  );
});

test('the plain stack with self-links makes two steps of gradient descent, then departs', () => {
  const { problem, x, eta } = problemOf(3, 5, 3);
  const [stack, descent] = [
    theory.slotsByLayer('inviclSelf', problem, x, eta, 3),
    theory.slotsByLayer('prefix', problem, x, eta, 3),
  ];
  for (const l of [1, 2]) near(stack[l]!, descent[l]!, 1e-12, `layer ${l}`);
  assert.ok(Math.abs(stack[3]! - descent[3]!) > 1e-4);
});

test('limits: AR converges to one Kaczmarz sweep, BoE and InvICL to their formulas', () => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 3, max: 5 }),
      (seed, n, d) => {
        const { problem } = problemOf(seed, n, d);
        const least = Math.min(...theory.gram(problem).diagonal());
        fc.pre(least > 0.3);
        const eta = 0.5 / Math.max(...theory.gram(problem).diagonal());
        const depth = Math.ceil(40 / (eta * least));
        for (const name of ['ar', 'boeSelf', 'inviclSelf'] as const) {
          const end = theory.RECURSIONS[name](problem, eta, depth).at(-1)!;
          const formula = theory.LIMITS[name](problem);
          for (let i = 0; i < d; i++)
            near(end.get(i, 0), formula.get(i, 0), 1e-8, `${name}, weight ${i}`);
        }
        const [sweep, formula] = [theory.kaczmarzSweep(problem), theory.LIMITS.ar(problem)];
        for (let i = 0; i < d; i++)
          near(sweep.get(i, 0), formula.get(i, 0), 1e-10, `Kaczmarz, weight ${i}`);
      },
    ),
    { numRuns: 25 },
  );
});

test('the error shrinks by the matrix of its recursion, without noise', () => {
  const random = core.stream(8, 'true weights');
  const truth = [0.7, -1.2, 0.4];
  const X = Array.from({ length: 6 }, () => truth.map(() => random.normal()));
  const problem = theory.regression(
    X,
    X.map((x) => x.reduce((sum, value, i) => sum + value * truth[i]!, 0)),
  );
  const eta = 0.7 / theory.steepest(problem);
  for (const name of ['prefix', 'theorem'] as const) {
    const M = theory.errorMatrix[name](problem, eta);
    const [, first, second] = theory.RECURSIONS[name](problem, eta, 2);
    const error = (w: { get(i: number, j: number): number }): number[] =>
      truth.map((t, i) => w.get(i, 0) - t);
    const predicted = M.to2DArray().map((row) => dot(row, { get: (i) => error(first!)[i]! }));
    predicted.forEach((value, i) => near(error(second!)[i]!, value, 1e-12, `${name}, weight ${i}`));
    assert.ok(theory.spectralRadius(M) < 1, `${name} converges below the bound`);
  }
});

test('bad input: one sentence each', () => {
  const { problem, x } = problemOf(1, 4, 2);
  for (const eta of [0, -1, Number.NaN])
    refused(() => theory.RECURSIONS.prefix(problem, eta, 2), 'eta', String(eta));
  refused(() => theory.RECURSIONS.ar(problem, 0.1, 0), 'depth', '0');
  refused(() => theory.slotsByLayer('prefix', problem, x, 0.1, 0), 'depth');
  refused(() => theory.slotsByLayer('prefix', problem, [1], 0.1, 1), 'test input of 1', 'd = 2');
  refused(
    () => theory.RECURSIONS.prefix(problem, 10 / theory.steepest(problem), 200),
    'diverges',
    'eta',
    'lambda_max',
  );
  refused(() => theory.regression([[1, 2], [3]], [1, 2]), '[[1,2],[3]]', 'one length');
  refused(() => theory.regression([[1, Number.NaN]], [1]), 'NaN');
});

test('the trainable model with hand-built weights gives the float64 numbers', () => {
  const task = tasks.linearRegression({ d: 3 });
  const prompts = task.sample(core.stream(4, 'float32'), { B: 2, n: 5, m: 2 });
  const [x, y, tests] = [prompts.x.arraySync(), prompts.y.arraySync(), prompts.xTest.arraySync()];
  for (const mask of [
    ...(Object.keys(theory.LINEAR_MASKS) as (keyof typeof theory.LINEAR_MASKS)[]),
    'blocks',
  ] as const)
    for (const layers of [1, 3]) {
      const network = new theory.LinearTransformer({ mask, layers, d: 3, seed: 1 });
      network.construct(0.05);
      const expected = x.flatMap((inputs, b) => {
        const problem = theory.regression(inputs, y[b]!);
        const slots = (at: number[]): number[] =>
          mask === 'blocks'
            ? theory.blockForm(problem, at, 0.05, layers)
            : theory.slotsByLayer(mask, problem, at, 0.05, layers);
        return tests[b]!.map((at) => slots(at)[layers]!);
      });
      close(network.predict(prompts).dataSync(), expected, 1e-4, `${mask}, ${layers} layers`);
      network.dispose();
    }
});

test('without the refresh the blocks repeat one step, with it they go on', () => {
  const prompts = tasks
    .linearRegression({ d: 2 })
    .sample(core.stream(5, 'stale'), { B: 2, n: 4, m: 1 });
  const after = (mask: 'blocks' | 'blocksStale', layers: number): number[] => {
    const network = new theory.LinearTransformer({ mask, layers, d: 2, seed: 1 });
    network.construct(0.04);
    const answers = Array.from(network.predict(prompts).dataSync());
    network.dispose();
    return answers;
  };
  const one = after('blocks', 1);
  close(after('blocksStale', 1), one, 1e-6, 'one block is the same');
  close(
    after('blocksStale', 3),
    one.map((v) => 3 * v),
    1e-5,
    'three stale blocks make the first step three times',
  );
  assert.ok(after('blocks', 3).some((v, i) => Math.abs(v - 3 * one[i]!) > 1e-3));
});

test('training finds the descent step in one layer; the same seed gives the same losses', () => {
  const task = tasks.linearRegression({ d: 3 });
  const run = (): { losses: number[]; like: theory.Likeness } => {
    const network = new theory.LinearTransformer({ mask: 'prefix', layers: 1, d: 3, seed: 0 });
    const losses = theory.trainLinear(network, task, {
      steps: 600,
      batch: 64,
      n: 8,
      tests: 8,
      learningRate: 2e-2,
      seed: 0,
    });
    const like = theory.likeness(network, 0);
    network.dispose();
    return { losses, like };
  };
  const [first, again] = [run(), run()];
  assert.deepEqual(first.losses, again.losses);
  assert.ok(first.like.compare > 0.95 && first.like.hand > 0.95, JSON.stringify(first.like));
  assert.ok(first.like.eta > 0.04 && first.like.eta < 0.15, `step ${first.like.eta}`);
  leavesNothing(() => void run());
});

test('one prompt out of range costs training one step; ten steps out of range end it', () => {
  const task = tasks.linearRegression({ d: 2 });
  const config = { batch: 4, n: 3, tests: 2, learningRate: 0.01, seed: 0 };
  const outOfRange = (steps: readonly number[]): tasks.Task => {
    let at = -1;
    const sample: tasks.Task['sample'] = (random, sizes) => {
      at += 1;
      const prompts = task.sample(random, sizes);
      if (!steps.includes(at)) return prompts;
      const x = prompts.x.mul(1e15) as tf.Tensor3D;
      prompts.x.dispose();
      return { ...prompts, x };
    };
    return { ...task, sample };
  };
  const trained = (rare: readonly number[], steps: number): number[] => {
    const network = new theory.LinearTransformer({ mask: 'prefix', layers: 2, d: 2, seed: 0 });
    try {
      return theory.trainLinear(network, outOfRange(rare), { ...config, steps });
    } finally {
      const weights = Object.values(network.parameters).flatMap((p) => [...p.dataSync()]);
      assert.ok(weights.every(Number.isFinite), 'weights stay finite');
      network.dispose();
    }
  };
  const losses = trained([2], 12);
  assert.deepEqual(
    losses.flatMap((loss, at) => (Number.isFinite(loss) ? [] : [at])),
    [2],
  );
  assert.ok(losses[11]! < 3, `the last loss is ${losses[11]}`);
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  refused(() => trained(ten, 12), 'not finite in 10 steps', 'Lower the learning rate');
});

test('fixed points: least squares, and the weighted one that the recursion reaches', () => {
  const { problem } = problemOf(11, 6, 3);
  const eta = 0.5 / theory.steepest(problem);
  for (const [name, formula] of [
    ['prefix', theory.FIXED_POINTS.prefix(problem)],
    ['theorem', theory.FIXED_POINTS.theorem(problem, eta)],
  ] as const) {
    const end = theory.RECURSIONS[name](problem, eta, 5000).at(-1)!;
    for (let i = 0; i < 3; i++)
      near(end.get(i, 0), formula.get(i, 0), 1e-6, `${name}, weight ${i}`);
  }
  const far = theory.regression(
    [
      [1, 2, 2],
      [0.5, -1, 1],
    ],
    [9, -2],
    [3, -1, 0.5],
  );
  const small = 0.4 / theory.steepest(far);
  for (const [name, formula] of [
    ['prefix', theory.FIXED_POINTS.prefix(far)],
    ['theorem', theory.FIXED_POINTS.theorem(far, small)],
  ] as const)
    close(
      theory.RECURSIONS[name](far, small, 5000).at(-1)!.getColumn(0),
      formula.getColumn(0),
      1e-6,
      `${name}, from weights that are not 0, with fewer examples than dimensions`,
    );
  const wide = theory.regression([[1, 2, 2]], [9]);
  const shortest = theory.FIXED_POINTS.prefix(wide).getColumn(0);
  close(shortest, [1, 2, 2], 1e-10, 'fewer examples than dimensions: the shortest solution');
});

test('a task that samples no prompts is refused', () => {
  const network = new theory.LinearTransformer({ mask: 'prefix', layers: 1, d: 2, seed: 0 });
  const none = { ...tasks.linearRegression({ d: 2 }), sample: () => undefined as never };
  const config = { steps: 1, batch: 1, n: 1, tests: 1, learningRate: 0.1, seed: 0 };
  refused(() => theory.trainLinear(network, none, config), 'undefined');
  network.dispose();
});

test('bad settings of a linear transformer are refused', () => {
  refused(
    () => new theory.LinearTransformer({ mask: 'diagonal' as 'ar', layers: 1, d: 2, seed: 0 }),
    'diagonal',
    'blocks',
  );
  refused(() => new theory.LinearTransformer({ mask: 'ar', layers: 0, d: 2, seed: 0 }), 'layers');
  const network = new theory.LinearTransformer({ mask: 'ar', layers: 1, d: 2, seed: 0 });
  refused(() => network.construct(0), 'eta');
  refused(
    () =>
      network.predict({
        ...tasks.linearRegression({ d: 2 }).sample(core.stream(1, 'x'), { B: 1, n: 2, m: 1 }),
        y: tf.tensor2d([[1, Number.NaN]]),
      }),
    "'y'",
  );
});

/** Linear attention with hand-built weights against recursions, in float64, over random sizes and seeds. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';
import { core, theory } from 'invicl';

import { refused } from '../helpers';

const problems = fc.record({
  seed: fc.nat(500),
  n: fc.integer({ min: 1, max: 7 }),
  d: fc.integer({ min: 1, max: 5 }),
  depth: fc.integer({ min: 1, max: 6 }),
});

function problemOf(seed: number, n: number, d: number): { problem: theory.Regression; x: number[]; eta: number } {
  const random = core.stream(seed, 'linear theory', n, d);
  const numbers = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  const problem = theory.regression(
    Array.from({ length: n }, () => numbers(d)),
    numbers(n),
    numbers(d),
  );
  return { problem, x: numbers(d), eta: (0.1 + 0.8 * random.uniform()) / Math.max(theory.steepest(problem), 1) };
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
        const [slots, weights] = [theory.slotsByLayer(name, problem, x, eta, depth), theory.RECURSIONS[name](problem, eta, depth)];
        slots.forEach((slot, l) => near(slot, dot(x, weights[l]!), 1e-10, `${name}, layer ${l}`));
      }),
      { numRuns: 40 },
    );
  });

test("the block form follows the theorem's recursion exactly; the plain stack does not", () => {
  let departures = 0;
  fc.assert(
    fc.property(problems, ({ seed, n, d, depth }) => {
      const { problem, x, eta } = problemOf(seed, n, d);
      const [blocks, weights] = [theory.blockForm(problem, x, eta, depth), theory.RECURSIONS.theorem(problem, eta, depth)];
      blocks.forEach((slot, l) => near(slot, dot(x, weights[l]!), 1e-10, `block ${l}`));
      const stack = theory.slotsByLayer('inviclSelf', problem, x, eta, depth);
      if (n > 1 && Math.abs(stack[depth]! - blocks[depth]!) > 1e-6) departures++;
    }),
    { numRuns: 40 },
  );
  assert.ok(departures > 10, `the stack should depart from the theorem, it did ${departures} times`);
});

test('the plain stack with self-links makes two steps of gradient descent, then departs', () => {
  const { problem, x, eta } = problemOf(3, 5, 3);
  const [stack, descent] = [theory.slotsByLayer('inviclSelf', problem, x, eta, 3), theory.slotsByLayer('prefix', problem, x, eta, 3)];
  for (const l of [1, 2]) near(stack[l]!, descent[l]!, 1e-12, `layer ${l}`);
  assert.ok(Math.abs(stack[3]! - descent[3]!) > 1e-4);
});

test('limits: AR ends in one Kaczmarz sweep in the given order, BoE and the stack in their formulas', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 3, max: 5 }), (seed, n, d) => {
      const { problem } = problemOf(seed, n, d);
      const least = Math.min(...theory.gram(problem).diagonal());
      fc.pre(least > 0.3);
      const eta = 0.5 / Math.max(...theory.gram(problem).diagonal());
      const depth = Math.ceil(40 / (eta * least));
      for (const name of ['ar', 'boeSelf', 'inviclSelf'] as const) {
        const end = theory.RECURSIONS[name](problem, eta, depth).at(-1)!;
        const formula = theory.LIMITS[name](problem);
        for (let i = 0; i < d; i++) near(end.get(i, 0), formula.get(i, 0), 1e-8, `${name}, weight ${i}`);
      }
      const [sweep, formula] = [theory.kaczmarzSweep(problem), theory.LIMITS.ar(problem)];
      for (let i = 0; i < d; i++) near(sweep.get(i, 0), formula.get(i, 0), 1e-10, `Kaczmarz, weight ${i}`);
    }),
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
    const error = (w: { get(i: number, j: number): number }): number[] => truth.map((t, i) => w.get(i, 0) - t);
    const predicted = M.to2DArray().map((row) => dot(row, { get: (i) => error(first!)[i]! }));
    predicted.forEach((value, i) => near(error(second!)[i]!, value, 1e-12, `${name}, weight ${i}`));
    assert.ok(theory.spectralRadius(M) < 1, `${name} converges below the bound`);
  }
});

test('bad input: one sentence each', () => {
  const { problem, x } = problemOf(1, 4, 2);
  for (const eta of [0, -1, Number.NaN]) refused(() => theory.RECURSIONS.prefix(problem, eta, 2), 'eta', String(eta));
  refused(() => theory.RECURSIONS.ar(problem, 0.1, 0), 'depth', '0');
  refused(() => theory.slotsByLayer('prefix', problem, x, 0.1, 0), 'depth');
  refused(() => theory.slotsByLayer('prefix', problem, [1], 0.1, 1), 'test input of 1', 'd = 2');
  refused(() => theory.RECURSIONS.prefix(problem, 10 / theory.steepest(problem), 200), 'runs away', 'eta', 'lambda_max');
  refused(() => theory.regression([[1, 2], [3]], [1, 2]), '2, 1 numbers');
  refused(() => theory.regression([[1, Number.NaN]], [1]), 'NaN');
});

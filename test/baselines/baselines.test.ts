/** Baselines against NumPy (test/fixtures/numpy_reference.py). */
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { baselines, core, evaluation, model, tasks, tf } from 'invicl';

import { close, fixture, leavesNothing, refused } from '../helpers';

interface Case {
  readonly X: number[][];
  readonly y: number[];
  readonly T: number[][];
  readonly leastSquares: number[];
  readonly ridge: number[];
  readonly averaging: number[];
  readonly neighbours: number[];
}

const cases = JSON.parse(readFileSync(fixture('numpy-reference.json'), 'utf8')) as Case[];
const promptsOf = ({ X, y, T }: Case): model.Prompts => ({
  x: tf.tensor3d([X]),
  y: tf.tensor2d([y]),
  xTest: tf.tensor3d([T]),
  yTest: tf.zeros([1, T.length]),
});

test('predictions are those of NumPy, below, at and above n = d', () => {
  for (const one of cases) {
    const prompts = promptsOf(one);
    const label = `n = ${one.X.length}, d = ${one.X[0]!.length}`;
    close(
      baselines.leastSquares.predict(prompts).dataSync(),
      one.leastSquares,
      1e-4,
      `least squares, ${label}`,
    );
    close(baselines.ridge(0.5).predict(prompts).dataSync(), one.ridge, 1e-5, `ridge, ${label}`);
    close(
      baselines.averaging.predict(prompts).dataSync(),
      one.averaging,
      1e-5,
      `averaging, ${label}`,
    );
    close(
      baselines.nearestNeighbours(3).predict(prompts).dataSync(),
      one.neighbours,
      1e-5,
      `neighbours, ${label}`,
    );
  }
});

test('least squares leaves no residual when n <= d, and an orthogonal one otherwise', () => {
  const [few, many] = [cases[0]!, cases[2]!];
  const residual = (c: Case): number[] => {
    const w = baselines.leastSquaresWeights(c.X, c.y);
    return c.X.map((x, i) => x.reduce((sum, v, k) => sum + v * w[k]!, 0) - c.y[i]!);
  };
  close(residual(few), [0, 0], 1e-9);
  const r = residual(many);
  close(
    many.X[0]!.map((_, k) => many.X.reduce((sum, x, i) => sum + x[k]! * r[i]!, 0)),
    [0, 0, 0],
    1e-9,
  );
});

test('equal inputs: least squares takes the mean of their labels', () => {
  assert.ok(
    Math.abs(
      baselines.leastSquaresWeights(
        [
          [1, 0],
          [1, 0],
        ],
        [1, 3],
      )[0]! - 2,
    ) < 1e-12,
  );
});

test('no baseline depends on the order of the examples', () => {
  const prompts = tasks
    .linearRegression({ d: 3, noise: 1 })
    .sample(core.stream(2, 'orders'), { B: 4, n: 5, m: 2 });
  for (const baseline of [
    baselines.leastSquares,
    baselines.ridge(1),
    baselines.averaging,
    baselines.nearestNeighbours(2),
    baselines.zero,
  ])
    assert.ok(evaluation.permutationSensitivity(baseline, prompts).largest < 1e-5, baseline.name);
});

test('more neighbours than examples: all vote', () => {
  const prompts = promptsOf({ ...cases[0]!, y: [1, 5] });
  close(baselines.nearestNeighbours(9).predict(prompts).dataSync(), [3, 3, 3], 1e-6);
});

test('bad input is refused; nothing leaks', () => {
  refused(() => baselines.ridge(0), 'lambda', '0');
  refused(() => baselines.nearestNeighbours(0), 'k must be');
  const prompts = promptsOf(cases[1]!);
  refused(
    () => baselines.leastSquares.predict({ ...prompts, x: prompts.x.mul(NaN) }),
    "'x'",
    'NaN',
  );
  refused(
    () => baselines.averaging.predict({ ...prompts, x: tf.zeros([1, 0, 4]), y: tf.zeros([1, 0]) }),
    'n = 0',
  );
  leavesNothing(() => baselines.leastSquares.predict(prompts).dispose());
});

/** Softmax regression: its minimum, its agreement with two classes, and weights of rows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { classifiers, core, work } from 'invicl';

import { allRefused, close } from '../../../helpers';

const random = core.stream(0, 'softmax regression');
const X = Array.from({ length: 30 }, () => [...random.normals(3)]);
const three = X.map((x) => x.indexOf(Math.max(...x)));
const two = X.map((x) => Number(x[0]! + 0.5 * random.normal() > 0));

/** The loss that is minimised. */
function loss(
  W: readonly (readonly number[])[],
  y: readonly number[],
  penalty: number,
  weights: readonly number[] = y.map(() => 1),
): number {
  const misses = work.softmaxProbabilities(W, X).map((p, i) => -weights[i]! * Math.log(p[y[i]!]!));
  const size = W.flat().reduce((sum, w) => sum + w * w, 0);
  return misses.reduce((sum, miss) => sum + miss, 0) + (penalty / 2) * size;
}

test('no weight can be moved so that the loss falls', () => {
  const weights = X.map(() => random.uniform());
  const W = work.softmaxRegression(X, three, 3, { penalty: 0.5, weights });
  const least = loss(W, three, 0.5, weights);
  W.forEach((w, c) =>
    w.forEach((_, d) => {
      for (const by of [-0.01, 0.01]) {
        const moved = W.map((row) => [...row]);
        moved[c]![d]! += by;
        assert.ok(loss(moved, three, 0.5, weights) > least);
      }
    }),
  );
});

test('with two classes it is logistic regression, found by other steps', () => {
  const [no, yes] = work.softmaxRegression(X, two, 2, { penalty: 2 });
  const theirs = classifiers.logisticWeights(X, two);
  close(
    yes!.map((w, d) => w - no![d]!),
    theirs,
    1e-5,
  );
});

test('weights of the classes add up to 0, and one without rows is never the likeliest', () => {
  const W = work.softmaxRegression(X, three, 4, { penalty: 0.1 });
  const sums = W[0]!.map((_, d) => W.reduce((sum, w) => sum + w[d]!, 0));
  close(sums, [0, 0, 0, 0], 1e-6);
  for (const p of work.softmaxProbabilities(W, X)) assert.ok(p[3]! < Math.max(...p));
});

test('a row of weight 2 is the row twice, one of weight 0 is none', () => {
  const fit = (rows: readonly number[], weights?: readonly number[]): number[][] =>
    work.softmaxRegression(
      rows.map((i) => X[i]!),
      rows.map((i) => three[i]!),
      3,
      { penalty: 1, ...(weights ? { weights } : {}) },
    );
  const same = (a: number[][], b: number[][]): void => close(a.flat(), b.flat(), 1e-5);
  same(fit([0, 1, 2, 3], [2, 1, 1, 1]), fit([0, 0, 1, 2, 3]));
  same(fit([0, 1, 2, 3, 4], [1, 1, 1, 1, 0]), fit([0, 1, 2, 3]));
});

test('balanced weights give each class that occurs the same sum', () => {
  assert.deepEqual(work.balancedWeights([0, 0, 0, 5]), [4 / 6, 4 / 6, 4 / 6, 2]);
  assert.deepEqual(work.balancedWeights([1, 0]), [1, 1]);
});

test('what it cannot learn from is refused', async (t) => {
  const fit = { penalty: 1 };
  await allRefused(t, [
    [() => work.softmaxRegression([], [], 2, fit), 'X'],
    [() => work.softmaxRegression([[1]], [2], 2, fit), 'y', '2'],
    [() => work.softmaxRegression([[1]], [0, 1], 2, fit), '1 rows', '2 classes'],
    [() => work.softmaxRegression([[1]], [0], 1, fit), 'C', '1'],
    [() => work.softmaxRegression([[1]], [0], 2, { penalty: 0 }), 'penalty', '0'],
    [() => work.softmaxRegression([[1]], [0], 2, { ...fit, weights: [-1] }), '-1'],
    [() => work.softmaxRegression([[1]], [0], 2, { ...fit, rate: 1 } as never), 'rate'],
    [() => work.softmaxProbabilities([[1, 0]], [[1, 2]]), 'Rows of 2', 'weights of 2'],
    [() => work.balancedWeights([]), 'y'],
    [() => work.balancedWeights([-1]), 'y'],
  ]);
});

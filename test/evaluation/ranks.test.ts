/** Spearman's rank correlation against its definitions. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, evaluation } from 'invicl';

import { allRefused } from '../helpers';

const drawn = (what: string, count: number): number[] => {
  const stream = core.stream(0, 'ranks', what);
  return Array.from({ length: count }, () => stream.normal());
};
const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-12, `${a}, ${b}`);

test('without equal values it is 1 - 6 sum d² / (n (n² - 1))', () => {
  for (let trial = 0; trial < 20; trial++) {
    const [a, b] = [drawn(`a${trial}`, 9), drawn(`b${trial}`, 9)];
    const rank = (values: readonly number[]): number[] => {
      const sorted = [...values].sort((x, y) => x - y);
      return values.map((value) => sorted.indexOf(value));
    };
    const [r, s] = [rank(a), rank(b)];
    const squares = r.reduce((sum, place, i) => sum + (place - s[i]!) ** 2, 0);
    near(evaluation.rankCorrelation(a, b), 1 - (6 * squares) / (9 * 80));
  }
});

test('only the order counts: 1 along, -1 against, and scales do not matter', () => {
  const values = drawn('order', 12);
  near(evaluation.rankCorrelation(values, values.map(Math.exp)), 1);
  near(
    evaluation.rankCorrelation(
      values,
      values.map((value) => -(value ** 3)),
    ),
    -1,
  );
  const other = drawn('other', 12);
  near(evaluation.rankCorrelation(values, other), evaluation.rankCorrelation(other, values));
});

test('equal values share their places, as worked out by hand; without an order it is 0', () => {
  // ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: products 2.25 + 0 + 0 + 2.25, squares 4.5 and 5
  near(evaluation.rankCorrelation([1, 2, 2, 5], [1, 2, 3, 4]), 4.5 / Math.sqrt(4.5 * 5));
  assert.equal(evaluation.rankCorrelation([3, 3, 3], [1, 2, 3]), 0);
});

test('what has no ranks is refused', async (t) => {
  await allRefused(t, [
    [() => evaluation.rankCorrelation([1], [1]), 'at least 2', '[1]'],
    [() => evaluation.rankCorrelation([1, 2], [1, 2, 3]), '2 numbers', 'those of 3'],
    [() => evaluation.rankCorrelation([1, NaN], [1, 2]), 'first numbers', 'NaN'],
  ]);
});

/** Calibration: what it takes away, by hand and by its properties. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, language } from 'invicl';

import { allRefused, close } from '../helpers';

const { batchCalibration, contextualCalibration } = language;
const logs = (...shares: readonly number[]): number[] => shares.map(Math.log);
const best = (row: readonly number[]): number => row.indexOf(Math.max(...row));

test('contextual calibration divides by the shares after questions without content', () => {
  const scores = [logs(0.6, 0.4), logs(0.9, 0.1)];
  const without = [logs(0.8, 0.2), logs(0.6, 0.4)]; // shares .7 and .3 on average
  const found = contextualCalibration(scores, without);
  close(found.flat(), [...logs(0.6 / 0.7, 0.4 / 0.3), ...logs(0.9 / 0.7, 0.1 / 0.3)], 1e-12);
  assert.deepEqual(found.map(best), [1, 0], 'the first answer turns, the second does not');
});

test('only shares among the options count, not the probability of all of them together', () => {
  const scores = [logs(0.06, 0.04), logs(0.009, 0.001)];
  const whole = [logs(0.6, 0.4), logs(0.9, 0.1)];
  const without = [logs(0.0007, 0.0003)];
  const [a, b] = [scores, whole].map((rows) => contextualCalibration(rows, without));
  const gap = (row: readonly number[]): number => row[0]! - row[1]!;
  close(a!.map(gap), b!.map(gap), 1e-12);
});

test('batch calibration answers every option where the shares differ by a bias only', () => {
  // three options, each right in a third of the questions, and a bias that outweighs what is known
  const random = core.stream(0, 'calibration');
  const bias = [0, 3, -1];
  const right = Array.from({ length: 300 }, (_, i) => i % 3);
  const scores = right.map((k) =>
    bias.map((b, j) => b + (j === k ? 2 : 0) + 0.1 * random.normal()),
  );
  const share = (rows: readonly (readonly number[])[]): number =>
    rows.filter((row, i) => best(row) === right[i]).length / rows.length;
  assert.ok(share(scores) < 0.5);
  assert.ok(share(batchCalibration(scores)) > 0.99);
});

test('without a bias batch calibration changes nothing', () => {
  const scores = [logs(0.7, 0.3), logs(0.3, 0.7)];
  const gap = (row: readonly number[]): number => row[0]! - row[1]!;
  close(batchCalibration(scores).map(gap), scores.map(gap), 1e-12);
});

test('bad input is refused in a sentence', async (t) => {
  await allRefused(t, [
    [() => batchCalibration([]), 'Scores', 'rows of finite numbers'],
    [() => batchCalibration([[0, 1], [0]]), 'Scores', 'one length'],
    [() => contextualCalibration([[0, NaN]], [[0, 1]]), 'Scores', 'NaN'],
    [() => contextualCalibration([[0, 1]], [[0, 1, 2]]), '2 options', 'by 3'],
    [() => contextualCalibration([[0, 1]], []), 'without content'],
  ]);
});

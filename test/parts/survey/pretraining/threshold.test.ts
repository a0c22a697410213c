/** The number of tasks at which a network passes from its pool to ridge regression. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { pretraining } from 'invicl';

import { allRefused, close } from '../../../helpers';

/** Points whose ratios of the distance to the pool to that to ridge are given, at M = 4, 16, 64 .. */
const points = (...ratios: number[]): pretraining.PoolDistances[] =>
  ratios.map((ratio, i) => ({ tasks: 4 ** (i + 1), toPool: ratio * 0.3, toRidge: 0.3 }));

test('it is where the logarithms of the distances cross, on the scale of log M', () => {
  close([pretraining.taskThreshold(points(0.1, 0.5, 2, 10))], [32], 1e-9); // half-way from 16 to 64
  close([pretraining.taskThreshold(points(0.5, 8))], [4 ** 1.25], 1e-9); // a quarter of the way
  close([pretraining.taskThreshold(points(0.1, 1, 4))], [16], 1e-9); // as near to both at 16
});

test('only the last passage counts: from there on the network stays nearer to ridge', () => {
  close([pretraining.taskThreshold(points(0.5, 2, 0.5, 2))], [4 ** 3.5], 1e-9);
});

test('the scale of the distances does not count', () => {
  const larger = points(0.3, 0.6, 3).map(({ tasks, toPool, toRidge }) => ({
    tasks,
    toPool: 1e-6 * toPool,
    toRidge: 1e-6 * toRidge,
  }));
  close(
    [pretraining.taskThreshold(larger)],
    [pretraining.taskThreshold(points(0.3, 0.6, 3))],
    1e-9,
  );
});

test('a passage outside what was measured is bounded by the first or the last number', () => {
  assert.equal(pretraining.taskThreshold(points(2, 3, 4)), 4);
  assert.equal(pretraining.taskThreshold(points(0.2, 2, 0.9)), 64);
  assert.equal(pretraining.taskThreshold(points(0.5)), 4);
});

test('what are no distances is refused', async (t) => {
  const [first, second] = points(0.5, 2) as [pretraining.PoolDistances, pretraining.PoolDistances];
  await allRefused(t, [
    [() => pretraining.taskThreshold([]), 'The distances of a network', 'at least 1'],
    [() => pretraining.taskThreshold([second, first]), '16, 4', 'rising'],
    [() => pretraining.taskThreshold([first, first]), '4, 4', 'rising'],
    [() => pretraining.taskThreshold([{ ...first, toPool: 0 }]), 'toPool', 'above 0', '0'],
    [() => pretraining.taskThreshold([{ ...first, toRidge: NaN }]), 'toRidge', 'NaN'],
    [() => pretraining.taskThreshold([{ ...first, tasks: 0.5 }]), 'tasks', '0.5'],
  ]);
});

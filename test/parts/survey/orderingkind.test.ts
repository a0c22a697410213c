/**
 * The experiment on orders: what it reads off its table is what a reading of each order says, on the
 * exact answer, where no order counts, and on a language model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allRefused, close, leavesNothing } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const MEASURES = {
  k: 3,
  sets: 2,
  dev: 4,
  written: 3,
  poolRows: 24,
  each: 3,
  worldTasks: 2,
  worldEach: 4,
};
const plan = planOf('survey-ordering', MEASURES);
const measured = (key: string): Map<string, number> => measuredBy(plan(), key, 3);

const WAYS = [
  'random order',
  'easy to hard',
  'hard to easy',
  'best on labelled rows',
  'GlobalE, own inputs',
  'LocalE, pool inputs',
  'nearest last',
  'nearest first',
];

test('to the exact answer no order counts: every way is as good as any', () => {
  const found = measured('exact');
  const of = (metric: string): number => found.get(metric)!;
  assert.ok(of('spread over orders') < 1e-12);
  assert.equal(of('answers that change'), 0);
  for (const way of [...WAYS, 'best order', 'worst order', 'mean over all orders'])
    assert.equal(of(`accuracy, ${way}`), of('accuracy, random order'), way);
  for (const evaluations of [2, 4, 8, 16])
    close([of(`regret, swaps, ${evaluations} evaluations`)], [0], 1e-12);
});

test('to an answer that forgets, order counts, and every way lies between worst and best', () => {
  const found = measured('forgetful');
  const of = (metric: string): number => found.get(metric)!;
  assert.ok(of('spread over orders') > 0.01);
  assert.ok(of('answers that change') > 0.05);
  const [least, most] = [of('accuracy, worst order'), of('accuracy, best order')];
  assert.ok(most > least);
  const whole = WAYS.filter((way) => !way.startsWith('nearest')); // those mix orders by question
  for (const way of whole) {
    const value = of(`accuracy, ${way}`);
    assert.ok(value >= least - 1e-12 && value <= most + 1e-12, way);
  }
  const regrets = [2, 4, 8].map((e) => of(`regret, at random, ${e} evaluations`));
  assert.ok(regrets[0]! >= regrets[1]! && regrets[1]! >= regrets[2]! && regrets[2]! < 1e-9);
  const byOrder = Array.from({ length: 6 }, (_, o) => of(`accuracy, order ${o}, natural labels`));
  assert.ok(byOrder.every((value) => value >= 0 && value <= 1));
});

test('a language model is measured with the readings in which no order counts', () => {
  const found = measured('random');
  for (const way of [...WAYS, 'BoE', 'InvICL'])
    assert.ok(found.has(`accuracy, batch calibration, ${way}`), way);
});

test('it leaves no tensor', () => {
  leavesNothing(() => void measured('random'));
});

test('what cannot run is refused', async (t) => {
  await allRefused(t, [
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [() => plan({ measures: { ...MEASURES, k: 6 } }), 'k', '6'],
    [() => plan({ measures: { ...MEASURES, written: 0 } }), 'written', '0'],
  ]);
});

/**
 * The experiment on orders: what it reads off its table is what a reading of each order says, on the
 * exact answer, where no order counts, and on a language model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry } from 'invicl';
import { allRefused, close, leavesNothing } from '../../helpers';

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
const plan = (set: object = {}): experiments.Plan =>
  experiments.planExperiment(registry.EXPERIMENTS['survey-ordering']!, {
    set: { measures: MEASURES, ...set },
  });

/** What a variant puts, by metric. */
function measured(key: string): Map<string, number> {
  const found = new Map<string, number>();
  const whole = plan();
  const random = { key: 'random', name: 'random', model: 'random' };
  const variant =
    whole.experiment.variants.find((one) => one.key === key) ?? (random as experiments.Variant);
  const run = whole.experiment.kind.start(whole, variant, 0);
  run.measure((_, at, metric, value) => {
    assert.deepEqual(at, { n: 3 });
    assert.ok(!found.has(metric), `${metric} is put twice`);
    found.set(metric, value);
  });
  run.dispose();
  return found;
}

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

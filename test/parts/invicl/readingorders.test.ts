/** Orders and places in prompts of a language model: what is measured is what the words say. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, language, invicl, metaicl, model, records, registry, tf } from 'invicl';

import { recordedBy } from '../../experiments/recorded';
import { allRefused } from '../../helpers';

const own = Object.keys(metaicl.OWN_TASKS).slice(0, 2);
const common = {
  model: null,
  tasks: own,
  template: { style: 'direct', between: '\n', after: '\n', longest: 48 },
  seeds: 1,
};
const orders = { ...common, measures: { ns: [3, 6], orders: 7, rows: 6, averaged: [1, 2, 6] } };
const places = { ...common, measures: { n: 3, rows: 6, distances: [0, 0.5, 1] } };

function planOf(
  name: 'readings-orders' | 'readings-places',
  set: Readonly<Record<string, unknown>>,
  change: (variants: readonly experiments.Variant[]) => readonly object[] = (all) => all,
): experiments.Plan {
  const whole = registry.EXPERIMENTS[name]!;
  const variants = change(whole.variants);
  const toy = { ...whole, variants, name: `toy-${name}` } as unknown as experiments.Experiment;
  return experiments.planExperiment(toy, { set });
}

type At = Partial<Record<'n' | 'distance', number>>;

const valueOf = (
  all: readonly records.ResultRecord[],
  name: string,
  metric: string,
  at: At,
): number => {
  const found = records.measured(all, name, { metric, ...at }) as ReadonlyMap<number, number>;
  assert.equal(found.size, 1);
  return found.get(0)!;
};

test('two orders change no answer of an order-blind reading, and averages say what they are', async () => {
  const before = tf.memory().numTensors;
  const found = await recordedBy(planOf('readings-orders', orders));
  assert.equal(tf.memory().numTensors, before, 'no tensor is left');
  const blind = model.METHODS.inviclOwnPlaces.name;
  for (const n of [3, 6]) {
    const of = (metric: string, name = 'AR'): number => valueOf(found, name, metric, { n });
    for (const metric of ['changed between two orders', 'spread of accuracy over orders'])
      assert.equal(of(metric, blind), 0);
    assert.equal(of('accuracy, best order', blind), of('accuracy, worst order', blind));
    const [worst, mean, best] = ['worst order', 'mean over orders', 'best order'].map((which) =>
      of(`accuracy, ${which}`),
    ) as [number, number, number];
    assert.ok(worst <= mean + 1e-12 && mean <= best + 1e-12);
    const single = of('accuracy, shares of 1 orders averaged');
    assert.ok(Math.abs(single - mean) < 1e-12, 'one order at a time is the mean over orders');
    const each = own.map((task) => of(`accuracy, mean over orders, ${task}`));
    assert.ok(Math.abs(mean - (each[0]! + each[1]!) / 2) < 1e-12);
    for (const place of ['first', 'last']) {
      const share = of(`label of the ${place} demonstration`);
      assert.ok(share >= 0 && share <= 1);
    }
  }
  assert.ok(
    !found.some(({ variant, metric }) => variant === blind && metric.includes('shares of 6')),
    'two orders have no mean over six',
  );
});

test('a model that repeats the last label follows the last demonstration only', async (t) => {
  const last: language.SessionScorer = {
    score: (shown, texts, options) => ({
      scores: texts.map(() => options.map((o) => (o === shown.at(-1)!.output ? -0.1 : -9))),
      work: { first: 0, second: 0 },
    }),
    dispose: () => undefined,
  };
  const shown = ['a', 'a', 'b', 'b'].map((output, i) => ({ input: `text ${i}`, output }));
  const asked = ['a', 'b'].map((output, i) => ({ input: `question ${i}`, output }));
  const options = ['a', 'b'];
  const rows = (some: readonly { input: string; output: string }[]): metaicl.LabelledText[] =>
    some.map((row) => ({ ...row, options, task: 'toy' }));
  const task = { title: 'toy', shown: rows(shown), asked: rows(asked), options };
  const measured = invicl.measureOrders(last, task, { n: 4, orders: 24, averaged: [1, 24] }, 0);
  assert.equal(measured['label of the last demonstration'], 1);
  assert.ok(Math.abs(measured['label of the first demonstration']! - 1 / 3) < 1e-12);
  // half of the orders end in each label, so two orders differ in 12 * 12 of 276 pairs
  const changed = measured['changed between two orders, not calibrated']!;
  assert.ok(Math.abs(changed - 144 / 276) < 1e-12);
  assert.equal(measured['accuracy, mean over orders'], 0.5);
  await allRefused(t, [
    [() => invicl.measureOrders(last, task, { n: 5, orders: 3, averaged: [1] }, 0), '4', '5'],
  ]);
});

test('at distance 0 copies stand as published, at 1 at places of their own', async () => {
  const found = await recordedBy(planOf('readings-places', places));
  const plain = await recordedBy(
    experiments.planExperiment(
      {
        ...registry.EXPERIMENTS['readings']!,
        name: 'toy-readings',
      } as unknown as experiments.Experiment,
      { set: { ...common, measures: { ns: [3], rows: 6, reordered: { n: 3, rows: 6 } } } },
    ),
  );
  const mass = 'probability of the labels';
  const moved = (name: string, distance: number): number =>
    valueOf(found, name, mass, { distance });
  const same = (a: number, b: number): boolean => Math.abs(Math.log(a / b)) < 1e-4;
  assert.ok(same(moved('second copies moved', 0), valueOf(plain, 'InvICL', mass, { n: 3 })));
  const ownPlaces = valueOf(plain, model.METHODS.inviclOwnPlaces.name, mass, { n: 3 });
  assert.ok(same(moved('second copies moved', 1), ownPlaces));
  assert.ok(same(moved('tests moved alone', 0), moved('second copies moved', 0)));
  assert.ok(!same(moved('tests moved alone', 1), moved('second copies moved', 1)));
});

test('bad plans are refused', async (t) => {
  await allRefused(t, [
    [() => planOf('readings-orders', { ...orders, tasks: ['sst'] }), "'sst'", 'OWN_TASKS'],
    [() => planOf('readings-places', { ...places, tasks: ['sst'] }), "'sst'", 'OWN_TASKS'],
    [
      () => planOf('readings-orders', orders, ([ar]) => [{ ...ar, window: 2 }]),
      "'ar' has a window",
    ],
    [
      () =>
        planOf('readings-places', { ...places, measures: { ...places.measures, distances: [] } }),
      'distances',
    ],
  ]);
});

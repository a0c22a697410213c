/** Readings of a language model: what is measured is what the words say. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, metaicl, records, registry, tf } from 'invicl';

import { recordedBy } from '../../experiments/recorded';
import { allRefused, scratch } from '../../helpers';

const whole = registry.EXPERIMENTS['readings']!;
const own = Object.keys(metaicl.OWN_TASKS).slice(0, 2);
const set = {
  model: null,
  tasks: own,
  template: { style: 'direct', between: '\n', after: '\n', longest: 48 },
  measures: { ns: [2, 4], rows: 8, reordered: { n: 4, rows: 8 } },
  seeds: 1,
};
const variant = (key: string, rest: object = {}): object => ({
  ...whole.variants.find((one) => one.key === key)!,
  ...rest,
});
const toy = (variants: readonly object[]): experiments.Experiment =>
  ({ ...whole, variants, name: 'toy-readings' }) as unknown as experiments.Experiment;

async function run(variants: readonly object[]): Promise<records.ResultRecord[]> {
  const plan = experiments.planExperiment(toy(variants), { set });
  return recordedBy(plan);
}

const valueOf = (
  all: readonly records.ResultRecord[],
  variantName: string,
  metric: string,
  n: number,
): number => {
  const found = all.filter(
    (r) => r.variant === variantName && r.metric === metric && r.over === 'examples' && r.at === n,
  );
  assert.equal(found.length, 1, `${variantName}, ${metric}, ${n}`);
  return found[0]!.value;
};

test('order-blind readings answer alike after every order; tasks are averaged', async () => {
  const before = tf.memory().numTensors;
  const found = await run([
    variant('ar'),
    variant('invicl'),
    variant('invicl-own-places'),
    variant('boe'),
  ]);
  assert.equal(tf.memory().numTensors, before, 'no tensor is left');
  const changed = (name: string): number => valueOf(found, name, 'changed by order', 4);
  for (const { key, name } of whole.variants)
    if (['invicl', 'invicl-own-places', 'boe'].includes(key)) assert.equal(changed(name), 0, name);
  assert.ok(!found.some(({ metric, at }) => metric === 'changed by order' && at === 2));
  for (const n of [2, 4]) {
    const each = own.map((task) => valueOf(found, 'AR', `accuracy, ${task}`, n));
    assert.equal(valueOf(found, 'AR', 'accuracy', n), (each[0]! + each[1]!) / 2);
    const mass = valueOf(found, 'AR', 'probability of the labels', n);
    assert.ok(mass > 0 && mass < 1);
    assert.ok(valueOf(found, 'majority of the demonstrations', 'accuracy', n) <= 1);
  }
});

test('the mean over more orders moves AR and no order-blind reading', async () => {
  const blind = { key: 'blind', name: 'blind, 8 orders', orders: 8, ns: [4] };
  const found = await run([
    variant('invicl-own-places'),
    variant('invicl-own-places', blind),
    variant('ar'),
    variant('ar', { key: 'one', name: 'one order', orders: 1 }),
    variant('ar', { key: 'ar-8-orders', name: 'AR, mean of 8 orders', orders: 8, ns: [4] }),
  ]);
  const mass = (name: string): number => valueOf(found, name, 'probability of the labels', 4);
  assert.equal(mass('one order'), mass('AR'));
  const moved = (a: string, b: string): number => Math.abs(Math.log(mass(a) / mass(b)));
  const { name } = whole.variants.find(({ key }) => key === 'invicl-own-places')!;
  const [ordered, free] = [moved('AR, mean of 8 orders', 'AR'), moved('blind, 8 orders', name)];
  assert.ok(free < 1e-6 && ordered > 10 * free, `moved by ${ordered} and ${free}`);
  assert.ok(!found.some(({ variant: v, at }) => v === 'AR, mean of 8 orders' && at === 2));
});

test('a model or a task that was not downloaded is named with the command', async (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env['ICL_COURSE_CACHE'] = scratch();
  delete process.env['ICL_METAICL'];
  const start = (model: string) => () => {
    const plan = experiments.planExperiment(toy([variant('ar')]), {
      set: { ...set, model, tasks: ['trec'] },
    });
    const { kind, variants } = plan.experiment;
    (kind.start(plan, variants[0]!, 0) as experiments.MeasuringRun).measure(() => undefined);
  };
  await allRefused(t, [
    [start('smollm2'), 'SmolLM2-135M-Instruct', 'npm run data -- smollm2'],
    [start('gpt2/main'), "'gpt2/main'", 'npm run data'],
  ]);
});

test('bad plans are refused, and nothing is trained', async (t) => {
  const planned =
    (given: object, variants: readonly object[] = [variant('ar')]) =>
    () =>
      experiments.planExperiment(toy(variants), { set: { ...set, ...given } });
  const plan = experiments.planExperiment(toy([variant('ar')]), { set });
  await allRefused(t, [
    [planned({ tasks: ['sst'] }), "'sst'", 'OWN_TASKS'],
    [planned({ model: 'smollm2' }), own[0]!, 'glue-sst2'],
    [planned({}, [variant('ar', { window: 2 })]), "'ar' has a window"],
    [
      () => experiments.trySteps(plan, plan.experiment.variants[0]!, 2),
      'trains nothing',
      'one seed',
    ],
  ]);
});

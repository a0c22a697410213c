/**
 * Experiments that score options: what a model without preference shows, what the numbers mean, and
 * that what cannot run is refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry } from 'invicl';
import { allRefused, leavesNothing } from '../../helpers';

const plan = (name: string, set: object = {}) =>
  experiments.planExperiment(registry.EXPERIMENTS[name]!, {
    set: {
      measures: { n: 8, contexts: 2, worldContexts: 2, each: 4 },
      ...set,
    },
  });

/** What a variant puts, by metric and point. */
function measured(name: string, key: string): Map<string, number> {
  const found = new Map<string, number>();
  const whole = plan(name);
  const random = { key: 'random', name: 'random', model: 'random' };
  const variant =
    whole.experiment.variants.find((one) => one.key === key) ?? (random as experiments.Variant);
  const run = whole.experiment.kind.start(whole, variant, 0);
  run.measure((_, at, metric, value) => void found.set(`${metric} ${JSON.stringify(at)}`, value));
  run.dispose();
  return found;
}

const N8 = '{"n":8}';

test('the exact answer: direct, perplexity and channel with prior are right equally often', () => {
  const found = measured('survey-scoring', 'exact');
  for (const balance of ['1:1', '1:3', '1:7']) {
    const of = (way: string): number => found.get(`accuracy, ${balance}, ${way} ${N8}`)!;
    assert.equal(of('perplexity'), of('direct'));
    assert.equal(of('channel with prior'), of('direct'));
    assert.ok(of('direct') > 0.7);
    assert.equal(found.get(`tokens for a question, ${balance}, direct ${N8}`), 0);
  }
});

test('a language model: the channel reads each question once for each option', () => {
  const found = measured('survey-scoring', 'random');
  const tokens = (way: string): number => found.get(`tokens for a question, 1:1, ${way} ${N8}`)!;
  assert.ok(tokens('channel') > tokens('direct'));
  for (const way of ['direct', 'perplexity', 'channel', 'channel with prior'])
    for (const metric of ['accuracy', 'macro-F1', 'worst context']) {
      const value = found.get(`${metric}, 1:7, ${way} ${N8}`)!;
      assert.ok(value >= 0 && value <= 1, `${metric} of ${way}: ${value}`);
    }
  assert.ok(
    found.get(`worst context, 1:3, direct ${N8}`)! <= found.get(`accuracy, 1:3, direct ${N8}`)!,
  );
});

test('batch calibration of balanced questions leaves less of a bias than raw scores have', () => {
  const found = measured('survey-calibration', 'random');
  const bias = (condition: string, name: string): number =>
    Math.abs(found.get(`bias, ${condition}, ${name} ${N8}`)!);
  for (const condition of ['majority', 'recency', 'common word']) {
    assert.ok(bias(condition, 'batch') <= bias(condition, 'raw') + 1e-9, condition);
    assert.ok(bias(condition, 'raw') <= 0.5);
  }
});

test('the answers in all bins are those that were asked for, for each calibration', () => {
  const found = measured('survey-calibration', 'exact');
  for (const k of [0, 1, 2, 3, 4, 5]) {
    const counts = Array.from({ length: 10 }, (_, b) =>
      found.get(`answers in a bin {"pair":[${b},${k}]}`)!,
    );
    // three mappings, two contexts, four questions of either label
    assert.equal(
      counts.reduce((a, b) => a + b),
      3 * 2 * 8,
    );
  }
  assert.ok(!found.has(`spread over templates, raw ${N8}`)); // it reads none
});

test('a run leaves nothing in memory', () => {
  leavesNothing(() => measured('survey-calibration', 'random'));
});

test('configs that cannot run are refused', async (t) => {
  const measures = { n: 9, contexts: 2, worldContexts: 2, each: 4 };
  await allRefused(t, [
    [() => plan('survey-scoring', { measures }), "'measures.n' is 9"],
    [() => plan('survey-scoring', { tasks: ['sst'] }), "'sst'", 'glue-sst2'],
    [() => plan('survey-calibration', { templates: {} }), "'templates'"],
  ]);
});

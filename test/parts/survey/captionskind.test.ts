/** The experiments on words and pictures: what they measure and refuse, and that nothing is left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, type survey } from 'invicl';
import { leavesNothing, refused } from '../../helpers';

const CAPTIONS = registry.EXPERIMENTS['survey-captions'] as survey.CaptionsExperiment;
const RECEIPTS = registry.EXPERIMENTS['survey-receipts'] as survey.ReceiptsExperiment;
const MEASURES = { ks: [1, 2], prompts: 4, pictures: 4, watched: 2 };
const GATES: survey.CaptionVariant = { key: 'gates', name: 'gates', model: 'random', way: 'gates' };
const WITH_CONTROLS: survey.CaptionVariant = {
  key: 'frozen',
  name: 'frozen',
  model: 'random',
  way: 'encoder',
  controls: true,
};
const planned = (set: object = {}): experiments.PlanOf<survey.CaptionsExperiment> =>
  experiments.planExperiment(
    { ...CAPTIONS, variants: [GATES, WITH_CONTROLS], weights: [] },
    { set: { measures: MEASURES, training: { steps: 2, batch: 2 }, ...set } },
  );

/** What is put, by name, metric and number of pictures. */
function measuredOf(variant: survey.CaptionVariant, steps: number): Map<string, number> {
  const found = new Map<string, number>();
  leavesNothing(() => {
    const run = CAPTIONS.kind.start(planned(), variant, 0);
    for (let step = 0; step < steps; step++) run.trainer!.train();
    if (run.trainer)
      run.watch((name, _, metric, value) => void found.set(`${name}: ${metric}`, value));
    run.measure(
      (name, { n = 0 }, metric, value) => void found.set(`${name}: ${metric} ${n}`, value),
    );
    run.dispose();
  });
  return found;
}

test('gates are shut before the first step and open after it', () => {
  const opening = 'gates: opening of attention 0';
  assert.equal(measuredOf(GATES, 0).get(opening), 0);
  assert.ok(measuredOf(GATES, 2).get(opening)! > 0);
});

test('controls are measured beside Frozen, by the same prompts', () => {
  const found = measuredOf(WITH_CONTROLS, 0);
  for (const k of MEASURES.ks) {
    // before the first step the encoder is the one that is not trained
    assert.equal(
      found.get(`frozen: names right, seen ${k}`),
      found.get(`untrained encoder: names right, seen ${k}`),
    );
    assert.ok(found.has(`words in place of pictures: names right, held out ${k}`));
  }
  for (const share of found.values()) assert.ok(share >= 0 && share <= 1);
});

test('receipts are measured after every round, and the first demonstrations are shared', () => {
  const plan = experiments.planExperiment(RECEIPTS, {
    set: { train: 8, test: 4, rounds: 2, added: 3 },
  });
  const found = new Map<string, number>();
  const run = RECEIPTS.kind.start(plan, RECEIPTS.variants[0]!, 0);
  run.measure((name, { n }, _, value) => void found.set(`${name} ${n}`, value));
  run.dispose();
  for (const n of [7, 10, 13]) assert.ok(found.has(`hard, layout ${n}`));
  assert.equal(found.get('hard, layout, format 7'), found.get('random, layout, format 7'));
  assert.equal(found.get('hard, text alone 7'), found.get('random, text alone 7'));
});

test('numbers of pictures that do not grow are refused, and questions that there are not', () => {
  refused(
    () => planned({ measures: { ...MEASURES, ks: [2, 1] } }),
    'Names were to be given',
    '2, 1',
  );
  refused(() => planned({ training: { asks: ['size'] } }), 'asks');
});

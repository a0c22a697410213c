/** The experiment on warm-up: what it trains, measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, type survey, warmup } from 'invicl';
import { close, leavesNothing, refused } from '../../helpers';
import { keptIn } from './measuring';

const EXPERIMENT = registry.EXPERIMENTS['survey-warmup'] as survey.WarmUpExperiment;
const MEASURES: survey.WarmUpMeasures = { ns: [0, 2], questions: 8, watched: 8, n: 2 };
const plan = (measures: object = MEASURES): experiments.PlanOf<survey.WarmUpExperiment> =>
  experiments.planExperiment(EXPERIMENT, {
    set: { training: { steps: 3, batch: 2 }, measures, watchEvery: 2 },
  });

/** What all warm-ups of a small random model measure, by variant, point and metric. */
function warmedUp(runs: object = {}): Map<string, number> {
  const variant = {
    key: 'warm-ups',
    name: 'warm-ups',
    model: 'random',
    warmUps: { steps: 4, batch: 1, watchEvery: 2, starts: 1, ...runs },
  };
  const run = EXPERIMENT.kind.start(plan(), variant, 0);
  assert.ok(run.trainer === null);
  const found = new Map<string, number>();
  run.measure(
    (name, at, metric, value) => void found.set(`${name} ${metric} ${JSON.stringify(at)}`, value),
  );
  run.dispose();
  return found;
}

test('every warm-up begins with the same weights, and changes them', () => {
  const found = warmedUp();
  const asked = 'accuracy along training, arbitrary, unseen';
  for (const step of [2, 4])
    assert.ok(found.has(`symbol tuning ${asked} {"teachingSteps":${step}}`));
  assert.ok(!found.has(`MetaICL ${asked} {"teachingSteps":2}`));
  for (const kind of ['no warm-up', ...warmup.WARM_UPS])
    for (const n of [0, 1, 2])
      assert.ok(found.has(`${kind} answers by meaning, labels exchanged {"n":${n}}`), kind);
  assert.deepEqual(warmedUp(), found);
  leavesNothing(() => void warmedUp());
});

test('pre-training is watched on flipped labels and symbols', () => {
  const own = plan();
  const run = EXPERIMENT.kind.start(own, experiments.variantOf(own, 'pre-trained'), 0);
  assert.ok(run.trainer !== null && 'watch' in run);
  const along = new Map<string, number>();
  run.watch(keptIn(along));
  run.dispose();
  assert.deepEqual(
    [...along.keys()],
    ['accuracy along training, flipped, unseen', 'accuracy along training, arbitrary, unseen'],
  );
});

test('the exact answer turns with the labels, one who knows natural labels alone does not', () => {
  const found = new Map<string, number>();
  EXPERIMENT.kind.baselines(
    plan({ ...MEASURES, watched: 64, n: 8 }),
    (variant, at, metric, value) => void found.set(`${variant} ${metric} ${at.n}`, value),
  );
  const at = (variant: string, n: number): number =>
    found.get(`${variant} answers by meaning, labels exchanged ${n}`)!;
  assert.ok(at('exact Bayes', 0) > 0.9 && at('exact Bayes', 8) < 0.1);
  assert.ok(at('exact Bayes, natural labels only', 8) > 0.5);
  close([at('exact Bayes', 0)], [at('exact Bayes, natural labels only', 0)], 0.05);
});

test('numbers that make no sense are refused', () => {
  refused(() => plan({ ...MEASURES, ns: [2, 0] }), 'Numbers of demonstrations', '2, 0');
  refused(() => warmedUp({ watchEvery: 5 }), 'watchEvery', '5');
  refused(() => warmedUp({ starts: 0 }), 'starts', '0');
});

/** The experiment on warm-up: what it trains, measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, type survey, type warmup } from 'invicl';
import { leavesNothing, refused } from '../../helpers';

const EXPERIMENT = registry.EXPERIMENTS['survey-warmup'] as survey.WarmUpExperiment;
const MEASURES = { ns: [0, 2], questions: 8, watched: 8, n: 2, flipped: [0, 2] };
const plan = (given: object = {}): experiments.PlanOf<survey.WarmUpExperiment> =>
  experiments.planExperiment(EXPERIMENT, {
    set: { naturalSteps: 2, steps: 4, batch: 1, watchEvery: 2, measures: MEASURES, ...given },
  });

/** What warm-ups of a small random model measure, by variant, metric and point. */
function warmedUp(kinds: readonly warmup.WarmUp[], before: boolean): Map<string, number> {
  const variant = { key: 'x', name: 'x', model: 'random', kinds, before };
  const run = EXPERIMENT.kind.start(plan(), variant, 0);
  assert.ok(run.trainer === null);
  const found = new Map<string, number>();
  run.measure(
    (name, at, metric, value) => void found.set(`${name} ${metric} ${JSON.stringify(at)}`, value),
  );
  run.dispose();
  return found;
}

test('every warm-up begins with the same weights, whichever ran before it', () => {
  const found = warmedUp(['symbol tuning', 'MetaICL'], true);
  const asked = 'accuracy along training, arbitrary, unseen';
  for (const step of [2, 4])
    assert.ok(found.has(`symbol tuning ${asked} {"teachingSteps":${step}}`));
  assert.ok(!found.has(`MetaICL ${asked} {"teachingSteps":2}`));
  for (const name of ['model of notebook 20', 'no warm-up', 'symbol tuning', 'MetaICL'])
    for (const n of [0, 2])
      assert.ok(found.has(`${name} answers by meaning, labels exchanged {"n":${n}}`), name);
  const alone = warmedUp(['MetaICL'], false);
  for (const [place, value] of alone) assert.equal(found.get(place), value, place);
  leavesNothing(() => void warmedUp(['MetaICL'], false));
});

test('the exact answer turns with the labels, one who knows natural labels alone does not', () => {
  const found = new Map<string, number>();
  EXPERIMENT.kind.baselines(
    plan({ measures: { ...MEASURES, watched: 64, n: 8, flipped: [0, 8] } }),
    (variant, at, metric, value) => void found.set(`${variant} ${metric} ${at.n}`, value),
  );
  const at = (variant: string, n: number): number =>
    found.get(`${variant} answers by meaning, labels exchanged ${n}`)!;
  assert.ok(at('exact Bayes', 0) > 0.9 && at('exact Bayes', 8) < 0.15);
  assert.ok(at('exact Bayes, natural labels only', 0) > 0.9);
  assert.ok(at('exact Bayes, natural labels only', 8) > 0.4);
});

test('what makes no sense is refused', () => {
  const measures = { ...MEASURES, ns: [2, 0] };
  refused(() => plan({ measures }), 'Numbers of demonstrations', '2, 0');
  refused(() => plan({ watchEvery: 5 }), 'watchEvery', '5');
});

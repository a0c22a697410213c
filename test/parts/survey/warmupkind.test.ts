/** The experiment on warm-up: what it trains, measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, type survey } from 'invicl';
import { close, leavesNothing, refused } from '../../helpers';
import { keptIn } from './measuring';

const EXPERIMENT = registry.EXPERIMENTS['survey-warmup'] as survey.WarmUpExperiment;
const MEASURES: survey.WarmUpMeasures = { ns: [0, 2], questions: 8, watched: 8, n: 2 };
const plan = (measures: object = MEASURES): experiments.PlanOf<survey.WarmUpExperiment> =>
  experiments.planExperiment(EXPERIMENT, {
    set: { training: { steps: 3, batch: 2 }, measures, watchEvery: 2 },
  });

/** What a variant measures before its first step, by point and metric. */
function untrained(key: string): { along: Map<string, number>; end: Map<string, number> } {
  const own = plan();
  const run = EXPERIMENT.kind.start(own, experiments.variantOf(own, key), 0);
  assert.ok(run.trainer !== null && 'watch' in run);
  const [along, end] = [new Map<string, number>(), new Map<string, number>()];
  run.watch(keptIn(along));
  run.measure((_, at, metric, value) => void end.set(`${metric} ${JSON.stringify(at)}`, value));
  run.dispose();
  return { along, end };
}

test('every warm-up begins with the weights of pre-training', () => {
  const { along, end } = untrained('symbols');
  assert.deepEqual(
    [...along.keys()],
    ['accuracy along training, flipped, unseen', 'accuracy along training, arbitrary, unseen'],
  );
  for (const n of [0, 1, 2]) assert.ok(end.has(`answers by meaning, labels exchanged {"n":${n}}`));
  assert.deepEqual(untrained('all-four').end, end);
  assert.notDeepEqual(untrained('pre-trained').end, end);
  leavesNothing(() => void untrained('metaicl'));
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

test('numbers of demonstrations that do not rise are refused', () => {
  refused(() => plan({ ...MEASURES, ns: [2, 0] }), 'Numbers of demonstrations', '2, 0');
});

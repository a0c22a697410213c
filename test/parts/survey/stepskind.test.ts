/** The experiment on steps of reasoning: what it trains, measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, records, registry, type survey } from 'invicl';
import { RECORD, allRefused, leavesNothing } from '../../helpers';
import { measuredUntrained } from './measuring';

const EXPERIMENT = registry.EXPERIMENTS['survey-steps'] as survey.StepsExperiment;
const MEASURES: survey.StepsMeasures = {
  steps: [1, 2],
  questions: 3,
  watched: 2,
  voted: 3,
  hard: [2],
  samples: [1, 2, 4],
  temperature: 1,
  demonstrations: 2,
  pool: 6,
  prompts: 1,
  asked: 3,
};
const SMALL = {
  size: { width: 8, layers: 1, heads: 2, mlpRatio: 2 },
  training: { steps: 3, batch: 4, lines: 2, longest: 3 },
  measures: MEASURES,
  watchEvery: 2,
};
const plan = (set: object = {}): experiments.PlanOf<survey.StepsExperiment> =>
  experiments.planExperiment(EXPERIMENT, { set: { ...SMALL, ...set } });

type Numbers = ReadonlyMap<string, number>;

const measured = (key: string, seed = 0) =>
  measuredUntrained(plan(), experiments.variantOf(plan(), key), seed);

const BOTH = measured('both').end;

test('a decoder is measured in the forms that it has learned, and its seed decides', () => {
  const direct = measured('direct');
  const has = (end: Numbers, form: string): boolean =>
    [...end.keys()].some((metric) => metric.includes(`2 steps, ${form}`));
  assert.ok(has(direct.end, 'direct') && !has(direct.end, 'written') && !has(direct.end, 'vote'));
  assert.ok(has(BOTH, 'direct') && has(BOTH, 'written') && has(BOTH, 'vote of 4'));
  assert.deepEqual([...direct.along.keys()], ['accuracy along training, 2 steps, direct']);
  assert.deepEqual(measured('direct').end, direct.end);
});

test('shares lie between 0 and 1; votes cost the tokens of all chains', () => {
  for (const [metric, value] of BOTH)
    if (!metric.startsWith('tokens')) assert.ok(value >= 0 && value <= 1, metric);
  const tokens = [1, 2, 4].map((S) => BOTH.get(`tokens, 2 steps, vote of ${S}`)!);
  assert.ok(tokens[0]! >= 2 && tokens[1]! > tokens[0]! && tokens[2]! > tokens[1]!);
  assert.equal(
    BOTH.get('accuracy, 2 steps, vote of 1'),
    BOTH.get('accuracy, 2 steps, vote of the longest half of 1'),
  );
  for (const kind of ['none', 'right steps', 'no steps', 'own chains', 'Auto-CoT'])
    assert.ok(BOTH.has(`answers with steps, 2 steps, after ${kind}`), kind);
  for (const kind of ['most steps', 'fewest steps'])
    assert.ok(BOTH.has(`accuracy, 2 steps, after ${kind}`), kind);
});

test('every claim is decided by what the variants put', () => {
  const whole = experiments.planExperiment(EXPERIMENT);
  const { steps, hard, samples } = whole.config.measures;
  const small = plan({ measures: { ...MEASURES, voted: 2, asked: 1, steps, hard, samples } });
  const rows = EXPERIMENT.variants.flatMap((variant) => {
    const put: records.ResultRecord[] = [];
    const run = small.experiment.kind.start(small, variant, 0);
    run.measure((name, _, metric, value) => {
      const job = `${variant.key}-0`;
      put.push({ ...RECORD, job, variant: name, seed: 0, over: null, at: null, metric, value });
    });
    run.dispose();
    return put;
  });
  const claims = EXPERIMENT.claims(whole.config);
  assert.ok(claims.length >= 20);
  const verdicts = records.decide(claims, rows);
  assert.equal(verdicts.length, claims.length);
});

test('it leaves no tensor', () => {
  leavesNothing(() => void measured('direct'));
});

test('what cannot run is refused', async (t) => {
  const measures = (changed: object) => () => plan({ measures: { ...MEASURES, ...changed } });
  await allRefused(t, [
    [measures({ samples: [2, 1] }), '2, 1'],
    [measures({ steps: [9] }), '9', '8'],
    [measures({ hard: [] }), 'at least one'],
    [measures({ demonstrations: 8, pool: 4 }), '8', '4'],
    [measures({ temperature: 0 }), 'temperature', '0'],
    [() => plan({ training: { ...SMALL.training, words: 1 } }), 'words'],
    [() => plan({ training: { ...SMALL.training, written: 2 } }), 'written', '2'],
  ]);
});

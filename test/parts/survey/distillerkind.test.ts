/** The experiment on distilled demonstrations: what it trains, measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, records, registry, type survey } from 'invicl';
import { RECORD, allRefused, leavesNothing } from '../../helpers';
import { measuredUntrained } from './measuring';

const EXPERIMENT = registry.EXPERIMENTS['survey-distiller'] as survey.DistillerExperiment;
const MEASURES: survey.DistillerMeasures = { k: 4, vectors: [1, 2], tasks: 3, questions: 4 };
const SMALL = {
  training: { steps: 3, batch: 2, k: 2, questions: 2, vectors: [1, 2] },
  measures: MEASURES,
  watchEvery: 2,
};
const RANDOM: survey.DistillerVariant = { key: 'random', name: 'random', model: 'random' };
const plan = (set: object = {}): experiments.PlanOf<survey.DistillerExperiment> =>
  experiments.planExperiment(EXPERIMENT, { set: { ...SMALL, ...set } });

const measured = (variant: survey.DistillerVariant, set: object = {}) =>
  measuredUntrained(plan(set), variant);

const SORTS = ['natural', 'arbitrary', 'held out'];
const FIRST = measured(RANDOM);

test('each way is measured on each sort of tasks, and its seed decides', () => {
  const hows = [
    'all demonstrations',
    'no demonstrations',
    ...[1, 2].flatMap((n) => [`${n} demonstrations`, `${n} vectors`]),
  ];
  const expected = SORTS.flatMap((which) =>
    hows.flatMap((how) =>
      ['accuracy', 'divergence', 'tokens for a question'].map(
        (what) => `${what}, ${how}, ${which}`,
      ),
    ),
  );
  assert.deepEqual([...FIRST.end.keys()].sort(), expected.sort());
  assert.deepEqual(
    [...FIRST.along.keys()],
    SORTS.map((which) => `accuracy along training, 2 vectors, ${which}`),
  );
  for (const which of SORTS)
    assert.equal(
      FIRST.along.get(`accuracy along training, 2 vectors, ${which}`),
      FIRST.end.get(`accuracy, 2 vectors, ${which}`),
    );
  assert.deepEqual(measured(RANDOM).end, FIRST.end);
});

test('shares lie between 0 and 1, divergences are none or above, tokens are those that are read', () => {
  for (const [metric, value] of FIRST.end)
    if (metric.startsWith('accuracy')) assert.ok(value >= 0 && value <= 1, metric);
    else if (metric.includes('all demonstrations') && metric.startsWith('divergence'))
      assert.equal(value, 0, metric);
    else assert.ok(value > 0, metric);
  const tokens = (how: string): number => FIRST.end.get(`tokens for a question, ${how}, natural`)!;
  assert.equal(tokens('all demonstrations'), 4 + 6 * 5);
  assert.equal(tokens('2 demonstrations'), 4 + 6 * 3);
  assert.equal(tokens('no demonstrations'), 10);
  assert.equal(tokens('2 vectors'), (4 + 6 * 4) / 4 + 4 + 2 + 6);
});

test('the model of notebook 20 answers by its demonstrations, and not without them', () => {
  const measures = { k: 8, vectors: [1], tasks: 16, questions: 4 };
  const { end } = measured(EXPERIMENT.variants[0]!, { measures });
  for (const which of SORTS) {
    const [all, none] = ['all', 'no'].map((how) =>
      end.get(`accuracy, ${how} demonstrations, ${which}`)!,
    );
    assert.ok(all! > none! + 0.1, `${which}: ${all} after all, ${none} after none`);
    assert.ok(end.get(`divergence, no demonstrations, ${which}`)! > 0.5, which);
  }
});

test('every claim is decided by what the variants put', () => {
  const whole = experiments.planExperiment(EXPERIMENT);
  const { vectors } = whole.config.measures;
  const { end } = measured(RANDOM, { measures: { ...MEASURES, vectors } });
  const [{ key, name }] = EXPERIMENT.variants as readonly [survey.DistillerVariant];
  const rows = [...end].map(([metric, value]): records.ResultRecord => {
    const job = `${key}-0`;
    return { ...RECORD, job, variant: name, seed: 0, over: null, at: null, metric, value };
  });
  const claims = EXPERIMENT.claims(whole.config);
  assert.equal(claims.length, 12);
  assert.equal(records.decide(claims, rows).length, claims.length);
});

test('it leaves no tensor', () => {
  leavesNothing(() => void measured(RANDOM));
});

test('what cannot run is refused', async (t) => {
  const measures = (changed: object) => () => plan({ measures: { ...MEASURES, ...changed } });
  const trained = (changed: object) => () => plan({ training: { ...SMALL.training, ...changed } });
  await allRefused(t, [
    [measures({ vectors: [2, 1] }), '2, 1'],
    [measures({ vectors: [] }), 'at least one'],
    [measures({ vectors: [5], k: 8 }), '5', '4'],
    [measures({ vectors: [4], k: 2 }), '4', '2'],
    [measures({ k: 33 }), 'k', '33'],
    [trained({ words: 1 }), 'words'],
    [trained({ beta: -1 }), 'beta', '-1'],
  ]);
});

/** The experiments of notebook 36: what they measure before anything was trained, and refuse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, type survey } from 'invicl';

import { leavesNothing, refused } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const EXPERIMENT = registry.EXPERIMENTS['survey-optimisation'] as survey.OptimisationExperiment;
const MEASURES: survey.OptimisationMeasures = {
  prompts: 4,
  tests: 2,
  fitted: 24,
  descent: [0, 1, 8, 512],
  newton: [0, 4, 16],
  ns: [2, 7],
};
const plan = (measures: object = MEASURES): experiments.PlanOf<survey.OptimisationExperiment> =>
  experiments.planExperiment(EXPERIMENT, {
    set: { training: { steps: 2, batch: 2, n: 7 }, measures, watchEvery: 1, d: 3 },
  });

function put(run: (put: experiments.Put) => void): Map<string, number> {
  const found = new Map<string, number>();
  run((variant, at, metric, value) => {
    const place = `${variant}: ${metric} ${JSON.stringify(at)}`;
    assert.ok(Number.isFinite(value) && !found.has(place), place);
    found.set(place, value);
  });
  return found;
}

function untrained(key: string): Map<string, number> {
  const own = plan();
  const run = EXPERIMENT.kind.start(own, experiments.variantOf(own, key), 0);
  assert.ok(run.trainer !== null);
  const found = put((to) => {
    run.measure(to);
  });
  run.dispose();
  return found;
}

test('before its training a network is its own random start, layer by layer', () => {
  const found = untrained('invicl');
  for (const [place, value] of found)
    if (!place.includes(', untrained') && place.includes(' similarity '))
      assert.equal(found.get(place.replace(' {', ', untrained {')), value, place);
  assert.ok(found.has('InvICL, deep: similarity to iterative Newton {"pair":[8,16]}'));
  assert.ok(found.has('InvICL, deep: best iteration of gradient descent, layer 8 {}'));
  assert.ok(found.has('InvICL, deep: error {}'));
  leavesNothing(() => void untrained('ar'));
});

test('more iterations err less, and the exact mixture least', () => {
  const own = plan();
  const found = put((to) => {
    EXPERIMENT.kind.baselines(own, to);
  });
  const error = (name: string): number => found.get(`${name}: error {}`)!;
  assert.ok(error('gradient descent, 512 steps') < error('gradient descent, 8 steps'));
  assert.ok(error('iterative Newton, 16 iterations') < error('iterative Newton, 4 iterations'));
  for (const n of [2, 7])
    for (const noise of ['', ', noise 0.1', ', noise 1'])
      for (const name of ['exact mixture', 'chosen by a test', 'ridge for noise 1'])
        assert.ok(found.has(`${name}: error${noise} {"n":${n}}`), name);
});

test('unordered numbers of iterations are refused', () => {
  refused(() => plan({ ...MEASURES, newton: [3, 1] }), '[3, 1]', 'ascending');
});

test('an untrained model is compared with itself after fine-tuning, on both mappings', () => {
  const of = planOf('survey-similarity', { tasks: 1, shown: 1, asked: 1, rate: 0.1 });
  const found = measuredBy(of(), 'untrained');
  for (const mapping of ['natural', 'arbitrary'])
    for (const name of ['right labels', 'random labels', 'another task', 'random update'])
      for (const metric of ['SimAOU', 'SimAM', 'SimAMU']) {
        const value = found.get(`${metric}, ${name}, ${mapping}`)!;
        assert.ok(value >= -1.0001 && value <= 1.0001, `${metric}, ${name}`);
      }
  assert.deepEqual(measuredBy(of(), 'untrained'), found);
});

/** The experiment on the packing of real texts: what it measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, type survey } from 'invicl';
import { leavesNothing, refused } from '../../helpers';

const EXPERIMENT = registry.EXPERIMENTS['survey-packing'] as survey.PackingExperiment;
const OWN: survey.PackingVariant = {
  key: 'own',
  name: 'our own texts',
  vectors: 'words',
  texts: 'own',
};
const planned = (set: object = {}): experiments.PlanOf<survey.PackingExperiment> =>
  experiments.planExperiment(
    { ...EXPERIMENT, variants: [OWN] },
    { set: { measures: { each: 20, neighbours: 5, window: 4 }, ...set } },
  );

test('each packing is measured, and only the order by task has contexts of one task', () => {
  const found = new Map<string, number>();
  leavesNothing(() => {
    const run = EXPERIMENT.kind.start(planned(), OWN, 0);
    run.measure((_, __, metric, value) => void found.set(metric, value));
    run.dispose();
  });
  const of = (metric: string, packing: string): number => found.get(`${metric}, ${packing}`)!;
  assert.equal(found.get('texts'), 40);
  assert.equal(of('neighbours of the same task', 'by task'), 1);
  const [alike, path] = ['similarity in a context', 'length of the path'] as const;
  assert.ok(of(alike, 'related') > of(alike, 'at random'));
  assert.ok(of(path, 'related') < of(path, 'by task'));
  assert.ok(of(path, 'related') < of(path, 'at random'));
});

test('a task that there is not is refused', () => {
  refused(() => planned({ tasks: ['trec', 'no task'] }), /no task/);
});

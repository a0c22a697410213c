/** The experiment on corpora: what it trains, measures and refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, registry, type survey } from 'invicl';
import { leavesNothing, refused } from '../../helpers';
import { keptIn } from './measuring';

const EXPERIMENT = registry.EXPERIMENTS['survey-corpora'] as survey.CorpusExperiment;
const MEASURES: survey.CorpusMeasures = {
  ns: [1, 3],
  questions: 8,
  watched: 4,
  n: 3,
  contexts: 60,
};
const plan = (measures: object = MEASURES): experiments.PlanOf<survey.CorpusExperiment> =>
  experiments.planExperiment(EXPERIMENT, {
    set: { training: { steps: 3, batch: 2, contexts: 20 }, measures, watchEvery: 2 },
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

test('each corpus is measured on each mapping, and heads on what there is to copy', () => {
  const { along, end } = untrained('by-looks');
  const mappings = ['natural', 'flipped', 'arbitrary'];
  assert.deepEqual(
    [...along.keys()],
    mappings.map((mapping) => `accuracy along training, ${mapping}`),
  );
  for (const mapping of mappings)
    for (const n of [1, 3]) {
      const right = end.get(`accuracy, ${mapping} {"n":${n}}`)!;
      assert.ok(right >= 0 && right <= 1, mapping);
    }
  for (const metric of ['copying head', 'label head', 'in-context learning score'])
    assert.ok(Number.isFinite(end.get(`${metric} {}`)), metric);
  assert.deepEqual(untrained('by-looks').end, end);
  leavesNothing(() => void untrained('few'));
});

test('documents packed by looks resemble each other most, and by task are always about one', () => {
  const found = new Map<string, number>();
  EXPERIMENT.kind.baselines(plan(), (variant, _, metric, value) => {
    found.set(`${variant}, ${metric}`, value);
  });
  const of = (packing: string): { readonly alike: number; readonly same: number } => ({
    alike: found.get(`documents ${packing}, similarity in a context`)!,
    same: found.get(`documents ${packing}, neighbours of the same task`)!,
  });
  const [task, looks, random] = [of('by task'), of('related'), of('at random')] as const;
  assert.equal(task.same, 1);
  assert.ok(looks.same > random.same && looks.same < 1, JSON.stringify([looks, random]));
  assert.ok(looks.alike > random.alike, JSON.stringify([looks, random]));
  assert.ok(found.get('exact Bayes, accuracy, natural')! > 0.5);
});

test('what cannot be measured is refused', () => {
  refused(() => plan({ ...MEASURES, ns: [3, 1] }), /Numbers of examples were \[3, 1\]/);
  refused(() => plan({ ...MEASURES, contexts: 1 }), /contexts/);
});

/** The experiment on attention heads: what it measures of each kind of model is what its names say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type experiments } from 'invicl';

import { allRefused, leavesNothing } from '../../helpers';
import { planOf, variantOrRandom } from './measuring';

const MEASURES = {
  sequences: 1,
  half: 6,
  sizes: [1],
  draws: 1,
  randomSizes: [1],
  copied: 4,
  poolRows: 12,
  shown: 2,
  questions: 2,
  worded: 1,
  documents: 8,
  lines: 6,
  worldTasks: 1,
  worldEach: 2,
  worldShown: 4,
  worldSizes: [1],
  steps: 4,
  watchEvery: 2,
  watched: 2,
  compared: 4,
};
const plan = planOf('survey-heads', MEASURES);

/** What a variant puts, by metric and place. */
function measured(key: string): Map<string, number> {
  const found = new Map<string, number>();
  const at = plan();
  const run = at.experiment.kind.start(at, variantOrRandom(at, key), 0);
  const put: experiments.Put = (_, where, metric, value) => {
    const place = `${metric} | ${Object.values(where).flat().join()}`;
    assert.ok(Number.isFinite(value) && !found.has(place), place);
    found.set(place, value);
  };
  run.measure(put);
  run.dispose();
  return found;
}

test('of a language model every head is scored, and losses and answers without heads are put', () => {
  const found = measured('random');
  const scores = [0, 1].flatMap((l) =>
    [0, 1].map((h) => found.get(`prefix matching | ${l},${h}`)!),
  );
  assert.equal(found.get('prefix matching, best head | '), Math.max(...scores));
  for (const way of ['zero', 'mean'])
    assert.equal(
      found.get(`loss, top heads, ${way} | 0`),
      found.get(`loss, random heads, ${way} | 0`),
      'without no head both are the same',
    );
  for (const which of ['top heads', 'random heads'])
    for (const n of [0, 1]) {
      const accuracy = found.get(`accuracy, ${which} | ${n}`)!;
      assert.ok(accuracy >= 0 && accuracy <= 1);
    }
  assert.ok([...found.keys()].some((key) => key.includes('unrelated words')));
});

test('of a model that is trained there is a number at every watched step, and at the end', () => {
  const found = measured('one-layer');
  for (const step of [0, 2, 4])
    for (const metric of ['loss', 'in-context score', 'prefix matching'])
      assert.ok(found.has(`${metric} along training | ${step}`), `${metric} ${step}`);
  assert.equal(found.get('in-context score | '), found.get('in-context score along training | 4'));
});

test('of the small model the best heads of look-up are taken out', () => {
  const found = measured('small');
  assert.ok(found.get('prefix matching, best head | ')! > 0.5, 'the trained one has such a head');
  assert.equal(
    found.get('accuracy, top heads, arbitrary labels | 0'),
    found.get('accuracy, random heads, arbitrary labels | 0'),
  );
});

test('it leaves no tensor', () => {
  for (const key of ['random', 'small', 'two-layers']) leavesNothing(() => void measured(key));
});

test('what cannot run is refused', async (t) => {
  const set = (measures: object) => () => plan({ measures: { ...MEASURES, ...measures } });
  await allRefused(t, [
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [set({ sizes: [4, 1] }), '4, 1'],
    [set({ randomSizes: [2] }), '2'],
    [set({ worded: 9 }), '9 of 3 tasks'],
  ]);
});

/**
 * The experiment on labels of a model: what it measures is what its names say, on the exact answer and
 * on a language model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allRefused, leavesNothing } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const MEASURES = {
  poolRows: 24,
  each: 3,
  worldTasks: 3,
  worldEach: 6,
  shown: 8,
  shares: [0.25, 0.5, 1],
  penalty: 1,
  crossEach: 2,
  headerTokens: 16,
};
const plan = planOf('survey-labelling', MEASURES);
const measured = (key: string, set: object = {}, seed = 0): Map<string, number> =>
  measuredBy(plan({ measures: { ...MEASURES, ...set } }), key, undefined, seed);

test('exact labels teach what few true ones do not, and true ones are no worse', () => {
  const found = measured('exact');
  const student = (what: string): number => found.get(`accuracy, student, ${what}`)!;
  assert.ok(student('kept 100 %') > student('true few'));
  assert.ok(student('true all') >= student('kept 100 %') - 0.05);
  assert.ok(found.get('labels right, kept 100 %')! > 0.9);
  assert.ok(found.get('labels right, kept 25 %')! >= found.get('labels right, kept 100 %')! - 0.02);
  assert.ok(![...found.keys()].some((key) => /weak rule|rows/.test(key)));
});

test('shares and costs are those of the names', () => {
  const found = measured('random');
  assert.equal(found.get('questions asked, labelling'), 24 - 8);
  assert.equal(found.get('share, kept 100 %'), 1);
  for (const share of [25, 50]) {
    const kept = found.get(`share, kept ${share} %`)!;
    assert.ok(kept >= share / 100 && kept <= share / 100 + 2 / 16, `${kept}`);
  }
  assert.ok(found.get('least confidence, kept 25 %')! >= found.get('least confidence, kept 50 %')!);
  assert.ok(found.get('tokens, labelling')! > found.get('tokens for a question, in context')!);
});

test('a pool that is all shown but one row leaves one label to the model', () => {
  const found = measured('random', { shown: 23 });
  assert.equal(found.get('questions asked, labelling'), 1);
  assert.ok([0, 1].includes(found.get('labels right, kept 100 %')!));
  // one kept label of one is the same whatever the share
  assert.equal(
    found.get('accuracy, student, kept 25 %'),
    found.get('accuracy, student, kept 50 % at random'),
  );
});

test('pairs of tasks are measured in both orders, and their mean is that of the pairs', () => {
  const found = measured('random');
  for (const way of ['none', 'own rows', 'random rows', 'nearest rows, header']) {
    const metric = `accuracy, ${way}`;
    const pairs = [...found].filter(([key]) => key.startsWith(`${metric}, `) && /after/.test(key));
    const own = pairs.filter(([key]) => !key.startsWith(`${metric}, header`));
    assert.equal(own.length, 2, way);
    const mean = own.reduce((sum, [, value]) => sum + value, 0) / 2;
    assert.ok(Math.abs(found.get(metric)! - mean) < 1e-12, way);
  }
  assert.equal(found.get('likeness of tasks'), 1);
  assert.equal(found.get('correlation of likeness and gain, random rows'), 0);
});

test('the same seed has the same numbers, and nothing is left in memory', () => {
  assert.deepEqual(measured('random', {}, 1), measured('random', {}, 1));
  leavesNothing(() => void measured('random'));
  leavesNothing(() => void measured('exact'));
});

test('what cannot run is refused', async (t) => {
  const set = (measures: object) => () => plan({ measures: { ...MEASURES, ...measures } });
  await allRefused(t, [
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [set({ shares: [0.5] }), '0.5', '1'],
    [set({ shares: [0.25, 1] }), '0.25', '0.5'],
    [set({ shares: [0, 0.5, 1] }), 'shares', '0'],
    [set({ shown: 24 }), '24 rows', '24'],
    [set({ penalty: 0 }), 'penalty', '0'],
  ]);
});

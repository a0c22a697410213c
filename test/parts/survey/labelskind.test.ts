/**
 * The experiment on labels in demonstrations: what it measures on the exact answer, and on a language
 * model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { factors } from 'invicl';

import { allRefused, close, leavesNothing } from '../../helpers';
import { measuredByNumber, planOf } from './measuring';

const MEASURES = {
  poolRows: 24,
  each: 3,
  worldTasks: 4,
  worldEach: 6,
  shown: 4,
  worldShown: 8,
  questions: 4,
  shares: [0, 0.5, 1],
};
const plan = planOf('survey-labels', MEASURES);

/** By per cent of right labels, -1 where there is no share, and metric. */
const measured = (key: string, seed = 0): Map<string, number> =>
  measuredByNumber(plan(), key, seed);

test('the exact answer follows right labels, flipped ones, and words that stand for them', () => {
  const found = measured('exact');
  const of = (what: string): number => found.get(`-1 accuracy, ${what}`)!;
  assert.ok(of('gold') > 0.85);
  assert.ok(of('flipped labels') < 0.2);
  assert.ok(of('unrelated words') > of('random labels'));
  assert.ok(found.get('-1 sensitivity')! > 0.6);
  assert.equal(found.get('-1 chance'), 0.5);
  assert.ok(![...found.keys()].some((key) => /only|another task/.test(key)));
});

test('gold is all labels right, flipped none, and the slope is that of the shares', () => {
  for (const key of ['exact', 'random']) {
    const found = measured(key);
    for (const metric of ['accuracy', 'accuracy, batch calibration', 'log-odds']) {
      const at = (n: number): number => found.get(`${n} ${metric}, labels right`)!;
      assert.equal(found.get(`-1 ${metric}, gold`), at(100));
      assert.equal(found.get(`-1 ${metric}, flipped labels`), at(0));
    }
    const shares = MEASURES.shares.map((share) =>
      found.get(`${100 * share} accuracy, labels right`)!,
    );
    close(
      [found.get('-1 sensitivity')!],
      [factors.labelSensitivity(MEASURES.shares, shares)],
      1e-9,
    );
  }
});

test('a language model is asked in all conditions', () => {
  const found = measured('random');
  for (const name of Object.keys(factors.LABEL_CONDITIONS))
    assert.ok(found.has(`-1 accuracy, batch calibration, ${name}`), name);
});

test('the same seed has the same numbers, another one others; nothing is left in memory', () => {
  const first = measured('random', 1);
  assert.deepEqual(measured('random', 1), first);
  assert.notDeepEqual(measured('random', 2), first);
  leavesNothing(() => void measured('random', 1));
  leavesNothing(() => void measured('exact', 1));
});

test('what cannot run is refused', async (t) => {
  await allRefused(t, [
    [() => plan({ tasks: ['trec', 'no such task'] }), 'no such task'],
    [() => plan({ tasks: ['trec'] }), 'trec', 'two tasks'],
    [() => plan({ measures: { ...MEASURES, shares: [0, 0.5] } }), '0, 0.5', '0 and 1'],
    [() => plan({ measures: { ...MEASURES, shares: [0, 0.001, 1] } }), '0.001'],
    [() => plan({ measures: { ...MEASURES, shown: 30 } }), 'Of 24 rows', '30'],
    [() => plan({ measures: { ...MEASURES, worldShown: 0 } }), 'worldShown', '0'],
  ]);
});

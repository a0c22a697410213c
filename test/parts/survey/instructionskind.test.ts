/**
 * The experiment on instructions: what it measures is what its names say, on the exact answer and on a
 * language model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allRefused, leavesNothing } from '../../helpers';
import { measuredByNumber, planOf } from './measuring';

const WORDS = {
  kinds: ['property'],
  trainRows: 4,
  testRows: 4,
  shown: 2,
  guessedFrom: [1, 2],
  longest: 3,
  sets: 1,
  drawn: 3,
  temperature: 1,
  budgets: [3, 6, 12],
  replays: 4,
  exploration: 0.25,
};
const WORLD = {
  tasks: 4,
  each: 4,
  ks: [1, 6],
  rows: 32,
  budgets: [12, 48, 384],
  replays: 4,
  exploration: 0.25,
};
const of = planOf('survey-instructions', {});
const plan = (words: object = {}, world: object = {}) =>
  of({ measures: { words: { ...WORDS, ...words }, world: { ...WORLD, ...world } } });

/** By n, -1 where there is none, and metric. */
const measured = (key: string, seed = 0): Map<string, number> =>
  measuredByNumber(plan(), key, seed);

test('the exact answer follows right instructions, finds them, and searches end at them', () => {
  const found = measured('exact');
  const at = (key: string): number => found.get(key)!;
  assert.equal(at('-1 accuracy, right, natural'), 1);
  assert.ok(at('-1 accuracy, right, natural') > at('-1 accuracy, other, natural'));
  assert.equal(at('1 feature guessed, natural'), 1);
  for (const mapping of ['natural', 'arbitrary'])
    assert.ok(at(`6 rule guessed, ${mapping}`) >= at(`1 rule guessed, ${mapping}`));
  // all rows of all rules are evaluated: the right rule alone answers all
  assert.equal(at('384 right rule, uniform'), 1);
  assert.equal(at('384 value in TaskWorld, uniform'), 1);
});

test('the words of all tasks are asked, and shares are shares', () => {
  const found = measured('random');
  for (const [key, value] of found)
    if (!key.includes('tokens')) assert.ok(value >= 0 && value <= 1, key);
  assert.ok(
    found.get('-1 tokens, demonstrations and right, plain')! >
      found.get('-1 tokens, demonstrations, plain')!,
  );
  const titles = ['opposite', 'comparative', 'noun', 'last letter'];
  const mean =
    titles.reduce((sum, one) => sum + found.get(`-1 accuracy, right, plain, ${one}`)!, 0) / 4;
  assert.ok(Math.abs(found.get('-1 accuracy, right, plain')! - mean) < 1e-12);
});

test('a search that evaluates everything ends at the best candidate', () => {
  const found = measured('random');
  assert.ok(
    Math.abs(found.get('12 value, uniform')! - found.get('-1 value, best candidate')!) < 1e-9,
  );
  assert.ok(found.get('-1 value, best candidate')! >= found.get('-1 value, mean candidate')!);
  assert.ok(
    found.get('-1 accuracy, best candidate on test (oracle)')! >=
      found.get('-1 accuracy, best candidate')!,
  );
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
    [() => plan({ kinds: ['plant'] }), 'kinds', 'plant'],
    [() => plan({ trainRows: 20, testRows: 5 }), '20 rows', '24 rows'],
    [() => plan({ shown: 5 }), '5 demonstrations', '4 rows'],
    [() => plan({ guessedFrom: [2, 1] }), 'guessedFrom', '2, 1'],
    [() => plan({}, { ks: [4, 2] }), "'ks'", '4, 2'],
    [() => plan({}, { rows: 7 }), '7 rows'],
  ]);
});

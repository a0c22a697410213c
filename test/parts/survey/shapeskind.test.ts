/**
 * The experiment on shapes of demonstrations: what it measures on the exact answer, and on a language
 * model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allRefused, leavesNothing } from '../../helpers';
import { measuredByNumber, planOf } from './measuring';

const MEASURES = {
  poolRows: 24,
  each: 2,
  worldTasks: 3,
  worldQuestions: 8,
  written: [2, 4],
  textCounts: [2, 4],
  worldCounts: [4, 8],
  groupSize: 2,
  pairs: 4,
  tried: 3,
  textStrengths: [0, 0.1],
  textLayers: [1],
  textLayerStrength: 0.1,
  shown: 2,
  dummies: 2,
  worldStrengths: [0, 0.1],
};
const plan = planOf('survey-shapes', MEASURES);

/** By number of demonstrations, -1 where there is none, and metric. */
const measured = (key: string, seed = 0): Map<string, number> =>
  measuredByNumber(plan(), key, seed);

test('the exact answer needs true demonstrations, and more of them tell it more', () => {
  const found = measured('exact');
  const of = (n: number, what: string): number => found.get(`${n} accuracy, ${what}`)!;
  assert.ok(of(4, 'gold') > of(4, 'random labels'));
  assert.ok(of(4, 'gold') >= of(0, 'gold') - 0.1);
  assert.ok(of(8, 'exact Bayes') >= 0.8);
  assert.ok(![...found.keys()].some((key) => /generated|vector|groups/.test(key)));
});

test('a group of all demonstrations is one prompt, and strength 0 turns nothing', () => {
  const found = measured('random');
  assert.equal(found.get('2 accuracy, groups'), found.get('2 accuracy, one prompt'));
  assert.equal(found.get('2 pairs, groups'), found.get('2 pairs, one prompt'));
  assert.ok(found.get('4 pairs, groups')! < found.get('4 pairs, one prompt')!);
  for (const style of ['negative to positive', 'present to past']) {
    const margin = (what: string): number => found.get(`-1 margin, ${style}${what}, strength 0`)!;
    assert.equal(margin(''), margin(', sum'));
    assert.equal(margin(''), margin(', other vector'));
    assert.equal(found.get(`-1 cost, ${style}, strength 0`), 0);
  }
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
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [
      () => plan({ measures: { ...MEASURES, worldCounts: [5] } }),
      '5 demonstrations',
      'groups of 2',
    ],
    [() => plan({ measures: { ...MEASURES, textStrengths: [-1] } }), 'textStrengths', '-1'],
    [() => plan({ measures: { ...MEASURES, worldQuestions: 1 } }), 'worldQuestions', '1'],
  ]);
});

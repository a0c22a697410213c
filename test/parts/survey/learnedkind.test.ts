/**
 * The experiment on learning to choose demonstrations: what is measured is what the names say, and
 * what it cost is what was asked.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allRefused, leavesNothing } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const MEASURES = {
  poolRows: 24,
  each: 2,
  worldTasks: 2,
  worldEach: 2,
  k: 2,
  rows: 5,
  heldRows: 3,
  candidates: 6,
  sets: 2,
  steps: 2,
  policyTasks: 1,
  worldPolicyTasks: 3,
  worldDev: 3,
  policyRows: 4,
  horizon: 2,
  dev: 3,
  episodes: 12,
  policySteps: 4,
};
const plan = planOf('survey-learned', MEASURES);
const measured = (key: string): Map<string, number> => measuredBy(plan(), key, 2);

test('passes are rows times candidates, sets beside them, and none without learning', () => {
  const found = measured('exact');
  const passes = (way: string): number => found.get(`passes for a task, ${way}`)!;
  for (const way of ['EPR', 'UDR', 'LLM-R']) assert.equal(passes(way), 5 * 6, way);
  assert.equal(passes('CEIL'), 5 * 6 + 5 * 2);
  for (const way of ['random', 'nearest, cosine', 'UDR, held-out task', 'nearest of 16, vote-k'])
    assert.equal(passes(way), 0, way);
  assert.equal(passes('nearest of 16, full vote-k'), 24 - 2);
  // 11 sets of at most 2 of 4 rows about 3 others, and 16 rows that may come next
  assert.equal(passes('policies'), 11 * 3 + 4 + 4 * 3);
});

test('no policy is above the best set, random sets are below it, and the curve ends at its end', () => {
  const found = measured('exact');
  const dev = (what: string): number => found.get(`accuracy on dev rows, ${what}`)!;
  for (const what of ['Q-table', 'Q-network', 'random set', 'no demonstrations'])
    assert.ok(dev(what) <= dev('best set') + 1e-9, what);
  assert.equal(dev('Q-table after 12 episodes'), dev('Q-table'));
  for (const after of [1, 3, 10]) assert.ok(dev(`Q-table after ${after} episodes`) >= 0);
});

test('recall is a share, and a mean over titles', () => {
  const found = measured('exact');
  for (const way of ['nearest, cosine', 'EPR', 'CEIL', 'LLM-R, round 1', 'EPR, held-out task']) {
    const name = `recall of the most helpful, ${way}`;
    const titles = ['natural', 'flipped', 'arbitrary'].map((one) =>
      found.get(`${name}, ${one} labels`)!,
    );
    assert.ok(
      titles.every((share) => share >= 0 && share <= 1),
      name,
    );
    assert.ok(Math.abs(titles.reduce((a, b) => a + b) / 3 - found.get(name)!) < 1e-9);
  }
});

test('a single task has none to be held out, and no tensor is left', () => {
  leavesNothing(() => {
    const found = measured('random');
    assert.ok(found.has('accuracy, UDR'));
    assert.ok(!found.has('accuracy, UDR, held-out task'));
  });
});

test('what cannot run is refused', async (t) => {
  const bad = (measures: object) => () => void plan({ measures: { ...MEASURES, ...measures } });
  await allRefused(t, [
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [bad({ rows: 22 }), '25 rows', '24'],
    [bad({ candidates: 24 }), '25 rows', '24'],
    [bad({ k: 7 }), '7 rows', '6'],
    [bad({ dev: 21 }), '25 rows', '24'],
    [bad({ horizon: 5 }), '5 rows', '4'],
    [bad({ candidates: 5 }), 'candidates', '5'],
  ]);
});

/** The experiment on sums in English: what it measures of a model of random weights, by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allRefused, leavesNothing } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const MEASURES = {
  steps: [1, 2],
  questions: 3,
  demonstrations: [1],
  longest: 6,
  voted: 1,
  votes: 3,
  temperature: 1,
};
const measures = planOf('survey-steps-text', MEASURES);
const plan = (set: object = {}) => measures({ measures: { ...MEASURES, ...set } });
const measured = (seed = 0): Map<string, number> => measuredBy(plan(), 'random', undefined, seed);

test('every form and number of steps is measured, and votes', () => {
  const found = measured();
  for (const steps of [1, 2])
    for (const form of ['written', 'direct', 'trigger', 'at once']) {
      const of = (metric: string): number => found.get(`${metric}, ${steps} steps, ${form}`)!;
      assert.ok(of('accuracy') <= of('names a number'), form);
      assert.ok(of('tokens') >= 1 && of('tokens') <= 6, form);
    }
  for (const how of ['greedy', 'one drawn', 'vote of 3']) {
    const share = found.get(`accuracy, 1 steps, voted, ${how}`)!;
    assert.ok(share >= 0 && share <= 1, how);
  }
  assert.equal(found.size, 2 * 4 * 3 + 3);
});

test('the same seed has the same numbers, and nothing is left in memory', () => {
  assert.deepEqual(measured(1), measured(1));
  leavesNothing(() => void measured(1));
});

test('a config that asks for too much is refused', async (t) => {
  const check = (set: object) => (): void => {
    const one = plan(set);
    one.experiment.kind.check(one);
  };
  await allRefused(t, [[check({ steps: [21] }), '21 steps', '20']]);
});

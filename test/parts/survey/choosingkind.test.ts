/**
 * The experiment on the choice of demonstrations: what is measured of the ways is what their names
 * say, on the exact answer and on a language model.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allRefused, leavesNothing } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const MEASURES = { ks: [3], poolRows: 24, each: 3, worldTasks: 2, worldEach: 4 };
const plan = planOf('survey-choosing', MEASURES);
const measured = (key: string): Map<string, number> => measuredBy(plan(), key, 3);

test('nearest rows are nearer than any others, and different ones repeat less', () => {
  for (const key of ['exact', 'random']) {
    const found = measured(key);
    const likeness = (way: string): number => found.get(`likeness to the question, ${way}`)!;
    const among = (way: string): number => found.get(`likeness among them, ${way}`)!;
    for (const way of ['random', 'BM25', 'determinant', 'vote-k', 'nearest of 16, random'])
      assert.ok(likeness('nearest, cosine') >= likeness(way) - 1e-9, `${key}: ${way}`);
    for (const way of ['marginal relevance', 'determinant'])
      assert.ok(among(way) <= among('nearest, cosine') + 1e-9, `${key}: ${way}`);
  }
});

test('in TaskWorld a vote of random rows is chance, and the nearest have the right label', () => {
  const found = measured('exact');
  const share = (way: string): number => found.get(`share of the right label, ${way}`)!;
  // the same rows for questions of which half have either answer
  for (const way of ['random', 'vote-k', 'facility location']) {
    assert.equal(found.get(`accuracy of a vote, ${way}`), 0.5);
    assert.equal(share(way), 0.5);
  }
  assert.ok(share('nearest, cosine') > 0.6);
  assert.ok(found.get('accuracy, nearest, cosine')! > 0.8);
  const titles = ['natural', 'flipped', 'arbitrary'].map((one) =>
    found.get(`accuracy, random, ${one} labels`)!,
  );
  assert.ok(Math.abs(titles.reduce((a, b) => a + b) / 3 - found.get('accuracy, random')!) < 1e-9);
});

test('one context for all questions is read once', () => {
  const found = measured('random');
  const tokens = (way: string): number => found.get(`tokens for a question, ${way}`)!;
  for (const way of ['random', 'vote-k', 'facility location'])
    assert.ok(tokens(way) < tokens('nearest, cosine'), way);
});

test('it leaves no tensor', () => {
  leavesNothing(() => void measured('random'));
});

test('what cannot run is refused', async (t) => {
  await allRefused(t, [
    [() => plan({ tasks: ['no such task'] }), 'no such task'],
    [() => plan({ tasks: [] }), 'tasks'],
    [() => plan({ measures: { ...MEASURES, ks: [0] } }), 'ks', '0'],
    [() => plan({ measures: { ...MEASURES, each: 0 } }), 'each', '0'],
  ]);
});

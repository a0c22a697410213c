/** The experiment on self-made tasks: what it measures of a script, and of the small model. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { instructions, survey } from 'invicl';
import { allRefused, leavesNothing } from '../../helpers';
import { measuredBy, planOf } from './measuring';

const MEASURES = {
  text: {
    rounds: 4,
    draws: 2,
    instructionTokens: 4,
    temperature: 1,
    shown: 2,
    instanceDraws: 2,
    instanceTokens: 4,
    each: 3,
    adapters: { rank: 2, alpha: 4 },
    steps: 1,
    batch: 1,
    learningRate: 1e-3,
    rows: 1,
  },
  world: {
    rules: 6,
    steps: 2,
    learningRate: 1e-4,
    furtherSteps: 1,
    furtherRate: 1e-4,
    batch: 2,
    single: 0.5,
    share: 0.5,
    proposals: 6,
    inputs: 4,
    confident: 0.5,
    asked: 2,
  },
};
const measures = planOf('survey-self-instruct', MEASURES);
const plan = (text: object = {}, world: object = {}) =>
  measures({
    measures: { text: { ...MEASURES.text, ...text }, world: { ...MEASURES.world, ...world } },
  });

test('a funnel adds up, and every tuning is asked', () => {
  const found = measuredBy(plan(), 'random');
  const counted = (what: string, filters: readonly string[]): void => {
    const refusedBy = filters.map((name) => found.get(`${what}, refused by ${name}`)!);
    const all = [found.get(`${what}, kept`)!, ...refusedBy].reduce((a, b) => a + b);
    assert.equal(all, found.get(`${what}, written`), what);
  };
  assert.equal(found.get('instructions, written'), 8);
  counted('instructions', instructions.INSTRUCTION_FILTERS);
  for (const what of ['seed instances, input first', 'seed instances, output first'])
    counted(what, instructions.INSTANCE_FILTERS);
  for (const tuning of ['before', 'seeds', 'self-made', 'self-made and seeds']) {
    const share = found.get(`accuracy, ${tuning}`)!;
    assert.ok(share >= 0 && share <= 1, tuning);
  }
  const own = found.get('instances, self-made')!;
  assert.equal(found.get('instances, seeds'), 48);
  assert.equal(found.get('instances, self-made and seeds'), 48 + own);
});

test('in TaskWorld labels are right as their tasks say, and all tunings are asked', () => {
  const found = measuredBy(plan(), 'small');
  assert.equal(found.get('instructions, written'), 6);
  for (const way of ['before', 'seeds', 'self-made', 'self-made, confident', 'true labels'])
    for (const rules of ['', 'tuned rules, ']) {
      const share = found.get(`accuracy, ${rules}${way}`)!;
      assert.ok(share >= 0 && share <= 1, way);
    }
});

test('how probable it is that two labels differ, by hand', () => {
  assert.equal(survey.labelsDiffer(['a']), null);
  assert.equal(survey.labelsDiffer(['a', 'a']), 0);
  assert.equal(survey.labelsDiffer(['a', 'b']), 1);
  assert.equal(survey.labelsDiffer(['a', 'a', 'b']), 1 - 1 / 3); // of three pairs two differ
});

test('the same seed has the same numbers, and nothing is left in memory', () => {
  const all = (): Map<string, number> => measuredBy(plan(), 'random', undefined, 1);
  assert.deepEqual(all(), all());
  leavesNothing(() => void all());
});

test('what cannot be measured is refused', async (t) => {
  await allRefused(t, [
    [() => plan({}, { rules: 12 }), '12 rules', '4, 6, 9'],
    [() => plan({}, { rules: 5 }), '5 rules'],
    [() => plan({}, { confident: 1.5 }), '1.5'],
    [() => plan({ shown: 0 }), 'shown'],
    [() => plan({ rows: 100 }), 'rows'],
  ]);
});

/**
 * The experiment on factors of demonstrations: what it measures is what its names say, on the exact
 * answer and on a language model of random weights.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { experiments, factors } from 'invicl';

import { allRefused, leavesNothing } from '../../helpers';
import { planOf, variantOrRandom } from './measuring';

const MEASURES = {
  poolRows: 24,
  each: 2,
  asked: 3,
  shown: 2,
  worldShown: 4,
  draws: 20,
  spread: 2,
  worldTasks: 3,
  worldAsked: 2,
  worldRows: 24,
  ambiguous: 4,
  disagreeing: [1, 2],
  contexts: 2,
  reviews: 4,
  worldReviews: 6,
};
const plan = planOf('survey-factors', MEASURES);

/** What a variant puts, by metric, with the number of demonstrations before it where it is of one. */
function measured(key: string, set: object = {}, seed = 0): Map<string, number> {
  const found = new Map<string, number>();
  const own = plan({ measures: { ...MEASURES, ...set } });
  const run = own.experiment.kind.start(own, variantOrRandom(own, key), seed);
  const put: experiments.Put = (_, { n }, metric, value) => {
    const name = n === undefined ? metric : `${n}: ${metric}`;
    assert.ok(Number.isFinite(value), name);
    assert.ok(!found.has(name), `${name} is put once`);
    found.set(name, value);
  };
  run.measure(put);
  run.dispose();
  return found;
}

test('sets of a high value of a factor have more of it than those of a low one', () => {
  const found = measured('exact');
  const corners = factors.CORNERS;
  factors.SET_FACTORS.forEach((factor, f) => {
    const of = (side: 1 | -1): number =>
      corners
        .filter((corner) => corner[f] === side)
        .reduce((sum, corner) => sum + found.get(`${factor}, ${factors.cornerName(corner)}`)!, 0);
    assert.ok(of(1) > of(-1), factor);
  });
  // of 2 options log-odds above 0 in the mean and answers that are mostly right go together
  for (const corner of corners) {
    const accuracy = found.get(`accuracy, ${factors.cornerName(corner)}`)!;
    assert.ok(accuracy >= 0 && accuracy <= 1);
  }
});

test('numbers without a title are means over titles', () => {
  const found = measured('exact');
  for (const metric of ['coefficient, similarity', 'coefficient, coverage']) {
    const titles = ['natural', 'flipped', 'arbitrary'].map((mapping) =>
      found.get(`${metric}, ${mapping} labels`)!,
    );
    const mean = titles.reduce((a, b) => a + b, 0) / 3;
    assert.ok(Math.abs(mean - found.get(metric)!) < 1e-12);
  }
});

test('an instruction and one demonstration that disagrees tell the exact answer the feature', () => {
  const found = measured('exact', { ambiguous: 8, worldReviews: 8 });
  assert.ok(found.get('share by the named feature, instruction')! > 0.95);
  assert.ok(found.get('share by the named feature, natural labels')! > 0.85);
  assert.ok(found.get('1: share by the meant feature')! > 0.8);
});

test('shares of the preferred feature and of the other are two sides of one bias', () => {
  for (const key of ['exact', 'random']) {
    const found = measured(key);
    const bias = found.get('bias')!;
    assert.equal(found.get('0: share by the meant feature'), 0.5);
    assert.equal(found.get('0: share by the meant feature, preferred'), 0.5 + bias);
    assert.equal(found.get('0: share by the meant feature, not preferred'), 0.5 - bias);
    for (const told of ['instruction', 'natural labels']) {
      const of = (which: string): number =>
        found.get(`share by the named feature, ${told}${which}`)!;
      assert.ok(Math.abs(of('') - (of(', preferred') + of(', not preferred')) / 2) < 1e-12);
    }
  }
});

test('only questions that share a context are calibrated', () => {
  const calibrated = (key: string): number =>
    [...measured(key).keys()].filter((name) => name.includes('batch calibration')).length;
  assert.equal(calibrated('exact'), 0);
  assert.ok(calibrated('random') > 0);
  // three features make three pairs, each with both its features named in two ways
  const shares = [...measured('random').keys()].filter((name) => / or \w+$/.test(name));
  assert.equal(shares.length, 3 * (1 + 2 * 2));
});

test('the small model reads under InvICL as under AR', () => {
  const set = { worldTasks: 1, worldReviews: 2, disagreeing: [1] };
  const [ar, invicl] = ['small', 'small-invicl'].map((key) => measured(key, set));
  assert.deepEqual([...ar!.keys()], [...invicl!.keys()]);
  assert.notEqual(ar!.get('coefficient, similarity'), invicl!.get('coefficient, similarity'));
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
    [set({ disagreeing: [2, 1] }), '2, 1'],
    [set({ disagreeing: [5] }), '5', '4'],
    [set({ reviews: 3 }), '3', '6'],
    [set({ worldReviews: 5 }), '4', '5'],
    [set({ shown: 1 }), 'shown', '1'],
    [set({ spread: 0 }), 'spread', '0'],
  ]);
});

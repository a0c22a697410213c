/** Choosing one row after another: what is learned beside the best of all sequences. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core } from 'invicl';

import { allRefused, leavesNothing } from '../../../helpers';

/** A process of random accuracies, and how often it was asked. */
function processOf(what: number, rows = 8, horizon = 3) {
  const known = new Map<string, number>();
  const asked = { count: 0 };
  const process: choosing.SequentialChoice = {
    rows,
    horizon,
    accuracy: (set) => {
      asked.count++;
      assert.deepEqual(
        set,
        [...set].sort((a, b) => a - b),
      );
      const key = set.join();
      if (!known.has(key)) known.set(key, core.stream(what, 'accuracies', key).uniform());
      return known.get(key)!;
    },
  };
  return { process, asked };
}

/** All sequences of different rows. */
const sequences = (rows: number, length: number): number[][] =>
  length === 0
    ? [[]]
    : sequences(rows, length - 1).flatMap((before) =>
        Array.from({ length: rows }, (_, row) => row)
          .filter((row) => !before.includes(row))
          .map((row) => [...before, row]),
      );

test('the best set is that of the best of all sequences', () => {
  for (let trial = 0; trial < 5; trial++) {
    const { process } = processOf(trial);
    // the return of a sequence: the sum of its rewards, and the accuracy at its start
    const after = (one: readonly number[]): number =>
      process.accuracy([...one].sort((a, b) => a - b));
    const all = sequences(8, 3).map((one) =>
      one.reduce(
        (sum, _, t) => sum + after(one.slice(0, t + 1)) - after(one.slice(0, t)),
        after([]),
      ),
    );
    assert.equal(all.length, 8 * 7 * 6);
    const best = choosing.bestSet(process);
    assert.ok(Math.abs(best.accuracy - Math.max(...all)) < 1e-12);
    assert.equal(best.accuracy, process.accuracy(best.set));
    assert.equal(best.set.length, 3);
  }
});

test('Q-learning finds the best set, and has not found it at once', () => {
  const first: boolean[] = [];
  for (let trial = 0; trial < 6; trial++) {
    const { process } = processOf(trial);
    const best = choosing.bestSet(process);
    const { set, accuracy, curve } = choosing.qLearning(process, { seed: trial, episodes: 3000 });
    assert.deepEqual(set, best.set, `trial ${trial}`);
    assert.equal(accuracy, best.accuracy);
    assert.equal(curve.length, 3000);
    assert.equal(curve.at(-1), best.accuracy);
    assert.ok(curve.every((value) => value <= best.accuracy));
    first.push(curve[0] === best.accuracy);
  }
  assert.ok(first.includes(false), 'one episode is not enough');
});

test('a whole pool as the set: there is one', () => {
  const { process } = processOf(0, 4, 4);
  assert.deepEqual(choosing.bestSet(process).set, [0, 1, 2, 3]);
  assert.deepEqual(choosing.qLearning(process, { episodes: 1 }).set, [0, 1, 2, 3]);
});

/** Row r is worth r / 10; the feature of an action says so, another is noise. */
const worth: choosing.SequentialChoice = {
  rows: 8,
  horizon: 3,
  accuracy: (set) => set.reduce((sum, row) => sum + row / 10, 0),
};
const features: choosing.ActionFeatures = (set, row) => [
  set.length,
  row,
  core.stream(0, 'noise', ...set, row).normal(),
];

test('the Q-network learns which feature counts, from random episodes alone', () => {
  const learned = choosing.qNetwork(worth, features, {});
  assert.deepEqual(learned.set, [5, 6, 7]);
  assert.equal(learned.accuracy, choosing.bestSet(worth).accuracy);
  assert.equal(learned.curve.length, 600 / 50);
  const again = choosing.qNetwork(worth, features, { steps: 20 });
  assert.deepEqual(again, choosing.qNetwork(worth, features, { steps: 20 }));
});

test('the conservative term keeps actions that were never taken down', () => {
  // row 7 is never seen in one episode of three rows unless drawn; its value is then a guess
  const short = { episodes: 1, steps: 300 };
  const taken = (alpha: number): readonly number[] =>
    choosing.qNetwork(worth, (_, row) => Array.from({ length: 8 }, (__, r) => Number(r === row)), {
      ...short,
      alpha,
    }).set;
  const order = core.stream(0, 'episodes of a Q-network').permutation(8).slice(0, 3);
  const overlap = (set: readonly number[]): number =>
    set.filter((row) => order.includes(row)).length;
  assert.equal(overlap(taken(1)), 3);
});

test('the network leaves no tensor', () => {
  leavesNothing(() => void choosing.qNetwork(worth, features, { steps: 3, renew: 2, hidden: 3 }));
});

test('what is no process is refused', async (t) => {
  const bad = (with_: object) => () => void choosing.bestSet({ ...worth, ...with_ });
  await allRefused(t, [
    [bad({ rows: 17 }), 'rows', '17'],
    [bad({ horizon: 9 }), 'demonstrations', '9'],
    [bad({ accuracy: 1 }), 'accuracy', '1'],
    [bad({ accuracy: () => NaN }), 'accuracy', 'NaN'],
    [() => choosing.qLearning(worth, { episodes: 0 }), 'episodes', '0'],
    [() => choosing.qLearning(worth, { rate: 2 }), 'rate', '2'],
    [() => choosing.qLearning(worth, { exploring: [2, 0] }), 'random action', '2'],
    [() => choosing.qLearning(worth, { exploring: null as never }), 'random action'],
    [() => choosing.qNetwork(worth, null as never, {}), 'features', 'null'],
    [() => choosing.qNetwork(worth, () => [], {}), 'Features'],
    [() => choosing.qNetwork(worth, (set) => [...set, 1], {}), '1 features', 'another has'],
    [() => choosing.qNetwork(worth, features, { alpha: -1 }), 'alpha', '-1'],
  ]);
});

/**
 * Influences of demonstrations, where they stand, and labels that change: each against its definition,
 * and what has to hold of a reader of a set.
 */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, factors, world } from 'invicl';

import { allRefused, close } from '../../../helpers';

test('log-odds are of the right option against the best of the others', () => {
  const scores = [
    [-1, -3, -2],
    [0, 4, 1],
  ];
  assert.deepEqual(factors.logOddsOf(scores, [0, 2]), [1, -3]);
  const random = core.stream(0, 'log-odds');
  const pairs = Array.from({ length: 20 }, () => [random.uniform(), random.uniform()]);
  const odds = factors.logOddsOf(
    pairs,
    pairs.map(() => 0),
  );
  const of = factors.logOddsOf(
    pairs,
    pairs.map(() => 1),
  );
  close(
    odds,
    of.map((x) => -x),
    1e-12,
  );
});

test('to a reader that adds up what demonstrations say, influence is what each says', () => {
  const says = [0.5, -2, 1, 4];
  const sum = (shown: readonly number[]): number[] =>
    [1, 3].map((weight) => weight * shown.reduce((total, d) => total + says[d]!, 0));
  for (const order of core.allPermutations(4)) {
    const { whole, influences } = factors.leaveOneOut(order, sum);
    close(whole, [3.5, 10.5], 1e-12);
    close(
      influences[1]!,
      order.map((d) => 3 * says[d]!),
      1e-12,
    );
  }
});

test('in all rotations each demonstration stands once at each position', () => {
  for (const k of [1, 4, 6]) {
    const orders = factors.rotations(k, k);
    for (let p = 0; p < k; p++)
      assert.deepEqual(orders.map((order) => order[p]!).sort(), [...Array(k).keys()]);
    assert.deepEqual(orders[0], [...Array(k).keys()]);
  }
  assert.deepEqual(factors.rotations(4, 2), [
    [0, 1, 2, 3],
    [2, 3, 0, 1],
  ]);
});

/** Numbers z_dp of some questions after rotations. */
const rotated = (
  k: number,
  count: number,
  z: (d: number, p: number, q: number) => number,
  questions = 2,
): factors.ByRotation =>
  factors
    .rotations(k, count)
    .map((order) => Array.from({ length: questions }, (_, q) => order.map((d, p) => z(d, p, q))));

test('the variance is of demonstrations, of positions, or of both, as the numbers were made', () => {
  for (const count of [6, 3, 2]) {
    const of = (z: (d: number, p: number, q: number) => number): number[] =>
      Object.values(factors.varianceShares(rotated(6, count, z)));
    close(
      of((d, _, q) => d * d + q),
      [1, 0, 0],
      1e-12,
    );
    close(
      of((_, p) => 2 ** p),
      [0, 1, 0],
      1e-12,
    );
    close(
      of((d, p) => 3 * d + 4 * p),
      [9 / 25, 16 / 25, 0],
      1e-12,
    );
    const mixed = of((d, p) => d * p + Math.sin(7 * d + p));
    assert.ok(mixed.every((share) => share > 0.001));
    close([mixed.reduce((a, b) => a + b)], [1], 1e-12);
  }
  close(Object.values(factors.varianceShares(rotated(4, 4, () => 3))), [0, 0, 0], 1e-12);
});

test('a product that centres to nothing is a rest alone', () => {
  const centred = [-1.5, -0.5, 0.5, 1.5];
  const shares = factors.varianceShares(rotated(4, 4, (d, p) => centred[d]! * centred[p]!));
  close([shares.demonstration, shares.position, shares.rest], [0, 0, 1], 1e-12);
});

test('means by position leave out what demonstrations say, and the other way round', () => {
  for (const count of [6, 3, 2]) {
    const flat = factors.positionMeans(rotated(6, count, (d) => (-1) ** d * d));
    close(flat, new Array<number>(6).fill(2.5), 1e-12);
    const [first] = factors.demonstrationMeans(rotated(6, count, (d) => d * d));
    close(first!, [0, 1, 4, 9, 16, 25], 1e-12);
  }
  const sizes = factors.positionMeans(rotated(6, 6, (d, p) => (d % 2 ? 1 : -1) * p));
  close(sizes, [0, 1, 2, 3, 4, 5], 1e-12);
  const signed = factors.positionMeans(
    rotated(6, 6, (d, p) => (d % 2 ? 1 : -1) * p),
    (x) => x,
  );
  close(signed, [0, 0, 0, 0, 0, 0], 1e-12);
});

/** Demonstrations of a task of TaskWorld, and log-odds of its label for class 0 after some. */
const [a, b] = [world.SYMBOLS[0]!, world.SYMBOLS[1]!];
const random = core.stream(3, 'a task of influences');
const task = world.symbolTask(world.RULES[1]!, [a, b]);
const rows = world.drawExamples(random, task, [0, 1, 1, 0, 1, 0]);
const input = world.drawInput(random, task.rule, 0);
const oddsOf = (examples: readonly world.Example[], recency = 1): number => {
  const answers = new world.ExactBayes({}, { recency }).answers({ examples }, input);
  const [p, q] = [a, b].map((label) => answers[world.labelIndex(label)]!);
  return Math.log(p! / q!);
};

/** Influences of the rows after each rotation. */
const worldInfluences = (recency: number): factors.ByRotation =>
  factors.rotations(6, 6).map(
    (order) =>
      factors.leaveOneOut(
        order.map((d) => rows[d]!),
        (shown) => [oddsOf(shown, recency)],
      ).influences,
  );

test('to the exact answer it does not matter where a demonstration stands', () => {
  const { demonstration, position, rest } = factors.varianceShares(worldInfluences(1));
  close([demonstration, position, rest], [1, 0, 0], 1e-12);
  const sizes = factors.positionMeans(worldInfluences(1));
  close(sizes, new Array<number>(6).fill(sizes[0]!), 1e-12);
});

test('to an answer that forgets, later demonstrations have more influence', () => {
  const shares = factors.varianceShares(worldInfluences(0.6));
  assert.ok(shares.demonstration < 0.9);
  const sizes = factors.positionMeans(worldInfluences(0.6));
  assert.ok(sizes[5]! > 2 * sizes[0]!, sizes.join());
});

test('both orders of a change have the same demonstrations with the same labels', () => {
  for (const late of [1, 2, 4]) {
    const [first, second] = factors.labelChanges(6, late);
    assert.deepEqual([first.late, second.late], [late, 6 - late]);
    assert.deepEqual([first.trueLast, second.trueLast], [false, true]);
    for (const change of [first, second]) {
      assert.deepEqual([...change.order].sort(), [0, 1, 2, 3, 4, 5]);
      const lateOnes = change.exchanged.slice(6 - change.late);
      assert.ok(lateOnes.every((one) => one !== change.trueLast));
      assert.ok(change.exchanged.slice(0, 6 - change.late).every((one) => one === change.trueLast));
    }
    const pairs = (change: factors.LabelChange): string[] =>
      change.order.map((d, i) => `${d} ${change.exchanged[i]}`).sort();
    assert.deepEqual(pairs(first), pairs(second));
  }
});

const changed = ({ order, exchanged }: factors.LabelChange, of = rows): world.Example[] =>
  order.map((d, i) => {
    const { input: own, label } = of[d]!;
    return { input: own, label: exchanged[i] ? (label === a ? b : a) : label };
  });

test('to the exact answer an exchange of the halves changes nothing, so it follows one of two', () => {
  for (const late of [1, 3, 5]) {
    const [first, second] = factors.labelChanges(6, late);
    const [x, y] = [first, second].map((change) => oddsOf(changed(change)));
    close([x!], [y!], 1e-9);
    const follows = (odds: number, trueLast: boolean): number =>
      factors.followsLate([odds > 0 ? 0 : 1], [0], trueLast);
    assert.equal(follows(x!, false) + follows(y!, true), 1);
  }
});

test('inputs that are shown with both labels leave the exact answer undecided, a forgetful one not', () => {
  const half = rows.slice(0, 3);
  const [first, second] = factors.labelChanges(6, 3);
  const twice = [...half, ...half];
  close([oddsOf(changed(first, twice))], [0], 1e-9);
  const [x, y] = [first, second].map((change) => oddsOf(changed(change, twice), 0.6));
  assert.ok(x! < -0.1 && y! > 0.1, `${x} ${y}`);
});

test('the share that follows the late labels counts right answers, or wrong ones', () => {
  const [answers, right] = [
    [0, 1, 1, 0],
    [0, 1, 0, 0],
  ];
  assert.equal(factors.followsLate(answers!, right!, true), 0.75);
  assert.equal(factors.followsLate(answers!, right!, false), 0.25);
});

test('what is no question, prompt or change is refused', async (t) => {
  const two = [
    [0, 1],
    [1, 2],
  ];
  await allRefused(t, [
    [() => factors.logOddsOf([[1], [2]], [0, 0]), '2 rows of 1 scores'],
    [() => factors.logOddsOf(two, [0]), '1 right options'],
    [() => factors.logOddsOf(two, [0, 2]), 'Right options', '[0,2]'],
    [() => factors.leaveOneOut([], () => [0]), 'No demonstration'],
    [
      () => factors.leaveOneOut([1, 2], (shown) => shown.map(() => 0)),
      'Log-odds after demonstrations',
    ],
    [() => factors.rotations(6, 4), '6 demonstrations', '4 rotations'],
    [() => factors.rotations(6, 7), 'rotations', '7'],
    [() => factors.varianceShares([two, two, two]), '3 rotations', '2 positions'],
    [() => factors.varianceShares([two, [[0, 1]]]), 'unequal'],
    [() => factors.positionMeans([[[NaN]]]), 'Numbers of rotations'],
    [() => factors.labelChanges(4, 4), 'after the change', '4'],
    [() => factors.labelChanges(4, 0), 'after the change', '0'],
    [() => factors.followsLate([0, 1], [0], true), '2 answers', '1 right'],
    [() => factors.followsLate([2], [0], true), 'Answers', '2'],
  ]);
});

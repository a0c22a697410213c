/** What a model's answers say of demonstrations: each number against its definition. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core } from 'invicl';

import { allRefused, close } from '../../../helpers';

const random = (what: string | number): core.Stream => core.stream(0, 'signals', what);
const drawn = (stream: core.Stream, count: number): number[] =>
  Array.from({ length: count }, () => stream.normal());
const distributions = (what: string, questions: number, options: number): number[][] => {
  const stream = random(what);
  return Array.from({ length: questions }, () => core.softmax(drawn(stream, options)));
};
const entropy = (p: readonly number[]): number =>
  p.reduce((sum, share) => sum + share * Math.log(1 / share), 0);
const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

/** To round-off. */
const agree = (found: readonly number[], expected: readonly number[]): void =>
  close(found, expected, 1e-9);

test('mutual information is the mean divergence from the mean answer', () => {
  for (let trial = 0; trial < 20; trial++) {
    const p = distributions(`information ${trial}`, 7, 3);
    const middle = [0, 1, 2].map((y) => meanOf(p.map((row) => row[y]!)));
    const divergence = meanOf(
      p.map((row) => row.reduce((sum, share, y) => sum + share * Math.log(share / middle[y]!), 0)),
    );
    agree([choosing.answerInformation(p)], [divergence]);
    agree([choosing.meanEntropy(p)], [meanOf(p.map(entropy))]);
    agree([choosing.meanConfidence(p)], [meanOf(p.map((row) => Math.max(...row)))]);
  }
});

test('information: log K of certain and balanced answers, 0 when all questions get the same', () => {
  const certain = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  agree([choosing.answerInformation(certain)], [Math.log(3)]);
  assert.equal(choosing.meanEntropy(certain), 0);
  assert.equal(choosing.meanConfidence(certain), 1);
  const same = certain.map(() => [0.7, 0.2, 0.1]);
  assert.ok(choosing.answerInformation(same) < 1e-12);
  assert.ok(choosing.answerInformation([...same].fill([1, 0, 0])) === 0);
});

test('random sets: different rows, each row equally often, and uniform places', () => {
  const sets = choosing.drawSets(random('sets'), 12, 4, 9);
  assert.equal(sets.length, 9);
  const counts = new Array<number>(12).fill(0);
  for (const set of sets) {
    assert.equal(new Set(set).size, 4);
    for (const row of set) counts[row]! += 1;
  }
  assert.deepEqual(counts, new Array<number>(12).fill(3));
  assert.deepEqual(choosing.drawSets(random('sets'), 12, 4, 9), sets, 'of the same seed the same');
  // with rows left over: each of 5 rows is in 2/5 of many sets of 2
  const many = choosing.drawSets(random('left over'), 5, 2, 2000);
  for (let row = 0; row < 5; row++) {
    const share = many.filter((set) => set.includes(row)).length / 2000;
    assert.ok(Math.abs(share - 0.4) < 0.05, `row ${row}: ${share}`);
  }
});

test('influence is the difference of means; where rows add up, all sets rank the rows', () => {
  const worth = [0.3, -0.2, 0.05, 0, 0.1, -0.05];
  const all: number[][] = [];
  for (let a = 0; a < 6; a++)
    for (let b = a + 1; b < 6; b++) for (let c = b + 1; c < 6; c++) all.push([a, b, c]);
  const accuracies = all.map((set) => set.reduce((sum, row) => sum + worth[row]!, 0.5));
  const found = choosing.influences(all, accuracies, 6);
  // in a set with e the other two are of 5, without e all three are of 5: a difference of w - mean
  const total = worth.reduce((a, b) => a + b, 0);
  agree(
    found,
    worth.map((w) => w - (total - w) / 5),
  );
  assert.deepEqual(choosing.influences([[0], [1], [1, 0]], [1, 0.5, 0.7], 2), [
    0.85 - 0.5,
    0.6 - 1,
  ]);
});

/** So many rows of one label. */
const alike = (rows: number): number[] => new Array<number>(rows).fill(0);

/** c(e, z) of a table; counts which pairs were asked. */
function table(rows: number, questions: number, what: string) {
  const stream = random(what);
  const c = Array.from({ length: rows }, () => drawn(stream, questions));
  const asked: string[] = [];
  const ask = (some: readonly number[], z: readonly number[]): number[][] =>
    some.map((row) =>
      z.map((q) => {
        asked.push(`${row} ${q}`);
        return c[row]![q]!;
      }),
    );
  return { c, asked, ask };
}

test('progressive filtering asks each pair once, and few questions of most candidates', () => {
  const { c, asked, ask } = table(32, 16, 'filter');
  const { rows, features, rounds } = choosing.progressiveFilter(alike(32), 16, ask, {
    rho: 2,
    l: 2,
    m: 8,
  });
  assert.deepEqual(rounds, [
    { candidates: 32, questions: 2 },
    { candidates: 16, questions: 4 },
    { candidates: 8, questions: 8 },
  ]);
  assert.equal(new Set(asked).size, asked.length);
  assert.equal(asked.length, 32 * 2 + 16 * 2 + 8 * 4);
  // by hand: the best half on two questions, of these the best half on four, sorted by eight
  const best = (some: readonly number[], upTo: number, count: number): number[] =>
    [...some]
      .sort((a, b) => meanOf(c[b]!.slice(0, upTo)) - meanOf(c[a]!.slice(0, upTo)))
      .slice(0, count);
  const first = best([...c.keys()], 2, 16);
  assert.deepEqual(rows, best(best(first, 4, 8), 8, 8));
  assert.deepEqual(
    features,
    rows.map((row) => c[row]!.slice(0, 8)),
  );
  agree(
    choosing.infoScores(features),
    rows.map((row) => meanOf(c[row]!.slice(0, 8))),
  );
});

test('with all candidates left it is the order by InfoScore; questions may run out', () => {
  const { c, ask } = table(6, 3, 'few');
  const order = (some: readonly number[]): number[] =>
    [...some].sort((a, b) => meanOf(c[b]!) - meanOf(c[a]!));
  const filter = { rho: 3, l: 5, m: 6 };
  assert.deepEqual(choosing.progressiveFilter(alike(6), 3, ask, filter).rows, order([...c.keys()]));
  const two = choosing.progressiveFilter(alike(6), 3, ask, { ...filter, m: 2 });
  assert.deepEqual(two.rows, order([...c.keys()]).slice(0, 2));
  assert.ok(two.rounds.every(({ questions }) => questions === 3));
});

const setsOf = (N: number, k: number, from = 0): number[][] =>
  k === 0
    ? [[]]
    : Array.from({ length: N - from }, (_, i) => from + i).flatMap((first) =>
        setsOf(N, k - 1, first + 1).map((rest) => [first, ...rest]),
      );

test('the score of a set is its definition', () => {
  const { c } = table(5, 4, 'score');
  const cos = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  const pairs = [
    [0, 2],
    [0, 3],
    [2, 3],
  ].map(([i, j]) => cos(c[i!]!, c[j!]!));
  const expected = meanOf([0, 2, 3].map((row) => meanOf(c[row]!))) - 0.3 * meanOf(pairs);
  agree([choosing.supportScore([0, 2, 3], c, 0.3)], [expected]);
  agree([choosing.supportScore([4], c, 0.3)], [meanOf(c[4]!)]);
});

test('the search finds the best of all sets of a small pool, and keeps different sets', () => {
  for (let trial = 0; trial < 10; trial++) {
    const { c } = table(8, 5, `search ${trial}`);
    const score = (set: readonly number[]): number => choosing.supportScore(set, c, 0.5);
    const best = Math.max(...setsOf(8, 3).map(score));
    const beam = choosing.searchSupport(random(`beam ${trial}`), c, alike(c.length), 3, {
      beam: 6,
      steps: 25,
      children: 6,
      lambda: 0.5,
    });
    agree([score(beam[0]!)], [best]);
    const keys = beam.map((set) => [...set].sort().join());
    assert.equal(new Set(keys).size, beam.length);
    for (let i = 1; i < beam.length; i++) assert.ok(score(beam[i - 1]!) >= score(beam[i]!) - 1e-12);
  }
});

test('without a price for repetition the search starts at its end; two equal rows are split', () => {
  const { c } = table(7, 4, 'no price');
  const order = [...c.keys()].sort((a, b) => meanOf(c[b]!) - meanOf(c[a]!)).slice(0, 3);
  const first = choosing.searchSupport(random('free'), c, alike(c.length), 3, {
    lambda: 0,
    steps: 0,
  })[0]!;
  assert.deepEqual(first, order);
  const twins = [
    [1, 0],
    [1, 0],
    [0, 0.9],
  ];
  const [split] = choosing.searchSupport(random('twins'), twins, alike(3), 2, { lambda: 0.5 });
  assert.ok(split!.includes(2), 'one of the twins, and the other row');
  assert.deepEqual(choosing.searchSupport(random('whole'), twins, alike(3), 3)[0]!.length, 3);
});

test('labels stay in balance: in the filter, at the start of the search, and in all its sets', () => {
  for (let trial = 0; trial < 10; trial++) {
    const { c, ask } = table(24, 8, `balance ${trial}`);
    const labels = c.map((_, i) => Number(i % 4 === 0)); // a quarter has the other label
    const better = c.map((row, i) => row.map((x) => x - (labels[i] === 1 ? 5 : 0)));
    const askWorse = (some: readonly number[], z: readonly number[]): number[][] =>
      ask(some, z).map((row, i) => row.map((x) => x - (labels[some[i]!] === 1 ? 5 : 0)));
    const { rows } = choosing.progressiveFilter(labels, 8, askWorse, { rho: 2, l: 2, m: 8 });
    assert.equal(rows.filter((row) => labels[row] === 1).length, 4, 'though they are worse');
    const beam = choosing.searchSupport(random(`balanced ${trial}`), better, labels, 4, {
      steps: 5,
    });
    for (const set of beam) assert.equal(set.filter((row) => labels[row] === 1).length, 2);
  }
  // three labels for four places: the fourth is the best that is left
  const three = choosing.searchSupport(
    random('three'),
    [[9], [8], [7], [1], [0.5], [0]],
    [0, 0, 0, 1, 1, 2],
    4,
    { steps: 0, beam: 1 },
  )[0]!;
  assert.deepEqual(three, [0, 3, 5, 1]);
});

test('shortest code: the nearest k is tried first, and the surest answer is taken', () => {
  const nearest = [9, 4, 7, 1, 0, 3];
  const sets = choosing.setsOfNearest(random('code'), nearest, 3, 20);
  assert.deepEqual(sets[0], [9, 4, 7]);
  assert.equal(sets.length, 20);
  for (const set of sets) {
    const places = set.map((row) => nearest.indexOf(row));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
      'the nearest first',
    );
    assert.equal(new Set(set).size, 3);
  }
  assert.ok(new Set(sets.map(String)).size > 5);
  assert.deepEqual(choosing.setsOfNearest(random('all'), nearest, 6, 3)[2], nearest);
  const p = distributions('codes', 10, 4);
  const entropies = p.map(entropy);
  assert.equal(choosing.leastEntropy(p), entropies.indexOf(Math.min(...entropies)));
  assert.equal(choosing.leastEntropy([p[3]!, p[3]!]), 0, 'of equals the first');
});

const rowAt = (angle: number): choosing.ChoosableText => ({
  input: `at ${angle}`,
  vector: [Math.cos(angle), Math.sin(angle)],
});

test('labels go where uncertain rows stand together, and then elsewhere', () => {
  // three uncertain rows together, two uncertain ones together, five certain rows
  const angles = [0, 0.1, 0.2, 1.5, 1.6, 2.5, 2.6, 2.7, 2.8, 2.9];
  const pool = angles.map(rowAt);
  const p = angles.map((_, i) => (i < 5 ? [0.5, 0.5] : [0.9, 0.1]));
  const u = choosing.uncertainties(p);
  agree(u, [...new Array<number>(5).fill(0.5), ...new Array<number>(5).fill(0.1)]);
  const chosen = choosing.coverUncertain(pool, u, 2, 2);
  assert.deepEqual(chosen, [0, 3]);
  const more = choosing.coverUncertain(pool, u, 7, 2);
  assert.deepEqual(
    [...more.slice(0, 5)].sort((a, b) => a - b),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual(more.slice(5), [5, 6], 'then certain rows');
});

test('each choice covers most of what is not covered, on random pools', () => {
  for (let trial = 0; trial < 10; trial++) {
    const stream = random(`cover ${trial}`);
    const pool = Array.from({ length: 14 }, (_, i) => ({
      input: `text ${i}`,
      vector: drawn(stream, 3),
    }));
    const u = pool.map(() => stream.uniform());
    const chosen = choosing.coverUncertain(pool, u, 4, 3);
    const hard = [...u.keys()].sort((a, b) => u[b]! - u[a]!).slice(0, 7);
    const cos = (i: number, j: number): number => {
      const [a, b] = [pool[i]!.vector, pool[j]!.vector];
      return a.reduce((sum, x, c) => sum + x * b[c]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
    };
    const nearest = (i: number): number[] =>
      [...pool.keys()]
        .filter((j) => j !== i)
        .sort((a, b) => cos(i, b) - cos(i, a))
        .slice(0, 3);
    const covered = (v: number): number[] => hard.filter((h) => h === v || nearest(h).includes(v));
    chosen.forEach((row, step) => {
      assert.ok(hard.includes(row));
      const times = (h: number): number =>
        chosen.slice(0, step).filter((one) => covered(one).includes(h)).length;
      const value = (v: number): number => covered(v).reduce((sum, h) => sum + 10 ** -times(h), 0);
      const open = hard.filter((v) => !chosen.slice(0, step).includes(v));
      assert.ok(value(row) >= Math.max(...open.map(value)) - 1e-12);
    });
    // the order of the pool does not matter
    const order = stream.permutation(14);
    const shuffled = choosing.coverUncertain(
      order.map((i) => pool[i]!),
      order.map((i) => u[i]!),
      1,
      3,
    );
    const count = (v: number): number => covered(v).length;
    assert.equal(count(order[shuffled[0]!]!), count(chosen[0]!));
  }
});

test('ambiguity: rows pass one filter after another, and weaker ones fill up', () => {
  const nearest = [0, 1, 2, 3, 4, 5];
  const answered = [
    { gold: 2, predicted: 0 }, // fails gold
    { gold: 0, predicted: 0 }, // fails misclassified
    { gold: 1, predicted: 2 }, // fails predicted
    { gold: 0, predicted: 1 }, // passes all
    { gold: 2, predicted: 2 }, // fails gold
    { gold: 1, predicted: 0 }, // passes all
  ];
  const rows = (upTo: choosing.AmbiguityFilter, k: number): number[] =>
    choosing.ambiguousRows(nearest, answered, [0, 1], k, upTo);
  assert.deepEqual(rows('gold', 2), [1, 2]);
  assert.deepEqual(rows('misclassified', 2), [2, 3]);
  assert.deepEqual(rows('predicted', 2), [3, 5]);
  assert.deepEqual(rows('predicted', 3), [2, 3, 5]);
  assert.deepEqual(rows('predicted', 4), [1, 2, 3, 5]);
  for (const upTo of choosing.AMBIGUITY_FILTERS) assert.deepEqual(rows(upTo, 6), nearest);
});

test('ambiguity against a filter by hand on random rows; with two labels filters fall away', () => {
  for (let trial = 0; trial < 20; trial++) {
    const stream = random(`ambiguity ${trial}`);
    const answered = Array.from({ length: 40 }, () => ({
      gold: stream.integer(4),
      predicted: stream.integer(4),
    }));
    const nearest = stream.permutation(40);
    const A = [1, 3];
    const pass = nearest.filter((row) => {
      const { gold, predicted } = answered[row]!;
      return A.includes(gold) && predicted !== gold && A.includes(predicted);
    });
    const k = Math.max(1, pass.length);
    const found = choosing.ambiguousRows(nearest, answered, A, k, 'predicted');
    assert.deepEqual(found.slice(0, pass.length), pass.length > 0 ? pass : []);
    const two = answered.map(({ gold, predicted }) => ({
      gold: gold % 2,
      predicted: predicted % 2,
    }));
    assert.deepEqual(choosing.ambiguousRows(nearest, two, [0, 1], 5, 'gold'), nearest.slice(0, 5));
    assert.deepEqual(
      choosing.ambiguousRows(nearest, two, [0, 1], 5, 'predicted'),
      choosing.ambiguousRows(nearest, two, [0, 1], 5, 'misclassified'),
    );
  }
});

test('what says nothing is refused', async (t) => {
  const pool = [0, 1, 2].map(rowAt);
  const row = { gold: 0, predicted: 1 };
  const filter = { rho: 2, l: 1, m: 1 };
  const none = (): number[][] => [];
  await allRefused(t, [
    [() => choosing.answerInformation([[0.5, 0.6]]), 'add up to 1', '0.6'],
    [() => choosing.meanConfidence([[1.5, -0.5]]), 'at least 0', '-0.5'],
    [() => choosing.meanEntropy([]), 'Probabilities', '[]'],
    [() => choosing.drawSets(random(0), 3, 4, 1), 'Sets of 4', '3 rows'],
    [() => choosing.drawSets(null as never, 3, 2, 1), 'stream', 'null'],
    [() => choosing.influences([[0], [0]], [1, 0], 1), 'Row 0 is in 2 of 2 sets'],
    [() => choosing.influences([[0], []], [1, 0], 2), 'Row 1 is in 0 of 2 sets'],
    [() => choosing.influences([[0]], [1, 0], 2), '1 sets', '2 accuracies'],
    [() => choosing.influences([[3]], [1], 2), 'Set 0', '3'],
    [() => choosing.progressiveFilter(alike(2), 2, none, { ...filter, rho: 1 }), 'rho', '1'],
    [() => choosing.progressiveFilter(alike(2), 2, none, { ...filter, m: 3 }), '3 of 2 candidates'],
    [() => choosing.progressiveFilter(alike(2), 2, none, filter), 'Contributions', '[]'],
    [() => choosing.progressiveFilter(alike(2), 2, () => [[1]], filter), '1 × 1', '2 × 1'],
    [() => choosing.supportScore([5], [[1], [2]], 0), 'row of a set', '5'],
    [() => choosing.searchSupport(random(0), [[1], [2]], alike(2), 3), 'Sets of 3', '2 rows'],
    [() => choosing.searchSupport(random(0), [[1]], alike(1), 1, { beam: 0 }), 'beam', '0'],
    [() => choosing.searchSupport(random(0), [[1]], alike(1), 1, { width: 1 } as never), 'width'],
    [() => choosing.searchSupport(random(0), [[1]], [0, 1], 1), '2 labels', '1 rows'],
    [() => choosing.progressiveFilter([-1], 2, none, filter), 'labels of candidates', '-1'],
    [() => choosing.setsOfNearest(random(0), [1, 2], 3, 2), 'Sets of 3', '2 rows'],
    [() => choosing.leastEntropy([[2, 1]]), 'add up to 1'],
    [() => choosing.uncertainties([[0.1]]), 'add up to 1', '0.1'],
    [() => choosing.coverUncertain(pool, [0.1], 1, 1), '1 uncertainties', '3 rows'],
    [() => choosing.coverUncertain(pool, [0, 0, 0], 4, 1), '4', '3 rows'],
    [() => choosing.ambiguousRows([0], [row], [0], 2, 'gold'), '2 demonstrations', '1 rows'],
    [() => choosing.ambiguousRows([0], [row], [0], 1, 'label' as never), 'gold', "'label'"],
    [() => choosing.ambiguousRows([1], [row], [0], 1, 'gold'), 'nearest rows', '[1]'],
    [() => choosing.infoScores([]), 'Contributions', '[]'],
    [() => choosing.conceptShares(null as never, null as never, []), 'ExactBayes', 'null'],
  ]);
});

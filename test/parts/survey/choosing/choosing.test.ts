/** Ways to choose demonstrations: each against its definition, by brute force where that is possible. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core } from 'invicl';

import { allRefused } from '../../../helpers';

const random = (what: string | number): core.Stream => core.stream(0, 'choosing', what);
const vector = (stream: core.Stream, C: number): number[] =>
  Array.from({ length: C }, () => stream.normal());
const rowOf = (input: string, given: readonly number[]): choosing.PoolRow => ({
  input,
  output: 'a',
  vector: given,
});
const poolOf = (what: string | number, N: number, C = 4): choosing.PoolRow[] => {
  const stream = random(what);
  return Array.from({ length: N }, (_, i) => rowOf(`text ${i}`, vector(stream, C)));
};

const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, c) => sum + x * b[c]!, 0) / (Math.hypot(...a) * Math.hypot(...b));

/** All sets of k of the numbers below N. */
const setsOf = (N: number, k: number, from = 0): number[][] =>
  k === 0
    ? [[]]
    : Array.from({ length: N - from }, (_, i) => from + i).flatMap((first) =>
        setsOf(N, k - 1, first + 1).map((rest) => [first, ...rest]),
      );

/** By Leibniz' sum over all orders. */
function determinant(matrix: readonly (readonly number[])[]): number {
  if (matrix.length === 0) return 1;
  return matrix[0]!.reduce((sum, value, j) => {
    const minor = matrix.slice(1).map((row) => row.filter((_, c) => c !== j));
    return sum + (j % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}
const partOf = (kernel: readonly (readonly number[])[], rows: readonly number[]): number[][] =>
  rows.map((i) => rows.map((j) => kernel[i]![j]!));

test('nearest rows: distance and angle agree where all vectors have length 1, else need not', () => {
  const unit = poolOf('unit', 30).map((row) => {
    const length = Math.hypot(...row.vector);
    return { ...row, vector: row.vector.map((x) => x / length) };
  });
  for (let q = 0; q < 10; q++) {
    const question = unit[q]!;
    const byAngle = choosing.nearestByAngle.select(question, unit, 5);
    assert.deepEqual(byAngle, choosing.nearestByDistance.select(question, unit, 5));
    assert.equal(byAngle.rows[0], q, 'a row is nearest to itself');
    assert.equal(byAngle.passes, 0);
  }
  const pool = [rowOf('long', [10, 1]), rowOf('short', [0.5, 0.8])];
  const question = rowOf('question', [1, 0]);
  assert.deepEqual(choosing.nearestByAngle.select(question, pool, 1).rows, [0]);
  assert.deepEqual(choosing.nearestByDistance.select(question, pool, 1).rows, [1]);
});

test('BM25 is the sum that was worked out by hand, and rare words decide', () => {
  const texts = ['the red dog', 'the cat', 'the the the', 'a'];
  const meanLength = 9 / 4;
  const term = (N: number, f: number, length: number): number =>
    (Math.log(1 + (4 - N + 0.5) / (N + 0.5)) * f * 2.5) /
    (f + 1.5 * (0.25 + (0.75 * length) / meanLength));
  const expected = [term(3, 1, 3) + term(1, 1, 3), term(3, 1, 2), term(3, 3, 3), 0];
  choosing
    .bm25('The dog!', texts)
    .forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12, texts[i]));
  const pool = texts.map((text) => rowOf(text, [1]));
  assert.deepEqual(choosing.nearestByWords.select(rowOf('the dog', [1]), pool, 2).rows, [0, 2]);
});

test('marginal relevance: likeness alone is the nearest, and a copy is not chosen twice', () => {
  const pool = poolOf('mmr', 20);
  const question = rowOf('question', vector(random('asked'), 4));
  assert.deepEqual(
    choosing.marginalRelevance(1).select(question, pool, 6).rows,
    choosing.nearestByAngle.select(question, pool, 6).rows,
  );
  const near = [rowOf('near', [1, 0.1]), rowOf('its copy', [1, 0.1]), rowOf('other', [0.6, -0.8])];
  const asked = rowOf('question', [1, 0]);
  assert.deepEqual(choosing.marginalRelevance(0.5).select(asked, near, 2).rows, [0, 2]);
  assert.deepEqual(choosing.nearestByAngle.select(asked, near, 2).rows, [0, 1]);
});

test('the greedy determinant is greedy, and near the best set of all', () => {
  const shares: number[] = [];
  for (let trial = 0; trial < 20; trial++) {
    const rows = poolOf(`kernel ${trial}`, 8, 10).map((row) => row.vector);
    const kernel = rows.map((a) => rows.map((b) => a.reduce((sum, x, c) => sum + x * b[c]!, 0)));
    const chosen = choosing.greedyDeterminant(kernel, 4);
    for (let k = 1; k <= 4; k++) {
      const before = chosen.slice(0, k - 1);
      const all = rows.map((_, i) =>
        before.includes(i) ? -Infinity : determinant(partOf(kernel, [...before, i])),
      );
      assert.equal(chosen[k - 1], all.indexOf(Math.max(...all)), `trial ${trial}, choice ${k}`);
    }
    const best = Math.max(...setsOf(8, 4).map((set) => determinant(partOf(kernel, set))));
    shares.push(determinant(partOf(kernel, chosen)) / best);
  }
  assert.ok(Math.min(...shares) > 0.3 && shares.filter((share) => share > 0.999).length >= 5);
});

test('rows in the span of the chosen ones come last, by their likeness', () => {
  const kernel = [
    [1, 1, 0],
    [1, 1, 0],
    [0, 0, 0.5],
  ];
  assert.deepEqual(choosing.greedyDeterminant(kernel, 3), [0, 2, 1]);
});

test('a determinantal choice goes from likeness to diversity with its scale', () => {
  const pool = poolOf('scale', 40);
  const question = rowOf('question', vector(random('asked of a scale'), 4));
  const spread = (rows: readonly number[]): number =>
    rows.reduce(
      (sum, i) => sum + rows.reduce((s, j) => s + cosine(pool[i]!.vector, pool[j]!.vector), 0) / 36,
      0,
    );
  const nearest = choosing.nearestByAngle.select(question, pool, 6).rows;
  const strict = choosing.determinantal(1e-3).select(question, pool, 6).rows;
  const loose = choosing.determinantal(100).select(question, pool, 6).rows;
  assert.equal(strict[0], nearest[0]);
  assert.ok(spread(loose) < spread(nearest) - 0.1, `${spread(loose)} against ${spread(nearest)}`);
});

test('vote-k is its definition, and a neighbourhood votes once', () => {
  const pool = poolOf('votes', 25);
  const [K, rho] = [5, 10];
  const near = pool.map(({ vector: own }, v) =>
    pool
      .map((row, u) => [cosine(own, row.vector), u] as const)
      .filter(([, u]) => u !== v)
      .sort((a, b) => b[0] - a[0])
      .slice(0, K)
      .map(([, u]) => u),
  );
  const { rows } = choosing.voteK(K, rho).selectCorpus(pool, 6, random('unused'));
  const chosen = new Set<number>();
  for (const row of rows) {
    const scores = pool.map((_, u) => {
      if (chosen.has(u)) return -Infinity;
      let score = 0;
      for (let v = 0; v < pool.length; v++)
        if (!chosen.has(v) && near[v]!.includes(u))
          score += rho ** -near[v]!.filter((l) => chosen.has(l)).length;
      return score;
    });
    assert.ok(scores[row]! >= Math.max(...scores) - 1e-12);
    chosen.add(row);
  }
  // two clusters, the first one larger: the second choice is in the other
  const clusters = Array.from({ length: 12 }, (_, i) =>
    rowOf(`c${i}`, i < 8 ? [1, 0.01 * i] : [0.01 * i, 1]),
  );
  const two = choosing.voteK(3).selectCorpus(clusters, 2, random('unused')).rows;
  assert.deepEqual(
    two.map((i) => i < 8),
    [true, false],
  );
});

test('facilities: at least 1 - 1/e of the best of all sets', () => {
  for (let trial = 0; trial < 10; trial++) {
    const pool = poolOf(`facilities ${trial}`, 9);
    const value = (set: readonly number[]): number =>
      pool.reduce(
        (sum, { vector: own }) =>
          sum + Math.max(...set.map((i) => (cosine(own, pool[i]!.vector) + 1) / 2)),
        0,
      );
    const best = Math.max(...setsOf(9, 3).map(value));
    const { rows } = choosing.facilities.selectCorpus(pool, 3, random('unused'));
    assert.ok(value(rows) >= (1 - 1 / Math.E) * best);
    const first = pool.map((_, i) => value([i]));
    assert.equal(rows[0], first.indexOf(Math.max(...first)));
  }
});

test('every way chooses k different rows, and does not read labels', () => {
  const pool = poolOf('all', 15);
  const relabelled = pool.map((row, i) => ({ ...row, output: `label ${i}` }));
  const question = rowOf('text 3', vector(random('asked of all'), 4));
  const ways = [
    choosing.nearestByDistance,
    choosing.nearestByAngle,
    choosing.nearestByWords,
    choosing.marginalRelevance(),
    choosing.determinantal(),
  ];
  for (const way of ways) {
    const { rows } = way.select(question, pool, 7);
    assert.equal(new Set(rows).size, 7, way.name);
    assert.ok(rows.every((i) => Number.isInteger(i) && i >= 0 && i < 15));
    assert.deepEqual(way.select(question, relabelled, 7).rows, rows, way.name);
  }
  for (const way of [choosing.atRandom, choosing.voteK(), choosing.facilities]) {
    const { rows } = way.selectCorpus(pool, 7, random('corpus'));
    assert.equal(new Set(rows).size, 7, way.name);
    assert.deepEqual(way.selectCorpus(relabelled, 7, random('corpus')).rows, rows, way.name);
  }
});

test('what cannot be chosen is refused', async (t) => {
  const pool = poolOf('refused', 4);
  const question = pool[0]!;
  await allRefused(t, [
    [() => choosing.nearestByAngle.select(question, pool, 5), '5', '4'],
    [() => choosing.nearestByAngle.select(question, pool, 0), 'demonstrations', '0'],
    [() => choosing.nearestByAngle.select(rowOf('q', [1]), pool, 2), '1 numbers', '4'],
    [() => choosing.facilities.selectCorpus([...pool, rowOf('q', [1])], 2, random(0)), 'Row 4'],
    [() => choosing.facilities.selectCorpus([null as never], 1, random(0)), 'pool[0]', 'null'],
    [() => choosing.greedyDeterminant([[1, 2]], 1), '1 × 2'],
    [() => choosing.greedyDeterminant([[1]], 2), '2 rows'],
    [() => choosing.marginalRelevance(2), '2'],
    [() => choosing.determinantal(0), '0'],
    [() => choosing.voteK(0), 'neighbours', '0'],
    [() => choosing.voteK(3, 0.5), '0.5'],
    [() => choosing.bm25('a', [1 as never]), 'Texts', '1'],
  ]);
});

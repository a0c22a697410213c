/** Vote-k in its full form, step by step. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { choosing, core } from 'invicl';

import { allRefused } from '../../../helpers';

const stream = core.stream(0, 'full vote-k');
const pool = Array.from({ length: 47 }, (_, i) => ({
  input: `text ${i}`,
  output: 'a',
  vector: Array.from({ length: 4 }, () => stream.normal()),
}));
const sure = (row: number): number => -((row * 29) % 47);

test('one row of each bin, the surest bins left out', () => {
  const calls: number[][] = [];
  const way = choosing.fullVoteK((chosen, rows) => {
    calls.push([...chosen], [...rows]);
    return rows.map(sure);
  }, 5);
  const { rows, passes } = way.selectCorpus(pool, 20, stream);
  const fast = choosing.voteK(5).selectCorpus(pool, 20, stream).rows;
  assert.deepEqual(rows.slice(0, 2), fast.slice(0, 2), 'a tenth is that of fast vote-k');
  assert.equal(calls.length, 2, 'the model is asked once');
  assert.deepEqual(calls[0], fast.slice(0, 2));
  assert.equal(passes, calls[1]!.length);
  assert.equal(passes, 45);
  assert.equal(new Set(rows).size, 20);
  // 45 texts in bins of 2, from the least sure on
  const sorted = [...calls[1]!].sort((a, b) => sure(a) - sure(b));
  rows.slice(2).forEach((row, bin) => {
    assert.ok(sorted.slice(2 * bin, 2 * bin + 2).includes(row), `bin ${bin}`);
  });
});

test('within a bin votes decide, as in fast vote-k', () => {
  // with one bin of all texts that are asked, the second row is that of fast vote-k
  const two = choosing.fullVoteK((_, rows) => rows.map(() => 0), 5).selectCorpus(pool, 2, stream);
  const half = pool.slice(0, 23 + 1); // the first row, and a bin of half of the others
  const { rows } = choosing.fullVoteK((_, of) => of.map(sure), 5).selectCorpus(half, 2, stream);
  assert.equal(two.rows.length, 2);
  const near = half.map(({ vector: own }, v) =>
    half
      .map(({ vector }, u) => [cosine(own, vector), u] as const)
      .filter(([, u]) => u !== v)
      .sort((a, b) => b[0] - a[0])
      .slice(0, 5)
      .map(([, u]) => u),
  );
  const first = rows[0]!;
  const others = [...half.keys()].filter((row) => row !== first);
  const bin = others.sort((a, b) => sure(a) - sure(b)).slice(0, 11);
  const votes = bin.map((row) =>
    near.reduce(
      (sum, of, v) => sum + (v !== first && of.includes(row) ? (of.includes(first) ? 0.1 : 1) : 0),
      0,
    ),
  );
  assert.equal(rows[1], bin[votes.indexOf(Math.max(...votes))]);
});

const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, c) => sum + x * b[c]!, 0) / (Math.hypot(...a) * Math.hypot(...b));

test('labels are not read, and the whole pool can be chosen', () => {
  const way = choosing.fullVoteK((_, rows) => rows.map(sure), 5);
  const relabelled = pool.map((row, i) => ({ ...row, output: `label ${i}` }));
  assert.deepEqual(
    way.selectCorpus(relabelled, 10, stream).rows,
    way.selectCorpus(pool, 10, stream).rows,
  );
  const all = way.selectCorpus(pool, 47, stream).rows;
  assert.equal(new Set(all).size, 47);
  const one = choosing.fullVoteK(() => assert.fail('it need not ask'), 5);
  assert.deepEqual(one.selectCorpus(pool, 1, stream), {
    rows: choosing.voteK(5).selectCorpus(pool, 1, stream).rows,
    passes: 0,
  });
});

test('what cannot be voted on is refused', async (t) => {
  await allRefused(t, [
    [() => choosing.fullVoteK(null as never), 'sure', 'null'],
    [() => choosing.fullVoteK(() => [], 0), 'neighbours', '0'],
    [() => choosing.fullVoteK(() => [1]).selectCorpus(pool, 4, stream), '1 rows', '46'],
    [() => choosing.fullVoteK(() => [NaN]).selectCorpus(pool, 4, stream), 'NaN'],
    [() => choosing.fullVoteK(() => []).selectCorpus(pool, 48, stream), '48', '47'],
  ]);
});

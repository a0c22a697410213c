/** Searches for the best candidate: budgets, what each spends them on, what each finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, instructions } from 'invicl';

import { allRefused } from '../../../helpers';

const VALUES = [0.1, 0.7, 0.3, 0.9, 0.2, 0.5];
const BEST = 3;
const exact = (i: number): number => VALUES[i]!;
const SEARCHES = {
  uniform: instructions.uniformSearch,
  UCB: instructions.ucbSearch,
  halving: instructions.halvingSearch,
};

test('without noise each search finds the best once it has seen all, and spends its budget', () => {
  for (const [name, search] of Object.entries(SEARCHES))
    for (const budget of [1, 5, 6, 7, 20, 61]) {
      const { best, counts } = search(6, budget, exact);
      assert.equal(best.length, budget, name);
      assert.equal(
        counts.reduce((a, b) => a + b, 0),
        budget,
        name,
      );
      if (budget >= 6) assert.equal(best.at(-1), BEST, `${name}, ${budget}`);
      assert.ok(counts[best.at(-1)!]! > 0, name);
    }
});

test('the budget is the number of evaluations that were asked for', () => {
  for (const search of Object.values(SEARCHES)) {
    let asked = 0;
    search(5, 23, () => ((asked += 1), 0));
    assert.equal(asked, 23);
  }
});

test('uniform evaluates all alike, UCB the better ones more often', () => {
  assert.deepEqual(instructions.uniformSearch(6, 20, exact).counts, [4, 4, 3, 3, 3, 3]);
  const { counts } = instructions.ucbSearch(6, 120, exact, 0.5);
  const byValue = [...VALUES.keys()].sort((i, j) => VALUES[i]! - VALUES[j]!);
  byValue.slice(1).forEach((i, rank) => assert.ok(counts[i]! >= counts[byValue[rank]!]!));
  assert.ok(counts[BEST]! > 40);
});

test('UCB takes the largest bound, by hand; with c = 0 it stays with the best', () => {
  const order: number[] = [];
  const values = [0.5, 0.6];
  instructions.ucbSearch(2, 5, (i) => (order.push(i), values[i]!), 1);
  // N = 2: 0.5 + r, 0.6 + r: 1. N = 3: 0.5 + sqrt(ln 3) = 1.548, 0.6 + sqrt(ln 3 / 2) = 1.341: 0.
  // N = 4: 0.5 + sqrt(ln 4 / 2) = 1.333, 0.6 + sqrt(ln 4 / 2) = 1.433: 1.
  assert.deepEqual(order, [0, 1, 1, 0, 1]);
  assert.deepEqual(instructions.ucbSearch(3, 10, exact, 0).counts, [1, 8, 1]);
});

test('halving halves: 8 candidates have 8, 4 and 2 of equal shares of 48', () => {
  const values = Array.from({ length: 8 }, (_, i) => i / 8);
  const { counts } = instructions.halvingSearch(8, 48, (i) => values[i]!);
  // rounds of 16: 2 each of 8, 4 each of 4, 8 each of 2
  assert.deepEqual(counts, [2, 2, 2, 2, 6, 6, 14, 14]);
});

test('of equal means the candidate of more evaluations is the best', () => {
  const { best } = instructions.uniformSearch(3, 4, () => 1);
  assert.deepEqual(best, [0, 0, 0, 0]);
  assert.equal(instructions.halvingSearch(1, 3, () => 1).best.at(-1), 0);
});

test('evaluations of a table take every row once before one comes again', () => {
  const table = [
    [1, 2, 3],
    [10, 20, 30],
  ];
  const evaluate = instructions.tableEvaluations(core.stream(0, 'table'), table);
  const first = [0, 0, 0].map(evaluate);
  assert.deepEqual([...first].sort(), [1, 2, 3]);
  assert.deepEqual([0, 0, 0].map(evaluate), first);
  assert.deepEqual(
    [1, 1, 1].map(evaluate).sort((a, b) => a - b),
    [10, 20, 30],
  );
});

test('a search with all rows of a table knows the best mean', () => {
  const random = core.stream(1, 'tables');
  for (let draw = 0; draw < 20; draw++) {
    const table = Array.from({ length: 5 }, () => [...random.normals(4)]);
    const sums = table.map((row) => row.reduce((a, b) => a + b));
    const { best } = instructions.uniformSearch(
      5,
      20,
      instructions.tableEvaluations(random, table),
    );
    assert.equal(best.at(-1), sums.indexOf(Math.max(...sums)));
  }
});

test('what cannot be searched is refused', async (t) => {
  const random = core.stream(0, 'refused');
  await allRefused(t, [
    [() => instructions.uniformSearch(0, 5, exact), 'candidates', '0'],
    [() => instructions.halvingSearch(3, 0, exact), 'budget', '0'],
    [() => instructions.ucbSearch(3, 5, exact, -1), 'c must be', '-1'],
    [() => instructions.uniformSearch(2, 5, () => NaN), 'value of an evaluation', 'NaN'],
    [() => instructions.uniformSearch(2, 5, 1 as never), 'evaluation', 'function', '1'],
    [() => instructions.tableEvaluations(random, [[1], [1, 2]]), 'one length'],
    [() => instructions.tableEvaluations(random, [[]]), 'rows', '0'],
    [() => instructions.tableEvaluations(random, [[1]])(1), 'candidate', '1'],
    [() => instructions.tableEvaluations(0 as never, [[1]]), 'stream', '0'],
  ]);
});

/** Orders of demonstrations: each way against its definition, searches against all orders. */
import * as assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, evaluation, ordering } from 'invicl';

import { allRefused, close } from '../../../helpers';

const random = (what: string | number): core.Stream => core.stream(0, 'ordering', what);
const valuesOf = (what: string | number): ((order: readonly number[]) => number) => {
  const known = new Map<string, number>();
  const stream = random(what);
  for (const order of core.allPermutations(4)) known.set(order.join(), stream.uniform());
  return (order) => known.get(order.join()) ?? 0.5; // parts of orders are all alike
};

test('entropies are those of the histogram and of the mean', () => {
  const scores = [
    [0, -1],
    [2, 0],
    [0, 3],
    [1, -4],
  ]; // answers 0, 0, 1, 0
  const h = (p: readonly number[]): number =>
    p.reduce((sum, share) => sum - share * Math.log(share), 0);
  close([ordering.globalEntropy(scores)], [h([0.75, 0.25])], 1e-12);
  const shares = scores.map(([a, b]) => 1 / (1 + Math.exp(b! - a!)));
  const local = shares.reduce((sum, p) => sum + h([p, 1 - p]), 0) / 4;
  close([ordering.localEntropy(scores)], [local], 1e-12);
});

test('one answer to everything has no global entropy, certain answers no local one', () => {
  const same = Array.from({ length: 5 }, (_, i) => [i + 1, 0, -1]);
  assert.equal(ordering.globalEntropy(same), 0);
  assert.ok(ordering.localEntropy(same) > 0.01);
  const certain = [
    [1000, 0],
    [0, 1000],
  ];
  assert.equal(ordering.localEntropy(certain), 0);
  close([ordering.globalEntropy(certain)], [Math.log(2)], 1e-12);
});

test('nearest last and easy to hard stand in ascending order; equals keep theirs', () => {
  assert.deepEqual(ordering.nearestLast([0.9, -1, 0.3, 0.9]), [1, 2, 0, 3]);
  assert.deepEqual(ordering.easyToHard([3, 1, 2]), [1, 2, 0]);
});

test('an average over orders is one of probabilities, and no order of them matters', () => {
  const byOrder = [
    [
      [0, 0],
      [5, 0],
    ],
    [
      [Math.log(3), 0],
      [0, 5],
    ],
  ];
  const averaged = ordering.averagedOverOrders(byOrder);
  close(averaged[0]!.map(Math.exp), [(0.5 + 0.75) / 2, (0.5 + 0.25) / 2], 1e-12);
  close(averaged[1]!.map(Math.exp), [0.5, 0.5], 1e-12);
  close(ordering.averagedOverOrders([...byOrder].reverse()).flat(), averaged.flat(), 1e-12);
});

test('neighbours: k (k - 1) / 2 swaps, (k - 1)^2 insertions, each once and never the order itself', () => {
  const order = [2, 0, 3, 1];
  for (const [move, count] of [
    ['swap', 6],
    ['insert', 9],
  ] as const) {
    const found = ordering.neighboursOf(order, move);
    assert.equal(found.length, count);
    assert.equal(new Set(found.map((one) => one.join())).size, count);
    assert.ok(found.every((one) => one.join() !== order.join()));
    assert.ok(found.every((one) => [...one].sort().join() === '0,1,2,3'));
  }
  const swapped = ordering.neighboursOf(order, 'swap');
  assert.ok(swapped.every((one) => one.filter((x, i) => x !== order[i]).length === 2));
});

/** All searches, by name. */
const SEARCHES: Readonly<
  Record<string, (most: number, value: ordering.Evaluation) => ordering.SearchResult>
> = {
  random: (most, value) => ordering.searchAtRandom(4, most, value, random('order')),
  swaps: (most, value) => ordering.searchLocally(4, most, value, random('order')),
  insertions: (most, value) => ordering.searchLocally(4, most, value, random('order'), 'insert'),
  guided: (most, value) => ordering.searchGuided(4, most, value, valuesOf('a signal')),
};

for (const [name, search] of Object.entries(SEARCHES)) {
  test(`search, ${name}: evaluates nothing twice, as often as allowed, and returns the best`, () => {
    for (const most of [1, 5, 12]) {
      const value = valuesOf(most);
      const asked: string[] = [];
      const found = search(most, (order) => {
        asked.push(order.join());
        return value(order);
      });
      assert.equal(asked.length, most);
      assert.equal(new Set(asked).size, most);
      const best = Math.max(...asked.map((key) => value(key.split(',').map(Number))));
      assert.equal(found.value, best);
      assert.equal(value(found.order), best);
      assert.equal(found.best.length, most);
      assert.equal(found.evaluations, most);
      found.best.forEach((one, e) =>
        assert.equal(
          one,
          Math.max(...asked.slice(0, e + 1).map((key) => value(key.split(',').map(Number)))),
        ),
      );
    }
  });

  test(`search, ${name}: with all evaluations it finds the best of all orders`, () => {
    const value = valuesOf('all');
    const best = Math.max(...core.allPermutations(4).map(value));
    const found = search(1000, value);
    assert.equal(found.value, best);
    assert.equal(found.best.length, 24);
  });
}

test('a local search climbs where a random one does not: the value is how many are in place', () => {
  const value = (order: readonly number[]): number =>
    order.filter((demonstration, place) => demonstration === place).length;
  const mean = (search: (r: number) => number): number =>
    Array.from({ length: 30 }, (_, r) => search(r)).reduce((a, b) => a + b) / 30;
  const local = mean((r) => ordering.searchLocally(6, 40, value, random(r)).value);
  const drawn = mean((r) => ordering.searchAtRandom(6, 40, value, random(r)).value);
  assert.ok(local > drawn + 0.5, `${local} against ${drawn}`);
});

test('a beam keeps the best ends, and finds the best order where each choice is worth by itself', () => {
  const worth = [0.1, 0.4, 0.2, 0.3];
  // the later a demonstration of great worth stands, the better
  const value = (order: readonly number[]): number =>
    order.reduce((sum, one, i) => sum + worth[one]! * 0.5 ** (order.length - 1 - i), 0);
  const asked: number[][] = [];
  const found = ordering.searchByBeam(4, 100, (order) => {
    asked.push([...order]);
    return value(order);
  });
  assert.deepEqual(found.order, [0, 2, 3, 1]);
  assert.deepEqual(
    [1, 2, 3, 4].map((length) => asked.filter((one) => one.length === length).length),
    [4, 6, 4, 2],
  );
  assert.equal(found.evaluations, 16);
  assert.equal(found.best.length, 2, 'two whole orders');
});

test('guided search takes the orders with the highest signal first', () => {
  const signal = valuesOf('first');
  const asked: (readonly number[])[] = [];
  ordering.searchGuided(
    4,
    3,
    (order) => {
      asked.push(order);
      return 0;
    },
    signal,
  );
  const highest = core
    .allPermutations(4)
    .map(signal)
    .sort((a, b) => b - a)
    .slice(0, 3);
  assert.deepEqual(asked.map(signal), highest);
});

test('ranks share ties, and Spearman’s correlation is SciPy’s', () => {
  assert.deepEqual(evaluation.ranks([3, 1, 3, 2]), [2.5, 0, 2.5, 1]);
  // scipy.stats.spearmanr
  close(
    [evaluation.rankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])],
    [0.8207826816681233],
    1e-12,
  );
  close([evaluation.rankCorrelation([1, 2, 3], [3, 2, 1])], [-1], 1e-12);
  assert.equal(evaluation.rankCorrelation([1, 1, 1], [1, 2, 3]), 0);
});

test('what cannot be ordered is refused', async (t) => {
  const value = (): number => 0;
  await allRefused(t, [
    [() => ordering.globalEntropy([]), 'Scores', '[]'],
    [() => ordering.localEntropy([[1, Number.NaN]]), 'Scores'],
    [() => ordering.nearestLast([]), 'likeness'],
    [() => ordering.easyToHard([Number.NaN]), 'difficulty'],
    [() => ordering.averagedOverOrders([]), 'no order'],
    [
      () =>
        ordering.averagedOverOrders([
          [[1, 2]],
          [
            [1, 2],
            [3, 4],
          ],
        ]),
      'unequal',
    ],
    [() => ordering.neighboursOf([0, 0, 1], 'swap'), '0'],
    [() => ordering.neighboursOf(null as never, 'swap'), 'order', 'null'],
    [() => ordering.neighboursOf([0, 1], 'turn' as 'swap'), 'turn'],
    [() => ordering.searchAtRandom(9, 1, value, random(0)), '9'],
    [() => ordering.searchAtRandom(3, 0, value, random(0)), '0'],
    [() => ordering.searchAtRandom(3, 1, value, {} as core.Stream), 'stream'],
    [() => ordering.searchLocally(3, 1, value, random(0), 'turn' as 'swap'), 'turn'],
    [() => ordering.searchByBeam(4, 14, value), '14 evaluations', '4 demonstrations'],
    [() => ordering.searchByBeam(4, 99, value, 0), 'width', '0'],
    [() => ordering.searchGuided(3, 1, value, 3 as unknown as ordering.Evaluation), 'signal'],
    [() => ordering.searchGuided(3, 1, () => NaN, value), 'The value of an order', 'NaN'],
    [() => ordering.searchGuided(3, 1, value, () => NaN), 'The signal of an order', 'NaN'],
  ]);
});

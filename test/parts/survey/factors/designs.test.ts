/** Designed sets: factors by hand, corners that are reached, and labels that stay in their places. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, factors } from 'invicl';

import { allRefused, close } from '../../../helpers';

const near = (a: number, b: number, tolerance: number): void => close([a], [b], tolerance);

const random = (label: string): core.Stream => core.stream(0, 'designs', label);

/** A pool of random texts of two labels. */
function pool(count: number): factors.FactorText[] {
  const draw = random('pool');
  return Array.from({ length: count }, () => ({
    vector: [...draw.normals(6)],
    complexity: 1 + draw.integer(9),
  }));
}
const question = { vector: [1, 0, 0, 0, 0, 0] };
const labels = Array.from({ length: 40 }, (_, row) => row % 2);
const sizes = { draws: 60, spread: 1.5 };

const design = (places: readonly number[], table = factors.factorTable(question, pool(40))) => ({
  table,
  sets: factors.designedSets(random('sets'), table, labels, places, sizes),
});

test('the factors of a set are those of the formulas, by hand', () => {
  const rows = [
    { vector: [1, 0], complexity: 2 },
    { vector: [0, 1], complexity: 4 },
    { vector: [0, 3], complexity: 9 },
  ];
  const table = factors.factorTable({ vector: [2, 0] }, rows);
  // cosines to the question 1, 0, 0; of the pairs 0, 0, 1
  const [similarity, diversity, simplicity] = factors.setFactors(table, [0, 1, 2]);
  near(similarity!, 1 / 3, 1e-12);
  near(diversity!, 2 / 3, 1e-12);
  near(simplicity!, -5, 1e-12);
  assert.deepEqual(factors.setFactors(table, [1, 2]), [0, 0, -6.5]);
});

test('factors do not depend on the order of a set', () => {
  const table = factors.factorTable(question, pool(40));
  const [a, b] = [
    [3, 7, 11, 30],
    [30, 3, 11, 7],
  ].map((set) => factors.setFactors(table, set));
  a!.forEach((value, f) => near(value, b![f]!, 1e-12));
});

test('each set lies on the side of its corner, and shows the labels of the places', () => {
  const places = [0, 1, 1, 0, 1, 0];
  const { table, sets } = design(places);
  assert.equal(sets.length, 8);
  const reached = sets.map((set) => factors.setFactors(table, set));
  const middle = [0, 1, 2].map((f) => reached.reduce((sum, row) => sum + row[f]! / 8, 0));
  sets.forEach((set, c) => {
    assert.equal(new Set(set).size, places.length);
    assert.deepEqual(
      set.map((row) => labels[row]),
      places,
    );
    factors.CORNERS[c]!.forEach((side, f) =>
      assert.ok(
        side * (reached[c]![f]! - middle[f]!) > 0,
        `${factors.cornerName(factors.CORNERS[c]!)}`,
      ),
    );
  });
});

test('no exchange of one row for another with its label brings a set nearer to its corner', () => {
  const places = [0, 1, 0, 1];
  // two factors cannot vary here, so that the nearest set is the one of the farthest complexity
  const equal = pool(40).map(({ complexity }) => ({ vector: question.vector, complexity }));
  const table = factors.factorTable(question, equal);
  const far = { draws: 20, spread: 100 };
  const sets = factors.designedSets(random('far'), table, labels, places, far);
  const sums = [0, 1].map((label) => {
    const own = equal.filter((_, row) => labels[row] === label).map(({ complexity }) => complexity);
    const sorted = own.sort((a, b) => a - b);
    const of = (two: readonly number[]): number => two[0]! + two[1]!;
    return { least: of(sorted.slice(0, 2)), most: of(sorted.slice(-2)) };
  });
  factors.CORNERS.forEach(([, , simple], c) => {
    const total = -4 * factors.setFactors(table, sets[c]!)[2]!;
    const wanted = simple! > 0 ? sums.map(({ least }) => least) : sums.map(({ most }) => most);
    near(total, wanted[0]! + wanted[1]!, 1e-9);
  });
});

test('a factor that cannot vary is left alone', () => {
  const equal = pool(40).map(({ vector }) => ({ vector, complexity: 3 }));
  const { table, sets } = design([0, 1, 0, 1], factors.factorTable(question, equal));
  sets.forEach((set) => assert.equal(factors.setFactors(table, set)[2], -3));
  // combinations that differ in simplicity alone have one target, and so one set
  const byName = new Map(factors.CORNERS.map((corner, c) => [factors.cornerName(corner), sets[c]]));
  assert.deepEqual(byName.get('similar, diverse, simple'), byName.get('similar, diverse, complex'));
});

test('the unit of complexity does not change the design', () => {
  const scaled = pool(40).map(({ vector, complexity }) => ({ vector, complexity: 8 * complexity }));
  const places = [0, 1, 1, 0];
  assert.deepEqual(design(places).sets, design(places, factors.factorTable(question, scaled)).sets);
});

test('places show as many of each label as can be', () => {
  const places = factors.placeLabels(random('places'), 3, 8);
  const counts = [0, 1, 2].map((label) => places.filter((one) => one === label).length);
  assert.deepEqual(
    [...counts].sort((a, b) => a - b),
    [2, 3, 3],
  );
});

test('coverage counts different parts, and none of the question twice', () => {
  assert.equal(factors.coverage(['a', 'b', 'a', 'c'], [['a'], ['c', 'd']]), 2 / 3);
  assert.equal(factors.coverage([4], []), 0);
  assert.equal(factors.coverage([4], [[1, 4]]), 1);
});

test('the eight names are different', () => {
  assert.equal(new Set(factors.CORNERS.map(factors.cornerName)).size, 8);
  assert.equal(factors.cornerName([1, -1, 1]), 'similar, alike, simple');
});

test('what cannot be designed is refused', async (t) => {
  const table = (): factors.FactorTable => factors.factorTable(question, pool(40));
  const sets =
    (places: number[], set: object = {}) =>
    (): unknown =>
      factors.designedSets(random('x'), table(), labels, places, { ...sizes, ...set });
  await allRefused(t, [
    [sets(new Array<number>(21).fill(0)), '21', '20'],
    [sets([2, 2]), 'label 2', '0'],
    [sets([0]), 'Places'],
    [sets([0, 1], { draws: 1 }), 'random sets', '1'],
    [sets([0, 1], { spread: 0 }), 'spread', '0'],
    [() => factors.setFactors(table(), [0]), 'set', '0'],
    [() => factors.setFactors(table(), [0, 40]), '40'],
    [() => factors.factorTable({ vector: [1] }, pool(4)), '1 numbers'],
    [() => factors.factorTable(question, [{ vector: [1], complexity: NaN }]), 'complexity', 'NaN'],
    [() => factors.coverage([], [[1]]), 'without parts'],
    [() => factors.coverage([1], [1] as never), 'no lists'],
    [() => factors.placeLabels(random('x'), 0, 4), 'labels', '0'],
    [() => factors.placeLabels(random('x'), 2, 0), 'demonstrations', '0'],
  ]);
});

/** Coefficients of factors: planted ones are found, in whatever unit the factors are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { core, factors } from 'invicl';

import { allRefused, close } from '../../../helpers';

const near = (a: number, b: number, tolerance: number): void => close([a], [b], tolerance);

const PLANTED = [0.5, -2, 0];

/** Outcomes that are a question's own number plus planted effects of its factors. */
function planted(scale: readonly number[] = [1, 1, 1]): factors.FactorGroup[] {
  const random = core.stream(0, 'planted coefficients');
  return Array.from({ length: 12 }, (_, q) => {
    const rows = Array.from({ length: 8 }, () => [...random.normals(3)]);
    return {
      factors: rows.map((row) => row.map((x, f) => scale[f]! * x + 10 * q)),
      outcomes: rows.map((row) => 7 * q + row.reduce((sum, x, f) => sum + PLANTED[f]! * x, 0)),
    };
  });
}

/** The root of the mean square of a factor within questions. */
function unit(groups: readonly factors.FactorGroup[], f: number): number {
  const squares = groups.flatMap(({ factors: rows }) => {
    const middle = rows.reduce((sum, row) => sum + row[f]! / rows.length, 0);
    return rows.map((row) => (row[f]! - middle) ** 2);
  });
  return Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
}

test('planted coefficients are recovered, whatever a question adds to all its outcomes', () => {
  const groups = planted();
  factors
    .factorCoefficients(groups)
    .forEach((found, f) => near(found, PLANTED[f]! * unit(groups, f), 1e-9));
});

test('coefficients do not depend on the units of the factors', () => {
  const plain = factors.factorCoefficients(planted());
  const scaled = factors.factorCoefficients(planted([1000, 0.01, 3]));
  plain.forEach((value, f) => near(scaled[f]!, value, 1e-9));
  const turned = factors.factorCoefficients(planted([-1, 1, 1]));
  near(turned[0]!, -plain[0]!, 1e-9);
});

test('a factor is held while another varies: by hand', () => {
  // y = 3 a, and b goes with a for the most part; alone b would seem to raise y
  const rows = [
    [1, 1],
    [1, 1],
    [0, 0],
    [0, 1],
  ];
  const group = { factors: rows, outcomes: rows.map(([a]) => 3 * a!) };
  const [a, b] = factors.factorCoefficients([group]);
  near(a!, 3 * 0.5, 1e-12); // the unit of a is 1/2
  near(b!, 0, 1e-12);
});

test('a factor that does not vary within questions has no coefficient', () => {
  const groups = [0, 1].map((q) => ({
    factors: [
      [q, 0],
      [q, 2],
    ],
    outcomes: [0, 1],
  }));
  const found = factors.factorCoefficients(groups);
  assert.equal(found[0], 0);
  near(found[1]!, 0.5, 1e-12);
  assert.deepEqual(factors.factorCoefficients([{ factors: [[1], [1]], outcomes: [0, 1] }]), [0]);
});

test('groups that do not fit are refused', async (t) => {
  const group = { factors: [[0], [1]], outcomes: [0, 1] };
  await allRefused(t, [
    [() => factors.factorCoefficients([]), 'Groups', '[]'],
    [() => factors.factorCoefficients([{ ...group, outcomes: [1] }]), '2 sets', '1 outcomes'],
    [() => factors.factorCoefficients([group, { factors: [[1, 2]], outcomes: [0] }]), 'as many'],
  ]);
});

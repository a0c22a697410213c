/**
 * One direction of some rows: the principal direction of rows r_1 .. r_D is the unit vector
 *
 *   v = argmax sum_i (v . r_i)^2,
 *
 * and demonstrations whose states differ by the rows r_i, all layers side by side, have as their
 * in-context vector v cut into its layers again.
 * Reference: in-context vectors (Liu et al., 2024, arXiv 2311.06668).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

import { checkEach, checkRows, type Check } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { dot } from '../../../core/numerics';

/** One vector for each layer of a model, [L][C]. */
export type LayerVectors = readonly (readonly number[])[];

/** A length that counts as 0 is raised to this, so that it can be divided by. */
export const LEAST_LENGTH = 1e-12;

/**
 * The direction in which rows are longest, from the D x D matrix of their products; rows are not
 * centred. Of the two signs it has the one whose mean product with the rows is positive.
 *
 * @param rows [D, N]
 * @returns a unit vector, [N]
 * @throws CourseError when these are no rows of finite numbers, or all are 0
 */
export function principalDirection(rows: readonly (readonly number[])[]): number[] {
  checkRows('Rows', rows);
  const largest = rows.reduce((most, row) => Math.max(most, largestOf(row)), 0);
  demand(
    largest > 0,
    () => `All ${rows.length} rows whose direction was asked for are 0.`,
    'Give at least one row that is not 0.',
  );
  const scaled = rows.map((row) => row.map((value) => value / largest)); // [D, N]
  const products = scaled.map((a) => scaled.map((b) => dot(a, b))); // [D, D]
  const { eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(products), {
    assumeSymmetric: true,
  });
  const shares = eigenvectorMatrix.getColumn(rows.length - 1); // the largest eigenvalue is the last
  const direction = rows[0]!.map((_, c) => dot(shares, columnOf(scaled, c))); // [N]
  const meanProduct = scaled.reduce((sum, row) => sum + dot(direction, row), 0);
  const length = Math.sqrt(dot(direction, direction)) * (meanProduct < 0 ? -1 : 1);
  return direction.map((value) => value / length);
}

const largestOf = (row: readonly number[]): number =>
  row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const columnOf = (rows: readonly (readonly number[])[], c: number): number[] =>
  rows.map((row) => row[c]!);

/**
 * The in-context vector of some differences.
 *
 * @param before [D][L][C]
 * @param after  [D][L][C]
 * @returns [L][C]; all layers together have length 1
 */
export function vectorOfDifferences(
  before: readonly LayerVectors[],
  after: readonly LayerVectors[],
): number[][] {
  const rows = after.map((layers, d) =>
    layers.flatMap((row, l) => row.map((value, c) => value - before[d]![l]![c]!)),
  ); // [D][L C]
  const direction = principalDirection(rows); // [L C]
  const C = before[0]![0]!.length;
  return before[0]!.map((_, l) => direction.slice(l * C, (l + 1) * C)); // [L][C]
}

/**
 * The sum of several vectors of each layer, which count alike: each is divided by its length.
 *
 * @param all   of each thing, [L][C]
 * @returns [L][C]
 * @throws CourseError when there are none, or they are not for as many layers of one width
 */
export function summedVectors(all: readonly LayerVectors[]): number[][] {
  checkEach('Vectors', all, 'vectors by layer', checkVectors, 1);
  const [L, C] = [all[0]!.length, all[0]![0]!.length];
  demand(
    all.every((one) => one.length === L && one[0]!.length === C),
    () => `Vectors of unequal shapes were to be added, the first [${L}, ${C}].`,
    'Give vectors of one model.',
  );
  const units = all.map((one) => one.map(unit));
  return units[0]!.map((row, l) => row.map((_, c) => units.reduce((sum, u) => sum + u[l]![c]!, 0)));
}

const unit = (v: readonly number[]): number[] => {
  const length = Math.max(LEAST_LENGTH, Math.sqrt(dot(v, v)));
  return v.map((value) => value / length);
};

const checkVectors: Check = (name, vectors) => checkRows(name, vectors);

/**
 * Linear baselines: least squares, ridge regression, averaging. Baselines of Garg et al. (2022),
 * section 3.
 */
import { checkNumbers, checkRows } from '../core/checks';
import { Matrix, SingularValueDecomposition, solve } from 'ml-matrix';

import { demand, finiteNumber } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { fromRule } from './rule';
import { dot } from '../core/numerics';

/**
 * The weights of least squares; with fewer examples than dimensions, the smallest of the many that
 * fit.
 *
 * @param X n rows of d numbers
 * @param y n labels
 * @returns d weights
 */
export function leastSquaresWeights(X: number[][], y: number[]): number[] {
  checkRows('X', X);
  checkNumbers('y', y);
  demand(
    y.length === X.length && X[0]!.length > 0,
    () => `Least squares was given ${X.length} rows of ${X[0]!.length} and ${y.length} labels.`,
    'Give a label for each row.',
  );
  const matrix = new Matrix(X);
  const svd = new SingularValueDecomposition(matrix, { autoTranspose: true });
  const tolerance =
    Math.max(matrix.rows, matrix.columns) * Number.EPSILON * Math.max(...svd.diagonal) * 8;
  const [U, V] = [svd.leftSingularVectors, svd.rightSingularVectors];
  const weights = new Array<number>(matrix.columns).fill(0);
  svd.diagonal.forEach((singular, r) => {
    if (singular <= tolerance) return;
    const factor = dot(U.getColumn(r), y) / singular;
    for (let k = 0; k < weights.length; k++) weights[k]! += factor * V.get(k, r);
  });
  return weights;
}

/**
 * Ridge regression of several targets at once: W = (X'X + lambda I)^-1 X'Y.
 *
 * @param X n rows of d numbers
 * @param Y n rows of k targets
 * @returns d rows of k weights
 */
export function ridgeMap(X: Matrix, Y: Matrix, lambda: number): Matrix {
  const gram = X.transpose().mmul(X).add(Matrix.eye(X.columns).mul(lambda)); // d x d
  return solve(gram, X.transpose().mmul(Y));
}

/**
 * The weights of ridge regression: (X'X + lambda I)^-1 X'y.
 *
 * @param X n rows of d numbers
 * @param y n labels
 * @returns d weights
 */
export const ridgeWeights = (X: number[][], y: number[], lambda: number): number[] =>
  ridgeMap(new Matrix(X), Matrix.columnVector(y), lambda).getColumn(0);

/** Least squares; the minimum-norm solution when there are fewer examples than dimensions. */
export const leastSquares: Predictor = fromRule('least squares', ({ X, y, T }) => {
  const w = leastSquaresWeights(X, y);
  return T.map((x) => dot(x, w));
});

/**
 * Ridge regression. With w ~ N(0, I) and label noise sigma, lambda = sigma^2 is Bayes-optimal.
 *
 * @param lambda the penalty, positive
 * @throws CourseError when lambda is not positive
 */
export function ridge(lambda: number): Predictor {
  finiteNumber('lambda', lambda, 'a positive number', (x) => x > 0);
  return fromRule(`ridge (${lambda})`, ({ X, y, T }) => {
    const w = ridgeWeights(X, y, lambda);
    return T.map((x) => dot(x, w));
  });
}

/** Averaging: w = mean of x_i y_i, right in expectation for inputs ~ N(0, I). */
export const averaging: Predictor = fromRule('averaging', ({ X, y, T }) => {
  const w = X[0]!.map((_, k) => X.reduce((sum, x, i) => sum + x[k]! * y[i]!, 0) / X.length);
  return T.map((x) => dot(x, w));
});

/** Always 0: what is known without examples. */
export const zero: Predictor = fromRule('zero', ({ T }) => T.map(() => 0));

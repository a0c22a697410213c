/**
 * One regression problem in float64, on which linear attention makes steps of gradient descent. X
 * holds one example per row.
 */
import { checkNumbers, checkRows } from '../../../core/checks';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

import {
  CourseError,
  demand,
  finiteNumber,
  plainObject,
  positiveInteger,
  quote,
} from '../../../core/errors';

/** Examples X [n, d] with labels y [n, 1], and where descent starts, w0 [d, 1]. */
export interface Regression {
  readonly X: Matrix;
  readonly y: Matrix;
  readonly w0: Matrix;
}

/**
 * A regression problem.
 *
 * @param X  n rows of d numbers
 * @param y  n labels
 * @param w0 d numbers; zeros when left out
 * @throws CourseError when the sizes do not fit or a number is not finite
 */
export function regression(
  X: readonly (readonly number[])[],
  y: readonly number[],
  w0?: readonly number[],
): Regression {
  checkRows('X', X);
  checkNumbers('y', y);
  if (w0 !== undefined) checkNumbers('w0', w0);
  const d = X[0]?.length ?? 0;
  const start = w0 ?? new Array<number>(d).fill(0);
  demand(
    d > 0 && X.every((row) => row.length === d) && y.length === X.length && start.length === d,
    () =>
      `A regression was given ${X.length} inputs of ${X.map((row) => row.length).join(', ')} ` +
      `numbers, ${y.length} labels and a start of ${start.length}.`,
    'Give n inputs of d numbers each, n labels, and a start of d.',
  );
  demand(
    [...X.flat(), ...y, ...start].every(Number.isFinite),
    () => 'A regression was given NaN or an infinite number.',
    'Clean the data first.',
  );
  return {
    X: new Matrix(X.map((row) => [...row])),
    y: Matrix.columnVector([...y]),
    w0: Matrix.columnVector([...start]),
  };
}

/** The Gram matrix K = X X', [n, n]. */
export function gram(problem: Regression): Matrix {
  checkRegression(problem);
  return problem.X.mmul(problem.X.transpose());
}

/**
 * Refuses what is no regression problem.
 *
 * @throws CourseError naming the matrix that is missing
 */
export function checkRegression(problem: Regression): void {
  plainObject('A regression', problem);
  for (const name of ['X', 'y', 'w0'] as const)
    demand(
      problem[name] instanceof Matrix,
      () => `'${name}' of a regression must be a matrix, got ${quote(problem[name])}.`,
      'Make it with theory.regression.',
    );
  const { X, y, w0 } = problem;
  demand(
    y.rows === X.rows && w0.rows === X.columns && y.columns === 1 && w0.columns === 1,
    () => `A regression has X [${X.rows}, ${X.columns}], ${y.rows} labels and ${w0.rows} weights.`,
    'Make it with theory.regression.',
  );
}

/** The diagonal of K as a matrix, [n, n]: the squared lengths of the inputs. */
export const diagonal = (K: Matrix): Matrix => Matrix.diag(K.diagonal());

/** The residuals X w - y, [n, 1]. */
export const residual = ({ X, y }: Regression, w: Matrix): Matrix => X.mmul(w).sub(y);

/**
 * The largest eigenvalue of X'X, lambda_max. Gradient descent converges for eta below
 * 2 / lambda_max, the theorem needs eta below 1 / lambda_max.
 */
export function steepest(problem: Regression): number {
  checkRegression(problem);
  const { X } = problem;
  return Math.max(
    ...new EigenvalueDecomposition(X.transpose().mmul(X), { assumeSymmetric: true })
      .realEigenvalues,
  );
}

/** The spectral radius of a square matrix: below 1, its powers converge to 0. */
export function spectralRadius(M: Matrix): number {
  const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(M);
  return Math.max(...re.map((x, i) => Math.hypot(x, im[i]!)));
}

const DIVERGED = 1e8;

/**
 * Refuses a step size or a depth that no recursion can use.
 *
 * @throws CourseError when eta is not a positive number or depth is below 1
 */
export function checkDescent(eta: number, depth: number): void {
  finiteNumber('eta', eta, 'a positive number', (x) => x > 0);
  positiveInteger('depth', depth, 1, 1e6);
}

/**
 * Stops a recursion that diverges.
 *
 * @throws CourseError naming eta and the bound
 */
export function checkBounded(problem: Regression, w: Matrix, eta: number, layer: number): void {
  if (
    w.norm('frobenius') <
    DIVERGED * (1 + problem.w0.norm('frobenius') + problem.y.norm('frobenius'))
  )
    return;
  throw new CourseError(
    `The recursion diverges with eta = ${eta}: at layer ${layer} the weights have the norm ` +
      `${w.norm('frobenius').toExponential(1)}.`,
    `Take eta below 1 / lambda_max = ${(1 / steepest(problem)).toPrecision(3)} ` +
      '(plain gradient descent converges up to twice that).',
  );
}

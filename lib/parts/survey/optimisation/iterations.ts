/**
 * Two ways to least squares that are made of matrix products alone. With S = X'X, whose eigenvalues lie
 * between lambda_min and lambda_max,
 *
 *   gradient descent   w_{j+1} = w_j - eta X'(X w_j - y),          w_0 = 0,
 *   iterative Newton   M_{j+1} = 2 M_j - M_j S M_j,  w_j = M_j X'y,  M_0 = S / lambda_max^2.
 *
 * In the direction of eigenvalue lambda the one leaves the share (1 - eta lambda)^j of the solution to
 * be found, the other (1 - (lambda / lambda_max)^2)^(2^j): the number of correct digits doubles. The
 * step of descent is 1.5 / lambda_max where none is given. The constant step with the best worst case,
 * 2 / (lambda_max + lambda_min), overshoots in the direction of the largest eigenvalue by nearly as much
 * as there was to go, and errs more for hundreds of steps on tests that are drawn like the examples.
 * Reference: Fu et al. (2023, arXiv 2310.17086); Newton's iteration for inverses is that of Schulz.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

import { checkNumbers, checkRows } from '../../../core/checks';
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';

/** The weights after each of some iterations: [iterations][d]. */
export type WeightIterates = readonly (readonly number[])[];

/** The step of gradient descent, as a multiple of 1 / lambda_max. */
const STEP = 1.5;

/** S = X'X with its extreme eigenvalues, and X'y. */
interface Normal {
  readonly S: Matrix;
  readonly right: Matrix;
  readonly least: number;
  readonly most: number;
}

function normalOf(X: readonly (readonly number[])[], y: readonly number[], count: number): Normal {
  checkRows('X', X);
  checkNumbers('y', y);
  positiveInteger('The number of iterations', count, 0, 1e6);
  const d = X[0]!.length;
  demand(
    d > 0 && y.length === X.length && X.every((row) => row.length === d),
    () => `Iterations were given ${X.length} inputs of ${d} numbers and ${y.length} labels.`,
    'Give n inputs of d numbers each, and n labels.',
  );
  const matrix = new Matrix(X.map((row) => [...row]));
  const S = matrix.transpose().mmul(matrix); // [d, d]
  const { realEigenvalues } = new EigenvalueDecomposition(S, { assumeSymmetric: true });
  const most = Math.max(...realEigenvalues);
  demand(most > 0, () => 'All inputs are 0.', 'Give inputs that tell something.');
  const right = matrix.transpose().mmul(Matrix.columnVector([...y])); // [d, 1]
  return { S, right, least: Math.max(0, Math.min(...realEigenvalues)), most };
}

/**
 * The condition number of X'X, lambda_max / lambda_min.
 *
 * @throws CourseError when X holds no rows of numbers, or X'X has no inverse
 */
export function conditionOf(X: readonly (readonly number[])[]): number {
  checkRows('X', X);
  const { least, most } = normalOf(
    X,
    X.map(() => 0),
    0,
  );
  demand(
    least > Number.EPSILON * most,
    () => `${X.length} inputs do not span their ${X[0]!.length} dimensions.`,
    'Give more inputs, or inputs in other directions.',
  );
  return most / least;
}

/**
 * The weights of gradient descent after 0, 1, .., count steps.
 *
 * @param X   n rows of d numbers
 * @param y   n labels
 * @param eta step size; left out: 1.5 / lambda_max
 * @throws CourseError when the sizes do not fit, all inputs are 0, or eta is not above 0
 */
export function descentIterates(
  X: readonly (readonly number[])[],
  y: readonly number[],
  count: number,
  eta?: number,
): WeightIterates {
  const { S, right, most } = normalOf(X, y, count);
  if (eta !== undefined) finiteNumber('eta', eta, 'a positive number', (x) => x > 0);
  const step = eta ?? STEP / most;
  let w = Matrix.zeros(S.rows, 1);
  const iterates = [w.to1DArray()];
  for (let j = 0; j < count; j++) {
    w = Matrix.sub(w, Matrix.sub(S.mmul(w), right).mul(step)); // [d, 1]
    iterates.push(w.to1DArray());
  }
  return iterates;
}

/**
 * The weights of iterative Newton after 0, 1, .., count iterations.
 *
 * @param X n rows of d numbers
 * @param y n labels
 * @throws CourseError when the sizes do not fit, or all inputs are 0
 */
export function newtonIterates(
  X: readonly (readonly number[])[],
  y: readonly number[],
  count: number,
): WeightIterates {
  const { S, right, most } = normalOf(X, y, count);
  let M = Matrix.mul(S, 1 / most ** 2); // [d, d]
  const iterates = [M.mmul(right).to1DArray()];
  for (let j = 0; j < count; j++) {
    M = Matrix.sub(Matrix.mul(M, 2), M.mmul(S).mmul(M)); // [d, d]
    iterates.push(M.mmul(right).to1DArray());
  }
  return iterates;
}

/** Both algorithms by name. */
export const ALGORITHMS = {
  'gradient descent': (X: readonly (readonly number[])[], y: readonly number[], count: number) =>
    descentIterates(X, y, count),
  'iterative Newton': newtonIterates,
} as const;

/** The name of an algorithm. */
export type AlgorithmName = keyof typeof ALGORITHMS;

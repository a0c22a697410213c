/**
 * Lasso: least squares with a penalty on |w|, by cyclic coordinate descent. The optimum InvICL's
 * figure 6 compares with.
 * Reference: Friedman, Hastie and Tibshirani (2010), section 2.1; the objective is scikit-learn's.
 */
import { checkNumbers, checkRows } from '../core/checks';
import { demand, finiteNumber, positiveInteger } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { fromRule } from './rule';
import { dot } from '../core/numerics';

/**
 * The w that makes |y - X w|^2 / (2 n) + alpha |w|_1 smallest.
 *
 * @param X     n rows of d numbers
 * @param y     n labels
 * @param sweep most sweeps over all coordinates
 * @returns d weights
 */
export function lassoWeights(
  X: readonly (readonly number[])[],
  y: readonly number[],
  alpha: number,
  sweep = 1000,
): number[] {
  checkRows('X', X);
  checkNumbers('y', y);
  demand(
    y.length === X.length,
    () => `Lasso was given ${X.length} rows and ${y.length} labels.`,
    'Give a label for each row.',
  );
  finiteNumber('alpha', alpha, 'a number of at least 0', (x) => x >= 0);
  positiveInteger('sweep', sweep, 1, 1e6);
  const [n, d] = [X.length, X[0]!.length];
  const w = new Array<number>(d).fill(0);
  const rest = [...y]; // y - X w
  const squares = w.map((_, k) => X.reduce((sum, x) => sum + x[k]! ** 2, 0) / n);
  for (let round = 0; round < sweep; round++) {
    let moved = 0;
    for (let k = 0; k < d; k++) {
      if (squares[k] === 0) continue;
      const pull = X.reduce((sum, x, i) => sum + x[k]! * rest[i]!, 0) / n + squares[k]! * w[k]!;
      const kept = Math.max(0, Math.abs(pull) - alpha); // soft threshold
      const next = (Math.sign(pull) * kept) / squares[k]!;
      const step = next - w[k]!;
      if (step === 0) continue;
      for (let i = 0; i < n; i++) rest[i]! -= step * X[i]![k]!;
      w[k] = next;
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved < 1e-7) break;
  }
  return w;
}

/**
 * Lasso.
 *
 * @param alpha the penalty, positive, in the units of scikit-learn
 * @throws CourseError when alpha is not positive
 */
export function lasso(alpha: number): Predictor {
  finiteNumber('alpha', alpha, 'a positive number', (x) => x > 0);
  return fromRule(`Lasso (${alpha})`, ({ X, y, T }) => {
    const w = lassoWeights(X, y, alpha);
    return T.map((x) => dot(x, w));
  });
}

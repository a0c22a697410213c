/**
 * Lasso: least squares with a penalty on |w|, by cyclic coordinate descent. The optimum InvICL's figure 6 compares with.
 * Reference: Friedman, Hastie and Tibshirani (2010), section 2.1; the objective is scikit-learn's.
 */
import { demand, finiteNumber } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { dot, fromRule } from './rows';

/**
 * The w that makes |y - X w|^2 / (2 n) + alpha |w|_1 smallest.
 *
 * @param X     n rows of d numbers
 * @param y     n labels
 * @param sweep most sweeps over all coordinates
 * @returns d weights
 */
export function lassoWeights(X: readonly (readonly number[])[], y: readonly number[], alpha: number, sweep = 1000): number[] {
  const [n, d] = [X.length, X[0]!.length];
  const w = new Array<number>(d).fill(0);
  const rest = [...y]; // y - X w
  const squares = w.map((_, k) => X.reduce((sum, x) => sum + x[k]! ** 2, 0) / n);
  for (let round = 0; round < sweep; round++) {
    let moved = 0;
    for (let k = 0; k < d; k++) {
      if (squares[k] === 0) continue;
      const pull = X.reduce((sum, x, i) => sum + x[k]! * rest[i]!, 0) / n + squares[k]! * w[k]!;
      const next = (Math.sign(pull) * Math.max(0, Math.abs(pull) - alpha)) / squares[k]!; // soft threshold
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

/** Sets of `size` out of 0 .. d - 1. */
function supportsOf(d: number, size: number): number[][] {
  if (size === 0) return [[]];
  return supportsOf(d, size - 1).flatMap((rest) =>
    Array.from({ length: d - 1 - (rest.at(-1) ?? -1) }, (_, j) => [...rest, (rest.at(-1) ?? -1) + 1 + j]),
  );
}

/**
 * Evidence and posterior mean of w on a support, for w ~ N(0, I) and label noise of variance `noise`: examples are taken
 * in one after the other (recursive least squares).
 */
function onSupport(X: readonly number[][], y: readonly number[], support: readonly number[], noise: number): { log: number; w: number[] } {
  const s = support.length;
  const w = new Array<number>(s).fill(0);
  const P = Array.from({ length: s }, (_, i) => Array.from({ length: s }, (_, j): number => (i === j ? 1 : 0)));
  let log = 0;
  X.forEach((row, i) => {
    const x = support.map((k) => row[k]!);
    const Px = P.map((p) => dot(p, x));
    const [variance, miss] = [dot(x, Px) + noise, y[i]! - dot(x, w)];
    log -= (Math.log(variance) + (miss * miss) / variance) / 2;
    for (let a = 0; a < s; a++) {
      w[a]! += (Px[a]! * miss) / variance;
      for (let b = 0; b < s; b++) P[a]![b]! -= (Px[a]! * Px[b]!) / variance;
    }
  });
  return { log, w };
}

/**
 * The Bayes-optimal answer for sparse regression with `nonZero` coordinates of weight N(0, 1): the mean over all supports,
 * each weighed by its evidence. Noise-free labels are taken as labels with noise of standard deviation 0.01.
 *
 * @throws CourseError when nonZero is no number of coordinates, or there are more than 5,000 supports
 */
export function sparseBayes(d: number, nonZero: number, noise = 1e-4): Predictor {
  demand(
    Number.isInteger(nonZero) && nonZero >= 1 && nonZero <= d,
    () => `nonZero must be an integer from 1 to d = ${d}, got ${nonZero}.`,
    'Give nonZero such a number.',
  );
  const supports = supportsOf(d, nonZero);
  demand(supports.length <= 5000, () => `${nonZero} of ${d} coordinates have ${supports.length} supports.`, 'Take a smaller d or nonZero.');
  return fromRule('Bayes-optimal', ({ X, y, T }) => {
    const all = supports.map((support) => ({ support, ...onSupport(X, y, support, noise) }));
    const most = Math.max(...all.map(({ log }) => log));
    const shares = all.map(({ log }) => Math.exp(log - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const mean = new Array<number>(d).fill(0);
    all.forEach(({ support, w }, j) => support.forEach((k, i) => (mean[k]! += (shares[j]! / total) * w[i]!)));
    return T.map((x) => dot(x, mean));
  });
}

/**
 * A normal belief about the weights of a linear function, changed by one example after the other.
 * Reference: Kalman (1960).
 */
import { dot } from '../core/numerics';

/** A normal belief; `observe` changes it in place. */
export interface Belief {
  /** Mean, d numbers. */
  readonly w: number[];
  /** Covariance, d x d. */
  readonly P: number[][];
}

/** The belief before any example: N(0, I). */
export const priorOf = (d: number): Belief => ({
  w: new Array<number>(d).fill(0),
  P: Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? 1 : 0))),
});

/**
 * Takes in y = x . w + N(0, noise).
 *
 * @returns the predictive variance of y, and the prediction error
 */
export function observe(
  { w, P }: Belief,
  x: readonly number[],
  y: number,
  noise: number,
): { readonly variance: number; readonly miss: number } {
  const Px = P.map((row) => dot(row, x));
  const [variance, miss] = [dot(x, Px) + noise, y - dot(x, w)];
  if (variance >= 1e-9)
    // else this direction is known already
    for (let a = 0; a < w.length; a++) {
      w[a]! += (Px[a]! * miss) / variance;
      for (let b = 0; b < w.length; b++) P[a]![b]! -= (Px[a]! * Px[b]!) / variance;
    }
  return { variance, miss };
}

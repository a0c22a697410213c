/**
 * Where the gate should switch: alpha = 1 (in-weight) as soon as the in-weight predictor's error is
 * below the in-context one's.
 * Reference: Chan et al. (ICLR 2025), section 3; expected errors in place of bounds: this course.
 */
import { checkNumbers } from '../../../core/checks';
import { finiteNumber, positiveInteger, shareNumber } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { drawnCounts, exactExcess, expectedExcess, smoothed } from './table';
import { entropy, expectedCrossEntropy } from './simplex';

/** Refuses errors that are no numbers: the entropy of labels, and the error in context. */
function checkErrors(H: number, contextError: number): void {
  finiteNumber('H', H);
  finiteNumber('contextError', contextError);
}

/**
 * N_x from which constant sqrt(log(2 |X| / delta) / N_x) + H is below the in-context error;
 * Infinity where that never is.
 */
export function switchByBound(
  H: number,
  contextError: number,
  X: number,
  delta: number,
  constant = 1,
): number {
  checkErrors(H, contextError);
  positiveInteger('X', X);
  finiteNumber('delta', delta, 'between 0 and 1', (x) => x > 0 && x < 1);
  finiteNumber('constant', constant);
  return contextError > H
    ? (constant ** 2 * Math.log((2 * X) / delta)) / (contextError - H) ** 2
    : Infinity;
}

/**
 * N_x from which the expected error of Laplace's estimate, H + expectedExcess, is below the
 * in-context error.
 *
 * @param possible labels with a probability above 0
 */
export function switchByExpectation(
  H: number,
  contextError: number,
  C: number,
  possible = C,
): number {
  checkErrors(H, contextError);
  const excess = expectedExcess(C, 1, possible);
  return contextError > H ? excess / (contextError - H) : Infinity;
}

/**
 * The first N_x of a list at which the expected error, computed exactly, is below the in-context
 * one; Infinity when none is.
 */
export function switchExactly(
  truth: readonly number[],
  contextError: number,
  sizes: readonly number[],
): number {
  checkErrors(entropy(truth), contextError);
  checkNumbers('Sizes', sizes);
  return sizes.find((Nx) => entropy(truth) + exactExcess(truth, Nx) < contextError) ?? Infinity;
}

/**
 * Expected cross-entropy of copying the one example of a clean context (L = 1, k = 0) when every
 * label, the query's too, is put one class on with probability q: the two differ with probability 2
 * q (1 - q), which costs log(1 / eps).
 */
export function noisyCopy(q: number, eps: number): number {
  shareNumber('q', q);
  finiteNumber('eps', eps, 'a number above 0', (x) => x > 0);
  return 2 * q * (1 - q) * Math.log(1 / eps);
}

/** Mean cross-entropy of Laplace's estimate after N_x labels, over repetitions. */
export function simulatedError(
  truth: readonly number[],
  Nx: number,
  repeats: number,
  random: Stream,
): number {
  positiveInteger('repeats', repeats, 1, 1e6);
  let sum = 0;
  for (let r = 0; r < repeats; r++)
    sum += expectedCrossEntropy(truth, smoothed(drawnCounts(truth, Nx, random)));
  return sum / repeats;
}

/**
 * The first N_x of a list at which the simulated in-weight error is below the in-context one;
 * Infinity when none is.
 */
export function simulatedSwitch(
  truth: readonly number[],
  contextError: number,
  sizes: readonly number[],
  repeats: number,
  random: Stream,
): number {
  checkErrors(entropy(truth), contextError);
  checkNumbers('Sizes', sizes);
  return sizes.find((Nx) => simulatedError(truth, Nx, repeats, random) < contextError) ?? Infinity;
}

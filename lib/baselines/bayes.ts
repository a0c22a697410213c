/**
 * The Bayes-optimal answer where few coordinates of w are not zero, and the prompt does not say
 * which.
 * Reference: Garg et al. (2022), section 4, for the task; the mean over supports is exact.
 */
import { demand, finiteNumber, positiveInteger, quote } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { observe, priorOf } from './belief';
import { fromRule } from './rule';
import { dot, softmax } from '../core/numerics';

/** Sets of `size` out of 0 .. d - 1. */
function supportsOf(d: number, size: number): number[][] {
  if (size === 0) return [[]];
  return supportsOf(d, size - 1).flatMap((rest) =>
    Array.from({ length: d - 1 - (rest.at(-1) ?? -1) }, (_, j) => [
      ...rest,
      (rest.at(-1) ?? -1) + 1 + j,
    ]),
  );
}

/**
 * Evidence and posterior mean of w on a support, for w ~ N(0, I) and label noise of variance
 * `noise`.
 */
function onSupport(
  X: readonly number[][],
  y: readonly number[],
  support: readonly number[],
  noise: number,
): { log: number; w: number[] } {
  const belief = priorOf(support.length);
  let log = 0;
  X.forEach((row, i) => {
    const { variance, miss } = observe(
      belief,
      support.map((k) => row[k]!),
      y[i]!,
      noise,
    );
    log -= (Math.log(variance) + (miss * miss) / variance) / 2;
  });
  return { log, w: belief.w };
}

/**
 * The Bayes-optimal answer for sparse regression with `nonZero` coordinates of weight N(0, 1): the
 * mean over all supports, each weighed by its evidence. Noise-free labels are taken as labels with
 * noise of standard deviation 0.01.
 *
 * @throws CourseError when nonZero is no number of coordinates, or there are more than 5,000
 *   supports
 */
export function sparseBayes(d: number, nonZero: number, noise = 1e-4): Predictor {
  positiveInteger('d', d, 1, 5000);
  demand(
    Number.isInteger(nonZero) && nonZero >= 1 && nonZero <= d,
    () => `nonZero must be an integer from 1 to d = ${d}, got ${quote(nonZero)}.`,
    'Give nonZero such a number.',
  );
  finiteNumber('noise', noise, 'a positive number', (x) => x > 0);
  let count = 1; // sets of k coordinates, for k up to nonZero: all of them are listed
  for (let k = 1; k <= nonZero && count <= 5000; k++) count *= (d - k + 1) / k;
  demand(
    count <= 5000,
    () => `The supports of ${nonZero} of ${d} coordinates are more than 5000.`,
    'Take a smaller d or nonZero.',
  );
  const supports = supportsOf(d, nonZero);
  return fromRule('Bayes-optimal', ({ X, y, T }) => {
    const all = supports.map((support) => ({ support, ...onSupport(X, y, support, noise) }));
    const shares = softmax(all.map(({ log }) => log));
    const mean = new Array<number>(d).fill(0);
    all.forEach(({ support, w }, j) => support.forEach((k, i) => (mean[k]! += shares[j]! * w[i]!)));
    return T.map((x) => dot(x, mean));
  });
}

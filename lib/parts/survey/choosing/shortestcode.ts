/**
 * Demonstrations after which the answer has the shortest code. For a question, R sets of k of its N
 * nearest rows are tried; the first is the nearest k, the others are random. That with the least
 * entropy of the answer is taken: -log p(y | C, x) nats are the length of the code of y, and the
 * entropy is the mean length when y is drawn from the model.
 * Reference: Wu et al. (2023, arXiv 2212.10375), self-adaptive in-context learning, and OpenICL.
 */
import { checkIndices, checkStream } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { entropyOf } from '../../../core/numerics';
import type { Stream } from '../../../core/random';
import { bestRows } from './pool';
import { checkProbabilities } from './probabilities';

/**
 * The sets that are tried, each with its nearest row first.
 *
 * @param nearest rows, the nearest first, [N]
 * @param sets    R
 * @returns [R][k]
 * @throws CourseError when there are fewer than k rows, or a number is refused
 */
export function setsOfNearest(
  random: Stream,
  nearest: readonly number[],
  k: number,
  sets: number,
): number[][] {
  checkStream(random);
  checkIndices('The nearest rows', nearest);
  positiveInteger('The size of a set', k);
  positiveInteger('The number of sets', sets, 1, 1e5);
  demand(
    k <= nearest.length,
    () => `Sets of ${k} were to be drawn from ${nearest.length} rows.`,
    'Draw smaller sets, or give more rows.',
  );
  const places = (): number[] =>
    random
      .permutation(nearest.length)
      .slice(0, k)
      .sort((a, b) => a - b);
  return Array.from({ length: sets }, (_, r) =>
    r === 0 ? nearest.slice(0, k) : places().map((i) => nearest[i]!),
  );
}

/**
 * The number of the answer with the least entropy; of equals the first.
 *
 * @param p probabilities of the options after each set, [R, options]
 * @throws CourseError when these are no probabilities
 */
export function leastEntropy(p: readonly (readonly number[])[]): number {
  checkProbabilities('Probabilities', p);
  return bestRows(
    p.map((row) => -entropyOf(row)),
    1,
  )[0]!;
}

/**
 * Spearman's rank correlation: whether two numbers put the same things into the same order, whatever
 * their scales. Equal values share the mean of their places.
 * Reference: Spearman (1904), The proof and measurement of association between two things.
 */
import { checkNumbers } from '../core/checks';
import { demand } from '../core/errors';
import { mean } from './statistics';

/** The place of each value in the sorted list, from 0; of equals the mean of their places. */
const ranksOf = (values: readonly number[]): number[] =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });

/**
 * The correlation of the ranks of two lists, from -1 to 1:
 *
 *   sum (r_i - mean r) (s_i - mean s) / sqrt(sum (r_i - mean r)^2 sum (s_i - mean s)^2).
 *
 * It is 0 where all values of one list are equal, as they are in no order.
 *
 * @param a [things]
 * @param b of the same things
 * @throws CourseError when they are no numbers, fewer than two, or not as many
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  checkNumbers('The first numbers', a, 2);
  checkNumbers('The second numbers', b, 2);
  demand(
    a.length === b.length,
    () => `The ranks of ${a.length} numbers were compared with those of ${b.length}.`,
    'Give two numbers of each thing.',
  );
  const [r, s] = [ranksOf(a), ranksOf(b)];
  const middle = mean(r); // of both
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, rank, i) => sum + (rank - middle) * (y[i]! - middle), 0);
  const spread = Math.sqrt(product(r, r) * product(s, s));
  return spread === 0 ? 0 : product(r, s) / spread;
}

/**
 * Spearman's rank correlation: Pearson's correlation of ranks, in which equal values share the mean
 * of their ranks. Reference: Spearman (1904).
 */
import { checkNumbers } from '../core/checks';
import { demand } from '../core/errors';
import { mean } from './statistics';

/**
 * The ranks of values, from 0; equal ones share the mean of theirs.
 *
 * @throws CourseError when a value is no finite number
 */
export function ranks(values: readonly number[]): number[] {
  checkNumbers('Values to be ranked', values);
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}

/**
 * Spearman's rank correlation, from -1 to 1; 0 where all values of one list are equal, so that they
 * order nothing.
 *
 * @throws CourseError when the lists differ in length, have fewer than two values, or one is not
 *   finite
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  checkNumbers('The first numbers', a, 2);
  checkNumbers('The second numbers', b, 2);
  demand(
    a.length === b.length,
    () => `The ranks of ${a.length} numbers were compared with those of ${b.length}.`,
    'Give two numbers of each thing.',
  );
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (x.length - 1) / 2; // the mean of all ranks
  const product = (u: readonly number[], v: readonly number[]): number =>
    mean(u.map((rank, i) => (rank - middle) * (v[i]! - middle)));
  const scale = Math.sqrt(product(x, x) * product(y, y));
  return scale === 0 ? 0 : product(x, y) / scale;
}

/** Random sets of demonstrations, in which each row occurs about as often as any other. */
import { checkStream } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** More sets are not asked after. */
const MOST_SETS = 1e5;

/**
 * Sets of k different rows, each uniformly random by itself, in a random order. One permutation of
 * the rows after another is cut into sets, so that after each of them every row has been in a set
 * (when k divides the number of rows).
 *
 * @param rows how many there are
 * @returns [count][k]
 * @throws CourseError when there are fewer than k rows, or a number is refused
 */
export function drawSets(random: Stream, rows: number, k: number, count: number): number[][] {
  checkStream(random);
  positiveInteger('The number of rows', rows, 1, MOST_SETS);
  positiveInteger('The size of a set', k);
  positiveInteger('The number of sets', count, 1, MOST_SETS);
  demand(
    k <= rows,
    () => `Sets of ${k} were to be drawn from ${rows} rows.`,
    'Draw smaller sets, or give more rows.',
  );
  const sets: number[][] = [];
  while (sets.length < count) {
    const order = random.permutation(rows);
    for (let from = 0; from + k <= rows && sets.length < count; from += k)
      sets.push(order.slice(from, from + k));
  }
  return sets;
}

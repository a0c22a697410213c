/** The graph of nearest neighbours of a pool, by the angle between vectors. */
import { cosine } from './nearest';
import { bestRows, type ChoosableText } from './pool';

/** cos of every two texts, [N, N]. */
export const cosinesOf = (pool: readonly ChoosableText[]): readonly (readonly number[])[] =>
  pool.map((a) => pool.map((b) => cosine(a.vector, b.vector)));

/**
 * The nearest other rows of each row, the nearest first, [N][count]; all others where there are
 * fewer.
 */
export const nearestOthers = (
  pool: readonly ChoosableText[],
  count: number,
): readonly (readonly number[])[] =>
  cosinesOf(pool).map((row, v) =>
    bestRows(
      row.map((cos, u) => (u === v ? -Infinity : cos)),
      Math.min(count, pool.length - 1),
    ),
  );

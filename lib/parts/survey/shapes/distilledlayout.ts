/**
 * Several questions after one context, as one sequence: the header, the context, and lines that read
 * both and not each other. Each line stands as if it were the only one, directly after the context,
 * which is m vectors or k demonstrations.
 */
import { tf } from '../../../core/backend';
import { positiveInteger } from '../../../core/errors';
import { biasOf } from '../../../model/attention';
import { bucketOf } from '../small/distances';
import type { LayoutTensors } from '../small/layout';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';

/** More than this is no context, or no number of lines. */
const MOST = 64;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const LINE = upTo(LINE_TOKENS);
const repeated = (count: number): number[] => upTo(count).flatMap(() => LINE);

/**
 * The layout of lines after a header and a context.
 *
 * @param context of each piece of it its offset in its line; null: a vector, which has no place
 */
function layoutAfter(context: readonly (number | null)[], lines: number): LayoutTensors {
  const begins = HEADER_TOKENS + context.length; // where lines do
  const T = begins + LINE_TOKENS * lines;
  const lineOf = (t: number): number | null =>
    t < begins ? null : Math.floor((t - begins) / LINE_TOKENS);
  const positionOf = (t: number): number =>
    t < begins ? t : begins + ((t - begins) % LINE_TOKENS);
  const pairs = <X>(of: (row: number, column: number) => X): X[][] =>
    upTo(T).map((row) => upTo(T).map((column) => of(row, column)));
  const offsets = [...upTo(HEADER_TOKENS), ...context, ...repeated(lines)];
  const placeOf = (offset: number, t: number): number =>
    t < HEADER_TOKENS ? offset : HEADER_TOKENS + offset;
  return {
    mask: biasOf(
      pairs(
        (row, column) =>
          column <= row && (lineOf(column) === null || lineOf(column) === lineOf(row)),
      ),
    ), // [T, T]
    buckets: tf.tensor2d(
      pairs((row, column) => bucketOf(Math.abs(positionOf(row) - positionOf(column)))),
      undefined,
      'int32',
    ), // [T, T]
    continues: tf.tensor1d(offsets.map((offset) => (offset === 0 || offset === null ? 0 : 1))), // [T]
    places: tf.tensor1d(
      offsets.flatMap((offset, t) => (offset === null ? [] : [placeOf(offset, t)])),
      'int32',
    ),
  };
}

/**
 * The layout of lines after m vectors, T = 4 + m + 6 lines. Vectors have no place: places are those of
 * the tokens alone.
 *
 * @returns places [4 + 6 lines], int32, the others as for T tokens; the caller disposes them with
 *   small.disposeLayout
 * @throws CourseError when a number is refused
 */
export function distilledLayout(m: number, lines = 1): LayoutTensors {
  positiveInteger('The number of vectors', m, 0, MOST);
  positiveInteger('The number of lines', lines, 1, MOST);
  return layoutAfter(new Array<null>(m).fill(null), lines);
}

/**
 * The layout of lines after k demonstrations, T = 4 + 6 k + 6 lines.
 *
 * @returns places [T], int32, and the others; the caller disposes them with small.disposeLayout
 * @throws CourseError when a number is refused
 */
export function demonstratedLayout(k: number, lines = 1): LayoutTensors {
  positiveInteger('The number of demonstrations', k, 0, MOST);
  positiveInteger('The number of lines', lines, 1, MOST);
  return layoutAfter(repeated(k), lines);
}

/**
 * The layout of k demonstrations and m queries after them, T = 4 + 6 k + m. Queries have no place.
 *
 * @returns places [4 + 6 k], int32, the others as for T tokens; the caller disposes them with
 *   small.disposeLayout
 * @throws CourseError when a number is refused
 */
export function readingLayout(k: number, m: number): LayoutTensors {
  positiveInteger('The number of demonstrations', k, 0, MOST);
  positiveInteger('The number of queries', m, 1, MOST);
  return layoutAfter([...repeated(k), ...new Array<null>(m).fill(null)], 0);
}

/**
 * How a document of TaskWorld lies before the small model: a header of 4 tokens that all lines read,
 * lines of 6 tokens, and for each pair of tokens whether the one may read the other and how far they
 * are apart. Under AR all lines are one text. Under Prefix and InvICL no distance is counted between
 * two lines, so that the order of the examples cannot matter.
 */
import { tf } from '../../../core/backend';
import { plainObject, positiveInteger } from '../../../core/errors';
import { biasOf } from '../../../model/attention';
import { layoutPrompt } from '../../../model/layout';
import { METHODS, checkMethod, type Method } from '../../../model/methods';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { BUCKETS, bucketOf } from './distances';

/** Places of a token: 4 in the header, 6 in a line. */
export const PLACES = HEADER_TOKENS + LINE_TOKENS;

/** More lines than this are no document of a model this small. */
const MOST_LINES = 200;

/** What a model has to know of a layout, for all documents of a batch. */
export interface LayoutTensors {
  /** 0 where attention is allowed, -1e9 elsewhere, [T, T]. */
  readonly mask: Tensor2D;
  /** Of the distance of each pair, [T, T], int32. */
  readonly buckets: Tensor2D;
  /** 1 where the token before belongs to the same line, [T]. */
  readonly continues: Tensor1D;
  /** The place of each token in its header or line, [T], int32. */
  readonly places: Tensor1D;
}

/** A layout. */
export interface DocumentLayout extends LayoutTensors {
  /** Which token of the document stands at each place of the layout, T of them. */
  readonly source: readonly number[];
  /** Whether a token counts where it is predicted, 1 or 0, T of them. */
  readonly counts: readonly number[];
}

/** Whether the order of lines counts under a method: all lines are one text. */
export const isOrdered = ({ name }: Method): boolean => name === METHODS.ar.name;

/**
 * The layout of documents with some lines as examples and some as tests.
 *
 * @param method   AR, Prefix or InvICL; its positions are not used
 * @param examples lines that are the context
 * @param tests    lines that read the context and not each other
 * @returns tensors that the caller disposes
 * @throws CourseError when the method is none, there is no test, or there are too many lines
 */
export function documentLayout(method: Method, examples: number, tests: number): DocumentLayout {
  checkMethod(method);
  positiveInteger('The number of examples', examples, 0, MOST_LINES);
  positiveInteger('The number of tests', tests, 1, MOST_LINES);
  const lines = (count: number): number[] => new Array<number>(count).fill(LINE_TOKENS);
  const { tokens, mask } = layoutPrompt(method, lines(examples), lines(tests), HEADER_TOKENS);
  const start = { begin: 0, first: HEADER_TOKENS, second: HEADER_TOKENS, test: 0 };
  start.test = HEADER_TOKENS + LINE_TOKENS * examples;
  const source = tokens.map(
    ({ block, offset }) => start[block.part] + LINE_TOKENS * block.index + offset,
  );
  const ordered = isOrdered(method);
  const bucket = (row: number, column: number): number => {
    const [a, b] = [tokens[row]!.block, tokens[column]!.block];
    const sameLine = a.part === b.part && a.index === b.index;
    if (!sameLine && !ordered) return BUCKETS - 1;
    return bucketOf(Math.abs(source[row]! - source[column]!));
  };
  const own = method.doubled ? 'second' : 'first';
  return {
    source,
    mask: biasOf(mask),
    buckets: tf.tensor2d(
      tokens.map((_, row) => tokens.map((__, column) => bucket(row, column))),
      undefined,
      'int32',
    ), // [T, T]
    continues: tf.tensor1d(tokens.map(({ offset }) => (offset === 0 ? 0 : 1))),
    places: tf.tensor1d(
      tokens.map(({ block, offset }) => (block.part === 'begin' ? 0 : HEADER_TOKENS) + offset),
      'int32',
    ),
    counts: tokens.map(({ block }) =>
      block.part === 'test' || (method.loss === 'all' && block.part === own) ? 1 : 0,
    ),
  };
}

/**
 * Frees a layout.
 *
 * @throws CourseError when it is none
 */
export function disposeLayout(layout: LayoutTensors): void {
  plainObject('A layout', layout);
  const { mask, buckets, continues, places } = layout;
  tf.dispose([mask, buckets, continues, places]);
}

/**
 * What the heads of a model attend to, in sequences where tokens occur again. The prefix-matching score
 * of a head is the attention that a token gives to the tokens that followed its earlier occurrences,
 * the mean over all tokens that have occurred before:
 *
 *   score_h = mean over i with t_i among t_1 .. t_(i-1) of  sum_(j < i, t_j = t_i) A_h[i, j + 1].
 *
 * In the small model of TaskWorld, `small.copyingScores` asks the same of one place only: the attention
 * from the last line's template to what stood after the same word in earlier lines. There the word that
 * has occurred before is three tokens back, here it is the token that looks.
 * Reference: Olsson et al. (2022, arXiv 2209.11895), prefix matching.
 */
import { tf } from '../../../core/backend';
import { checkIndices, checkList } from '../../../core/checks';
import { demand } from '../../../core/errors';
import type { Hook } from '../../../model/transformer';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { checkHooked, checkTokenRows, type HookedModel } from './hookedmodel';

/** Of each token (rows), 1 where its attention counts, 0 elsewhere. */
export type Marks = readonly (readonly number[])[];

/**
 * Marks the tokens that followed earlier occurrences of each token, [T][T].
 *
 * @throws CourseError when these are no tokens
 */
export function matchingMarks(tokens: readonly number[]): number[][] {
  checkIndices('The tokens of a sequence', tokens, Infinity, 1);
  return tokens.map((token, i) =>
    tokens.map((_, j) => Number(j >= 1 && j <= i && tokens[j - 1] === token)),
  );
}

/**
 * Marks the token before each token, [T][T]: what a previous-token head attends to.
 *
 * @throws CourseError when these are no tokens
 */
export function previousMarks(tokens: readonly number[]): number[][] {
  checkIndices('The tokens of a sequence', tokens, Infinity, 1);
  return tokens.map((_, i) => tokens.map((__, j) => Number(j === i - 1)));
}

/** Marks of B sequences of T tokens as a tensor, [B, T, T]. */
function checkedMarks(marks: readonly Marks[], B: number, T: number): tf.Tensor3D {
  const fits = (one: Marks): boolean =>
    Array.isArray(one) &&
    one.length === T &&
    one.every((row) => Array.isArray(row) && row.length === T && row.every(Number.isFinite));
  checkList('Marks', marks, 'marks of sequences', () => true);
  demand(
    marks.length === B && marks.every(fits) && marks.flat(2).includes(1),
    () => `Marks of ${marks.length} sequences were given for ${B} sequences of ${T} tokens.`,
    'Make them of the same sequences, of which one has a token that occurs again.',
  );
  return tf.tensor3d(marks as number[][][]);
}

/** What each head gives to marked tokens: the mean over rows with a mark of [B, H, T, T]: [H]. */
const markedShare = (weights: Tensor, marked: tf.Tensor3D): number[] =>
  tf.tidy(() => {
    const each = weights.mul(marked.expandDims(1)).sum(-1); // [B, H, T]
    const rows = marked.max(-1).sum(); // []
    return each.sum([0, 2]).div(rows).arraySync() as number[]; // [H]
  });

/**
 * The attention that each head gives to marked tokens, the mean over all tokens with a mark.
 *
 * @param rows  tokens, [B][T]
 * @param marks of each sequence, [B][T][T]
 * @param hook  may replace attention before it is measured, to see what it changes in later layers
 * @returns between 0 and 1, by layer and head
 * @throws CourseError when there is no model, these are no sequences of one length, or no marks of them
 */
export function markedAttention(
  hooked: HookedModel,
  rows: readonly (readonly number[])[],
  marks: readonly Marks[],
  hook?: Hook,
): number[][] {
  checkHooked(hooked);
  checkTokenRows(rows);
  const marked = checkedMarks(marks, rows.length, rows[0]!.length);
  const scores: number[][] = [];
  try {
    hooked.losses(rows, (name, value) => {
      const other = hook?.(name, value);
      if (name.endsWith('attention.weights')) scores.push(markedShare(other ?? value, marked));
      return other;
    });
  } finally {
    marked.dispose();
  }
  return scores;
}

/**
 * The prefix-matching score of every head.
 *
 * @param rows tokens, [B][T], some of which occur again
 * @param hook may replace attention before it is measured
 * @returns between 0 and 1, by layer and head
 * @throws CourseError as `markedAttention`
 */
export function prefixMatching(
  hooked: HookedModel,
  rows: readonly (readonly number[])[],
  hook?: Hook,
): number[][] {
  checkTokenRows(rows);
  return markedAttention(hooked, rows, rows.map(matchingMarks), hook);
}

/**
 * The attention maps of every head on one sequence.
 *
 * @returns [L][H][T][T], rows are the tokens that look
 * @throws CourseError when there is no model, or these are no tokens
 */
export function attentionMaps(hooked: HookedModel, tokens: readonly number[]): number[][][][] {
  checkHooked(hooked);
  checkTokenRows([tokens]);
  const maps: number[][][][] = [];
  hooked.losses([tokens], (name, value) => {
    if (name.endsWith('attention.weights')) maps.push((value as Tensor4D).arraySync()[0]!); // [H][T][T]
  });
  return maps;
}

/**
 * Tokens that are kept from reading those before them, in some layers: their attention to others is 0,
 * what they give to themselves stays. And how far answers stay what they were.
 * Reference: Wang et al. (2023, arXiv 2305.14160), section 2.2.
 */
import { tf } from '../../../core/backend';
import { checkIndices, checkNumbers, checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';
import type { Hook } from '../../../model/transformer';
import { bestOptions } from '../scoring/scorer';
import { attentionLayerOf } from '../shapes/states';

/**
 * A hook that isolates tokens.
 *
 * @param places of the tokens
 * @param layers in which they read nothing but themselves
 * @throws CourseError when these are no places or no layers; when it is used, if a place is beyond the
 *   prompt
 */
export function isolating(places: readonly number[], layers: readonly number[]): Hook {
  checkIndices('The places of isolated tokens', places, Infinity, 1);
  checkIndices('Layers', layers);
  return (name, value) => {
    const l = attentionLayerOf(name);
    if (l === null || !layers.includes(l)) return undefined;
    const T = value.shape[2]!;
    demand(
      places.every((place) => place < T),
      () => `Token ${Math.max(...places)} of a prompt of ${T} tokens was to be isolated.`,
      'Tokens are counted from 0.',
    );
    return tf.tidy(() => {
      const alone = Array.from({ length: T }, (_, i) => Number(places.includes(i)));
      const rows = tf.tensor4d(alone, [1, 1, T, 1]);
      const others = tf.sub(1, tf.eye(T)).reshape([1, 1, T, T]); // [1, 1, T, T]
      return value.mul(tf.sub(1, rows.mul(others))); // [B, H, T, T]
    });
  };
}

/**
 * Label loyalty: the share of questions whose best option stays the same.
 *
 * @param before and `after`: scores of the options, [questions][options]
 * @throws CourseError when these are no scores of the same questions
 */
export function labelLoyalty(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): number {
  checkRows('Scores before', before, 1);
  checkRows('Scores after', after, 1);
  demand(
    before.length === after.length,
    () => `Scores of ${before.length} questions were compared with those of ${after.length}.`,
    'Give scores of the same questions.',
  );
  const [was, is] = [bestOptions(before), bestOptions(after)];
  return mean(was.map((option, q) => Number(option === is[q])));
}

/**
 * Word loyalty: how many of the likeliest words are the same, as a share of all words in either list
 * (Jaccard).
 *
 * @throws CourseError when these are no lists of numbers
 */
export function wordLoyalty(before: readonly number[], after: readonly number[]): number {
  checkNumbers('Words before', before, 1);
  checkNumbers('Words after', after, 1);
  const all = new Set([...before, ...after]);
  return [...all].filter((word) => before.includes(word) && after.includes(word)).length / all.size;
}

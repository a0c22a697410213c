/**
 * A bias of attention by distance, learned for each head: scores get scale b[head, bucket of the
 * distance]. Distances up to 15 have a bucket each, larger ones share one for each quarter of a
 * doubling (as T5's). No position is added to the tokens.
 * Reference: Raffel et al. (2020), section 2.1; start values as in ALiBi (Press et al., 2022).
 */
import { tf } from '../../../core/backend';
import { checkReadable, checkTensor } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';

/**
 * Buckets of distances; the last is also that of tokens of two lines whose order does not count.
 */
export const BUCKETS = 32;

/** Learned values are multiplied by this, so that they move as fast as scores have to. */
export const BIAS_SCALE = 16;

/** From here on distances share buckets. */
const EXACT = 16;

/** How much a head's score falls by each token of distance at the start; for further heads 0. */
const SLOPES = [1, 0.5, 0.1, 0];

/** Beyond this distance scores do not fall further at the start. */
const FLAT = 12;

/**
 * The bucket of a distance.
 *
 * @throws CourseError when it is no distance between tokens
 */
export function bucketOf(distance: number): number {
  positiveInteger('A distance', distance, 0);
  return distance < EXACT
    ? distance
    : Math.min(BUCKETS - 1, EXACT + Math.floor(4 * Math.log2(distance / EXACT)));
}

/** What b starts with, [H, 32] row by row: -slope min(distance, 12) / 16. */
export const startingBias = (H: number): Float32Array =>
  Float32Array.from({ length: H * BUCKETS }, (_, i) => {
    const slope = SLOPES[Math.floor(i / BUCKETS) % SLOPES.length]!;
    return (-slope * Math.min(i % BUCKETS, FLAT)) / BIAS_SCALE;
  });

/**
 * What is added to scores: the mask, and the bias of each pair's distance.
 *
 * @param b       [H, 32], learned
 * @param buckets of each pair, as one number each: [T, T], int32
 * @param mask    0 where attention is allowed, -1e9 elsewhere: [T, T]
 * @returns [1, H, T, T]; the caller disposes it
 * @throws CourseError when the shapes do not fit
 */
export function distanceBias(b: Tensor2D, buckets: Tensor2D, mask: Tensor): Tensor4D {
  checkTensor('b', b);
  checkReadable('buckets', buckets);
  checkTensor('mask', mask);
  demand(
    b.rank === 2 &&
      b.shape[1] === BUCKETS &&
      buckets.rank === 2 &&
      [buckets.shape[1], mask.shape[0], mask.shape[1]].every((T) => T === buckets.shape[0]),
    () =>
      `A bias by distance was asked for with b [${b.shape}], buckets [${buckets.shape}] and ` +
      `mask [${mask.shape}].`,
    `Give b [H, ${BUCKETS}], buckets [T, T] and mask [T, T].`,
  );
  const [T] = buckets.shape;
  const [H] = b.shape;
  return tf.tidy(() => {
    const flat = buckets.reshape([T * T]).toInt(); // [T T]
    const pairs = tf.oneHot(flat, BUCKETS).toFloat() as Tensor2D; // [T T, 32]
    const byHead = b.matMul(pairs, false, true).reshape([1, H, T, T]); // [1, H, T, T]
    return byHead.mul(BIAS_SCALE).add(mask);
  });
}

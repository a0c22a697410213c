/**
 * Multi-head softmax attention. The mask is applied here and nowhere else.
 * Reference: Vaswani et al. (2017), equation 1.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { byGroups } from './groupedqueries';
import { checkMask, checkMaskRows, type MaskMatrix } from './masks';

/**
 * Added to the score of a pair that may not attend; finite, so that no row turns into NaN.
 */
export const FORBIDDEN = -1e9;

/**
 * A mask as numbers to add to scores, row by row: 0 where attention is allowed, -1e9 elsewhere.
 *
 * @param may rows are queries, columns are keys; every row with at least one true
 * @throws CourseError when a row is empty
 */
export function biasValues(may: MaskMatrix): Float32Array {
  checkMaskRows(may);
  const columns = may[0]?.length ?? 0;
  const values = new Float32Array(may.length * columns);
  may.forEach((row, i) =>
    row.forEach((allowed, j) => (values[i * columns + j] = allowed ? 0 : FORBIDDEN)),
  );
  return values;
}

/**
 * The same as a tensor; rows and columns may differ in number.
 *
 * @param may rows are queries, columns are keys; every row with at least one true
 * @returns [rows, columns]; the caller disposes it
 * @throws CourseError when a row is empty
 */
export const biasOf = (may: MaskMatrix): tf.Tensor2D =>
  tf.tensor2d(biasValues(may), [may.length, may[0]?.length ?? 0]);

/**
 * A square mask as numbers to add to scores: 0 where attention is allowed, -1e9 elsewhere.
 *
 * @param mask T x T, every row with at least one true
 * @returns [T, T]; the caller disposes it
 * @throws CourseError when the mask is not square or has an empty row
 */
export function maskBias(mask: MaskMatrix): tf.Tensor2D {
  checkMask(mask, (mask as MaskMatrix | null)?.length ?? 0);
  return biasOf(mask);
}

/** Each of T tokens reads itself and those before, [1, 1, T, T]; the caller disposes it. */
export const causalBias = (T: number): tf.Tensor4D =>
  tf.tidy(() =>
    biasOf(
      Array.from({ length: T }, (_, r) => Array.from({ length: T }, (__, c) => c <= r)),
    ).reshape<tf.Tensor4D>([1, 1, T, T]),
  ); // [1, 1, T, T]

/**
 * Concatenates the heads of each token.
 *
 * @param x [B, H, T, D]
 * @returns [B, T, C] with C = H D; the caller disposes it
 */
export function joinHeads(x: Tensor4D): Tensor3D {
  const [B, H, T, D] = x.shape;
  return tf.tidy(() => x.transpose([0, 2, 1, 3]).reshape([B, T, H * D])); // [B, T, C]
}

/**
 * softmax(q k' / sqrt(D) + bias): how much each query takes from each key.
 *
 * @param q    [..., rows, D]
 * @param k    [..., columns, D], or [B, Hk, columns, D] for groups of the H heads of q
 * @param bias [rows, columns] or any shape that broadcasts to the scores
 * @returns [..., rows, columns], each row sums to 1; the caller disposes it
 */
export function attentionWeights(q: Tensor, k: Tensor, bias: Tensor): Tensor {
  const D = q.shape[q.rank - 1]!;
  return tf.tidy(() => {
    const scaled = q.mul(1 / Math.sqrt(D));
    const scores = byGroups(scaled, k, (rows) => tf.matMul(rows, k, false, true)); // [..., rows, columns]
    return tf.softmax(scores.add(bias));
  });
}

/**
 * What each query takes from the values.
 *
 * @param weights [B, H, rows, columns], of attentionWeights
 * @param v       [B, H, columns, D], or [B, Hk, columns, D] for groups of heads
 * @returns [B, H, rows, D]; the caller disposes it
 */
export const attentionMixture = (weights: Tensor, v: Tensor4D): Tensor4D =>
  tf.tidy(() => byGroups(weights, v, (rows) => rows.matMul(v)) as Tensor4D);

/**
 * Attention of several tests over one context that all share. The keys of the context are not
 * repeated for each test: the queries of all tests are rows of one matrix product.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';

import { byGroups } from './groupedqueries';

/**
 * Softmax attention to M tokens that all B tests share and to the T tokens of each test itself.
 *
 * @param q      queries of the tests, [B, H, T, D]
 * @param k      their keys, [B, Hk, T, D]
 * @param v      their values, [B, Hk, T, D]
 * @param shared keys and values of the context, [1, Hk, M, D] each
 * @param bias   [T, M + T] or [1, 1, T, M + T], the context first
 * @returns [B, H, T, D]; the caller disposes it
 */
export function attentionOverShared(
  q: Tensor4D,
  k: Tensor4D,
  v: Tensor4D,
  [K, V]: readonly [Tensor4D, Tensor4D],
  bias: Tensor,
): Tensor4D {
  const [B, H, T, D] = q.shape;
  const M = K.shape[2];
  const scores = (rows: Tensor, keys: Tensor4D): Tensor =>
    byGroups(rows, keys, (x) => tf.matMul(x, keys, false, true));
  const mixture = (weights: Tensor, values: Tensor4D): Tensor =>
    byGroups(weights, values, (x) => x.matMul(values));
  const headsFirst = (x: Tensor): Tensor => x.transpose([1, 0, 2, 3]); // [B, H, ...] to [H, B, ...]
  return tf.tidy(() => {
    const scaled = q.mul(1 / Math.sqrt(D));
    const together = headsFirst(scaled).reshape([1, H, B * T, D]); // [1, H, B T, D]
    const toContext = scores(together, K).reshape([H, B, T, M]); // [H, B, T, M]
    const toItself = headsFirst(scores(scaled, k)); // [H, B, T, T]
    const weights = tf.softmax(tf.concat([toContext, toItself], 3).add(bias)); // [H, B, T, M + T]
    const [context, itself] = tf.split(weights, [M, T], 3) as [Tensor, Tensor];
    const fromContext = mixture(context.reshape([1, H, B * T, M]), V); // [1, H, B T, D]
    return headsFirst(fromContext.reshape([H, B, T, D])).add(mixture(headsFirst(itself), v)); // [B, H, T, D]
  });
}

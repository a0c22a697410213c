/**
 * Attention of tokens to their own block: many blocks, each of few tokens, causal. Short blocks are
 * computed by pairs of tokens, all blocks at once: thousands of 2 x 2 matrix products would cost
 * several times more.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';

import { FORBIDDEN } from './attention';

/** How the tokens of a part are cut into blocks: `count` blocks of `length` tokens. */
export interface Cut {
  readonly count: number;
  readonly length: number;
}

/** Blocks of up to this many tokens are computed pair by pair, longer ones by matrix products. */
const SHORT = 4;

/** [B, H, count length, D] -> [B, H, count, length, D]. */
function byBlock(x: Tensor4D, { count, length }: Cut): Tensor {
  const [B, H, , D] = x.shape;
  return x.reshape([B, H, count, length, D]); // [B, H, count, length, D]
}

/** `count` equal parts along axis 1 (tf.split has no gradient for a single part). */
const parts = (x: Tensor, count: number): Tensor[] => (count === 1 ? [x] : tf.split(x, count, 1));

/** The tokens of all blocks by their index in the block: `length` tensors [B H count, D]. */
function byOffset(x: Tensor4D, { count, length }: Cut): Tensor[] {
  const [B, H, , D] = x.shape;
  return parts(x.reshape([B * H * count, length * D]), length); // length x [B H count, D]
}

/** Causal inside a block, as numbers to add: [length, length]. */
const causal = (length: number): Tensor => {
  const at = tf.range(0, length);
  return at.expandDims(0).greater(at.expandDims(1)).toFloat().mul(FORBIDDEN);
};

/**
 * q k' inside each block; -1e9 for later tokens.
 *
 * @param q [B, H, count length, D], already divided by sqrt(D)
 * @param k likewise, not divided
 * @returns [B, H, count length, length]; the caller disposes it
 */
export function ownScores(q: Tensor4D, k: Tensor4D, cut: Cut): Tensor4D {
  const [B, H, rows, D] = q.shape;
  const { length } = cut;
  return tf.tidy(() => {
    if (length > SHORT)
      return tf
        .matMul(byBlock(q, cut), byBlock(k, cut), false, true)
        .add(causal(length))
        .reshape([B, H, rows, length]); // [B, H, rows, length]
    const ones = tf.ones([D, 1]);
    const forbidden = tf.fill([(B * H * rows) / length, 1], FORBIDDEN);
    const [queries, keys] = [byOffset(q, cut), byOffset(k, cut)];
    const pairs = queries.flatMap((query, i) =>
      keys.map((key, j) => (j <= i ? query.mul(key).matMul(ones) : forbidden)),
    ); // [B H count, 1] each
    return tf.concat(pairs, 1).reshape([B, H, rows, length]); // [B, H, rows, length]
  });
}

/**
 * Each token's mixture of the values of its own block.
 *
 * @param weights [B, H, count length, length]; those of later tokens are not read
 * @param v       [B, H, count length, D]
 * @returns [B, H, count length, D]; the caller disposes it
 */
export function ownMixture(weights: Tensor4D, v: Tensor4D, cut: Cut): Tensor4D {
  const [B, H, rows, D] = v.shape;
  const { count, length } = cut;
  return tf.tidy(() => {
    if (length > SHORT)
      return tf
        .matMul(weights.reshape([B, H, count, length, length]), byBlock(v, cut))
        .reshape(v.shape); // [B, H, rows, D]
    const ones = tf.ones([1, D]);
    const values = byOffset(v, cut);
    const pairs = length * length;
    const shares = parts(weights.reshape([B * H * count, pairs]), pairs); // [B H count, 1] each
    const mixed = values.map((_, i) =>
      values
        .slice(0, i + 1)
        .map((value, j) => shares[i * length + j]!.matMul(ones).mul(value)) // [B H count, D] each
        .reduce((a, b) => a.add(b)),
    );
    return tf.concat(mixed, 1).reshape([B, H, rows, D]); // [B, H, rows, D]
  });
}

/**
 * Grouped queries: H heads of queries share Hk heads of keys and values, H / Hk neighbours each.
 * Keys are not repeated for it: the queries of a group are rows of one matrix product.
 * Reference: Ainslie et al. (2023, arXiv 2305.13245).
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';

/**
 * A matrix product of each head of x with the head of keys or values that it shares.
 *
 * @param x       [B, H, rows, X]; of any rank where there are no groups
 * @param shared  [B, Hk, ...]
 * @param product of [B, Hk, R, X] with `shared`: [B, Hk, R, Y], row by row
 * @returns [B, H, rows, Y]; the caller disposes it
 */
export function byGroups(x: Tensor, shared: Tensor, product: (x: Tensor) => Tensor): Tensor {
  const [B, H, rows, X] = x.shape as Tensor4D['shape'];
  const Hk = shared.shape[1]!;
  if (x.rank !== 4 || H === Hk) return product(x);
  return product(x.reshape([B, Hk, (H / Hk) * rows, X])) // [B, Hk, H / Hk rows, Y]
    .reshape([B, H, rows, -1]); // [B, H, rows, Y]
}

/**
 * Keys or values repeated for every head of queries, for computations that are written head by head.
 *
 * @param x [B, Hk, T, D]
 * @param H heads of queries, a multiple of Hk
 * @returns [B, H, T, D]; the caller disposes it
 */
export function repeatedFor(x: Tensor4D, H: number): Tensor4D {
  const [B, Hk, T, D] = x.shape;
  if (H === Hk) return x;
  return tf.tidy(
    () =>
      x
        .reshape([B, Hk, 1, T * D])
        .tile([1, 1, H / Hk, 1]) // [B, Hk, H / Hk, T D]
        .reshape([B, H, T, D]), // [B, H, T, D]
  );
}

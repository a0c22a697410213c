/**
 * A start from which attention compares tokens: W_K = W_Q in all layers but the first, so that
 * a token attends to those that resemble it, and in every layer W_V random orthogonal and
 * W_O = W_V', so that what it reads stays where it was.
 * Reference: Trockman and Kolter (2023), "Mimetic initialization of self-attention layers", in the
 * simplest form.
 */
import { QrDecomposition, Matrix } from 'ml-matrix';

import { tf } from '../../../core/backend';
import type { Stream } from '../../../core/random';
import type { Transformer } from '../../../model/transformer';
import type { Variable } from '@tensorflow/tfjs';

/** Layers whose queries and keys differ at the start. */
const UNALIGNED = 1;

/** A random orthogonal matrix, C x C, from the QR decomposition of normal numbers. */
function orthogonal(random: Stream, C: number): number[][] {
  const normals = Array.from({ length: C }, () => [...random.normals(C)]);
  return new QrDecomposition(new Matrix(normals)).orthogonalMatrix.to2DArray();
}

/** Gives the attention of a transformer the aligned start. */
export function align({ blocks, size }: Transformer, random: Stream): void {
  const { width: C } = size;
  blocks.forEach(({ qkv, projection }, l) => {
    tf.tidy(() => {
      const [q, k] = tf.split(qkv.weight, 3, 1) as [tf.Tensor2D, tf.Tensor2D]; // [C, C] each
      const v = tf.tensor2d(orthogonal(random, C)); // [C, C]
      const keys = l < UNALIGNED ? k : q;
      (qkv.weight as Variable).assign(tf.concat([q, keys, v], 1)); // [C, 3C]
      (projection.weight as Variable).assign(v.transpose()); // [C, C]
    });
  });
}

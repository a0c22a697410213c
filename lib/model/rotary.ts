/**
 * Rotary positions: queries and keys are rotated by angles that grow with the position, so that a
 * score depends on the distance.
 * Reference: Su et al. (2021, arXiv 2104.09864), in the layout of GPT-NeoX: coordinate i is paired
 * with i + dims / 2.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';

/** Which coordinates are rotated, and how fast. */
export interface Rotary {
  /** This many coordinates of each head, the first ones, are rotated; an even number. */
  readonly dims: number;
  /** The slowest angle goes with position / base. */
  readonly base: number;
}

/** Cosines and sines of the angles, [T, dims] (or [B, 1, T, dims]) each. */
export interface Angles {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/**
 * The angles of tokens at these positions.
 *
 * @param positions [T] or [B, T]
 * @returns [T, dims], or [B, 1, T, dims]; the caller disposes them
 */
export function anglesAt(positions: Tensor, { dims, base }: Rotary): Angles {
  const [cos, sin] = tf.tidy(() => {
    const half = Array.from({ length: dims / 2 }, (_, i) => base ** ((-2 * i) / dims));
    const angles = positions
      .toFloat()
      .expandDims(-1)
      .mul(tf.tensor1d([...half, ...half])); // [..., T, dims]
    const perHead = positions.rank === 2 ? angles.expandDims(1) : angles; // [(B, 1,) T, dims]
    return [perHead.cos(), perHead.sin()];
  }) as [Tensor, Tensor];
  return { cos, sin };
}

/**
 * Vectors rotated by their tokens' angles.
 *
 * @param x [B, H, T, D], queries or keys
 * @returns [B, H, T, D]; the caller disposes it
 */
export function rotated(x: Tensor4D, { cos, sin }: Angles): Tensor4D {
  const D = x.shape[3];
  const dims = cos.shape[cos.rank - 1]!;
  return tf.tidy(() => {
    const part = (from: number, count: number): Tensor =>
      x.slice([0, 0, 0, from], [-1, -1, -1, count]);
    const half = dims / 2;
    const [first, second] = [part(0, half), part(half, half)]; // [B, H, T, dims / 2] each
    const pairs = tf
      .concat([first, second], 3)
      .mul(cos)
      .add(tf.concat([second.neg(), first], 3).mul(sin)); // [B, H, T, dims]
    const all = D > dims ? tf.concat([pairs, part(dims, D - dims)], 3) : pairs; // [B, H, T, D]
    return all as Tensor4D;
  });
}

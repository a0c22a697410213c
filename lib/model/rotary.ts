/**
 * Rotary positions: queries and keys are turned by angles that grow with the position, so that a
 * score depends on the distance.
 * Reference: Su et al. (2021, arXiv 2104.09864), in the layout of GPT-NeoX: coordinate i is paired
 * with i + dims / 2.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';

/** Which coordinates are turned, and how fast. */
export interface Rotary {
  /** The first so many coordinates of each head; the others stay. Even. */
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
    const turned = positions
      .toFloat()
      .expandDims(-1)
      .mul(tf.tensor1d([...half, ...half])); // [..., T, dims]
    const shaped = positions.rank === 2 ? turned.expandDims(1) : turned; // [B, 1, T, dims] or [T, dims]
    return [shaped.cos(), shaped.sin()];
  }) as [Tensor, Tensor];
  return { cos, sin };
}

/**
 * Vectors turned by their tokens' angles.
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
    const [first, second] = [part(0, dims / 2), part(dims / 2, dims / 2)]; // [B, H, T, dims / 2] each
    const pairs = tf
      .concat([first, second], 3)
      .mul(cos)
      .add(tf.concat([second.neg(), first], 3).mul(sin)); // [B, H, T, dims]
    return (D > dims ? tf.concat([pairs, part(dims, D - dims)], 3) : pairs) as Tensor4D; // [B, H, T, D]
  });
}

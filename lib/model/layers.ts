/**
 * The small parts of GPT-2: dense layer, LayerNorm, GELU. Each is its formula.
 * Reference: Radford et al. (2019); LayerNorm, Ba et al. (2016); GELU (tanh form), Hendrycks and Gimpel (2016).
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/** A bias and weights: x W + b. */
export interface DenseWeights {
  /** [in, out] */
  readonly weight: Tensor2D;
  /** [out] */
  readonly bias: Tensor1D;
}

/** Gain and bias of a LayerNorm, both [C]. */
export interface NormWeights {
  readonly gain: Tensor1D;
  readonly bias: Tensor1D;
}

/**
 * x W + b on the last axis.
 *
 * @param x [..., in]
 * @returns [..., out]; the caller disposes it
 */
export function dense<T extends Tensor>(x: T, { weight, bias }: DenseWeights): T {
  const [C, out] = weight.shape;
  return tf.tidy(() => {
    const rows = x.reshape([-1, C]); // [rows, in]
    const y = rows.matMul(weight).add(bias); // [rows, out]
    return y.reshape([...x.shape.slice(0, -1), out]) as T; // [..., out]
  });
}

const NORM_EPSILON = 1e-5;

/**
 * (x - mean) / sqrt(variance + 1e-5) * gain + bias over the last axis.
 *
 * @param x [..., C]
 * @returns [..., C]; the caller disposes it
 */
export function layerNorm<T extends Tensor>(x: T, { gain, bias }: NormWeights): T {
  return tf.tidy(() => {
    const centred = x.sub(x.mean(-1, true)); // [..., C]
    const variance = centred.mul(centred).mean(-1, true); // [..., 1]
    return centred.mul(variance.add(NORM_EPSILON).rsqrt()).mul(gain).add(bias) as T; // [..., C]
  });
}

const GELU_SCALE = Math.sqrt(2 / Math.PI);

/**
 * u / 2 * (1 + tanh(sqrt(2 / pi) (u + 0.044715 u^3))): GPT-2's GELU.
 *
 * @param u any shape
 * @returns the same shape; the caller disposes it
 */
export function gelu<T extends Tensor>(u: T): T {
  return tf.tidy(() => {
    const cube = u.mul(u).mul(u);
    return u.mul(0.5).mul(u.add(cube.mul(0.044715)).mul(GELU_SCALE).tanh().add(1)) as T;
  });
}

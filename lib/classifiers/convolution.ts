/**
 * A convolutional embedding of drawings: two convolutions of 3 x 3 that halve the side, LeakyReLU
 * after each, and a dense layer. A stroke that moves by a pixel stays the same stroke, which a
 * multilayer perceptron has to learn from examples.
 * Reference: Vinyals et al. (2016), section 4.1, and Snell et al. (2017): four blocks at 28 x 28.
 */
import { tf } from '../core/backend';
import { demand, positiveInteger } from '../core/errors';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { dense, type DenseWeights } from '../model/layers';
import type { ParameterStore } from '../model/parameterstore';
import { SLOPE } from './embedding';

/** Side of a filter. */
const FILTER = 3;

/** Two convolutions and the layer after them. */
export interface Convolutions {
  /** Side of a drawing, and filters of the first convolution; the second has twice as many. */
  readonly side: number;
  readonly filters: number;
  /** [9, filters], [9 filters, 2 filters] and [the rest, width]. */
  readonly layers: readonly [DenseWeights, DenseWeights, DenseWeights];
}

/**
 * Fresh weights.
 *
 * @param d       numbers of a drawing, a square
 * @param filters of the first convolution
 * @param width   of the embedding
 * @throws CourseError when d is no square, or a number no positive integer
 */
export function convolutions(
  store: ParameterStore,
  name: string,
  d: number,
  filters: number,
  width: number,
): Convolutions {
  positiveInteger('filters', filters, 1, 4096);
  const side = Math.sqrt(positiveInteger('d', d));
  demand(
    Number.isInteger(side),
    () => `Inputs of d = ${d} numbers are no square drawings, which convolutions need.`,
    'Leave out filters, or give drawings.',
  );
  const left = Math.ceil(Math.ceil(side / 2) / 2) ** 2;
  const [a, b] = [filters, 2 * filters];
  const layers = [
    store.linear(`${name}.0`, FILTER ** 2, a),
    store.linear(`${name}.1`, FILTER ** 2 * a, b),
    store.linear(`${name}.2`, left * b, width),
  ] as const;
  return { side, filters, layers };
}

/** One convolution that halves the side. */
const halved = (h: Tensor4D, { weight, bias }: DenseWeights): Tensor4D => {
  const [, , , inputs] = h.shape;
  const filter = weight.reshape([FILTER, FILTER, inputs, bias.shape[0]]) as Tensor4D;
  return tf.leakyRelu(tf.conv2d(h, filter, 2, 'same').add<Tensor4D>(bias), SLOPE); // [B n, s, s, out]
};

/**
 * The embeddings of drawings.
 *
 * @param x [B, n, d]
 * @returns [B, n, width]; the caller disposes it
 */
export const embedded = (x: Tensor3D, { side, layers: [first, second, last] }: Convolutions) =>
  tf.tidy(() => {
    const [B, n] = x.shape;
    const drawings = x.reshape([B * n, side, side, 1]) as Tensor4D; // [B n, side, side, 1]
    const h = halved(halved(drawings, first), second); // [B n, side / 4, side / 4, 2 filters]
    return dense(h.reshape([B, n, -1]) as Tensor3D, last); // [B, n, width]
  });

/**
 * A multilayer perceptron with LeakyReLU between its layers: what the metric-based and amortised
 * networks are made of.
 */
import { tf } from '../core/backend';
import { checkList } from '../core/checks';
import { demand, positiveInteger } from '../core/errors';
import type { Tensor } from '@tensorflow/tfjs';

import { dense, type DenseWeights } from '../model/layers';
import type { ParameterStore } from '../model/parameterstore';

/** PyTorch's default slope below 0. */
export const SLOPE = 0.01;

/** Dense layers, one after the other. */
export type Layers = readonly DenseWeights[];

const isWidth = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;

/**
 * The widths of an embedding: of its inputs, then those that a config gives.
 *
 * @throws CourseError when the given ones are no list of positive integers
 */
export function layerWidths(d: number, widths: readonly number[]): readonly number[] {
  checkList('widths', widths, 'positive integers', isWidth, 1);
  return [d, ...widths];
}

/**
 * Layers with these widths.
 *
 * @param widths of the input, of the hidden layers, of the output
 * @throws CourseError when a width is no positive integer, or there are fewer than two
 */
export function mlp(store: ParameterStore, name: string, widths: readonly number[]): Layers {
  demand(
    widths.length >= 2,
    () => `The layers '${name}' were given ${widths.length} widths.`,
    'Give at least an input and an output.',
  );
  for (const width of widths) positiveInteger(`a width of '${name}'`, width);
  return widths.slice(1).map((width, l) => store.linear(`${name}.${l}`, widths[l]!, width));
}

/**
 * All layers, LeakyReLU between them.
 *
 * @param x     [..., in]
 * @param slope below 0; 0 makes it ReLU
 * @returns [..., out]; the caller disposes it
 */
export const through = <T extends Tensor>(x: T, layers: Layers, slope = SLOPE): T =>
  tf.tidy(() =>
    layers.reduce<T>(
      (h, layer, l) =>
        dense(l === 0 ? h : ((slope === 0 ? tf.relu(h) : tf.leakyRelu(h, slope)) as T), layer),
      x,
    ),
  );

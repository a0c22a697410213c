/**
 * States that are turned towards a vector. A state h of a layer turns towards the vector v of that
 * layer, at its own length, by
 *
 *   h <- ||h|| n( n(h) + lambda (1 + max(0, cos(h, -v))) n(v) ),    n(x) = x / ||x||,
 *
 * so that states that point away from v are turned more. Here h is the output of a block, as in the
 * paper's formula; the authors' code turns what the MLP adds to it. Tokens at the beginning, which
 * all others read, can be left as they are.
 * Reference: in-context vectors (Liu et al., 2024, arXiv 2311.06668), section 3.
 */
import { tf } from '../../../core/backend';
import { checkIndices, checkRows, checkTensor } from '../../../core/checks';
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import type { Hook } from '../../../model/transformer';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { LEAST_LENGTH, type LayerVectors } from './directions';
import { layerOf } from './states';

const checkStrength = (strength: number): number =>
  finiteNumber('The strength', strength, 'a number of at least 0', (x) => x >= 0);

/** x / ||x|| along the last axis: [..., C]. */
const normalised = (x: Tensor): Tensor => x.div(lengthOf(x));

/** ||x|| along the last axis: [..., C] -> [..., 1]. */
const lengthOf = (x: Tensor): Tensor => x.norm('euclidean', -1, true).maximum(LEAST_LENGTH);

/**
 * States turned towards a vector; their lengths stay.
 *
 * @param h        [..., C]
 * @param v        [C]; of length 0 it turns nothing
 * @param strength lambda, at least 0; a turn away from v is one towards -v
 * @returns [..., C]; the caller disposes it
 * @throws CourseError when these are no tensors of one width, or the strength is refused
 */
export function steered(h: Tensor, v: Tensor1D, strength: number): Tensor {
  checkTensor('The states', h);
  checkTensor('The vector', v, 1, '[C]');
  demand(
    h.rank > 0 && h.shape.at(-1) === v.shape[0],
    () => `States [${h.shape}] were to be turned towards a vector of ${v.shape[0]} numbers.`,
    'Give a vector as wide as the states.',
  );
  checkStrength(strength);
  return tf.tidy(() => {
    const [from, to] = [normalised(h), normalised(v)]; // [..., C], [C]
    const away = from.mul(to).sum(-1, true).neg().relu(); // [..., 1]
    const moved = from.add(away.add(1).mul(strength).mul(to)); // [..., C]
    return normalised(moved).mul(lengthOf(h)); // [..., C]
  });
}

/**
 * A hook that turns the output of some layers of a transformer.
 *
 * @param vectors  [L][C]
 * @param strength lambda, at least 0
 * @param layers   left out: all
 * @param from     the first token that is turned; left out: every token is
 * @returns a hook for Transformer.forward; it throws a CourseError when the model has more layers
 *   or another width
 * @throws CourseError when these are no vectors, there is no such layer, or a number is refused
 */
export function steeringHook(
  vectors: LayerVectors,
  strength: number,
  layers?: readonly number[],
  from = 0,
): Hook {
  checkRows('Vectors', vectors);
  checkStrength(strength);
  if (layers !== undefined) checkIndices('Layers', layers, vectors.length - 1);
  positiveInteger('The first token that is turned', from, 0);
  return (name, value) => {
    const l = layerOf(name);
    if (l === null || strength === 0) return;
    checkLayer(vectors, l);
    if (!layers || layers.includes(l)) return turnedFrom(value, vectors[l]!, strength, from);
  };
}

/** States from a token on turned, those before it as they are: [B, T, C]. */
const turnedFrom = (h: Tensor, vector: readonly number[], strength: number, from: number): Tensor =>
  tf.tidy(() => {
    const v = tf.tensor1d([...vector]); // [C]
    if (from === 0) return steered(h, v, strength);
    const [before, own] = [h.slice([0, 0], [-1, from]), h.slice([0, from])]; // [B, from, C], ...
    return tf.concat([before, steered(own, v, strength)], 1); // [B, T, C]
  });

/** Refuses a layer of which there is no vector. */
export const checkLayer = (vectors: readonly unknown[], l: number): void =>
  demand(
    l < vectors.length,
    () => `Vectors of ${vectors.length} layers were given to a model with a layer ${l}.`,
    'Give the vectors of the same model.',
  );

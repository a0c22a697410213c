/**
 * Heads that are taken out. Two ways: `zero`, the head writes nothing; and `mean`, it writes the mean of
 * what it would have written at this token and all before it, row i of its attention becoming the mean of
 * rows 0 to i, so that only what it looks up for this token is lost. The second is the control of the
 * first: a head that is missed for its mean alone was not missed for what it looked up.
 * References: Olsson et al. (2022, arXiv 2209.11895), ablation; Wang et al. (2023, arXiv 2211.00593) on
 * zero and mean.
 */
import { tf } from '../../../core/backend';
import { checkFunction, checkMadeBy, checkWord } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { Transformer, type Hook } from '../../../model/transformer';
import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import { attentionLayerOf } from '../shapes/states';
import { checkHeads, type Head } from './heads';

/** How a head is taken out. */
export const ABLATIONS = ['zero', 'mean'] as const;

export type Ablation = (typeof ABLATIONS)[number];

/** A hook that does nothing. */
const NOTHING: Hook = () => undefined;

/** Of each layer, the numbers of its heads. */
function byLayer(heads: readonly Head[]): Map<number, number[]> {
  const layers = new Map<number, number[]>();
  for (const { layer, head } of heads) layers.set(layer, [...(layers.get(layer) ?? []), head]);
  return layers;
}

/** 1 for each of these of H heads, [1, H, 1, 1]. */
function chosenOf(heads: readonly number[], H: number): tf.Tensor {
  const outside = heads.find((head) => head >= H);
  demand(
    outside === undefined,
    () => `Head ${outside} of a layer of ${H} heads was to be taken out.`,
    'Heads are counted from 0.',
  );
  return tf
    .tensor1d(Array.from({ length: H }, (_, h) => Number(heads.includes(h))))
    .reshape([1, H, 1, 1]); // [1, H, 1, 1]
}

/** The mean of each row of attention with those before it, [B, H, T, T]. */
const runningMean = (weights: tf.Tensor): tf.Tensor => {
  const [B, H, T] = weights.shape as [number, number, number];
  const lower = tf.linalg.bandPart(tf.ones([T, T]), -1, 0); // [T, T]
  const means = lower
    .div(lower.sum(-1, true))
    .expandDims(0)
    .tile([B * H, 1, 1]); // [B H, T, T]
  return means.matMul(weights.reshape([B * H, T, T])).reshape(weights.shape); // [B, H, T, T]
};

/**
 * A hook for a forward pass that takes heads out. With `mean` each token has to read itself and those
 * before it.
 *
 * @throws CourseError when these are no heads, or there is no such way; when it is used, if a layer has
 *   not so many heads
 */
export function ablating(heads: readonly Head[], way: Ablation = 'zero'): Hook {
  checkHeads(heads);
  checkWord('The way to take heads out', way, ABLATIONS);
  if (heads.length === 0) return NOTHING;
  const layers = byLayer(heads);
  return (name, value) => {
    const l = attentionLayerOf(name);
    const own = l === null ? undefined : layers.get(l);
    if (!own) return undefined;
    const H = value.shape[1]!;
    const out = chosenOf(own, H); // [1, H, 1, 1]
    const kept = value.mul(tf.sub(1, out)); // [B, H, T, T]
    return way === 'zero' ? kept : kept.add(runningMean(value).mul(out)); // [B, H, T, T]
  };
}

/**
 * Does something with a transformer whose heads write nothing: the rows of each head in the projection
 * are 0 meanwhile. The same as the hook with `zero`, also where keys and values are cached.
 *
 * @throws CourseError when this is no transformer, these are no heads of it, or there is nothing to do
 */
export function withoutHeads<T>(transformer: Transformer, heads: readonly Head[], use: () => T): T {
  checkMadeBy('The transformer', transformer, Transformer, 'model.Transformer', 'Take a model’s.');
  checkHeads(heads);
  checkFunction('What is done without heads', use);
  const { heads: H, layers: L, width: C } = transformer.size;
  const outside = heads.find(({ layer, head }) => layer >= L || head >= H);
  demand(
    outside === undefined,
    () => `Head ${outside!.head} of layer ${outside!.layer} is none of ${L} layers of ${H} heads.`,
    'Layers and heads are counted from 0.',
  );
  const changed = [...byLayer(heads)].map(([layer, own]) => {
    const weight = transformer.blocks[layer]!.projection.weight as Variable & Tensor2D;
    const before = weight.clone(); // [C, C]
    tf.tidy(() => {
      const kept = tf.sub(1, chosenOf(own, H)).reshape([H, 1]); // [H, 1]
      weight.assign(before.mul(kept.tile([1, C / H]).reshape([C, 1]))); // [C, C]
    });
    return { weight, before };
  });
  try {
    return use();
  } finally {
    for (const { weight, before } of changed) {
      weight.assign(before);
      before.dispose();
    }
  }
}

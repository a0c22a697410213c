/**
 * A transformer of attention alone: no MLP, no norm, no bias. Each of its parts is then a product of
 * matrices, once attention is fixed:
 *
 *   x_0 = E[token],  x_(l+1) = x_l + sum_h A_h x_l W_V^h W_O^h,  logits = x_L U,
 *   A_h[i, j] = softmax over j <= i of  x_l[i] W_Q^h (x_l[j] W_K^h)' / sqrt(D) + s b_l^h[i - j].
 *
 * Where tokens stand is known by their distance alone, by a learned number b for each, so that what a
 * head writes does not say where the token stood.
 * References: Elhage et al. (2021), "A mathematical framework for transformer circuits"; Raffel et al.
 * (2020, arXiv 1910.10683) for the bias by distance.
 */
import { tf } from '../../../core/backend';
import { checkMadeBy, checkReadable, checkRows } from '../../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../../core/errors';
import { FORBIDDEN, attentionMixture, attentionWeights, joinHeads } from '../../../model/attention';
import { ParameterStore } from '../../../model/parameterstore';
import type { Hook, Parameters } from '../../../model/transformer';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs';

/** The sizes of a transformer of attention alone. */
export interface AttentionSize {
  /** Tokens that it knows, V. */
  readonly vocabulary: number;
  /** Channels of the residual stream, C. */
  readonly width: number;
  readonly layers: number;
  /** Heads of each layer, H, each of C / H channels. */
  readonly heads: number;
  /** The most tokens of a sequence, T. */
  readonly length: number;
}

/** How such a transformer is built. */
export interface AttentionOnlyConfig {
  readonly size: AttentionSize;
  /** Of its random weights; null: they are 0, to be assigned. */
  readonly seed: number | null;
}

/** The size that the course trains, of two layers. */
export const ATTENTION_SIZE: AttentionSize = {
  vocabulary: 64,
  width: 64,
  layers: 2,
  heads: 4,
  length: 48,
};

/** The most of each size. */
const MOST: AttentionSize = {
  vocabulary: 4096,
  width: 1024,
  layers: 16,
  heads: 64,
  length: 1024,
};

/** The weights of a layer. */
export interface AttentionLayer {
  /** [C, C] each; columns (and of the projection rows) of head h begin at h D. */
  readonly queries: Tensor2D;
  readonly keys: Tensor2D;
  readonly values: Tensor2D;
  readonly projection: Tensor2D;
  /** b, [H, T]: of each distance, from 0. */
  readonly distances: Tensor2D;
}

/** s: what a number by distance counts in a score. Adam changes all weights at one pace. */
export const DISTANCE_SCALE = 8;

/** Refuses sizes of which no such transformer can be made. */
function checkSize(size: AttentionSize): void {
  knownKeys('The size of a transformer of attention alone', size, Object.keys(MOST));
  for (const [name, most] of Object.entries(MOST))
    positiveInteger(`'${name}' of the size`, size[name as keyof AttentionSize], 1, most as number);
  const { width, heads } = size;
  demand(
    width % heads === 0,
    () => `The width ${width} cannot be shared by ${heads} heads.`,
    'Make the width a multiple of the heads.',
  );
}

/** A transformer of attention alone. */
export class AttentionOnly {
  readonly name = 'attention alone';
  readonly layers: readonly AttentionLayer[];
  /** E, [V, C]. */
  readonly words: Tensor2D;
  /** U, [C, V]. */
  readonly unembedding: Tensor2D;
  private readonly store: ParameterStore;

  /** @throws CourseError quoting a size or a seed that is refused */
  constructor(readonly config: AttentionOnlyConfig) {
    knownKeys('The config of a transformer of attention alone', config, ['size', 'seed']);
    const { size, seed } = config;
    checkSize(size);
    if (seed !== null) positiveInteger('seed', seed, 0);
    const { vocabulary: V, width: C, layers: L, heads: H, length: T } = size;
    const store = new ParameterStore(seed, undefined, 'fan-in');
    const matrix = (name: string, factor = 1): Tensor2D =>
      store.normal<tf.Rank.R2>(name, [C, C], factor / Math.sqrt(C));
    this.store = store;
    this.words = store.normal('words', [V, C], 1);
    this.layers = Array.from({ length: L }, (_, l) => ({
      queries: matrix(`blocks.${l}.queries`),
      keys: matrix(`blocks.${l}.keys`),
      values: matrix(`blocks.${l}.values`),
      projection: matrix(`blocks.${l}.projection`, 1 / Math.sqrt(L)),
      distances: store.normal<tf.Rank.R2>(`blocks.${l}.distances`, [H, T], 0),
    }));
    this.unembedding = store.normal('unembedding', [C, V], 1 / Math.sqrt(C));
  }

  /** All weights by name, each of its layer's shape; they belong to the model. */
  get parameters(): Parameters {
    return this.store.all;
  }

  /** [B, T, C] as heads: [B, H, T, D]. */
  private byHead(x: Tensor3D): Tensor4D {
    const [B, T, C] = x.shape;
    const { heads: H } = this.config.size;
    return x.reshape([B, T, H, C / H]).transpose([0, 2, 1, 3]); // [B, H, T, D]
  }

  /** What the heads of layer l write: [B, T, C] -> [B, T, C]. */
  private attend(x: Tensor3D, l: number, hook?: Hook): Tensor3D {
    const [B, T, C] = x.shape;
    const { queries, keys, values, projection, distances } = this.layers[l]!;
    const times = (given: Tensor3D, weight: Tensor2D): Tensor3D =>
      given
        .reshape([B * T, C])
        .matMul(weight)
        .reshape([B, T, C]); // [B, T, C]
    const [q, k, v] = [queries, keys, values].map((weight) => this.byHead(times(x, weight)));
    const scored = attentionWeights(q!, k!, distanceScores(distances, T)); // [B, H, T, T]
    const name = `blocks.${l}.attention`;
    const weights = hook?.(`${name}.weights`, scored) ?? scored;
    const out = times(joinHeads(attentionMixture(weights, v!)), projection); // [B, T, C]
    return (hook?.(`${name}.out`, out) as Tensor3D | undefined) ?? out;
  }

  /**
   * Scores of the next token, at each token.
   *
   * @param tokens [B, T], int32; T at most the model's length
   * @param hook   gets `blocks.l.attention.weights` [B, H, T, T] and `blocks.l.attention.out`
   *               [B, T, C], and may replace each
   * @returns [B, T, V]; the caller disposes it
   * @throws CourseError when the tokens are none, or too many
   */
  logits(tokens: Tensor2D, hook?: Hook): Tensor3D {
    checkReadable('Tokens', tokens);
    const { vocabulary: V, width: C, length } = this.config.size;
    demand(
      tokens.rank === 2 && tokens.shape[1] <= length,
      () => `Tokens [${tokens.shape}] were given to a model of sequences of ${length}.`,
      'Give [B, T] of at most so many.',
    );
    const [B, T] = tokens.shape;
    return tf.tidy(() => {
      const flat = tokens.reshape([B * T]).toInt() as Tensor1D; // [B T]
      const embedded = tf.oneHot(flat, V).toFloat().matMul(this.words); // [B T, C]
      let x = embedded.reshape([B, T, C]) as Tensor3D; // [B, T, C]
      for (let l = 0; l < this.layers.length; l++) x = x.add(this.attend(x, l, hook));
      return x
        .reshape([B * T, C])
        .matMul(this.unembedding)
        .reshape([B, T, V]); // [B, T, V]
    });
  }

  /**
   * Gives a weight another value.
   *
   * @param name  as in `parameters`
   * @param value of the weight's shape
   * @throws CourseError when there is no such weight, or the value has another shape
   */
  assign(name: string, value: readonly (readonly number[])[]): void {
    checkRows('Rows of a weight', value);
    const weight = this.parameters[name];
    demand(
      weight !== undefined &&
        value.length === weight.shape[0] &&
        value.every((row) => Array.isArray(row) && row.length === weight.shape[1]),
      () => `The weight '${name}' was given [${value.length}, ${value[0]?.length ?? 0}].`,
      `Give one of ${Object.keys(this.parameters).join(', ')} its own shape.`,
    );
    tf.tidy(() => (weight as Variable).assign(tf.tensor2d(value as number[][])));
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

/** What distances add to scores, -1e9 for later tokens: [H, longest] -> [H, T, T]. */
const distanceScores = (distances: Tensor2D, T: number): Tensor3D =>
  tf.tidy(() => {
    const [H, longest] = distances.shape;
    const at = tf.range(0, T, 1, 'int32');
    const back = at.expandDims(1).sub(at.expandDims(0)); // [T, T], i - j
    const places = tf.oneHot(
      back
        .relu()
        .toInt()
        .reshape([T * T]) as Tensor1D,
      longest,
    );
    const added = distances.matMul(places.toFloat(), false, true).reshape([H, T, T]); // [H, T, T]
    const later = back.less(0).toFloat().mul(FORBIDDEN); // [T, T]
    return added.mul(DISTANCE_SCALE).add(later);
  });

/** Refuses what is no transformer of attention alone. */
export const checkAttentionOnly = (model: AttentionOnly): void =>
  checkMadeBy(
    'The model',
    model,
    AttentionOnly,
    'mechanisms.AttentionOnly',
    'Make one with its config.',
  );

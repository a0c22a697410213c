/**
 * The pre-LayerNorm GPT-2 of Garg et al. (2022), which runs every method of the course. It does not
 * know of examples: it gets embedded tokens and a mask, and returns the final state of each token.
 */
import { checkMemory, checkReadable } from '../core/checks';
import { plainObject } from '../core/errors';
import { tf } from '../core/backend';
import { stream, type Stream } from '../core/random';
import type { Rank, Scalar, ShapeMap, Tensor, Tensor3D, Variable } from '@tensorflow/tfjs';

import { attentionWeights, joinHeads } from './attention';
import { sizeOf, type SizeName, type TransformerSize } from './config';
import { dense, exactGelu, gelu, layerNorm, type DenseWeights, type NormWeights } from './layers';
import { rotated, type Angles, type Rotary } from './rotary';

/** Gets every inner value with its name, and may return another of the same shape to replace it. */
export type Hook = (name: string, value: Tensor) => Tensor | void;

/** The weights of one block. */
export interface BlockWeights {
  readonly norm1: NormWeights;
  /** Queries, keys and values in one: [C, 3C]. */
  readonly qkv: DenseWeights;
  readonly projection: DenseWeights;
  readonly norm2: NormWeights;
  readonly up: DenseWeights;
  readonly down: DenseWeights;
}

/** How families of models differ, beyond their size. */
export interface Architecture {
  /** true: attention and MLP both read the block's input and are added together (GPT-NeoX). */
  readonly parallel: boolean;
  readonly gelu: 'tanh' | 'exact';
  /** Positions that rotate queries and keys; null where positions are added to the tokens. */
  readonly rotary: Rotary | null;
}

/** GPT-2's. */
export const GPT2: Architecture = { parallel: false, gelu: 'tanh', rotary: null };

/** Keys and values of a layer, [B, H, tokens, D] each. */
export type KeysValues = readonly [tf.Tensor4D, tf.Tensor4D];

/** The inputs of a forward pass besides the tokens: the mask, and the angles of rotary models. */
export interface PassOptions {
  /**
   * [T, T] (or [B, 1, T, T]): 0 where attention is allowed, -1e9 elsewhere; one for all layers, or
   * one for each.
   */
  readonly bias: Tensor | readonly Tensor[];
  /** Of the positions of the tokens, for a model with rotary positions. */
  readonly angles?: Angles;
}

/** Named variables, as checkpoints hold them. */
export type Parameters = Readonly<Record<string, Variable>>;

/**
 * The standard deviation of initial weights: a number, or 'fan-in' for 1 / sqrt(inputs) of each
 * dense layer. GPT-2's 0.02 suits its width of 768, where it is 0.55 / sqrt(inputs); at width 64 it
 * is a third of that.
 */
export type InitialScale = number | 'fan-in';

/** GPT-2's. */
const INITIAL_SCALE = 0.02;

/** Makes the variables of a model, each from its own random stream, and stores them by name. */
export class ParameterStore {
  readonly all: Record<string, Variable> = {};

  /**
   * @param seed  any integer of at least 0
   * @param stack K: every weight K times, in a new first axis, for K networks that are run at once
   *              and begin alike
   * @param initial the standard deviation of the weights of dense layers; GPT-2's when left out
   */
  constructor(
    private readonly seed: number,
    private readonly stack?: number,
    private readonly initial: InitialScale = INITIAL_SCALE,
  ) {}

  /** Refuses a weight that memory does not hold; a model that lacks one is none, and leaves none. */
  private demandRoom(name: string, shape: readonly number[], count: number): void {
    try {
      checkMemory(() => `The weights '${name}' [${shape.join(', ')}]`, count * (this.stack ?? 1));
    } catch (error) {
      tf.dispose(Object.values(this.all));
      throw error;
    }
  }

  private add<R extends Rank>(
    name: string,
    shape: ShapeMap[R],
    values: (random: Stream, count: number) => Float32Array,
  ): Variable<R> {
    const count = (shape as readonly number[]).reduce((a, b) => a * b, 1);
    this.demandRoom(name, shape, count);
    const variable = tf.tidy(() => {
      const initial = tf.tensor<R>(values(stream(this.seed, 'initial', name), count), shape);
      return tf.variable(
        this.stack === undefined
          ? initial
          : (tf.stack(new Array<Tensor>(this.stack).fill(initial)) as Tensor<R>),
      );
    });
    this.all[name] = variable as Variable;
    return variable;
  }

  /** Standard normal times `scale`, of this shape. */
  normal<R extends Rank>(name: string, shape: ShapeMap[R], scale = INITIAL_SCALE): Variable<R> {
    return this.add<R>(name, shape, (random, count) => random.normals(count, scale));
  }

  /** The same number everywhere, for C channels. */
  private constant(name: string, C: number, value: number): Variable<Rank.R1> {
    return this.add<Rank.R1>(name, [C], (_, count) => new Float32Array(count).fill(value));
  }

  /**
   * A dense layer as GPT-2 starts it: weight [inputs, outputs] normal, bias 0.
   *
   * @param factor of the standard deviation
   */
  dense(name: string, inputs: number, outputs: number, factor = 1): DenseWeights {
    const scale = this.initial === 'fan-in' ? 1 / Math.sqrt(inputs) : this.initial;
    return {
      weight: this.normal<Rank.R2>(`${name}.weight`, [inputs, outputs], factor * scale),
      bias: this.constant(`${name}.bias`, outputs, 0),
    };
  }

  /**
   * A dense layer as PyTorch's nn.Linear starts it: weight and bias uniform in +-1 / sqrt(inputs).
   */
  linear(name: string, inputs: number, outputs: number): DenseWeights {
    const bound = 1 / Math.sqrt(inputs);
    const uniform = (random: Stream, count: number): Float32Array =>
      Float32Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
    return {
      weight: this.add<Rank.R2>(`${name}.weight`, [inputs, outputs], uniform),
      bias: this.add<Rank.R1>(`${name}.bias`, [outputs], uniform),
    };
  }

  /** A LayerNorm over C channels: gain 1, bias 0. */
  norm(name: string, C: number): NormWeights {
    return {
      gain: this.constant(`${name}.gain`, C, 1),
      bias: this.constant(`${name}.bias`, C, 0),
    };
  }
}

/** Pre-LayerNorm GPT-2 without its vocabulary, or another architecture of its kind. */
export class Transformer {
  readonly size: TransformerSize;
  readonly blocks: readonly BlockWeights[];
  readonly normFinal: NormWeights;

  /**
   * @param size         a named size, or numbers over those of `course`
   * @param store        makes the weights and holds them
   * @param architecture GPT-2's when left out
   * @throws CourseError when the size is refused
   */
  constructor(
    size: SizeName | Partial<TransformerSize>,
    store: ParameterStore,
    readonly architecture: Architecture = GPT2,
  ) {
    this.size = sizeOf(size);
    const { width: C, layers: L, mlpRatio } = this.size;
    // GPT-2 starts the 2 L layers that write into the residual stream smaller
    const intoResidual = 1 / Math.sqrt(2 * L);
    this.blocks = Array.from({ length: L }, (_, l) => ({
      norm1: store.norm(`blocks.${l}.norm1`, C),
      qkv: store.dense(`blocks.${l}.qkv`, C, 3 * C),
      projection: store.dense(`blocks.${l}.projection`, C, C, intoResidual),
      norm2: store.norm(`blocks.${l}.norm2`, C),
      up: store.dense(`blocks.${l}.up`, C, mlpRatio * C),
      down: store.dense(`blocks.${l}.down`, mlpRatio * C, C, intoResidual),
    }));
    this.normFinal = store.norm('normFinal', C);
  }

  /**
   * Queries, keys and values of block l, cut into heads.
   *
   * @param h      [B, T, C], before the block's first LayerNorm
   * @param angles of the tokens' positions, for a model with rotary positions
   * @returns three tensors [B, H, T, D]; the caller disposes them
   */
  queriesKeysValues(
    h: Tensor3D,
    l: number,
    angles?: Angles,
  ): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
    const { norm1, qkv } = this.blocks[l]!;
    const [B, T, C] = h.shape;
    const H = this.size.heads;
    return tf.tidy(() => {
      const joined = dense(layerNorm(h, norm1), qkv);
      const byHead = joined.reshape([B, T, 3, H, C / H]); // [B, T, 3, H, D]
      const [q, k, v] = tf.unstack(byHead.transpose([2, 0, 3, 1, 4])) as [
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
      ]; // 3 x [B, H, T, D]
      return angles ? [rotated(q, angles), rotated(k, angles), v] : [q, k, v];
    });
  }

  /**
   * The output of block l's attention: the projection of the joined heads.
   *
   * @param heads [B, H, T, D]
   * @returns [B, T, C]; the caller disposes it
   */
  project(heads: tf.Tensor4D, l: number): Tensor3D {
    return tf.tidy(() => dense(joinHeads(heads), this.blocks[l]!.projection));
  }

  /**
   * The MLP of block l with its LayerNorm.
   *
   * @param h any shape [..., C]
   * @returns [..., C], to be added to the residual stream; the caller disposes it
   */
  mlp<T extends Tensor>(h: T, l: number): T {
    const { norm2, up, down } = this.blocks[l]!;
    const activation = this.architecture.gelu === 'exact' ? exactGelu : gelu;
    return tf.tidy(() => dense(activation(dense(layerNorm(h, norm2), up)), down));
  }

  /**
   * Block l after its attention: the output of the heads and of the MLP, each added to the residual
   * stream.
   *
   * @param h     [B, T, C], as it enters the block
   * @param heads [B, H, T, D], the output of attention
   * @returns [B, T, C]; the caller disposes it
   */
  block(h: Tensor3D, heads: tf.Tensor4D, l: number): Tensor3D {
    return tf.tidy(() => {
      const attended = h.add(this.project(heads, l)) as Tensor3D;
      return attended.add(this.mlp(this.architecture.parallel ? h : attended, l));
    });
  }

  /**
   * All blocks and the final LayerNorm for tokens that also attend to earlier ones, whose keys and
   * values are cached.
   *
   * @param embedded [B, T, C], positions already added where they are added
   * @param options  the bias is [T, M + T] (or [B, 1, T, M + T]), the cached tokens first
   * @param cache    keys and values of M tokens, by layer, or null for none
   * @returns final states [B, T, C], and keys and values of the T tokens by layer, [B, H, T, D]
   *   each; the caller disposes them
   */
  extend(
    embedded: Tensor3D,
    options: PassOptions,
    cache: readonly KeysValues[] | null,
  ): { final: Tensor3D; fresh: KeysValues[] } {
    let h = embedded;
    const fresh = this.blocks.map((_, l): KeysValues => {
      const [q, k, v] = this.queriesKeysValues(h, l, options.angles);
      const [allK, allV] = cache
        ? [tf.concat([cache[l]![0], k], 2), tf.concat([cache[l]![1], v], 2)]
        : [k, v]; // [B, H, M + T, D]
      const weights = attentionWeights(q, allK, biasAt(options, l)); // [B, H, T, M + T]
      h = this.block(h, weights.matMul(allV) as tf.Tensor4D, l); // [B, T, C]
      return [k, v];
    });
    return { final: layerNorm(h, this.normFinal), fresh };
  }

  /**
   * All blocks and the final LayerNorm.
   *
   * @param embedded [B, T, C], positions already added
   * @param given    [T, T] (or [B, 1, T, T]): 0 where attention is allowed, -1e9 elsewhere; or this
   *                 with more
   * @param hook     gets `embedded`, `blocks.l.attention.weights` [B, H, T, T],
   *                 `blocks.l.attention.out`, `blocks.l.mlp.out`, `blocks.l.out` and `final` (all
   *                 [B, T, C]), and may replace each; a value that is to outlive the call must be
   *                 kept with tf.keep
   * @returns [B, T, C]; the caller disposes it
   */
  forward(embedded: Tensor3D, given: Tensor | PassOptions, hook?: Hook): Tensor3D {
    const options: PassOptions = given instanceof tf.Tensor ? { bias: given } : given;
    const hooked = <T extends Tensor>(name: string, value: T): T =>
      (hook?.(name, value) as T | undefined) ?? value;
    const attend = (h: Tensor3D, l: number): Tensor3D => {
      const name = `blocks.${l}.attention`;
      const [q, k, v] = this.queriesKeysValues(h, l, options.angles); // [B, H, T, D]
      const scored = attentionWeights(q, k, biasAt(options, l)); // [B, H, T, T]
      const heads = hooked(`${name}.weights`, scored).matMul(v) as tf.Tensor4D; // [B, H, T, D]
      return hooked(`${name}.out`, this.project(heads, l));
    };
    const block = (h: Tensor3D, l: number): Tensor3D => {
      const attended = h.add(attend(h, l)) as Tensor3D;
      const fromMlp = this.mlp(this.architecture.parallel ? h : attended, l);
      return hooked(
        `blocks.${l}.out`,
        attended.add(hooked(`blocks.${l}.mlp.out`, fromMlp)) as Tensor3D,
      );
    };
    return tf.tidy(() => {
      let h = hooked('embedded', embedded);
      for (let l = 0; l < this.size.layers; l++) h = tf.tidy(() => block(h, l));
      return hooked('final', layerNorm(h, this.normFinal));
    });
  }
}

/** The bias of layer l. */
const biasAt = ({ bias }: PassOptions, l: number): Tensor =>
  bias instanceof tf.Tensor ? bias : bias[l]!;

/** The number of parameters: the product of each shape, summed over all weights and biases. */
export function countParameters(parameters: Parameters): number {
  plainObject('Parameters', parameters);
  for (const [name, parameter] of Object.entries(parameters)) checkReadable(`'${name}'`, parameter);
  return Object.values(parameters).reduce((sum, p) => sum + p.size, 0);
}

/**
 * What tells present weights from later ones: an assignment gives a variable's value another place.
 *
 * @param parameters by name, of any shapes
 */
export const versionOf = (parameters: Parameters): readonly object[] =>
  Object.values(parameters).map(({ dataId }) => dataId);

/** Whether two versions are of the same weights. */
export const sameVersion = (a: readonly object[], b: readonly object[]): boolean =>
  a.length === b.length && a.every((place, i) => place === b[i]);

/**
 * Copies of variables with their present values, by the same names, of any shape; the caller
 * disposes them.
 */
export const copiesOf = (parameters: Parameters): Record<string, Variable> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      tf.tidy(() => tf.variable(parameter.clone(), false)),
    ]),
  );

/**
 * Gives every variable of `to` the value of the one of the same name in `from`; shapes are equal,
 * both stay the caller's.
 */
export function assignAll(to: Parameters, from: Parameters): void {
  for (const [name, variable] of Object.entries(to)) variable.assign(from[name]!);
}

/** The sum of squares of everything, [] (a scalar); the caller disposes it. */
export const squaredNorm = (tensors: readonly Tensor[]): Scalar =>
  tf.tidy(() => tf.addN(tensors.map((t) => t.square().sum())) as Scalar);

/**
 * The pre-LayerNorm GPT-2 of Garg et al. (2022), which runs every method of the course, and other
 * architectures of its kind, up to Llama (Touvron et al., 2023, arXiv 2302.13971). It does not know
 * of examples: it gets embedded tokens and a mask, and returns the final state of each token.
 */
import { checkReadable } from '../core/checks';
import { plainObject } from '../core/errors';
import { tf } from '../core/backend';
import type { Scalar, Tensor, Tensor1D, Tensor3D, Variable } from '@tensorflow/tfjs';

import { GPT2, checkArchitecture, type Architecture } from './architecture';
import { attentionMixture, attentionWeights, joinHeads } from './attention';
import { hiddenOf, sizeOf, type SizeName, type TransformerSize } from './config';
import { dense, exactGelu, gelu, layerNorm, type DenseWeights, type NormWeights } from './layers';
import type { ParameterStore } from './parameterstore';
import { rmsNorm } from './rmsnorm';
import { rotated, type Angles } from './rotary';
import { smeared } from './smear';
import { attentionOverShared } from './sharedcontext';
import { swiglu } from './swiglu';

/** Gets every inner value with its name, and may return another of the same shape to replace it. */
export type Hook = (name: string, value: Tensor) => Tensor | void;

/** A dense layer of a block; the bias is null where the architecture has none. */
type Dense = DenseWeights<Tensor1D | null>;

/** A norm of a block: with a bias it is a LayerNorm, without one an RMSNorm. */
type Norm = NormWeights<Tensor1D | null>;

/** The weights of one block. */
export interface BlockWeights {
  readonly norm1: Norm;
  /** Queries, keys and values in one: [C, 3C], or [C, (H + 2 Hk) D] with grouped queries. */
  readonly qkv: Dense;
  /** Before a sigmoid: how much of its own key a token keeps, [Hk]; null where none is smeared. */
  readonly smear: Tensor1D | null;
  readonly projection: Dense;
  readonly norm2: Norm;
  /** Of a SwiGLU, [C, hidden]; null where the MLP has no gate. */
  readonly gate: Dense | null;
  readonly up: Dense;
  readonly down: Dense;
}

/** Keys and values of a layer, [B, Hk, tokens, D] each; Hk = H but for grouped queries. */
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
  /**
   * For a model with smeared keys, [T]: 1 where the token before belongs to the same example, 0 at
   * the first token of each.
   */
  readonly continues?: Tensor1D;
}

/** Named variables, as checkpoints hold them. */
export type Parameters = Readonly<Record<string, Variable>>;

/** Pre-LayerNorm GPT-2 without its vocabulary, or another architecture of its kind. */
export class Transformer {
  readonly size: TransformerSize;
  readonly blocks: readonly BlockWeights[];
  readonly normFinal: Norm;
  /** Heads of keys and values, Hk. */
  readonly keyHeads: number;

  /**
   * @param size         a named size, or numbers over those of `course`
   * @param store        makes the weights and holds them
   * @param architecture GPT-2's when left out
   * @throws CourseError when the size or the architecture is refused
   */
  constructor(
    size: SizeName | Partial<TransformerSize>,
    store: ParameterStore,
    readonly architecture: Architecture = GPT2,
  ) {
    this.size = sizeOf(size);
    checkArchitecture(architecture, this.size);
    const { width: C, layers: L, heads: H } = this.size;
    const { norm = 'layer', biases = true } = architecture;
    this.keyHeads = architecture.keyHeads ?? H;
    const hidden = hiddenOf(this.size);
    const makeNorm = (name: string): Norm =>
      norm === 'rms' ? store.rmsNorm(name, C) : store.norm(name, C);
    const makeDense = (name: string, inputs: number, outputs: number, factor?: number): Dense =>
      store[biases ? 'dense' : 'product'](name, inputs, outputs, factor);
    // GPT-2 starts the 2 L layers that write into the residual stream smaller
    const intoResidual = 1 / Math.sqrt(2 * L);
    this.blocks = Array.from({ length: L }, (_, l) => ({
      norm1: makeNorm(`blocks.${l}.norm1`),
      qkv: makeDense(`blocks.${l}.qkv`, C, C + (2 * this.keyHeads * C) / H),
      smear: architecture.smearedKeys
        ? store.constant(`blocks.${l}.smear`, this.keyHeads, 1)
        : null,
      projection: makeDense(`blocks.${l}.projection`, C, C, intoResidual),
      norm2: makeNorm(`blocks.${l}.norm2`),
      gate: architecture.gelu === null ? makeDense(`blocks.${l}.gate`, C, hidden) : null,
      up: makeDense(`blocks.${l}.up`, C, hidden),
      down: makeDense(`blocks.${l}.down`, hidden, C, intoResidual),
    }));
    this.normFinal = makeNorm('normFinal');
  }

  /** LayerNorm or RMSNorm, of any shape [..., C]. */
  private normed<T extends Tensor>(h: T, { gain, bias }: Norm): T {
    return bias === null ? rmsNorm(h, gain) : layerNorm(h, { gain, bias });
  }

  /**
   * The norm after the last block.
   *
   * @param h any shape [..., C]
   * @returns the same shape; the caller disposes it
   */
  finalOf<T extends Tensor>(h: T): T {
    return this.normed(h, this.normFinal);
  }

  /**
   * Queries, keys and values of block l, cut into heads.
   *
   * @param h       [B, T, C], before the block's first norm
   * @param options angles of the tokens' positions, for a model with rotary positions; which tokens
   *                continue an example, for one with smeared keys
   * @returns queries [B, H, T, D], keys and values [B, Hk, T, D]; the caller disposes them
   */
  queriesKeysValues(
    h: Tensor3D,
    l: number,
    { angles, continues }: Pick<PassOptions, 'angles' | 'continues'> = {},
  ): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
    const { norm1, qkv, smear } = this.blocks[l]!;
    const [B, T, C] = h.shape;
    const { keyHeads: Hk } = this;
    const H = this.size.heads;
    return tf.tidy(() => {
      const joined = dense(this.normed(h, norm1), qkv);
      const byHead = joined.reshape([B, T, H + 2 * Hk, C / H]).transpose([0, 2, 1, 3]);
      const [q, own, v] = tf.split(byHead, [H, Hk, Hk], 1) as [
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
      ]; // [B, H, T, D], [B, Hk, T, D], [B, Hk, T, D]
      const k = smear ? smeared(own, smear, continues) : own; // [B, Hk, T, D]
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
   * The MLP of block l with its norm.
   *
   * @param h any shape [..., C]
   * @returns [..., C], to be added to the residual stream; the caller disposes it
   */
  mlp<T extends Tensor>(h: T, l: number): T {
    const { norm2, gate, up, down } = this.blocks[l]!;
    const activation = this.architecture.gelu === 'exact' ? exactGelu : gelu;
    return tf.tidy(() => {
      const normed = this.normed(h, norm2);
      const raised = dense(normed, up); // [..., hidden]
      return dense(gate ? swiglu(dense(normed, gate), raised) : activation(raised), down);
    });
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
   * All blocks and the final norm for tokens that also attend to earlier ones, whose keys and
   * values are cached.
   *
   * @param embedded [B, T, C], positions already added where they are added
   * @param options  the bias is [T, M + T] (or [B, 1, T, M + T]), the cached tokens first
   * @param cache    keys and values of M tokens, by layer, [B, Hk, M, D] or, shared by the whole
   *                 batch, [1, Hk, M, D] each; null for none
   * @returns final states [B, T, C], and keys and values of the T tokens by layer, [B, Hk, T, D]
   *   each; the caller disposes them
   */
  extend(
    embedded: Tensor3D,
    options: PassOptions,
    cache: readonly KeysValues[] | null,
  ): { final: Tensor3D; fresh: KeysValues[] } {
    let h = embedded;
    const fresh = this.blocks.map((_, l): KeysValues => {
      const [next, k, v] = tf.tidy(() => {
        const [q, k, v] = this.queriesKeysValues(h, l, options);
        const heads = attendEarlier(q, k, v, cache?.[l] ?? null, biasAt(options, l));
        return [this.block(h, heads, l), k, v];
      }) as [Tensor3D, tf.Tensor4D, tf.Tensor4D];
      h = next; // [B, T, C]
      return [k, v];
    });
    return { final: this.finalOf(h), fresh };
  }

  /**
   * All blocks and the final norm.
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
      const [q, k, v] = this.queriesKeysValues(h, l, options); // [B, H, T, D]
      const scored = attentionWeights(q, k, biasAt(options, l)); // [B, H, T, T]
      const heads = attentionMixture(hooked(`${name}.weights`, scored), v); // [B, H, T, D]
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
      return hooked('final', this.finalOf(h));
    });
  }
}

/**
 * Attention to earlier tokens, whose keys and values are cached, and to the tokens themselves.
 *
 * @param q [B, H, T, D]; k and v are [B, Hk, T, D]
 * @returns [B, H, T, D]
 */
function attendEarlier(
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  earlier: KeysValues | null,
  bias: Tensor,
): tf.Tensor4D {
  if (earlier && earlier[0].shape[0] < q.shape[0])
    return attentionOverShared(q, k, v, earlier, bias);
  const [allK, allV] = earlier
    ? [tf.concat([earlier[0], k], 2), tf.concat([earlier[1], v], 2)]
    : [k, v]; // [B, Hk, M + T, D]
  return attentionMixture(attentionWeights(q, allK, bias), allV); // [B, H, T, D]
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

/** Where the weights of a model are made and held by name. */
import { checkMemory } from '../core/checks';
import { tf } from '../core/backend';
import { stream, type Stream } from '../core/random';
import type { Rank, ShapeMap, Tensor, Variable } from '@tensorflow/tfjs';

import type { DenseWeights, NormWeights } from './layers';

/**
 * The standard deviation of initial weights: a number, or 'fan-in' for 1 / sqrt(inputs) of each
 * dense layer. GPT-2's 0.02 suits its width of 768, where it is 0.55 / sqrt(inputs); at width 64 it
 * is a third of that.
 */
export type InitialScale = number | 'fan-in';

/** GPT-2's. */
const INITIAL_SCALE = 0.02;

/** Draws the `count` numbers that a weight begins with. */
export type InitialValues = (random: Stream, count: number) => Float32Array;

/** Makes the variables of a model, each from its own random stream, and stores them by name. */
export class ParameterStore {
  readonly all: Record<string, Variable> = {};

  /**
   * @param seed  any integer of at least 0; null: weights are 0 and wait for those of a file, as
   *              drawing them takes seconds for a language model
   * @param stack K: every weight K times, in a new first axis, for K networks that are run at once
   *              and begin alike
   * @param initial the standard deviation of the weights of dense layers; GPT-2's when left out
   */
  constructor(
    private readonly seed: number | null,
    private readonly stack?: number,
    private readonly initial: InitialScale = INITIAL_SCALE,
  ) {}

  /** Refuses a weight that memory does not hold; a model that lacks one is none, and leaves none. */
  private demandRoom(name: string, shape: readonly number[], count: number): void {
    try {
      checkMemory(() => `The weights '${name}' [${shape.join(', ')}]`, count * (this.stack ?? 1));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /**
   * The value that a weight begins with.
   *
   * @returns of this shape, inside tf.tidy
   */
  protected initialOf<R extends Rank>(
    name: string,
    shape: ShapeMap[R],
    values: (random: Stream) => Float32Array,
  ): Tensor<R> {
    // tf.zeros would hold as many zeros in JavaScript until they are replaced
    return this.seed === null
      ? (tf.fill(shape, 0) as Tensor<R>)
      : tf.tensor<R>(values(stream(this.seed, 'initial', name)), shape);
  }

  /** A weight by its name, made with the values that it begins with. */
  protected add<R extends Rank>(
    name: string,
    shape: ShapeMap[R],
    values: InitialValues,
  ): Variable<R> {
    const count = (shape as readonly number[]).reduce((a, b) => a * b, 1);
    this.demandRoom(name, shape, count);
    const variable = tf.tidy(() => {
      const initial = this.initialOf<R>(name, shape, (random) => values(random, count));
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
  constant(name: string, C: number, value: number): Variable<Rank.R1> {
    return this.add<Rank.R1>(name, [C], (_, count) => new Float32Array(count).fill(value));
  }

  /**
   * A dense layer without a bias as GPT-2 starts it: weight [inputs, outputs] normal.
   *
   * @param factor of the standard deviation
   */
  product(name: string, inputs: number, outputs: number, factor = 1): DenseWeights<null> {
    const scale = this.initial === 'fan-in' ? 1 / Math.sqrt(inputs) : this.initial;
    const weight = this.normal<Rank.R2>(`${name}.weight`, [inputs, outputs], factor * scale);
    return { weight, bias: null };
  }

  /**
   * A dense layer as GPT-2 starts it: weight [inputs, outputs] normal, bias 0.
   *
   * @param factor of the standard deviation
   */
  dense(name: string, inputs: number, outputs: number, factor = 1): DenseWeights {
    const product = this.product(name, inputs, outputs, factor);
    return { ...product, bias: this.constant(`${name}.bias`, outputs, 0) };
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

  /** An RMSNorm over C channels: gain 1. */
  rmsNorm(name: string, C: number): NormWeights<null> {
    return { gain: this.constant(`${name}.gain`, C, 1), bias: null };
  }

  /** A LayerNorm over C channels: gain 1, bias 0. */
  norm(name: string, C: number): NormWeights {
    const { gain } = this.rmsNorm(name, C);
    return { gain, bias: this.constant(`${name}.bias`, C, 0) };
  }
  /** Frees all weights; whatever was made of them is unusable afterwards. */
  dispose(): void {
    tf.dispose(Object.values(this.all));
  }
}

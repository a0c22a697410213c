/**
 * A language model on the course's transformer: from tokens to scores of the next token, under any
 * method's mask and positions. It runs a whole prompt in one forward pass, or goes on from cached
 * keys and values of earlier tokens.
 */
import { tf } from '../core/backend';
import { compile } from '../core/compile';
import { checkMadeBy, checkReadable, checkTensor } from '../core/checks';
import { CourseError, demand, plainObject } from '../core/errors';
import type { Rank, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import { FORBIDDEN } from '../model/attention';
import type { MaskMatrix } from '../model/masks';
import { anglesAt } from '../model/rotary';
import { ParameterStore } from '../model/parameterstore';
import {
  Transformer,
  type Hook,
  type KeysValues,
  type Parameters,
  type PassOptions,
} from '../model/transformer';
import { checkConfig } from './families';
import type { LanguageModelConfig } from './family';

/**
 * A batch of B token sequences with their positions and mask, all of one length T; shorter ones are
 * padded.
 */
export type TokenBatch = {
  /** Token numbers, [B, T]. */
  readonly tokens: Tensor2D;
  /** Position of each token, [B, T]; null for a model without positions (NoPE). */
  readonly positions: Tensor2D | null;
  /**
   * 0 where attention is allowed, -1e9 elsewhere, [B, 1, T, M + T], the M cached tokens first; for
   * all layers where there is no `nearBias`.
   */
  readonly bias: Tensor;
  /** The same for layers with a window; left out where no layer has one. */
  readonly nearBias?: Tensor;
};

/**
 * Embeddings of tables with more rows than this are looked up; others are products with one-hot
 * vectors, whose gradient is a product too.
 */
const LOOKED_UP = 2048;

/** Rows of a table by their numbers: [P, C], [B, T] -> [B, T, C]. */
function embeddingsOf(table: Tensor2D, numbers: Tensor2D): Tensor3D {
  const [P, C] = table.shape;
  const [B, T] = numbers.shape;
  const flat = numbers.reshape([B * T]).toInt() as tf.Tensor1D; // [B T]
  const rows =
    P > LOOKED_UP
      ? tf.gather(table, flat) // [B T, C]
      : tf.oneHot(flat, P).toFloat().matMul(table); // [B T, C]
  return rows.reshape([B, T, C]); // [B, T, C]
}

/** Refuses what is no batch of tokens; it reads types and shapes only. */
function checkBatch(batch: TokenBatch): void {
  plainObject('A batch of tokens', batch);
  const { tokens, positions, bias, nearBias } = batch;
  checkReadable("'tokens' of a batch", tokens);
  checkTensor("'bias' of a batch", bias);
  if (positions) checkReadable("'positions' of a batch", positions);
  if (nearBias) checkTensor("'nearBias' of a batch", nearBias);
  const T = tokens.shape[1]!;
  demand(
    tokens.rank === 2 &&
      (!positions || positions.shape.join() === tokens.shape.join()) &&
      [bias, nearBias ?? bias].every(({ shape }) => shape.at(-2) === T && shape.at(-1)! >= T),
    () =>
      `A batch of tokens [${tokens.shape}] has positions [${positions?.shape ?? []}] and a mask ` +
      `[${bias.shape}].`,
    'Make batches with language.batchOf.',
  );
}

/** A causal language model of one of the families. */
export class LanguageModel {
  readonly transformer: Transformer;
  private readonly store: ParameterStore;
  private readonly wordEmbeddings: Tensor2D;
  private readonly positionEmbeddings: Tensor2D | null;
  private readonly head: Tensor2D | null;
  private readonly compiled = compile(
    (tokens, bias, ...rest: Tensor[]) => this.finals(this.batchOf(tokens as Tensor2D, bias, rest)),
    {
      eagerFirst: 2,
    },
  );

  /**
   * @param config  sizes and architecture
   * @param weights the seed of the random weights that it begins with; null: they are 0, to be
   *                assigned; or a store that makes them and is then the model's
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(
    readonly config: LanguageModelConfig,
    weights: number | null | ParameterStore = 0,
  ) {
    checkConfig(config);
    const { vocabulary: V, size, architecture, tied } = config;
    this.store = weights instanceof ParameterStore ? weights : new ParameterStore(weights);
    this.transformer = new Transformer(size, this.store, architecture);
    const matrix = (name: string, rows: number, columns: number): Tensor2D =>
      this.store.normal<Rank.R2>(name, [rows, columns]);
    this.wordEmbeddings = matrix('words', V, size.width);
    this.positionEmbeddings = architecture.rotary
      ? null
      : matrix('positions', size.maxPositions, size.width);
    this.head = tied ? null : matrix('head', size.width, V);
  }

  /** All weights by name, each of its layer's shape; they belong to the model. */
  get parameters(): Parameters {
    return this.store.all;
  }

  /**
   * The weights that training changes, each of its layer's shape: all of them, or those of its
   * adapters alone; they belong to the model.
   */
  get trainable(): Parameters {
    return this.parameters;
  }

  private batchOf(tokens: Tensor2D, bias: Tensor, rest: readonly Tensor[]): TokenBatch {
    const [positions, nearBias] = [rest[0] as Tensor2D, rest[1]];
    return nearBias ? { tokens, positions, bias, nearBias } : { tokens, positions, bias };
  }

  /** Tokens as the transformer gets them: [B, T, C]. */
  private embedded({ tokens, positions }: TokenBatch): Tensor3D {
    const words = embeddingsOf(this.wordEmbeddings, tokens);
    return this.positionEmbeddings && positions
      ? words.add(embeddingsOf(this.positionEmbeddings, positions))
      : words;
  }

  private optionsOf({ bias, nearBias, positions }: TokenBatch): PassOptions {
    const { local, architecture } = this.config;
    const biases = local && nearBias ? local.layers.map((near) => (near ? nearBias : bias)) : bias;
    return architecture.rotary && positions
      ? { bias: biases, angles: anglesAt(positions, architecture.rotary) }
      : { bias: biases };
  }

  /**
   * Scores of every word after every token.
   *
   * @param final [B, T, C], final states
   * @returns [B, T, V]; the caller disposes it
   */
  readOut(final: Tensor3D): Tensor3D {
    const [B, T, C] = final.shape;
    return tf.tidy(() => {
      const rows = final.reshape([B * T, C]); // [B T, C]
      const scores = this.head
        ? rows.matMul(this.head) // [B T, V]
        : tf.matMul(rows, this.wordEmbeddings, false, true); // [B T, V]
      return scores.reshape([B, T, this.config.vocabulary]); // [B, T, V]
    });
  }

  /**
   * Final states of all tokens.
   *
   * @param batch shapes as in TokenBatch, without cached tokens
   * @param hook  gets and may replace every inner value, see Transformer.forward
   * @returns [B, T, C]; the caller disposes it
   * @throws CourseError when the batch is none
   */
  finals(batch: TokenBatch, hook?: Hook): Tensor3D {
    checkBatch(batch);
    return tf.tidy(() =>
      this.transformer.forward(this.embedded(batch), this.optionsOf(batch), hook),
    );
  }

  /**
   * Scores of every word after every token.
   *
   * @param batch shapes as in TokenBatch, without cached tokens
   * @param hook  gets and may replace every inner value, see Transformer.forward
   * @returns [B, T, V]; the caller disposes it
   * @throws CourseError when the batch is none
   */
  logits(batch: TokenBatch, hook?: Hook): Tensor3D {
    return tf.tidy(() => this.readOut(this.finals(batch, hook)));
  }

  /**
   * Final states of all tokens, compiled once a shape has occurred twice.
   *
   * @param batch shapes as in TokenBatch, without cached tokens
   * @returns [B, T, C]; the caller disposes it
   * @throws CourseError when the batch is none
   */
  compiledFinals(batch: TokenBatch): Tensor3D {
    checkBatch(batch);
    const { tokens, positions, bias, nearBias } = batch;
    return positions
      ? this.compiled.run(tokens, bias, positions, ...(nearBias ? [nearBias] : []))
      : this.finals({ tokens, positions, bias, ...(nearBias ? { nearBias } : {}) });
  }

  /**
   * Final states of tokens that also attend to M earlier ones, whose keys and values are cached.
   *
   * @param batch shapes as in TokenBatch
   * @param cache keys and values by layer, or null for none
   * @returns final states [B, T, C], and keys and values of these tokens by layer, [B, Hk, T, D]
   *   each; the caller disposes them
   * @throws CourseError when the batch is none
   */
  extend(
    batch: TokenBatch,
    cache: readonly KeysValues[] | null,
  ): { final: Tensor3D; fresh: KeysValues[] } {
    checkBatch(batch);
    const [final, ...parts] = tf.tidy(() => {
      const out = this.transformer.extend(this.embedded(batch), this.optionsOf(batch), cache);
      return [out.final, ...out.fresh.flat()];
    }) as [Tensor3D, ...tf.Tensor4D[]];
    return {
      final,
      fresh: this.transformer.blocks.map((_, l): KeysValues => [parts[2 * l]!, parts[2 * l + 1]!]),
    };
  }

  /**
   * Refuses tokens that the model does not know, and positions beyond its last.
   *
   * @throws CourseError naming the first
   */
  check(tokens: readonly number[], positions: readonly number[] | null): void {
    const { vocabulary, size, architecture } = this.config;
    const unknown = tokens.find(
      (token) => !Number.isInteger(token) || token < 0 || token >= vocabulary,
    );
    if (unknown !== undefined)
      throw new CourseError(
        `The token ${unknown} was given to a model of ${vocabulary} words.`,
        'Tokenizer and model do not belong together; ' +
          'use the tokenizer.json that came with the weights.',
      );
    const last = (positions ?? []).reduce((most, position) => Math.max(most, position), -1);
    demand(
      last < size.maxPositions,
      () =>
        `The prompt needs position ${last}, but the model knows ${size.maxPositions}` +
        `${architecture.rotary ? ' (as it was trained)' : ''}.`,
      'Use fewer or shorter examples; under symmetric positions only the longest example counts.',
    );
  }

  /** Frees the weights and the graphs; the model is unusable afterwards. */
  dispose(): void {
    this.compiled.dispose();
    this.store.dispose();
  }
}

/**
 * Refuses what is no language model.
 *
 * @throws CourseError quoting it
 */
export const checkLanguageModel = (model: unknown): void =>
  checkMadeBy(
    'A language model',
    model,
    LanguageModel,
    'language.LanguageModel',
    'Make one, or open one with language.loadLanguageModel.',
  );

/** A mask as numbers to add to scores, for layers without and with a window. */
export interface AttentionBiases {
  /** 0 where attention is allowed, -1e9 elsewhere; row by row, rows x columns. */
  readonly all: Float32Array;
  /** The same for layers with a window, or null. */
  readonly near: Float32Array | null;
}

/**
 * A mask as numbers to add to scores; for layers with a window, also by the distance of positions.
 *
 * @param mask    rows are queries, columns are keys
 * @param rows    positions of the queries
 * @param columns positions of the keys
 * @param window  how many positions back such layers attend, or null for no such layers
 */
export function attentionBiases(
  mask: MaskMatrix,
  rows: readonly number[],
  columns: readonly number[],
  window: number | null,
): AttentionBiases {
  const width = columns.length;
  const all = new Float32Array(mask.length * width);
  const near = window === null ? null : new Float32Array(mask.length * width);
  mask.forEach((row, i) =>
    row.forEach((may, j) => {
      all[i * width + j] = may ? 0 : FORBIDDEN;
      if (near) near[i * width + j] = may && rows[i]! - columns[j]! < window! ? 0 : FORBIDDEN;
    }),
  );
  return { all, near };
}

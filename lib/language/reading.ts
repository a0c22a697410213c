/**
 * One forward pass over tokens that attend to cached ones and to each other. A test's own tokens may
 * weigh more than those of its context: with a weight w, exp(q . k) of such a token becomes
 * w exp(q . k), as ln w is added to its score before the softmax.
 */
import { tf } from '../core/backend';
import type { Tensor3D } from '@tensorflow/tfjs';
import { checkMemory } from '../core/checks';
import type { MaskMatrix } from '../model/masks';
import {
  attentionBiases,
  type AttentionBiases,
  type LanguageModel,
  type TokenBatch,
} from './languagemodel';
import type { TokenCache } from './tokencache';

/** The mask of T tokens that attend to M earlier ones and causally to each other, T x (M + T). */
export const causalAfter = (M: number, T: number): boolean[][] =>
  Array.from({ length: T }, (_, r) =>
    Array.from({ length: M + T }, (__, c) => c < M || c - M <= r),
  );

/** Runs fn, which may return any value, inside tf.tidy. */
export function tidied<T>(fn: () => T): T {
  const results: T[] = [];
  tf.tidy(() => {
    results.push(fn());
  });
  return results[0]!;
}

/** Numbers for each head, query and key that are in memory at once, as measured on SmolLM2-135M. */
const COPIES = 5;

/**
 * Refuses attention that does not fit into the memory of this machine, before anything is computed.
 *
 * @param B sequences of `queries` tokens that attend to `keys` tokens each
 * @throws CourseError with the memory that is needed and the memory that is there
 */
export const checkAttention = (
  { config }: LanguageModel,
  B: number,
  queries: number,
  keys: number,
): void =>
  checkMemory(
    () => `Attention scores of ${B} x ${queries} tokens and ${keys} keys`,
    COPIES * config.size.heads * B * queries * keys,
  );

/** Tokens of a test: those from a column on, and how much they weigh. */
export interface OwnTokens {
  readonly from: number;
  /** Of a token of the context: 1. */
  readonly weight: number;
}

/**
 * A mask as numbers to add to scores of tokens of the model, with the weight of a test's own tokens.
 *
 * @param mask    rows are queries, columns are keys
 * @param rows    positions of the queries
 * @param columns positions of the keys
 * @param own     left out: all tokens weigh alike
 */
export function readingBiases(
  { config }: LanguageModel,
  mask: MaskMatrix,
  rows: readonly number[],
  columns: readonly number[],
  own?: OwnTokens,
): AttentionBiases {
  const biases = attentionBiases(mask, rows, columns, config.local?.window ?? null);
  const more = Math.log(own?.weight ?? 1);
  if (own && more !== 0)
    for (const values of [biases.all, biases.near])
      values?.forEach((value, i) => {
        if (i % columns.length >= own.from) values[i] = value + more;
      });
  return biases;
}

/**
 * Reads T tokens that attend, as the mask T x (M + T) allows, to M cached tokens and to each other.
 *
 * @param own those of a test, where they have a weight; columns count the cached tokens too
 * @returns their final states [1, T, C], and a cache of them alone; the caller disposes both
 */
export function read(
  model: LanguageModel,
  tokens: readonly number[],
  positions: readonly number[],
  mask: MaskMatrix,
  earlier: TokenCache,
  own?: OwnTokens,
): { readonly final: Tensor3D; readonly cache: TokenCache } {
  model.check(tokens, positions);
  const T = tokens.length;
  checkAttention(model, 1, T, earlier.positions.length + T);
  const biases = readingBiases(model, mask, positions, [...earlier.positions, ...positions], own);
  const shape: [number, number, number, number] = [1, 1, T, earlier.positions.length + T];
  const batch: TokenBatch = {
    tokens: tf.tensor2d([...tokens], [1, T], 'int32'),
    positions: tf.tensor2d([...positions], [1, T], 'int32'),
    bias: tf.tensor4d(biases.all, shape),
    ...(biases.near ? { nearBias: tf.tensor4d(biases.near, shape) } : {}),
  };
  const { final, fresh } = model.extend(batch, earlier.layers);
  return { final, cache: { layers: fresh, positions } };
}

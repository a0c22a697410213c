/**
 * Whether a head copies: what it writes when it attends to a token, W_V W_O, from embeddings to scores
 * of the next token,
 *
 *   M_h = E W_V^h W_O^h U,  V x V,   copying score = sum_i lambda_i / sum_i |lambda_i|,
 *
 * with the eigenvalues lambda of M_h: 1 where all are positive, as of a head that raises the score of
 * every token it attends to, and about 0 for random weights. M_h has rank D at most, and its eigenvalues
 * other than 0 are those of W_O^h U E W_V^h, D x D. The direct check: how often a token that is attended
 * to has its own score raised by more than another token's. Gains of norms count as factors.
 * Reference: Elhage et al. (2021), "A mathematical framework for transformer circuits"; Olsson et al.
 * (2022, arXiv 2209.11895).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

import { tf } from '../../../core/backend';
import { checkIndices, checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';
import { checkLanguageModel, type LanguageModel } from '../../../language/languagemodel';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { checkAttentionOnly, type AttentionOnly } from './attentiononly';

/** What a head does to a token that it attends to. */
export interface CopyingHead {
  /** W_O U E W_V, D x D. */
  readonly circuit: readonly (readonly number[])[];
  /** M_h between some tokens: rows are attended to, columns are scores. */
  readonly rises: readonly (readonly number[])[];
}

/**
 * The sum of the eigenvalues of a square matrix, over the sum of their sizes; 0 where all are 0.
 *
 * @returns from -1 to 1
 * @throws CourseError when it is no square matrix
 */
export function copyingScore(matrix: readonly (readonly number[])[]): number {
  checkRows('Rows of a matrix', matrix);
  demand(
    matrix.length === matrix[0]!.length,
    () => `A matrix of ${matrix.length} x ${matrix[0]!.length} has no eigenvalues.`,
    'Give a square one.',
  );
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(
    new Matrix(matrix as number[][]),
  );
  const sizes = realEigenvalues.map((real, i) => Math.hypot(real, imaginaryEigenvalues[i]!));
  const [sum, size] = [realEigenvalues, sizes].map((all) => all.reduce((a, b) => a + b, 0));
  return size === 0 ? 0 : sum! / size!;
}

/**
 * How often a token raises its own score by more than that of another one, over all pairs: 1/2 by
 * chance.
 *
 * @param rises [tokens][tokens], rows are attended to
 * @throws CourseError when these are not as many rows as columns, at least two
 */
export function ownTokenShare(rises: readonly (readonly number[])[]): number {
  checkRows('Rises of scores', rises, 2);
  demand(
    rises.every((row) => row.length === rises.length),
    () => `Rises of ${rises[0]!.length} scores were given for ${rises.length} tokens.`,
    'Give those of the same tokens.',
  );
  const wins = rises.flatMap((row, i) =>
    row.filter((_, j) => j !== i).map((other) => Number(row[i]! > other)),
  );
  return mean(wins);
}

/** E and U with gains: of the tokens that are looked at, and U E of all. */
interface Ends {
  /** U E, [C, C]. */
  readonly joined: Tensor2D;
  /** Rows of E and columns of U of some tokens: [S, C], [C, S]. */
  readonly words: Tensor2D;
  readonly scores: Tensor2D;
}

/** A head from its ends: values [C, D], projection [D, C]. */
const headOf = ({ joined, words, scores }: Ends, value: Tensor2D, out: Tensor2D): CopyingHead =>
  tf.tidy(() => ({
    circuit: out.matMul(joined).matMul(value).arraySync() as number[][], // [D, D]
    rises: words.matMul(value).matMul(out).matMul(scores).arraySync() as number[][], // [S, S]
  })) as unknown as CopyingHead;

/** Refuses tokens that a model does not know. */
function checkSample(tokens: readonly number[], V: number): void {
  checkIndices('The tokens that are looked at', tokens, V - 1, 2);
}

/**
 * The heads of a transformer of attention alone.
 *
 * @param tokens between which rises are computed
 * @returns by layer and head
 * @throws CourseError when there is no model, or it does not know the tokens
 */
export function attentionCircuits(
  model: AttentionOnly,
  tokens: readonly number[],
): CopyingHead[][] {
  checkAttentionOnly(model);
  const { vocabulary: V, heads: H, width: C } = model.config.size;
  checkSample(tokens, V);
  const found: CopyingHead[][] = [];
  tf.tidy(() => {
    const ends: Ends = {
      joined: tf.matMul(model.unembedding, model.words) as Tensor2D, // [C, C]
      words: model.words.gather([...tokens]) as Tensor2D, // [S, C]
      scores: model.unembedding.gather([...tokens], 1) as Tensor2D, // [C, S]
    };
    for (const { values, projection } of model.layers) {
      const [v, o] = [tf.split(values, H, 1), tf.split(projection, H, 0)]; // [C, D], [D, C] each
      found.push(v.map((value, h) => headOf(ends, value as Tensor2D, o[h] as Tensor2D)));
    }
  });
  demand(
    found.flat().every(({ circuit }) => circuit.length === C / H),
    () => 'A head has another size than the others.',
    'Make the model again.',
  );
  return found;
}

/**
 * The heads of a language model. Keys and values may be shared by groups of heads. The scale of norms
 * depends on the text and is left out.
 *
 * @param tokens between which rises are computed
 * @returns by layer and head
 * @throws CourseError when there is no model, or it does not know the tokens
 */
export function languageCircuits(model: LanguageModel, tokens: readonly number[]): CopyingHead[][] {
  checkLanguageModel(model);
  const { vocabulary: V, size } = model.config;
  checkSample(tokens, V);
  const { width: C, heads: H } = size;
  const { keyHeads: Hk, blocks, normFinal } = model.transformer;
  const words = model.parameters['words'] as unknown as Tensor2D; // [V, C]
  const head = model.parameters['head'] as unknown as Tensor2D | undefined; // [C, V]
  const column = (gain: Tensor1D): Tensor2D => gain.reshape([C, 1]); // [C, 1]
  const found: CopyingHead[][] = [];
  tf.tidy(() => {
    const plain = head ? head.matMul(words) : tf.matMul(words, words, true); // [C, C]
    const some = words.gather([...tokens]); // [S, C]
    const scores = (head ? head.gather([...tokens], 1) : some.transpose()) as Tensor2D; // [C, S]
    const last = column(normFinal.gain);
    for (const { norm1, qkv, projection } of blocks)
      tf.tidy(() => {
        const gain = norm1.gain;
        const ends: Ends = {
          joined: plain.mul(last).mul(gain),
          words: some.mul(gain),
          scores: scores.mul(last),
        };
        const values = qkv.weight.slice([0, C + (Hk * C) / H], [-1, -1]); // [C, Hk D]
        const [v, o] = [tf.split(values, Hk, 1), tf.split(projection.weight, H, 0)];
        found.push(
          o.map((out, h) => headOf(ends, v[Math.floor((h * Hk) / H)] as Tensor2D, out as Tensor2D)),
        );
      });
  });
  return found;
}

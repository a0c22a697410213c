/**
 * The loss of a language model at some of its tokens: only these are read out, and nothing of the
 * size of all tokens times all words is made.
 */
import { tf } from '../core/backend';
import { checkReadable, checkTensor } from '../core/checks';
import { demand, plainObject } from '../core/errors';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import { checkLanguageModel, type LanguageModel, type TokenBatch } from './languagemodel';

/** The predictions of a batch that are scored: S in each of B prompts. */
export type ScoredTokens = {
  /** The tokens, by index in their prompt, whose next token is predicted: [B, S]. */
  readonly indices: Tensor2D;
  /** These next tokens: [B, S]. */
  readonly next: Tensor2D;
  /** What each prediction counts; 0 for padding: [B, S]. */
  readonly weights: Tensor2D;
};

/**
 * The cross-entropy of chosen words: log sum exp(scores) - score of the chosen word. Its gradient in
 * the scores is the softmax, less 1 at the chosen word.
 *
 * @param scores [S, V]
 * @param words  [S], int32
 * @returns [S], in nats; the caller disposes it
 */
export const crossEntropies = (scores: Tensor2D, words: Tensor1D): Tensor1D =>
  tf.customGrad((given, save) => {
    const [S, V] = scores.shape;
    const shifted = (given as Tensor).sub((given as Tensor).max(-1, true)); // [S, V]
    const exponentials = shifted.exp(); // [S, V]
    const sums = exponentials.sum(-1, true); // [S, 1]
    const places = tf.range(0, S, 1, 'int32').mul(tf.scalar(V, 'int32')).add(words); // [S]
    const chosen = shifted.reshape([S * V]).gather(places.toInt() as Tensor1D); // [S]
    (save as unknown as tf.GradSaveFunc)([exponentials.div(sums), words]);
    const gradFunc = (g: Tensor, saved: Tensor[]): Tensor => {
      const [softmax, right] = saved as [Tensor, Tensor];
      return softmax.sub(tf.oneHot(right, V).toFloat()).mul(g.expandDims(-1)); // [S, V]
    };
    return { value: sums.squeeze([-1]).log().sub(chosen), gradFunc };
  })(scores) as Tensor1D;

/** Refuses what does not score the tokens of a batch; it reads shapes only. */
function checkScored({ tokens }: TokenBatch, scored: ScoredTokens): void {
  const { indices, next, weights } = scored;
  for (const [name, tensor] of Object.entries({ indices, next }))
    checkReadable(`'${name}' of scored tokens`, tensor);
  checkTensor("'weights' of scored tokens", weights);
  demand(
    indices.rank === 2 &&
      indices.shape[0] === tokens.shape[0] &&
      [next, weights].every(({ shape }) => shape.join() === indices.shape.join()),
    () =>
      `A batch of tokens [${tokens.shape}] was to be scored at [${indices.shape}], for the next ` +
      `tokens [${next.shape}] with the weights [${weights.shape}].`,
    'Give three tensors [B, S] for a batch of B prompts.',
  );
}

/**
 * The sum over the scored predictions of their cross-entropy times their weight.
 *
 * @param batch  shapes as in TokenBatch, without cached tokens
 * @param scored shapes as in ScoredTokens
 * @returns [] (a scalar), in nats; the caller disposes it
 * @throws CourseError when the model or the batch is none, or the shapes do not fit
 */
export function answerLoss(model: LanguageModel, batch: TokenBatch, scored: ScoredTokens): Scalar {
  checkLanguageModel(model);
  plainObject('The scored tokens of a batch', scored);
  const { indices, next, weights } = scored;
  return tf.tidy(() => {
    const finals = model.finals(batch); // [B, T, C]
    checkScored(batch, scored);
    const [B, S] = indices.shape;
    const [, T, C] = finals.shape;
    // as a product, whose gradient is a product and has the same bits in every run
    const picked = tf.oneHot(indices.toInt(), T).toFloat().matMul(finals); // [B, S, C]
    const scores = model.readOut(picked.reshape([1, B * S, C]) as Tensor3D); // [1, B S, V]
    const flat = scores.reshape([B * S, scores.shape[2]]) as Tensor2D; // [B S, V]
    const losses = crossEntropies(flat, next.reshape([B * S]).toInt() as Tensor1D); // [B S]
    return losses.mul(weights.reshape([B * S])).sum() as Scalar;
  });
}

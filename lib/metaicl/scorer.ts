/**
 * Predictors of episodes: they choose an option for each test, and say how likely each option is.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import type { Predictor, PromptFormat } from '../model/prompts';
import { chosenExamples } from '../model/prompttensors';
import type { Episodes } from './episodes';

/** Scores options of texts in the light of examples; `predict` gives the likeliest option. */
export interface OptionScorer extends Predictor<Episodes> {
  /**
   * @param episodes shapes as in Episodes
   * @returns [B, m, K]; higher is likelier, -1e9 where there is no option; the caller disposes it
   */
  scores(episodes: Episodes): Tensor3D;
}

/**
 * The likeliest options.
 *
 * @param episodes shapes as in Episodes
 * @returns [B, m]; the caller disposes it
 */
export const likeliestOption = (
  scorer: Pick<OptionScorer, 'scores'>,
  episodes: Episodes,
): Tensor2D => tf.tidy(() => scorer.scores(episodes).argMax(2).toFloat() as Tensor2D);

/** A scorer from its name and its scores. */
export const optionScorer = (name: string, scores: OptionScorer['scores']): OptionScorer => ({
  name,
  scores,
  predict: (episodes) => likeliestOption({ scores }, episodes),
});

/**
 * Which tests are answered rightly.
 *
 * @param answers [B, m], numbers of options
 * @param right   [B, m, K], as in Episodes
 * @returns [B, m], 1 where the answer is right; the caller disposes it
 */
export const rightAnswers = (answers: Tensor2D, right: Tensor3D): Tensor =>
  tf.tidy(() => {
    const [, , K] = right.shape;
    return tf.oneHot(answers.toInt(), K).toFloat().mul(right).sum(2);
  });

/**
 * Episodes: the error is the share of tests that are answered wrongly, among those that have a
 * right option.
 */
export const EPISODES: PromptFormat<Episodes> = {
  examples: ({ x }) => x.shape[1],
  choose: chosenExamples,
  errors: (answers, { right }) => {
    const asked = right.sum([1, 2]); // [B]
    return asked.sub(rightAnswers(answers, right).sum(1)).div(asked.maximum(1));
  },
  scale: () => 1,
};

/**
 * The probability that a scorer gives to the right option of each test, as a predictor: it moves
 * with the ordering before an answer changes.
 */
export const rightOptionProbability = (scorer: OptionScorer): Predictor<Episodes> => ({
  name: `${scorer.name}, probability of the right option`,
  predict: (episodes) =>
    tf.tidy(() => tf.softmax(scorer.scores(episodes)).mul(episodes.right).sum(2) as Tensor2D),
});

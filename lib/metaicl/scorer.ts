/**
 * Predictors of episodes: they choose an option for each test, and say how likely each option is.
 */
import { checkFunction, checkHas, checkTensor, checkText } from '../core/checks';
import { tf } from '../core/backend';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import type { Predictor, PromptFormat } from '../model/prompts';
import { chosenExamples } from '../model/prompttensors';
import { checkEpisodes, type Episodes } from './episodetensors';

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
 * @throws CourseError when what the scorer gives are no scores
 */
export const likeliestOption = (
  scorer: Pick<OptionScorer, 'scores'>,
  episodes: Episodes,
): Tensor2D => tf.tidy(() => scoresBy(scorer, episodes).argMax(2).toFloat() as Tensor2D);

/** The scores of options, [B, m, K], by whatever scorer. */
function scoresBy(scorer: Pick<OptionScorer, 'scores'>, episodes: Episodes): Tensor3D {
  const scores = scorer.scores(episodes);
  checkTensor('What a scorer of options gives', scores, 3, '[B, m, K]');
  return scores;
}

/**
 * A scorer from its name and its scores.
 *
 * @param scores is given episodes that fit together
 * @throws CourseError when the name is no text or the scores are no function
 */
export function optionScorer(name: string, scores: OptionScorer['scores']): OptionScorer {
  checkText('The name of a scorer', name);
  checkFunction('The scores of a scorer', scores);
  const checked: OptionScorer['scores'] = (episodes) => {
    checkEpisodes(episodes);
    return scores(episodes);
  };
  return {
    name,
    scores: checked,
    predict: (episodes) => likeliestOption({ scores: checked }, episodes),
  };
}

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
 *
 * @throws CourseError when it is no scorer of options
 */
export function rightOptionProbability(scorer: OptionScorer): Predictor<Episodes> {
  checkHas('A scorer of options', scorer, 'a scorer of options', 'scores');
  checkText('The name of a scorer', scorer.name);
  return {
    name: `${scorer.name}, probability of the right option`,
    predict: (episodes) => {
      checkEpisodes(episodes);
      return tf.tidy(
        () => tf.softmax(scoresBy(scorer, episodes)).mul(episodes.right).sum(2) as Tensor2D,
      );
    },
  };
}

/**
 * Demonstrations that a model makes itself (Auto-CoT): questions in groups by their vectors; of each
 * group the question nearest to the centre for which the model, asked with the trigger, writes a
 * chain that is short enough. No answer is known.
 * Reference: Zhang et al. (2022, arXiv 2210.03493), whose vectors are of Sentence-BERT and who keep
 * questions of at most 60 tokens with rationales of at most 5 steps. Here a vector is the mean of the
 * decoder's own final states over the question, and the rationale alone is limited.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkStream } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import { squaredDistance } from '../../../core/numerics';
import type { Stream } from '../../../core/random';
import { checkLanguageModel, type LanguageModel } from '../../../language/languagemodel';
import { causalBias } from '../../../model/attention';
import type { Tensor2D } from '@tensorflow/tfjs';
import { askSteps, type StepsDemonstration } from './asking';
import { checkStepsQuestion, type StepsQuestion } from './functions';
import { kMeans } from './kmeans';
import { stepsQuestionTokens, type Chain } from './lines';

/**
 * The mean of the final states over the tokens of each question.
 *
 * @returns [questions, C]
 * @throws CourseError when there is no model or question
 */
export function questionVectors(
  model: LanguageModel,
  questions: readonly StepsQuestion[],
): number[][] {
  checkLanguageModel(model);
  checkEach('Questions', questions, 'questions', checkStepsQuestion);
  return questions.map((question) => {
    const tokens = stepsQuestionTokens(question);
    const T = tokens.length;
    return tf.tidy(() => {
      const finals = model.finals({
        tokens: tf.tensor2d(tokens, [1, T], 'int32'),
        positions: tf.range(0, T, 1, 'int32').expandDims(0) as Tensor2D,
        bias: causalBias(T),
      }); // [1, T, C]
      return finals.squeeze([0]).mean(0).arraySync() as number[]; // [C]
    });
  });
}

/** Whether a chain can be a demonstration. */
const isShort = ({ answer, rationale }: Chain, longest: number): boolean =>
  answer !== null && rationale.length <= longest;

/**
 * Demonstrations by Auto-CoT.
 *
 * @param pool    questions whose answers nobody knows
 * @param k       groups, and the most demonstrations: a group without a short chain gives none
 * @param longest the most intermediate results of a chain
 * @throws CourseError when there is no model, question or stream, or a number is refused
 */
export function autoDemonstrations(
  model: LanguageModel,
  pool: readonly StepsQuestion[],
  k: number,
  random: Stream,
  longest = 5,
): StepsDemonstration[] {
  checkStream(random);
  checkEach('A pool', pool, 'questions', checkStepsQuestion, 1);
  positiveInteger('The number of groups', k, 1, pool.length);
  positiveInteger('The most intermediate results', longest, 0);
  const vectors = questionVectors(model, pool);
  const { centres, groups } = kMeans(random, vectors, k);
  const chains = askSteps(model, pool, { form: 'written' });
  return centres.flatMap((centre, g) => {
    const found = [...pool.keys()]
      .filter((q) => groups[q] === g && isShort(chains[q]!, longest))
      .sort((a, b) => squaredDistance(vectors[a]!, centre) - squaredDistance(vectors[b]!, centre))
      .slice(0, 1);
    return found.map((q) => ({ question: pool[q]!, chain: chains[q]! }));
  });
}

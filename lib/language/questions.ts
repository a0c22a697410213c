/**
 * Questions with their answers as prompts, and a language model as a predictor of them: it answers
 * with the option that it scores highest.
 */
import { tf } from '../core/backend';
import { softmax } from '../core/numerics';

import type { Predictor, PromptFormat } from '../model/prompts';
import { choiceFor } from '../model/prompttensors';
import type { LoadedModel } from './folder';
import { scoreOptions, type Question, type Scoring } from './scoring';

/** A question whose answer is known. */
export interface AnsweredQuestion extends Question {
  /** The right option. */
  readonly output: string;
}

/** Questions: the error is 0 for the right option and 1 for any other. */
export const QUESTIONS: PromptFormat<readonly AnsweredQuestion[]> = {
  examples: (questions) => questions[0]!.examples.length,
  choose: (questions, which) =>
    questions.map((question, b) => ({
      ...question,
      examples: choiceFor(which, b).map((i) => question.examples[i]!),
    })),
  errors: (answers, questions) =>
    tf.tidy(() => {
      const right = questions.map(({ options, output }) => options.indexOf(output));
      return answers.squeeze([1]).notEqual(tf.tensor1d(right)).toFloat(); // [B]
    }),
  scale: () => 1,
};

/**
 * A language model as a predictor: the number of the option that it scores highest, one test per
 * question.
 *
 * @param loaded model and tokenizer; they stay the caller's
 */
export const questionPredictor = (
  { model, tokenizer }: LoadedModel,
  scoring: Scoring,
): Predictor<readonly Question[]> => ({
  name: scoring.method.name,
  predict: (questions) => {
    const scores = scoreOptions(model, tokenizer, questions, scoring);
    return tf.tensor2d(scores.map((row) => [row.indexOf(Math.max(...row))])); // [B, 1]
  },
});

/**
 * The probability that a language model gives to the right option, as a predictor: it moves
 * with the ordering before an answer changes.
 *
 * @param loaded model and tokenizer; they stay the caller's
 */
export const answerProbability = (
  { model, tokenizer }: LoadedModel,
  scoring: Scoring,
): Predictor<readonly AnsweredQuestion[]> => ({
  name: `${scoring.method.name}, probability of the right option`,
  predict: (questions) => {
    const scores = scoreOptions(model, tokenizer, questions, scoring);
    return tf.tensor2d(
      scores.map((row, b) => {
        const { options, output } = questions[b]!;
        return [softmax(row)[options.indexOf(output)]!];
      }),
    ); // [B, 1]
  },
});

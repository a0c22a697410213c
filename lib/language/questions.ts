/**
 * Questions with their answers as prompts, and a language model as a predictor of them: it answers
 * with the option that it scores highest.
 */
import { tf } from '../core/backend';
import { demand, quote } from '../core/errors';
import { argMax, softmax } from '../core/numerics';

import type { Predictor, PromptFormat } from '../model/prompts';
import { choiceFor } from '../model/prompttensors';
import { checkLoaded, type LoadedModel } from './folder';
import { checkQuestions, checkScoring, scoreOptions, type Question, type Scoring } from './scoring';

/** A question whose answer is known. */
export interface AnsweredQuestion extends Question {
  /** The right option. */
  readonly output: string;
}

/** The place of the right answer among the options. */
function rightOption({ options, output }: AnsweredQuestion): number {
  const right = options.indexOf(output);
  demand(
    right >= 0,
    () => `The answer ${quote(output)} of a question is none of its options.`,
    `Use one of: ${options.join(', ')}.`,
  );
  return right;
}

/** Questions: the error is 0 for the right option and 1 for any other. */
export const QUESTIONS: PromptFormat<readonly AnsweredQuestion[]> = {
  examples: (questions) => {
    checkQuestions(questions, 1);
    return questions[0]!.examples.length;
  },
  choose: (questions, which) =>
    questions.map((question, b) => ({
      ...question,
      examples: choiceFor(which, b).map((i) => question.examples[i]!),
    })),
  errors: (answers, questions) =>
    tf.tidy(() => {
      const right = questions.map(rightOption);
      return answers.squeeze([1]).notEqual(tf.tensor1d(right)).toFloat(); // [B]
    }),
  scale: () => 1,
};

/**
 * A language model as a predictor: the number of the option that it scores highest, one test per
 * question.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @throws CourseError when what is given is no model with its tokenizer or no scoring
 */
export function questionPredictor(
  loaded: LoadedModel,
  scoring: Scoring,
): Predictor<readonly Question[]> {
  checkLoaded(loaded);
  checkScoring(scoring);
  const { model, tokenizer } = loaded;
  return {
    name: scoring.method.name,
    predict: (questions) => {
      checkQuestions(questions, 1);
      const scores = scoreOptions(model, tokenizer, questions, scoring);
      return tf.tensor2d(scores.map((row) => [argMax(row)])); // [B, 1]
    },
  };
}

/**
 * The probability that a language model gives to the right option, as a predictor: it moves
 * with the ordering before an answer changes.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @throws CourseError when what is given is no model with its tokenizer or no scoring
 */
export function answerProbability(
  loaded: LoadedModel,
  scoring: Scoring,
): Predictor<readonly AnsweredQuestion[]> {
  checkLoaded(loaded);
  checkScoring(scoring);
  const { model, tokenizer } = loaded;
  return {
    name: `${scoring.method.name}, probability of the right option`,
    predict: (questions) => {
      checkQuestions(questions, 1);
      const right = questions.map(rightOption);
      const scores = scoreOptions(model, tokenizer, questions, scoring);
      return tf.tensor2d(scores.map((row, b) => [softmax(row)[right[b]!]!])); // [B, 1]
    },
  };
}

/**
 * Experiments that ask a language model sums in English, with written steps and without. Nothing is
 * trained. A seed is a set of demonstrations and questions.
 */
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { EVALUATION_SEED, measuringKind } from '../../experiments/kind';
import { counts, positive, section, whole } from '../../experiments/settings';
import type { LoadedModel } from '../../language/folder';
import {
  NUMBER_FORMS,
  RESULTS,
  askNumbers,
  drawNumberQuestion,
  numberResults,
  type NumberAnswer,
  type NumberQuestion,
} from './steps/textsteps';
import { commonestAnswer } from './steps/voting';
import {
  randomModelOf,
  TEXT_VARIANT,
  textRequirements,
  withTextModel,
  type TextVariant,
} from './textmodel';

/** How much is asked. */
export interface TextStepsMeasures {
  /** Numbers of steps, and questions of each. */
  readonly steps: readonly number[];
  readonly questions: number;
  /** Steps of each demonstration. */
  readonly demonstrations: readonly number[];
  /** The most tokens of an answer. */
  readonly longest: number;
  /** Questions of how many steps are answered by votes, of how many drawn answers, how drawn. */
  readonly voted: number;
  readonly votes: number;
  readonly temperature: number;
}

/** The config of such an experiment. */
export interface TextStepsConfig extends BaseConfig {
  readonly measures: TextStepsMeasures;
}

/** An experiment on sums in English. */
export type TextStepsExperiment = ExperimentOf<TextVariant, TextStepsConfig>;

/** A model of random weights that knows numbers and some words. */
function randomNumbersModel(): LoadedModel {
  const words = 'Q A : Start with Add Subtract What is the result ? . + - = The answer'.split(' ');
  const numbers = Array.from({ length: 60 }, (_, n) => `${n}`);
  return randomModelOf([...words, ...numbers], 'words of sums');
}

const isRight = (question: NumberQuestion, answer: number | null): boolean =>
  answer === numberResults(question).at(-1);

/** The share of right answers. */
const shareOf = (
  questions: readonly NumberQuestion[],
  answers: readonly (number | null)[],
): number => mean(questions.map((question, q) => (isRight(question, answers[q]!) ? 1 : 0)));

/** Votes among answers with written steps, and one drawn answer. */
function measureVotes(
  loaded: LoadedModel,
  { voted, votes, questions: count, temperature, longest }: TextStepsMeasures,
  demonstrations: readonly NumberQuestion[],
  seed: number,
  put: (metric: string, value: number) => void,
): void {
  const random = stream(EVALUATION_SEED, 'numbers, voted', seed);
  const questions = Array.from({ length: count }, () => drawNumberQuestion(random, voted));
  const sampling = { temperature, random };
  const drawn = Array.from({ length: votes }, () =>
    askNumbers(loaded, questions, { form: 'written', demonstrations, longest, sampling }),
  );
  const greedy = askNumbers(loaded, questions, { form: 'written', demonstrations, longest });
  const byVote = questions.map((_, q) => commonestAnswer(drawn.map((of) => of[q]!)));
  const answersOf = (all: readonly NumberAnswer[]): (number | null)[] =>
    all.map(({ answer }) => answer);
  put(`accuracy, ${voted} steps, voted, greedy`, shareOf(questions, answersOf(greedy)));
  put(
    `accuracy, ${voted} steps, voted, one drawn`,
    mean(drawn.map((of) => shareOf(questions, answersOf(of)))),
  );
  put(`accuracy, ${voted} steps, voted, vote of ${votes}`, shareOf(questions, byVote));
}

/** All numbers of a seed. */
function measure(
  loaded: LoadedModel,
  measures: TextStepsMeasures,
  name: string,
  seed: number,
  put: Put,
): void {
  const one = (metric: string, value: number): void => put(name, {}, metric, value);
  const random = stream(EVALUATION_SEED, 'numbers', seed);
  const shown = measures.demonstrations.map((steps) => drawNumberQuestion(random, steps));
  for (const steps of measures.steps) {
    const questions = Array.from({ length: measures.questions }, () =>
      drawNumberQuestion(random, steps),
    );
    for (const form of NUMBER_FORMS) {
      const demonstrations = form === 'written' || form === 'direct' ? shown : [];
      const { longest } = measures;
      const answers = askNumbers(loaded, questions, { form, demonstrations, longest });
      const given = answers.map(({ answer }) => answer);
      one(`accuracy, ${steps} steps, ${form}`, shareOf(questions, given));
      one(`tokens, ${steps} steps, ${form}`, mean(answers.map(({ tokens }) => tokens)));
      one(
        `names a number, ${steps} steps, ${form}`,
        mean(given.map((answer) => (answer === null ? 0 : 1))),
      );
    }
  }
  measureVotes(loaded, measures, shown, seed, one);
}

/** The most steps of a question or demonstration. */
const MOST_STEPS = 20;

const SETTINGS = section('an experiment on sums in English', {
  seeds: whole('sets of demonstrations and questions', 1, 10_000),
  measures: section('what is asked', {
    steps: counts('numbers of steps'),
    questions: whole('questions of each number of steps', 1, 1e5),
    demonstrations: counts('steps of each demonstration'),
    longest: whole('the most tokens of an answer', 1, 1000),
    voted: whole('steps of questions that are answered by votes', 1, MOST_STEPS),
    votes: whole('drawn answers that vote', 1, 1000),
    temperature: positive('at which answers are drawn'),
  }),
});

/** Experiments on sums in English. */
export const TEXT_STEPS_KIND = measuringKind<TextStepsExperiment>({
  name: 'sums in English',
  settings: SETTINGS,
  variant: TEXT_VARIANT,
  check: ({ config: { measures } }: PlanOf<TextStepsExperiment>) => {
    const most = Math.max(...measures.steps, ...measures.demonstrations);
    demand(
      most <= MOST_STEPS,
      () => `Questions of ${most} steps were to be asked.`,
      `Ask for at most ${MOST_STEPS}.`,
    );
  },
  baselines: (_, put) => put('chance among results', {}, 'accuracy', 1 / RESULTS),
  measure: ({ config }, { name, model }, seed, put) => {
    withTextModel(model, randomNumbersModel, (loaded) =>
      measure(loaded, config.measures, name, seed, put),
    );
  },
  requirements: textRequirements(2200),
});

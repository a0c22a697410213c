/**
 * Asks a decoder of compositions: some demonstrations, a question, and what the decoder writes after
 * it. The form of the answer is either forced, by the mark that begins it, or left to the decoder,
 * which has the demonstrations to go by.
 * References: Wei et al. (2022, arXiv 2201.11903) for demonstrations (x, r, y); Kojima et al. (2022,
 * arXiv 2205.11916) for a trigger without demonstrations.
 */
import { checkEach, checkFlag, checkWord, type Check } from '../../../core/checks';
import { plainObject, positiveInteger } from '../../../core/errors';
import { continueTexts, type Sampling } from '../../../language/continuing';
import type { LanguageModel } from '../../../language/languagemodel';
import {
  MOST_STEPS,
  checkStepsLanguage,
  checkStepsQuestion,
  type StepsLanguage,
  type StepsQuestion,
} from './functions';
import { EQUALS, TRIGGER, chainTokens, readChain, stepsQuestionTokens, type Chain } from './lines';

/** A question with what stands after it. */
export interface StepsDemonstration {
  readonly question: StepsQuestion;
  readonly chain: Pick<Chain, 'written' | 'rationale' | 'answer'>;
}

/** How the answer begins: with the trigger, with "=", or as the decoder goes on. */
export type AnswerForm = 'written' | 'direct' | 'free';

const FORMS: Readonly<Record<AnswerForm, readonly number[]>> = {
  written: [TRIGGER],
  direct: [EQUALS],
  free: [],
};

/** The most tokens of a chain: the trigger, results, "=", the answer, the end. */
const MOST_TOKENS = MOST_STEPS + 4;

const checkDemonstration: Check = (name, demonstration) => {
  plainObject(name, demonstration);
  const { question, chain } = demonstration as StepsDemonstration;
  checkStepsQuestion(`The question of ${name}`, question);
  plainObject(`The chain of ${name}`, chain);
  chainTokens(chain, chain.written);
};

/**
 * A demonstration with the right answer.
 *
 * @throws CourseError when there is no language or question, or `written` is neither true nor false
 */
export function rightDemonstration(
  language: StepsLanguage,
  question: StepsQuestion,
  written: boolean,
): StepsDemonstration {
  checkStepsLanguage(language);
  checkFlag("'written'", written);
  const results = language.results(question);
  return {
    question,
    chain: { written, rationale: results.slice(0, -1), answer: results.at(-1)! },
  };
}

/** What is asked, and how. */
export interface StepsAsking {
  readonly form: AnswerForm;
  /** The same before each question; none when left out. */
  readonly demonstrations?: readonly StepsDemonstration[];
  /** Left out: each token is the likeliest. */
  readonly sampling?: Sampling;
}

/**
 * What a decoder writes after each question.
 *
 * @throws CourseError when there is no model, question or demonstration, or the form is refused
 */
export function askSteps(
  model: LanguageModel,
  questions: readonly StepsQuestion[],
  asking: StepsAsking,
): Chain[] {
  plainObject('What is asked', asking);
  const { form, demonstrations = [], sampling } = asking;
  checkEach('Questions', questions, 'questions', checkStepsQuestion);
  checkEach('Demonstrations', demonstrations, 'demonstrations', checkDemonstration);
  checkWord('The form of an answer', form, Object.keys(FORMS));
  const shown = demonstrations.flatMap(({ question, chain }) => [
    ...stepsQuestionTokens(question),
    ...chainTokens(chain, chain.written),
  ]);
  const begun = FORMS[form];
  const texts = questions.map((question) => [...shown, ...stepsQuestionTokens(question), ...begun]);
  const added = continueTexts(model, texts, MOST_TOKENS - begun.length, sampling);
  return added.map((tokens) => readChain([...begun, ...tokens]));
}

/**
 * Several chains of each question, drawn at a temperature.
 *
 * @param count chains of each question, S
 * @returns [questions][S]
 * @throws CourseError when what is asked, the number or the way to draw is refused
 */
export function sampleChains(
  model: LanguageModel,
  questions: readonly StepsQuestion[],
  asking: StepsAsking & { readonly sampling: Sampling },
  count: number,
): Chain[][] {
  positiveInteger('The number of chains', count, 1, 1000);
  checkEach('Questions', questions, 'questions', checkStepsQuestion);
  const repeated = questions.flatMap((question) => new Array<StepsQuestion>(count).fill(question));
  const chains = askSteps(model, repeated, asking);
  return questions.map((_, q) => chains.slice(q * count, (q + 1) * count));
}

/**
 * Of each chain whether its answer is right.
 *
 * @throws CourseError when there is no language, or there are not as many chains as questions
 */
export function answeredRight(
  language: StepsLanguage,
  questions: readonly StepsQuestion[],
  answers: readonly (number | null)[],
): boolean[] {
  checkStepsLanguage(language);
  checkEach('Questions', questions, 'questions', checkStepsQuestion);
  checkEach('Answers', answers, 'answers', () => undefined, questions.length);
  return questions.map((question, q) => answers[q] === language.results(question).at(-1)!);
}

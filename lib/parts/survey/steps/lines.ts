/**
 * How questions and answers are written. A question with its answer, (x, y), and with a rationale that
 * writes each intermediate result, (x, r, y):
 *
 *   f3 f1 f2 7 = 2 .                      f3(f1(f2(7))) = 2
 *   f3 f1 f2 7 steps: 4 9 = 2 .           f2(7) = 4, f1(4) = 9, f3(9) = 2
 *
 * The token "steps:" before the answer is the trigger of a written rationale.
 * References: Wei et al. (2022, arXiv 2201.11903); Kojima et al. (2022, arXiv 2205.11916).
 */
import { checkFlag, checkIndices } from '../../../core/checks';
import { plainObject } from '../../../core/errors';
import {
  DIGITS,
  FUNCTIONS,
  checkStepsLanguage,
  checkStepsQuestion,
  type StepsLanguage,
  type StepsQuestion,
} from './functions';

/** The tokens: digits, functions, marks. */
export const STEPS_WORDS: readonly string[] = [
  ...Array.from({ length: DIGITS }, (_, digit) => `${digit}`),
  ...Array.from({ length: FUNCTIONS }, (_, f) => `f${f}`),
  'steps:',
  '=',
  '.',
];

/** The marks by their numbers: before a rationale, before an answer, at the end of a line. */
export const [TRIGGER, EQUALS, END] = ['steps:', '=', '.'].map((mark) =>
  STEPS_WORDS.indexOf(mark),
) as [number, number, number];

/** What was written after a question. */
export interface Chain {
  /** Whether it begins with the trigger. */
  readonly written: boolean;
  /** Intermediate results. */
  readonly rationale: readonly number[];
  /** null where it has none. */
  readonly answer: number | null;
  /** How many tokens it took, the trigger and the end included. */
  readonly tokens: number;
}

/**
 * The tokens of a question by their numbers: the function that is applied last stands first.
 *
 * @throws CourseError when it is no question
 */
export function stepsQuestionTokens(question: StepsQuestion): number[] {
  checkStepsQuestion('A question', question);
  return [...question.functions.map((f) => DIGITS + f).reverse(), question.digit];
}

/**
 * The tokens of what stands after a question.
 *
 * @param written whether the rationale is written
 * @throws CourseError when the rationale or the answer are no digits
 */
export function chainTokens(
  chain: Pick<Chain, 'rationale' | 'answer'>,
  written: boolean,
): number[] {
  plainObject('A chain', chain);
  const { rationale, answer } = chain;
  checkIndices('A rationale', rationale, DIGITS - 1);
  checkIndices('An answer', [answer], DIGITS - 1);
  checkFlag("'written'", written);
  return [...(written ? [TRIGGER, ...rationale] : []), EQUALS, answer!, END];
}

/**
 * A question with its right answer.
 *
 * @throws CourseError when there is no language or question
 */
export function stepsLine(
  language: StepsLanguage,
  question: StepsQuestion,
  written: boolean,
): number[] {
  checkStepsLanguage(language);
  const results = language.results(question);
  const chain = { rationale: results.slice(0, -1), answer: results.at(-1)! };
  return [...stepsQuestionTokens(question), ...chainTokens(chain, written)];
}

/**
 * What a text after a question says: the results between the trigger and the first "=", and the
 * digit after it.
 *
 * @param tokens by their numbers, the trigger first where there is one
 * @throws CourseError when they are no tokens
 */
export function readChain(tokens: readonly number[]): Chain {
  checkIndices('The tokens of a chain', tokens, STEPS_WORDS.length - 1);
  const written = tokens[0] === TRIGGER;
  const equals = tokens.indexOf(EQUALS);
  const before = tokens.slice(written ? 1 : 0, equals < 0 ? tokens.length : equals);
  const after = equals < 0 ? undefined : tokens[equals + 1];
  return {
    written,
    rationale: before.filter((token) => token < DIGITS),
    answer: after !== undefined && after < DIGITS ? after : null,
    tokens: tokens.length,
  };
}

/**
 * Tokens as text.
 *
 * @throws CourseError when they are no tokens
 */
export function stepsText(tokens: readonly number[]): string {
  checkIndices('Tokens', tokens, STEPS_WORDS.length - 1);
  return tokens.map((token) => STEPS_WORDS[token]!).join(' ');
}

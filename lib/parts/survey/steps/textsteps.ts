/**
 * The same questions in English, for a language model that was not trained on them: sums of a few
 * numbers, after demonstrations with or without written steps.
 *
 *   Q: Start with 7. Add 3. Subtract 2. What is the result?
 *   A: 7 + 3 = 10. 10 - 2 = 8. The answer is 8.
 *
 * Reference: Wei et al. (2022, arXiv 2201.11903).
 */
import { checkEach, checkFlag, checkList, checkStream, type Check } from '../../../core/checks';
import { plainObject, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import { generate, readContext } from '../../../language/readcache';
import { disposeCache } from '../../../language/tokencache';
import { tokensBy } from '../../../language/tokenizer';
import { METHODS } from '../../../model/methods';

/** A number and what is added to it, one after another. */
export interface NumberQuestion {
  readonly start: number;
  /** Other than 0; below 0 it is subtracted. */
  readonly changes: readonly number[];
}

/** What a language model wrote. */
export interface NumberAnswer {
  readonly text: string;
  /** null where it names none. */
  readonly answer: number | null;
  /** Tokens that it wrote. */
  readonly tokens: number;
}

/** The largest number in a question. */
const [LARGEST, LARGEST_CHANGE] = [50, 9];

const checkNumberQuestion: Check = (name, question) => {
  plainObject(name, question);
  const { start, changes } = question as NumberQuestion;
  positiveInteger(`The start of ${name}`, start, 0);
  const isChange = (value: unknown): boolean => Number.isInteger(value) && value !== 0;
  checkList(`The changes of ${name}`, changes, 'integers other than 0', isChange, 1);
};

/**
 * A question at random: no result is below 0 or above 50.
 *
 * @throws CourseError when there is no stream, or the number of steps is refused
 */
export function drawNumberQuestion(random: Stream, steps: number): NumberQuestion {
  checkStream(random);
  positiveInteger('The number of steps', steps, 1, 20);
  const start = random.integer(10);
  let value = start;
  const changes = Array.from({ length: steps }, () => {
    for (;;) {
      const size = 1 + random.integer(LARGEST_CHANGE);
      const change = random.uniform() < 0.5 ? size : -size;
      if (value + change < 0 || value + change > LARGEST) continue;
      value += change;
      return change;
    }
  });
  return { start, changes };
}

/** The result after each change. */
export function numberResults(question: NumberQuestion): number[] {
  checkNumberQuestion('a question', question);
  let value = question.start;
  return question.changes.map((change) => (value += change));
}

/**
 * A question in words; with `answered` also its answer.
 *
 * @param answered 'written': with its steps, 'direct': without, null: not at all
 * @throws CourseError when it is no question
 */
export function numberText(
  question: NumberQuestion,
  answered: 'written' | 'direct' | null = null,
): string {
  const results = numberResults(question);
  const { start, changes } = question;
  const told = changes.map((c) => `${c > 0 ? 'Add' : 'Subtract'} ${Math.abs(c)}.`);
  const asked = `Q: Start with ${start}. ${told.join(' ')} What is the result?\nA:`;
  if (answered === null) return asked;
  const rationale = changes.map(
    (c, i) => ` ${results[i - 1] ?? start} ${c > 0 ? '+' : '-'} ${Math.abs(c)} = ${results[i]!}.`,
  );
  return `${asked}${answered === 'written' ? rationale.join('') : ''} The answer is ${results.at(-1)!}.\n\n`;
}

/** The number that a text gives as its answer. */
const answerIn = (text: string): number | null => {
  const found = /answer is (-?\d+)/.exec(text);
  return found ? Number(found[1]) : null;
};

/**
 * What a language model writes after demonstrations, which it reads once, and each question.
 *
 * @param demonstrations answered rightly
 * @param written        whether demonstrations write their steps
 * @param longest        the most tokens of an answer
 * @throws CourseError when there is no model, question or demonstration, `written` is neither true
 *   nor false, or the number is refused
 */
export function askNumbers(
  loaded: LoadedModel,
  questions: readonly NumberQuestion[],
  demonstrations: readonly NumberQuestion[],
  written: boolean,
  longest = 48,
): NumberAnswer[] {
  checkLoaded(loaded);
  checkEach('Questions', questions, 'questions', checkNumberQuestion);
  checkEach('Demonstrations', demonstrations, 'demonstrations', checkNumberQuestion);
  checkFlag("'written'", written);
  positiveInteger('The most tokens of an answer', longest);
  const { model, tokenizer } = loaded;
  const form = written ? 'written' : 'direct';
  const shown = demonstrations.map((one) => tokensBy(tokenizer, numberText(one, form)));
  const context = readContext(model, METHODS.ar, shown);
  try {
    return questions.map((question) => {
      const begin = tokensBy(tokenizer, numberText(question));
      const added = generate(model, context, begin, longest);
      const [text] = tokenizer.decode(added).split('\n') as [string];
      return { text: text.trim(), answer: answerIn(text), tokens: added.length };
    });
  } finally {
    disposeCache(context.cache);
  }
}

/**
 * The same questions in English, for a language model that was not trained on them: sums of a few
 * numbers, after demonstrations with or without written steps.
 *
 *   Q: Start with 7. Add 3. Subtract 2. What is the result?
 *   A: 7 + 3 = 10. 10 - 2 = 8. The answer is 8.
 *
 * References: Wei et al. (2022, arXiv 2201.11903); Kojima et al. (2022, arXiv 2205.11916).
 */
import {
  checkEach,
  checkList,
  checkStream,
  checkText,
  checkWord,
  type Check,
} from '../../../core/checks';
import { demand, knownKeys, plainObject, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { continuedTexts } from '../../../language/continuedtexts';
import type { Sampling } from '../../../language/continuing';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import { readContext } from '../../../language/readcache';
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

/** How many results there are: 0 to 50. */
export const RESULTS = LARGEST + 1;

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

/**
 * How a language model is asked: after demonstrations that write their steps or do not, or with no
 * demonstration, after a sentence that asks for steps (Kojima et al., 2022) or for the answer.
 */
export const NUMBER_FORMS = ['written', 'direct', 'trigger', 'at once'] as const;
export type NumberForm = (typeof NUMBER_FORMS)[number];

/** How questions about numbers are put to a language model. */
export interface NumberAsking {
  readonly form: NumberForm;
  /** Answered rightly; none for 'trigger' and 'at once'. */
  readonly demonstrations?: readonly NumberQuestion[];
  /** The most tokens of an answer; left out: 80. */
  readonly longest?: number;
  /** Left out: each token is the likeliest. */
  readonly sampling?: Sampling;
}

/** What a model is given to go on from, in the roles of a conversation where it knows them. */
const BEGINNINGS = { trigger: " Let's think step by step.", 'at once': ' The answer is' } as const;

/** A question without demonstrations, as a conversation. */
const conversation = (question: NumberQuestion, beginning: string): string => {
  const [, asked] = /^Q: (.*)\nA:$/.exec(numberText(question))!;
  return `<|im_start|>user\n${asked!}<|im_end|>\n<|im_start|>assistant\n${beginning.trim()}`;
};

/** The number that a text gives as its answer: after "answer is", else the last one. */
export function numberIn(text: string, form: NumberForm): number | null {
  checkText('An answer', text);
  checkWord('The form of an answer', form, NUMBER_FORMS);
  const told = /answer is:? *(-?\d+)/.exec(text);
  if (told) return Number(told[1]);
  if (form === 'written' || form === 'direct') return null;
  const numbers = text.match(/-?\d+/g) ?? [];
  const found = form === 'trigger' ? numbers.at(-1) : numbers[0];
  return found === undefined ? null : Number(found);
}

/** Whether an answer is complete: its number and more, or for demonstrations' form its line. */
const isComplete = (text: string, form: NumberForm): boolean =>
  form === 'at once'
    ? /\d[^\d]/.test(text)
    : /answer is:? *-?\d+[^\d]/.test(text) || (form !== 'trigger' && text.trim().includes('\n'));

/**
 * What a language model writes to questions; demonstrations are read once.
 *
 * @throws CourseError when there is no model, question or demonstration, a setting is unknown or
 *   refused, or demonstrations are given to a form that has none
 */
export function askNumbers(
  loaded: LoadedModel,
  questions: readonly NumberQuestion[],
  asking: NumberAsking,
): NumberAnswer[] {
  checkLoaded(loaded);
  checkEach('Questions', questions, 'questions', checkNumberQuestion);
  knownKeys('How numbers are asked', asking, ['form', 'demonstrations', 'longest', 'sampling']);
  const { form, demonstrations = [], longest = 80, sampling } = asking;
  checkWord('The form of an answer', form, NUMBER_FORMS);
  checkEach('Demonstrations', demonstrations, 'demonstrations', checkNumberQuestion);
  positiveInteger('The most tokens of an answer', longest);
  const shows = form === 'written' || form === 'direct';
  demand(
    shows || demonstrations.length === 0,
    () => `${demonstrations.length} demonstrations were given to the form '${form}'.`,
    "Leave them out, or ask in the form 'written' or 'direct'.",
  );
  const { model, tokenizer } = loaded;
  const shown = shows
    ? demonstrations.map((one) => tokensBy(tokenizer, numberText(one, form)))
    : [];
  const textOf = (question: NumberQuestion): string =>
    shows ? numberText(question) : conversation(question, BEGINNINGS[form]);
  const texts = questions.map((question) => tokensBy(tokenizer, textOf(question)));
  const context = readContext(model, METHODS.ar, shown);
  try {
    const enough = (text: string): boolean => isComplete(text, form);
    return continuedTexts(loaded, context, texts, longest, sampling, enough).map((added) => {
      const written = added.text.trim();
      const text = shows ? written.split('\n')[0]!.trim() : written;
      return { text, answer: numberIn(text, form), tokens: added.tokens };
    });
  } finally {
    disposeCache(context.cache);
  }
}

/**
 * Random words of a domain, which show what a model prefers whatever the question.
 * Reference: Fei et al. (2023, arXiv 2305.19148), in the form: the share of each option is averaged
 * over M texts of random words of the domain, as long as its texts are on average.
 */
import { checkList, checkStream, checkTexts } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** Random texts of domain-context calibration, if not said otherwise. */
const DOMAIN_TEXTS = 20;

/** More are no sample. */
const MOST_TEXTS = 1e5;

const isWords = (input: unknown): boolean =>
  Array.isArray(input) && input.every((word) => typeof word === 'string' || Number.isFinite(word));

/**
 * Inputs without meaning in the words of a domain: each has L words, drawn at random from all words
 * of the inputs with their frequencies; L is the mean length of the inputs, rounded.
 *
 * @param inputs of unlabelled questions, as lists of words, or of their numbers
 * @param count  how many to draw
 * @throws CourseError when there are no inputs, or none with a word
 */
export function randomInputs<Word extends string | number>(
  random: Stream,
  inputs: readonly (readonly Word[])[],
  count = DOMAIN_TEXTS,
): Word[][] {
  checkStream(random);
  checkList('Inputs', inputs, 'lists of words', isWords, 1);
  positiveInteger('The number of random inputs', count, 1, MOST_TEXTS);
  const words = inputs.flatMap((input) => [...input]);
  demand(
    words.length > 0,
    () => 'Random inputs were asked for in the words of inputs without a word.',
    'Give inputs of the domain.',
  );
  const L = Math.max(1, Math.round(words.length / inputs.length));
  return Array.from({ length: count }, () =>
    Array.from({ length: L }, () => words[random.integer(words.length)]!),
  );
}

/**
 * Texts without meaning in the words of a domain; words are what stands between blanks.
 *
 * @param texts of unlabelled questions
 * @param count how many to draw
 * @throws CourseError when there are no texts, or none with a word
 */
export function randomTexts(
  random: Stream,
  texts: readonly string[],
  count = DOMAIN_TEXTS,
): string[] {
  checkTexts('Texts', texts, 1);
  const inputs = texts.map((text) => text.split(/\s+/).filter((word) => word !== ''));
  return randomInputs(random, inputs, count).map((words) => words.join(' '));
}

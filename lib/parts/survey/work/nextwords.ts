/**
 * The probability that the next word of a text is one of some words, also while the states of the
 * text are turned towards a vector. With the words of a class it says how probable the class is,
 *
 *   p(class | text) = sum over its words w of p(w | text).
 */
import { tf } from '../../../core/backend';
import { checkEach, checkRows, checkText, checkTexts } from '../../../core/checks';
import { demand, quote } from '../../../core/errors';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import type { LanguageModel } from '../../../language/languagemodel';
import { tokensBy, type TextTokenizer } from '../../../language/tokenizer';
import type { Tensor3D } from '@tensorflow/tfjs';
import { steeringHook } from '../shapes/steering';
import { textPrompts, overPrompts } from '../shapes/textvectors';
import type { LayerVectors } from '../shapes/directions';

/** The token of a word that stands after a blank. */
function tokenAfterBlank(tokenizer: TextTokenizer, word: string): number {
  const tokens = tokensBy(tokenizer, ` ${word}`);
  demand(
    tokens.length === 1,
    () => `The word ${quote(word)} becomes ${tokens.length} tokens.`,
    'Give words that are one token each.',
  );
  return tokens[0]!;
}

/** log p of the words at some rows of a batch: [rows][words]. */
const logsAt = (
  model: LanguageModel,
  finals: Tensor3D,
  rows: readonly number[],
  words: readonly number[],
): number[][] =>
  tf.tidy(() => {
    const [B, T, C] = finals.shape;
    const states = finals.reshape([B * T, C]).gather([...rows], 0); // [rows, C]
    const logs = tf.logSoftmax(model.readOut(states.expandDims(0))); // [1, rows, V]
    return logs
      .squeeze([0])
      .gather([...words], 1)
      .arraySync() as number[][]; // [rows, words]
  });

/**
 * The logarithm of the probability that each word comes next after each text.
 *
 * @param begin    stands before each text; '' for nothing; its states are never turned
 * @param words    each one token after a blank
 * @param vectors  [L][C]; null: nothing is turned
 * @param strength lambda, at least 0
 * @returns [texts][words], in nats
 * @throws CourseError when there is no model, text or word, a word is several tokens, a text becomes
 *   none, or the vectors or the strength are refused
 */
export function nextWordLogs(
  loaded: LoadedModel,
  begin: string,
  texts: readonly string[],
  words: readonly string[],
  vectors: LayerVectors | null = null,
  strength = 0,
): number[][] {
  checkLoaded(loaded);
  checkText('The beginning', begin);
  checkTexts('Texts', texts, 1);
  checkTexts('Words', words, 1);
  const { model, tokenizer } = loaded;
  const tokens = words.map((word) => tokenAfterBlank(tokenizer, word));
  const before = tokensBy(tokenizer, begin).length;
  const hook = vectors === null ? undefined : steeringHook(vectors, strength, undefined, before);
  return overPrompts(
    model,
    textPrompts(loaded, begin, texts),
    () => hook,
    (finals, part) => {
      const [, T] = finals.shape;
      const last = part.map((prompt, b) => b * T + prompt.tokens.length - 1);
      return logsAt(model, finals, last, tokens);
    },
  );
}

/**
 * The probability of a class of words: the sum over its words.
 *
 * @param logs [texts][words], log p of each word of the class
 * @returns [texts]
 * @throws CourseError when these are no rows of numbers
 */
export function classProbabilities(logs: readonly (readonly number[])[]): number[] {
  checkRows('Logarithms of probabilities', logs);
  checkEach('Logarithms of probabilities', logs, 'rows of numbers', (name, row) =>
    demand(
      (row as readonly number[]).every((log) => log <= 1e-3),
      () => `${name} holds a number above 0.`,
      'Give logarithms of probabilities.',
    ),
  );
  return logs.map((row) => row.reduce((sum, log) => sum + Math.exp(log), 0));
}

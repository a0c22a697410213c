/**
 * Goes on with many texts at once, token by token, each from the keys and values of the tokens before:
 * greedily, or drawn at a temperature,
 *
 *   p(token) = softmax(scores / temperature).
 *
 * All texts may go on from one context, which was read once.
 */
import { tf } from '../core/backend';
import { checkEach, checkFunction, checkIndices, checkStream } from '../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../core/errors';
import { drawByScore } from '../core/numerics';
import type { Stream } from '../core/random';
import { biasOf } from '../model/attention';
import type { KeysValues } from '../model/transformer';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { checkContext, type ReadContext } from './context';
import { checkLanguageModel, type LanguageModel } from './languagemodel';
import { causalAfter } from './reading';

/** How tokens are drawn. */
export interface Sampling {
  readonly temperature: number;
  readonly random: Stream;
}

/** Where texts begin and where they end. */
export interface Continuation {
  /** Before each text; left out: nothing. Stays the caller's. */
  readonly context?: ReadContext;
  /** Whether a text has ended, from the tokens added to it; left out: at the model's end token. */
  readonly ended?: (added: readonly number[]) => boolean;
}

/** Texts that are in memory at once; fewer where a context is copied for each. */
const [ROWS_AT_ONCE, ROWS_AFTER_CONTEXT] = [512, 16];

/**
 * Goes on with texts until each has ended, or `most` tokens were added.
 *
 * @param texts tokens by their numbers
 * @param how   left out: each token is the likeliest
 * @returns the tokens that were added to each text, the last one included
 * @throws CourseError when there is no model or it has layers with windows, a text has no token or
 *   one that the model does not know, the number, the temperature or the stream is refused, the
 *   context was read by another model or gives the text a weight, or `ended` is no function
 */
export function continueTexts(
  model: LanguageModel,
  texts: readonly (readonly number[])[],
  most: number,
  how?: Sampling,
  continuation: Continuation = {},
): number[][] {
  checkLanguageModel(model);
  demand(
    !model.config.local,
    () => 'A model whose layers read the nearest tokens only was asked to go on with many texts.',
    'Go on with one text after another (language.generate).',
  );
  checkEach('Texts', texts, 'texts', (name, text) => checkIndices(name, text, Infinity, 1));
  positiveInteger('The number of tokens to add', most);
  if (how) {
    finiteNumber('The temperature', how.temperature, 'a positive number', (x) => x > 0);
    checkStream(how.random);
  }
  knownKeys('How texts go on', continuation, ['context', 'ended']);
  const { context, ended = endsWith(model.config.end) } = continuation;
  checkFunction("'ended'", ended);
  if (context) checkContext(model, context);
  demand(
    (context?.ownWeight ?? 1) === 1,
    () => `A context in ${context!.ownWeight} groups was given to texts that go on together.`,
    'Go on with one text after another (language.generate).',
  );
  const begin = context?.testPosition ?? 0;
  for (const text of texts) model.check(text, [begin + text.length + most - 1]);
  const added: number[][] = texts.map(() => []);
  const lengths = [...new Set(texts.map(({ length }) => length))];
  const atOnce = context ? ROWS_AFTER_CONTEXT : ROWS_AT_ONCE;
  for (const length of lengths) {
    const rows = [...texts.keys()].filter((row) => texts[row]!.length === length);
    for (let from = 0; from < rows.length; from += atOnce) {
      const some = rows.slice(from, from + atOnce);
      const found = continueEqual(
        model,
        some.map((row) => texts[row]!),
        most,
        how,
        { ended, ...(context ? { context } : {}) },
      );
      some.forEach((row, i) => (added[row] = found[i]!));
    }
  }
  return added;
}

/** Whether a text ends with a token. */
const endsWith =
  (end: number | null) =>
  (added: readonly number[]): boolean =>
    added.at(-1) === end;

/** Keys and values of a context, once for each of B texts. */
const cacheFor = (context: ReadContext | undefined, B: number): KeysValues[] | null =>
  context?.cache.layers?.map(
    (pair) => pair.map((t) => tf.tile(t, [B, 1, 1, 1])) as unknown as KeysValues,
  ) ?? null; // [B, Hk, M, D] each

/** The same for texts of one length. */
function continueEqual(
  model: LanguageModel,
  texts: readonly (readonly number[])[],
  most: number,
  how: Sampling | undefined,
  { context, ended }: Continuation & Required<Pick<Continuation, 'ended'>>,
): number[][] {
  const added: number[][] = texts.map(() => []);
  const hasEnded = (row: number): boolean => added[row]!.length > 0 && ended(added[row]!);
  let next = texts;
  let position = context?.testPosition ?? 0;
  let cache = cacheFor(context, texts.length);
  try {
    for (let count = 0; count < most && !added.every((_, row) => hasEnded(row)); count++) {
      const step: NextWords = readNext(model, next, position, cache, how);
      cache?.flat().forEach((t) => t.dispose());
      ({ cache } = step);
      position += next[0]!.length;
      const { words } = step;
      words.forEach((word, row) => {
        if (!hasEnded(row)) added[row]!.push(word);
      });
      next = words.map((word) => [word]);
    }
  } finally {
    cache?.flat().forEach((t) => t.dispose());
  }
  return added;
}

/** Words that are drawn by their scores, [B, V]. */
const drawnWords = (scores: Tensor2D, { temperature, random }: Sampling): number[] =>
  (scores.arraySync() as number[][]).map((row) => drawByScore(random, row, temperature));

/** The next word of each text, and keys and values of all its tokens. */
interface NextWords {
  readonly words: readonly number[];
  readonly cache: KeysValues[];
}

/** Reads T more tokens of B texts. */
function readNext(
  model: LanguageModel,
  tokens: readonly (readonly number[])[],
  position: number,
  cache: readonly KeysValues[] | null,
  how: Sampling | undefined,
): NextWords {
  const [B, T] = [tokens.length, tokens[0]!.length];
  const M = cache?.[0]![0].shape[2] ?? 0;
  let words: readonly number[] = [];
  const layers = tf.tidy(() => {
    const places = tf.range(position, position + T, 1, 'int32').expandDims(0); // [1, T]
    const { final, fresh } = model.extend(
      {
        tokens: tf.tensor2d(tokens.flat(), [B, T], 'int32'),
        positions: places.tile([B, 1]) as Tensor2D, // [B, T]
        bias: biasOf(causalAfter(M, T)).reshape([1, 1, T, M + T]), // [1, 1, T, M + T]
      },
      cache,
    );
    const last = model.readOut(final.slice([0, T - 1, 0], [-1, 1, -1])); // [B, 1, V]
    const scores = last.squeeze([1]) as Tensor2D; // [B, V]
    words = how ? drawnWords(scores, how) : [...scores.argMax(1).dataSync()];
    return fresh.flatMap((pair, l) =>
      pair.map((t, i) => (cache ? (tf.concat([cache[l]![i]!, t], 2) as Tensor4D) : t)),
    ); // [B, H, M + T, D] each
  });
  return {
    words,
    cache: model.transformer.blocks.map((_, l): KeysValues => [layers[2 * l]!, layers[2 * l + 1]!]),
  };
}

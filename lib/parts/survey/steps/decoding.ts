/**
 * Goes on with many texts at once, token by token, each from the keys and values of the tokens before:
 * greedily, or drawn at a temperature,
 *
 *   p(token) = softmax(scores / temperature).
 */
import { tf } from '../../../core/backend';
import { checkEach, checkIndices, checkStream } from '../../../core/checks';
import { finiteNumber, positiveInteger } from '../../../core/errors';
import { softmax } from '../../../core/numerics';
import { drawByShare, type Stream } from '../../../core/random';
import { checkLanguageModel, type LanguageModel } from '../../../language/languagemodel';
import { biasOf } from '../../../model/attention';
import type { KeysValues } from '../../../model/transformer';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';

/** How tokens are drawn. */
export interface Sampling {
  readonly temperature: number;
  readonly random: Stream;
}

/** Texts that are in memory at once. */
const ROWS_AT_ONCE = 512;

/**
 * Goes on with texts until each has the model's end token, or `most` tokens were added.
 *
 * @param texts tokens by their numbers
 * @param how   left out: each token is the likeliest
 * @returns the tokens that were added to each text, the end token included
 * @throws CourseError when there is no model, a text has no token or one that the model does not
 *   know, or the number, the temperature or the stream is refused
 */
export function continueTexts(
  model: LanguageModel,
  texts: readonly (readonly number[])[],
  most: number,
  how?: Sampling,
): number[][] {
  checkLanguageModel(model);
  checkEach('Texts', texts, 'texts', (name, text) => checkIndices(name, text, Infinity, 1));
  positiveInteger('The number of tokens to add', most);
  if (how) {
    finiteNumber('The temperature', how.temperature, 'a positive number', (x) => x > 0);
    checkStream(how.random);
  }
  for (const text of texts) model.check(text, [text.length + most - 1]);
  const added: number[][] = texts.map(() => []);
  const lengths = [...new Set(texts.map(({ length }) => length))];
  for (const length of lengths) {
    const rows = [...texts.keys()].filter((row) => texts[row]!.length === length);
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const some = rows.slice(from, from + ROWS_AT_ONCE);
      const found = continueEqual(
        model,
        some.map((row) => texts[row]!),
        most,
        how,
      );
      some.forEach((row, i) => (added[row] = found[i]!));
    }
  }
  return added;
}

/** The same for texts of one length. */
function continueEqual(
  model: LanguageModel,
  texts: readonly (readonly number[])[],
  most: number,
  how: Sampling | undefined,
): number[][] {
  const added: number[][] = texts.map(() => []);
  const ended = (row: number): boolean => added[row]!.at(-1) === model.config.end;
  let next = texts;
  let cache: KeysValues[] | null = null;
  try {
    for (let count = 0; count < most && !added.every((_, row) => ended(row)); count++) {
      const step = readNext(model, next, cache);
      cache?.flat().forEach((t) => t.dispose());
      cache = step.cache;
      const words = step.scores.map((row) => wordOf(row, how));
      words.forEach((word, row) => {
        if (!ended(row)) added[row]!.push(word);
      });
      next = words.map((word) => [word]);
    }
  } finally {
    cache?.flat().forEach((t) => t.dispose());
  }
  return added;
}

/** The likeliest word, or one that is drawn. */
const wordOf = (scores: readonly number[], how: Sampling | undefined): number =>
  how
    ? drawByShare(
        how.random,
        softmax(scores.map((score) => score / how.temperature)).map(
          (share, word) => [word, share] as const,
        ),
      )
    : scores.indexOf(Math.max(...scores));

/** Reads T more tokens of B texts: scores after the last, and all keys and values. */
function readNext(
  model: LanguageModel,
  tokens: readonly (readonly number[])[],
  cache: readonly KeysValues[] | null,
): { readonly scores: number[][]; readonly cache: KeysValues[] } {
  const [B, T] = [tokens.length, tokens[0]!.length];
  const M = cache?.[0]![0].shape[2] ?? 0;
  let scores: number[][] = [];
  const layers = tf.tidy(() => {
    const mask = Array.from({ length: T }, (_, r) =>
      Array.from({ length: M + T }, (__, c) => c <= M + r),
    );
    const places = tf.range(M, M + T, 1, 'int32').expandDims(0); // [1, T]
    const { final, fresh } = model.extend(
      {
        tokens: tf.tensor2d(tokens.flat(), [B, T], 'int32'),
        positions: places.tile([B, 1]) as Tensor2D, // [B, T]
        bias: biasOf(mask).reshape([1, 1, T, M + T]), // [1, 1, T, M + T]
      },
      cache,
    );
    const last = model.readOut(final.slice([0, T - 1, 0], [-1, 1, -1])); // [B, 1, V]
    scores = last.squeeze([1]).arraySync() as number[][]; // [B, V]
    return fresh.flatMap((pair, l) =>
      pair.map((t, i) => (cache ? (tf.concat([cache[l]![i]!, t], 2) as Tensor4D) : t)),
    ); // [B, H, M + T, D] each
  });
  return {
    scores,
    cache: model.transformer.blocks.map((_, l): KeysValues => [layers[2 * l]!, layers[2 * l + 1]!]),
  };
}

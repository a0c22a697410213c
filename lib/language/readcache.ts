/**
 * Reading a context once, for the keys and values to which a test, or the next word, attends. Under
 * InvICL each example's first copy depends on that example alone, and under AR on those before it
 * too, so that an edit of the prompt need not compute all of them again.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import { checkIndices, checkStream } from '../core/checks';
import { demand, finiteNumber, positiveInteger, quote } from '../core/errors';
import { drawByScore } from '../core/numerics';
import { type Stream } from '../core/random';
import { METHODS, checkMethod, type Method } from '../model/methods';
import { layoutPrompt, type PromptLayout } from '../model/layout';
import type { LaidOutBlock, MaskMatrix } from '../model/masks';
import { checkContext, type ReadContext } from './context';
import { checkLanguageModel, type LanguageModel, type TokenBatch } from './languagemodel';
import { checkTokens } from './prompt';
import { causalAfter, checkAttention, read, readingBiases, tidied } from './reading';
import {
  EMPTY,
  ReadCache,
  copyOf,
  cut,
  disposeCache,
  joined,
  kept,
  type TokenCache,
} from './tokencache';

/** What a forward pass over a context gives: the cache that tests need, and what was computed. */
type CachedContext = Pick<ReadContext, 'cache' | 'work'>;

/** How many tokens of a layout are in the context. */
const contextCount = ({ tokens }: PromptLayout<LaidOutBlock>): number =>
  tokens.filter(({ block }) => block.part !== 'test').length;

/** The mask of the context's tokens from one on, over all `count` of them. */
const contextMask = (
  { mask }: PromptLayout<LaidOutBlock>,
  from: number,
  count: number,
): MaskMatrix => mask.slice(from, count).map((row) => row.slice(0, count));

/** The tokens before the first example, which attend to themselves only. */
function readBeginning(
  model: LanguageModel,
  begin: readonly number[],
  stored: ReadCache,
): TokenCache {
  if (begin.length === 0) return EMPTY;
  const key = `begin ${begin.join()}`;
  const known = stored.get(key);
  if (known) return copyOf(known);
  const { cache } = read(model, begin, [...begin.keys()], causalAfter(0, begin.length), EMPTY);
  stored.set(key, copyOf(cache));
  return cache;
}

/** Methods whose second copies read first copies that each depend on one example only. */
const TWICE: readonly Method[] = [METHODS.invicl, METHODS.inviclOwnPlaces];

/**
 * InvICL reads each example twice: first copies alone, as far as they are not stored, then all
 * second copies, which attend to them.
 */
function readTwice(
  model: LanguageModel,
  layout: PromptLayout<LaidOutBlock>,
  examples: readonly (readonly number[])[],
  stored: ReadCache,
  begin: readonly number[],
): CachedContext {
  const b = begin.length;
  const count = contextCount(layout);
  const half = (count - b) / 2;
  checkAttention(model, 1, half, count);
  const mask = contextMask(layout, b + half, count); // refuses too many tokens before any is read
  const beginning = readBeginning(model, begin, stored);
  let first = 0;
  const firstCopies = examples.map((tokens) => {
    const key = `alone ${begin.join()} | ${tokens.join()}`;
    const known = stored.get(key);
    if (known) return copyOf(known); // one that is stored below may take its place
    first += tokens.length;
    const positions = tokens.map((_, i) => b + i);
    const { cache } = read(model, tokens, positions, causalAfter(b, tokens.length), beginning);
    stored.set(key, copyOf(cache));
    return cache;
  });
  const { cache } = read(
    model,
    examples.flat(),
    layout.positions!.slice(b + half, count),
    mask,
    joined([beginning, ...firstCopies]),
  );
  return { cache: joined([beginning, cache]), work: { first, second: half } };
}

/** AR reads the examples in order: those before the first that is not stored are not read again. */
function readInOrder(
  model: LanguageModel,
  layout: PromptLayout<LaidOutBlock>,
  examples: readonly (readonly number[])[],
  stored: ReadCache,
  begin: readonly number[],
): CachedContext {
  const beginning = readBeginning(model, begin, stored);
  const keyOf = (n: number): string => {
    const texts = [begin, ...examples.slice(0, n)].map((tokens) => tokens.join());
    return `after ${texts.join(' | ')}`;
  };
  let known = examples.length;
  while (known > 0 && !stored.get(keyOf(known))) known--;
  const shared = Array.from({ length: known }, (_, i) => stored.get(keyOf(i + 1))!);
  const earlier = joined([beginning, ...shared]);
  const from = begin.length + examples.slice(0, known).flat().length;
  const count = contextCount(layout);
  if (from === count) return { cache: earlier, work: { first: 0, second: 0 } };
  const tokens = examples.slice(known).flat();
  const positions = layout.positions!.slice(from, count);
  checkAttention(model, 1, tokens.length, count);
  const mask = contextMask(layout, from, count);
  const { cache } = read(model, tokens, positions, mask, earlier);
  let at = 0;
  examples.slice(known).forEach(({ length }, i) => {
    stored.set(keyOf(known + i + 1), cut(cache, at, length));
    at += length;
  });
  return { cache: joined([earlier, cache]), work: { first: tokens.length, second: 0 } };
}

/**
 * Any other method reads the context once, in one forward pass; the cache holds the tokens to which
 * the mask lets tests attend (in a doubled context, those of the second copies).
 */
function readOnce(
  model: LanguageModel,
  layout: PromptLayout<LaidOutBlock>,
  examples: readonly (readonly number[])[],
  begin: readonly number[],
): CachedContext {
  const count = contextCount(layout);
  const tokens = layout.tokens
    .slice(0, count)
    .map(({ block, offset }) => (block.part === 'begin' ? begin : examples[block.index]!)[offset]!);
  const positions = layout.positions?.slice(0, count) ?? tokens.map(() => 0);
  checkAttention(model, 1, count, count);
  const { cache } = read(model, tokens, positions, contextMask(layout, 0, count), EMPTY);
  const mayAttend = layout.mask.at(-1)!.slice(0, count);
  const starts = mayAttend.flatMap((may, i) => (may && !mayAttend[i - 1] ? [i] : []));
  const ends = mayAttend.flatMap((may, i) => (may && !mayAttend[i + 1] ? [i + 1] : []));
  return {
    cache: joined(starts.map((from, k) => cut(cache, from, ends[k]! - from))),
    work: { first: count, second: 0 },
  };
}

/** Runs the model on a context of at least one example. */
function readExamples(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  caches: ReadCache,
  begin: readonly number[],
): ReadContext {
  const lengths = examples.map(({ length }) => length);
  const layout = layoutPrompt(method, lengths, [1], begin.length);
  const { positions } = layout;
  demand(
    positions !== null,
    () => `${method.name} gives no positions.`,
    'Score whole prompts instead (scoreOptions does).',
  );
  model.check(examples.flat(), positions.slice(0, contextCount(layout))); // before the mask is made
  const { cache, work } = tidied(() => {
    const computed = TWICE.includes(method)
      ? readTwice(model, layout, examples, caches, begin)
      : method === METHODS.ar
        ? readInOrder(model, layout, examples, caches, begin)
        : readOnce(model, layout, examples, begin);
    return { cache: kept(copyOf(computed.cache)), work: computed.work };
  });
  return { cache, testPosition: positions.at(-1)!, work };
}

/**
 * Runs the model on a context.
 *
 * @param examples tokens of the examples, in the order of the prompt; there may be none
 * @param stored   from earlier contexts, for AR and InvICL
 * @param begin    tokens before the first example, to which all others attend; there may be none
 * @returns the cache that tests need; the caller disposes it
 * @throws CourseError when the method's examples attend to the test, it has no positions, a token or
 *   position is beyond the model's, or what is given is no model, no method, no tokens or no cache
 */
export function readContext(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  stored?: ReadCache,
  begin: readonly number[] = [],
): ReadContext {
  checkLanguageModel(model);
  checkMethod(method);
  checkTokens('Examples', examples);
  checkIndices('The beginning of a prompt', begin);
  demand(
    stored === undefined || stored instanceof ReadCache,
    () => `Caches of examples were to be kept in ${quote(stored)}.`,
    'Give a language.ReadCache, or leave it out.',
  );
  demand(
    !method.oneTest,
    () => `${method.name} cannot read a context before its test.`,
    'Score whole prompts instead (scoreOptions does).',
  );
  const caches = stored ?? new ReadCache();
  caches.follow(model.parameters);
  try {
    return examples.length > 0
      ? readExamples(model, method, examples, caches, begin)
      : {
          cache: tidied(() => kept(copyOf(readBeginning(model, begin, caches)))),
          testPosition: begin.length,
          work: { first: 0, second: 0 },
        };
  } finally {
    if (!stored) caches.dispose();
  }
}
/**
 * Final states of the tokens of some tests, which attend to a context and not to each other.
 *
 * @param tests tokens of the tests
 * @returns [tests, longest, C], without meaning beyond a test's length; the caller disposes it
 * @throws CourseError when a token or position is beyond the model's, there is no test, or the
 *   context was read by a model of other sizes or disposed
 */
export function testFinals(
  model: LanguageModel,
  context: ReadContext,
  tests: readonly (readonly number[])[],
): Tensor3D {
  checkContext(model, context);
  checkTokens('Tests', tests, 1);
  const { cache, testPosition } = context;
  const [B, M] = [tests.length, cache.positions.length];
  const T = Math.max(...tests.map(({ length }) => length));
  const last = model.config.size.maxPositions - 1;
  const needed = Array.from({ length: T }, (_, i) => testPosition + i);
  for (const tokens of tests) model.check(tokens, needed.slice(0, tokens.length));
  const positions = needed.map((position) => Math.min(position, last));
  const columns = [...cache.positions, ...positions];
  const own = { from: M, weight: context.ownWeight ?? 1 };
  const biases = readingBiases(model, causalAfter(M, T), positions, columns, own);
  return tf.tidy(() => {
    const padded = tests.flatMap((tokens) => [
      ...tokens,
      ...new Array<number>(T - tokens.length).fill(0),
    ]);
    const bias = (values: Float32Array): Tensor => tf.tensor4d(values, [1, 1, T, M + T]);
    const batch: TokenBatch = {
      tokens: tf.tensor2d(padded, [B, T], 'int32'),
      positions: tf.tensor2d(positions, [1, T], 'int32').tile([B, 1]) as Tensor2D,
      bias: bias(biases.all),
      ...(biases.near ? { nearBias: bias(biases.near) } : {}),
    };
    return model.extend(batch, cache.layers).final;
  });
}

/**
 * Scores of every word after each token of some tests, which do not attend to each other.
 *
 * @param tests tokens of the tests
 * @returns [tests, longest, V], without meaning beyond a test's length; the caller disposes it
 * @throws CourseError when a token or position is beyond the model's, there is no test, or the
 *   context was read by a model of other sizes or disposed
 */
export const readTests = (
  model: LanguageModel,
  context: ReadContext,
  tests: readonly (readonly number[])[],
): Tensor3D =>
  tf.tidy(() => {
    const finals = testFinals(model, context, tests); // refuses what is no model
    return model.readOut(finals);
  });

/**
 * Words that follow a context and the beginning of a test: each the likeliest, or drawn.
 *
 * @param begin  tokens of the test so far
 * @param count  the most tokens to add; it stops earlier at the model's end token
 * @param random left out: the likeliest; else a token is drawn from softmax(scores / temperature)
 * @param temperature 1: the model's own probabilities; it counts only where tokens are drawn
 * @returns the tokens that were added
 * @throws CourseError when there is no beginning, a token or position is beyond the model's, the
 *   context was read by a model of other sizes or disposed, the temperature is not above 0, or there
 *   is no stream
 */
export function generate(
  model: LanguageModel,
  context: ReadContext,
  begin: readonly number[],
  count: number,
  random?: Stream,
  temperature = 1,
): number[] {
  checkContext(model, context);
  positiveInteger('The number of tokens to add', count, 0);
  if (random !== undefined) checkStream(random);
  finiteNumber('The temperature', temperature, 'a positive number', (x) => x > 0);
  demand(
    !Array.isArray(begin) || begin.length > 0,
    () => 'Words were to be added to nothing.',
    'Give at least one token to begin with.',
  );
  checkTokens('The beginning of a test', [begin]);
  const added: number[] = [];
  const own = { from: context.cache.positions.length, weight: context.ownWeight ?? 1 };
  let cache = context.cache;
  let next = [...begin];
  let position = context.testPosition;
  try {
    while (added.length < count) {
      const T = next.length;
      const step = tidied(() => {
        const positions = next.map((_, i) => position + i);
        const mask = causalAfter(cache.positions.length, T);
        const { final, cache: ofNext } = read(model, next, positions, mask, cache, own);
        const scores = model.readOut(final.slice([0, T - 1, 0], [-1, 1, -1])); // [1, 1, V]
        const token = random
          ? drawByScore(random, [...scores.dataSync()], temperature)
          : scores.argMax(2).dataSync()[0]!;
        return { token, cache: kept(joined([cache, ofNext])) };
      });
      if (cache !== context.cache) disposeCache(cache);
      cache = step.cache;
      position += T;
      if (step.token === model.config.end) break;
      added.push(step.token);
      next = [step.token];
    }
    return added;
  } finally {
    if (cache !== context.cache) disposeCache(cache);
  }
}

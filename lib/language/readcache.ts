/**
 * A context that was read: what a test, or the next word, needs of it. Under InvICL each example's
 * first copy depends on that example alone, and under AR on those before it too, so that what is
 * known from an earlier reading need not be read again.
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { demand } from '../core/errors';
import { METHODS, type Method } from '../model/methods';
import { layoutPrompt, type PromptLayout } from '../model/layout';
import type { KeysValues } from '../model/transformer';
import { attentionBiases, type LanguageModel, type TokenBatch } from './languagemodel';

/** Keys and values of some tokens, by layer, with the positions of the tokens. */
export interface TokenCache {
  /** [1, H, tokens, D] each; null for no tokens. */
  readonly layers: readonly KeysValues[] | null;
  readonly positions: readonly number[];
}

const NOTHING: TokenCache = { layers: null, positions: [] };

/** T tokens that all see M others, and of themselves those before them: T rows of M + T. */
const causalAfter = (M: number, T: number): boolean[][] =>
  Array.from({ length: T }, (_, r) =>
    Array.from({ length: M + T }, (__, c) => c < M || c - M <= r),
  );

/** Remembered tokens one after the other. */
function joined(parts: readonly TokenCache[]): TokenCache {
  const some = parts.filter(({ layers }) => layers !== null);
  if (some.length === 0) return NOTHING;
  const layers = some[0]!.layers!.map((_, l): KeysValues => {
    const join = (which: 0 | 1): Tensor4D =>
      tf.concat(
        some.map((part) => part.layers![l]![which]),
        2,
      ); // [1, H, tokens, D]
    return [join(0), join(1)];
  });
  return { layers, positions: some.flatMap(({ positions }) => positions) };
}

/** Tokens from .. from + count - 1 of a memory. */
const cut = ({ layers, positions }: TokenCache, from: number, count: number): TokenCache => ({
  layers: layers!.map(([k, v]): KeysValues => [
    k.slice([0, 0, from, 0], [-1, -1, count, -1]),
    v.slice([0, 0, from, 0], [-1, -1, count, -1]),
  ]),
  positions: positions.slice(from, from + count),
});

const keep = (memory: TokenCache): TokenCache => {
  memory.layers?.flat().forEach((t) => tf.keep(t));
  return memory;
};

/** Frees a memory's tensors. */
export const disposeCache = ({ layers }: TokenCache): void =>
  layers?.flat().forEach((t) => t.dispose());

/** Rows of tokens that read a memory and, as `mask` says, each other; one row of the batch. */
function read(
  model: LanguageModel,
  tokens: readonly number[],
  positions: readonly number[],
  mask: readonly (readonly boolean[])[],
  memory: TokenCache,
): { final: Tensor3D; memory: TokenCache } {
  model.check(tokens, positions);
  const T = tokens.length;
  const sight = attentionBiases(
    mask,
    positions,
    [...memory.positions, ...positions],
    model.config.local?.window ?? null,
  );
  const shape: [number, number, number, number] = [1, 1, T, memory.positions.length + T];
  const batch: TokenBatch = {
    tokens: tf.tensor2d([...tokens], [1, T], 'int32'),
    positions: tf.tensor2d([...positions], [1, T], 'int32'),
    bias: tf.tensor4d(sight.all, shape),
    ...(sight.near ? { nearBias: tf.tensor4d(sight.near, shape) } : {}),
  };
  const { final, fresh } = model.extend(batch, memory.layers);
  return { final, memory: { layers: fresh, positions } };
}

/** How much was computed, in tokens. */
export interface ReadWork {
  /** Tokens of examples read alone (InvICL's first copies) or after those before them (AR). */
  readonly first: number;
  /** Tokens of examples read again in the light of the others (InvICL's second copies). */
  readonly second: number;
}

/** Known readings by what they depend on; shared between edits of one prompt. */
export class ReadCache {
  private readonly known = new Map<string, TokenCache>();

  /** @param most readings that are kept; the oldest go first */
  constructor(private readonly most = 512) {}

  get(key: string): TokenCache | undefined {
    const found = this.known.get(key);
    if (found) {
      this.known.delete(key);
      this.known.set(key, found); // the latest used stay longest
    }
    return found;
  }

  /** Keeps a reading's tensors until they are pushed out or the cache is disposed. */
  set(key: string, memory: TokenCache): void {
    this.known.set(key, keep(memory));
    for (const [old, value] of this.known) {
      if (this.known.size <= this.most) break;
      this.known.delete(old);
      disposeCache(value);
    }
  }

  /** How many readings are known. */
  get size(): number {
    return this.known.size;
  }

  dispose(): void {
    for (const memory of this.known.values()) disposeCache(memory);
    this.known.clear();
  }
}

/** A context that was read. */
export interface ReadContext {
  /** What tests see of it; the caller forgets it. */
  readonly memory: TokenCache;
  /** The position at which a test begins. */
  readonly testAt: number;
  readonly work: ReadWork;
}

/** The places of a plan that are in the context, and their mask. */
function contextOf(plan: PromptLayout): { count: number; mask: boolean[][] } {
  const count = plan.tokens.filter(({ block }) => block.part !== 'test').length;
  return { count, mask: plan.mask.slice(0, count).map((row) => row.slice(0, count)) };
}

/**
 * InvICL: first copies alone (known ones are not read again), then all second copies in their
 * light.
 */
function readTwice(
  model: LanguageModel,
  plan: PromptLayout,
  examples: readonly (readonly number[])[],
  cache: ReadCache,
): { memory: TokenCache; work: ReadWork } {
  let first = 0;
  const copies = examples.map((tokens) => {
    const key = `alone ${tokens.join()}`;
    const known = cache.get(key);
    if (known) return known;
    first += tokens.length;
    const positions = tokens.map((_, i) => i);
    const { memory } = read(model, tokens, positions, causalAfter(0, tokens.length), NOTHING);
    cache.set(key, memory);
    return memory;
  });
  const { count, mask } = contextOf(plan);
  const half = count / 2;
  const all = examples.flat();
  const { memory } = read(
    model,
    all,
    plan.positions!.slice(half, count),
    mask.slice(half),
    joined(copies),
  );
  return { memory, work: { first, second: all.length } };
}

/** AR: what comes before the first new example is known. */
function readInOrder(
  model: LanguageModel,
  plan: PromptLayout,
  examples: readonly (readonly number[])[],
  cache: ReadCache,
): { memory: TokenCache; work: ReadWork } {
  const keyOf = (n: number): string =>
    `after ${examples
      .slice(0, n)
      .map((tokens) => tokens.join())
      .join(' | ')}`;
  let known = examples.length;
  while (known > 0 && !cache.get(keyOf(known))) known--;
  const parts = Array.from({ length: known }, (_, i) => cache.get(keyOf(i + 1))!);
  const from = examples.slice(0, known).flat().length;
  const { count, mask } = contextOf(plan);
  const before = joined(parts);
  if (from === count) return { memory: before, work: { first: 0, second: 0 } };
  const tokens = examples.slice(known).flat();
  const { memory } = read(
    model,
    tokens,
    plan.positions!.slice(from, count),
    mask.slice(from),
    before,
  );
  let at = 0;
  examples.slice(known).forEach(({ length }, i) => {
    cache.set(keyOf(known + i + 1), cut(memory, at, length));
    at += length;
  });
  return { memory: joined([before, memory]), work: { first: tokens.length, second: 0 } };
}

/**
 * Any other method: the context in one pass; of a doubled one, tests see what the mask lets them.
 */
function readOnce(
  model: LanguageModel,
  plan: PromptLayout,
  examples: readonly (readonly number[])[],
): { memory: TokenCache; work: ReadWork } {
  const { count, mask } = contextOf(plan);
  const tokens = plan.tokens
    .slice(0, count)
    .map(({ block, offset }) => examples[block.index]![offset]!);
  const positions = plan.positions?.slice(0, count) ?? tokens.map(() => 0);
  const { memory } = read(model, tokens, positions, mask, NOTHING);
  const seen = plan.mask.at(-1)!.slice(0, count);
  const from = seen.indexOf(true);
  return {
    memory: cut(memory, from, seen.lastIndexOf(true) - from + 1),
    work: { first: count, second: 0 },
  };
}

/**
 * Reads a context.
 *
 * @param examples tokens of the examples, in their order; none is allowed
 * @param cache    readings that are known, for AR and InvICL
 * @returns what tests see; the caller forgets it
 * @throws CourseError when the method's examples read the test, or has no positions, or a token or
 *   position is beyond the model's
 */
export function readContext(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  cache?: ReadCache,
): ReadContext {
  demand(
    !method.oneTest,
    () => `${method.name} cannot read a context before its test.`,
    'Score whole prompts instead (scoreOptions does).',
  );
  if (examples.length === 0) return { memory: NOTHING, testAt: 0, work: { first: 0, second: 0 } };
  const plan = layoutPrompt(
    method,
    examples.map(({ length }) => length),
    [1],
  );
  demand(
    plan.positions !== null,
    () => `${method.name} gives no positions.`,
    'Score whole prompts instead (scoreOptions does).',
  );
  const passing = cache ?? new ReadCache();
  const kept: { work?: ReadWork; memory?: TokenCache } = {};
  tf.tidy(() => {
    const way =
      method === METHODS.invicl ? readTwice : method === METHODS.ar ? readInOrder : readOnce;
    const { memory, work } = way(model, plan, examples, passing);
    Object.assign(kept, {
      work,
      memory: {
        ...memory,
        layers: memory.layers!.map(([k, v]): KeysValues => [
          tf.keep(k.clone()),
          tf.keep(v.clone()),
        ]),
      },
    });
  });
  if (!cache) passing.dispose();
  return { memory: kept.memory!, testAt: plan.positions.at(-1)!, work: kept.work! };
}

/**
 * Scores of every word after each token of some tests, which do not see each other.
 *
 * @param tests tokens of the tests
 * @returns [tests, longest, V]; what stands beyond a test's length means nothing; the caller
 *   disposes it
 * @throws CourseError when a token or position is beyond the model's
 */
export function readTests(
  model: LanguageModel,
  context: ReadContext,
  tests: readonly (readonly number[])[],
): Tensor3D {
  const [B, T, M] = [
    tests.length,
    Math.max(...tests.map(({ length }) => length)),
    context.memory.positions.length,
  ];
  const positions = Array.from({ length: T }, (_, i) => context.testAt + i);
  for (const tokens of tests) model.check(tokens, positions.slice(0, tokens.length));
  const last = Math.min(positions.at(-1)!, model.config.size.maxPositions - 1);
  const places = positions.map((p) => Math.min(p, last));
  const sight = attentionBiases(
    causalAfter(M, T),
    places,
    [...context.memory.positions, ...places],
    model.config.local?.window ?? null,
  );
  return tf.tidy(() => {
    const padded = tests.flatMap((tokens) => [
      ...tokens,
      ...new Array<number>(T - tokens.length).fill(0),
    ]);
    const bias = (values: Float32Array): Tensor => tf.tensor4d(values, [1, 1, T, M + T]);
    const memory =
      context.memory.layers?.map(([k, v]): KeysValues => [
        k.tile([B, 1, 1, 1]),
        v.tile([B, 1, 1, 1]),
      ]) ?? null; // [B, H, M, D]
    const batch: TokenBatch = {
      tokens: tf.tensor2d(padded, [B, T], 'int32'),
      positions: tf.tensor2d(places, [1, T], 'int32').tile([B, 1]) as Tensor2D,
      bias: bias(sight.all),
      ...(sight.near ? { nearBias: bias(sight.near) } : {}),
    };
    return model.readOut(model.extend(batch, memory).final);
  });
}

/**
 * Words that follow a context and the beginning of a test, each the likeliest.
 *
 * @param begin tokens of the test so far
 * @param count the most tokens to add; it stops earlier at the model's end token
 * @returns the tokens that were added
 * @throws CourseError when there is no beginning, or a token or position is beyond the model's
 */
export function generate(
  model: LanguageModel,
  context: ReadContext,
  begin: readonly number[],
  count: number,
): number[] {
  demand(
    begin.length > 0,
    () => 'Words were to be added to nothing.',
    'Give at least one token to begin with.',
  );
  const added: number[] = [];
  let memory = context.memory;
  let next = [...begin];
  let place = context.testAt;
  while (added.length < count) {
    const later: { token: number; memory: TokenCache } = { token: 0, memory };
    tf.tidy(() => {
      const [T, M] = [next.length, memory.positions.length];
      const positions = next.map((_, i) => place + i);
      const { final, memory: fresh } = read(model, next, positions, causalAfter(M, T), memory);
      const scores = model.readOut(final.slice([0, T - 1, 0], [-1, 1, -1])); // [1, 1, V]
      later.token = scores.argMax(2).dataSync()[0]!;
      later.memory = keep(joined([memory, fresh]));
    });
    if (memory !== context.memory) disposeCache(memory);
    memory = later.memory;
    place += next.length;
    if (later.token === model.config.end) break;
    added.push(later.token);
    next = [later.token];
  }
  if (memory !== context.memory) disposeCache(memory);
  return added;
}

/**
 * Keys and values of tokens that were read, and where those of examples are stored between the
 * edits of one prompt.
 */
import { tf } from '../core/backend';
import { demand, plainObject, positiveInteger, quote } from '../core/errors';
import { sameVersion, versionOf, type KeysValues, type Parameters } from '../model/transformer';

/** Keys and values of some tokens, by layer, with the positions of the tokens. */
export interface TokenCache {
  /** [1, Hk, tokens, D] each; null for no tokens. */
  readonly layers: readonly KeysValues[] | null;
  readonly positions: readonly number[];
}

export const EMPTY: TokenCache = { layers: null, positions: [] };

/** Caches of tokens, one after the other. */
export function joined(parts: readonly TokenCache[]): TokenCache {
  const some = parts.filter(({ layers }) => layers !== null);
  if (some.length === 0) return EMPTY;
  const layers = some[0]!.layers!.map((_, l): KeysValues => {
    const keys = some.map(({ layers: all }) => all![l]![0]);
    const values = some.map(({ layers: all }) => all![l]![1]);
    return [tf.concat(keys, 2), tf.concat(values, 2)]; // [1, Hk, tokens, D] each
  });
  return { layers, positions: some.flatMap(({ positions }) => positions) };
}

/** The cache of tokens from .. from + count - 1. */
export const cut = (
  { layers, positions }: TokenCache,
  from: number,
  count: number,
): TokenCache => ({
  layers: layers!.map(([k, v]): KeysValues => [
    k.slice([0, 0, from, 0], [-1, -1, count, -1]),
    v.slice([0, 0, from, 0], [-1, -1, count, -1]),
  ]),
  positions: positions.slice(from, from + count),
});

export const copyOf = ({ layers, positions }: TokenCache): TokenCache => ({
  layers: layers?.map(([k, v]): KeysValues => [k.clone(), v.clone()]) ?? null,
  positions,
});

/** The same cache, whose tensors outlive tf.tidy. */
export function kept(cache: TokenCache): TokenCache {
  cache.layers?.flat().forEach((t) => tf.keep(t));
  return cache;
}

const isPair = (pair: unknown): boolean =>
  Array.isArray(pair) && pair.length === 2 && pair.every((one) => one instanceof tf.Tensor);

/**
 * Refuses what is no cache of tokens; its tensors may be disposed.
 *
 * @throws CourseError quoting it
 */
export function checkCache(cache: TokenCache): void {
  plainObject('The cache of a context', cache);
  const { layers } = cache;
  demand(
    layers === null || (Array.isArray(layers) && layers.every(isPair)),
    () => `The layers of a cache must be pairs of keys and values, or null, got ${quote(layers)}.`,
    'Give the cache that language.readContext returned.',
  );
}

/**
 * Frees the tensors of a cache.
 *
 * @param cache shapes as in TokenCache; unusable afterwards
 * @throws CourseError when it is no cache
 */
export function disposeCache(cache: TokenCache): void {
  checkCache(cache);
  cache.layers?.flat().forEach((t) => t.dispose());
}

/**
 * Caches of examples, each under a key that names all tokens that it depends on; shared between the
 * edits of one prompt.
 */
export class ReadCache {
  private readonly caches = new Map<string, TokenCache>();
  /** The version of the weights by which they were computed. */
  private version: readonly object[] = [];

  /**
   * @param most how many caches are stored; those that were not used for longest are freed first
   * @throws CourseError when it is no positive integer
   */
  constructor(private readonly most = 512) {
    positiveInteger('How many caches are stored', most);
  }

  get(key: string): TokenCache | undefined {
    const found = this.caches.get(key);
    if (found) {
      this.caches.delete(key);
      this.caches.set(key, found); // now the one used last
    }
    return found;
  }

  /** Stores a cache; its tensors are freed when newer ones take its place, or by dispose. */
  set(key: string, cache: TokenCache): void {
    this.caches.set(key, kept(cache));
    for (const [old, value] of this.caches) {
      if (this.caches.size <= this.most) break;
      this.caches.delete(old);
      disposeCache(value);
    }
  }

  /**
   * Frees the caches that were computed by other weights.
   *
   * @param parameters the model's, of any shapes; they stay the caller's
   */
  follow(parameters: Parameters): void {
    const now = versionOf(parameters);
    if (!sameVersion(now, this.version)) this.dispose();
    this.version = now;
  }

  /** How many caches are stored. */
  get size(): number {
    return this.caches.size;
  }

  dispose(): void {
    for (const cache of this.caches.values()) disposeCache(cache);
    this.caches.clear();
  }
}

/**
 * Seeded random streams. A stream is named by a seed and labels, so that "the prompts of step 17 of
 * seed 3" are the same bits in every run, whatever is drawn before, and after a resume. tfjs's own
 * randomness is not used.
 *
 * Generator: xoroshiro128+ (Blackman and Vigna, 2018), from pure-rand.
 */
import { createHash } from 'node:crypto';

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

import { positiveInteger } from './errors';

/** A stream of random numbers; each call advances it. */
export interface Stream {
  /** A number uniform in [0, 1). */
  uniform(): number;
  /** A standard normal number (Box-Muller). */
  normal(): number;
  /** An integer uniform in 0 .. count - 1. */
  integer(count: number): number;
  /** `count` standard normal numbers, each times `scale`. */
  normals(count: number, scale?: number): Float32Array;
  /** A uniformly random permutation of 0 .. count - 1 (Fisher-Yates). */
  permutation(count: number): number[];
}

const MADE = new WeakSet();

/** Whether this is a stream made here, and not something with the same methods. */
export const isStream = (value: unknown): value is Stream =>
  typeof value === 'object' && value !== null && MADE.has(value);

/**
 * The stream with this seed and these labels. It is frozen: its numbers are those of its seed.
 *
 * @param seed   any integer of at least 0
 * @param labels what the stream is for; different labels give independent streams
 * @throws CourseError when the seed is not such an integer
 */
export function stream(seed: number, ...labels: readonly (string | number)[]): Stream {
  positiveInteger('seed', seed, 0);
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...labels]))
    .digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  const uniform = (): number => uniformFloat64(generator);
  let spare: number | null = null;
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const integer = (count: number): number =>
    uniformInt(generator, 0, positiveInteger('count', count) - 1);
  const made: Stream = {
    uniform,
    normal,
    integer,
    normals: (count, scale = 1) => Float32Array.from({ length: count }, () => scale * normal()),
    permutation: (count) => {
      const order = Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
  };
  MADE.add(made);
  return Object.freeze(made);
}

/** All permutations of 0 .. count - 1, in lexicographic order (count! of them).
 *
 * @throws CourseError when count is no integer from 0 to 9
 */
export function allPermutations(count: number): number[][] {
  positiveInteger('The number to permute', count, 0, 9);
  if (count === 0) return [[]];
  return allPermutations(count - 1)
    .flatMap((rest) =>
      Array.from({ length: count }, (_, at) => [
        ...rest.slice(0, at),
        count - 1,
        ...rest.slice(at),
      ]),
    )
    .sort((a, b) => {
      const at = a.findIndex((value, i) => value !== b[i]);
      return at < 0 ? 0 : a[at]! - b[at]!;
    });
}

/** Some things in random order. */
export const shuffled = <T>(random: Stream, things: readonly T[]): T[] =>
  random.permutation(things.length).map((i) => things[i]!);

/** The number of a random share, by its size; the shares add up to 1. */
export function placeByShare(random: Stream, shares: ArrayLike<number>): number {
  let left = random.uniform();
  let last = 0;
  for (let i = 0; i < shares.length; i++) {
    if (!(shares[i]! > 0)) continue;
    if ((left -= shares[i]!) < 0) return i;
    last = i;
  }
  return last; // by rounding
}

/** A random one of some things, by the share of each; the shares add up to 1. */
export const drawByShare = <T>(random: Stream, things: readonly (readonly [T, number])[]): T =>
  things[
    placeByShare(
      random,
      things.map(([, share]) => share),
    )
  ]![0];

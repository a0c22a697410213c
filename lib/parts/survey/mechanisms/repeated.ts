/**
 * Sequences that repeat: a segment of P random tokens, none of them twice, again and again to the end
 * of the sequence. The first segment cannot be predicted; all after it can, by whoever finds the
 * token's earlier occurrence and the token that followed it. P differs from sequence to sequence, so
 * that a fixed distance does not do.
 * Reference: Olsson et al. (2022, arXiv 2209.11895), "repeated random tokens".
 */
import { checkIndices, checkStream } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';

/** What repeated sequences are drawn from. */
export interface RepeatedSettings {
  /** Tokens 0 to V - 1. */
  readonly vocabulary: number;
  /** Tokens of a sequence, T. */
  readonly length: number;
  /** The shortest and the longest segment. */
  readonly shortest: number;
  readonly longest: number;
}

/** A sequence, and how long the segment is that it repeats. */
export interface RepeatedSequence {
  readonly tokens: readonly number[];
  readonly period: number;
}

/** The most tokens of a vocabulary, or of a sequence. */
const MOST = 1e6;

/** The sequences of the course: segments of 8 to 20 of 64 tokens. */
export const REPEATED: RepeatedSettings = { vocabulary: 64, length: 48, shortest: 8, longest: 20 };

/**
 * Refuses settings of which no sequence can be drawn.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkRepeated(settings: RepeatedSettings): void {
  plainObject('The settings of repeated sequences', settings);
  const { vocabulary, length, shortest, longest } = settings;
  positiveInteger("'vocabulary' of repeated sequences", vocabulary, 2, MOST);
  positiveInteger("'length' of repeated sequences", length, 2, MOST);
  positiveInteger("'shortest' of repeated sequences", shortest, 1);
  positiveInteger("'longest' of repeated sequences", longest, shortest);
  demand(
    longest <= vocabulary && longest < length,
    () => `Segments of ${longest} of ${vocabulary} tokens were to repeat within ${length}.`,
    'Give segments shorter than the sequence, and at least as many tokens.',
  );
}

/**
 * A random segment, again and again.
 *
 * @throws CourseError when there is no stream, or a setting is refused
 */
export function repeatedSequence(random: Stream, settings: RepeatedSettings): RepeatedSequence {
  checkStream(random);
  checkRepeated(settings);
  const { vocabulary, length, shortest, longest } = settings;
  const period = shortest + random.integer(longest - shortest + 1);
  const segment = random.permutation(vocabulary).slice(0, period);
  return { tokens: Array.from({ length }, (_, t) => segment[t % period]!), period };
}

/**
 * Twice the same random tokens, and for comparison the first half with other tokens after it, none of
 * which occurs twice.
 *
 * @param known distinct tokens to draw from, at least twice as many as the half
 * @param half  tokens of each half
 * @returns both sequences of 2 `half` tokens
 * @throws CourseError when there is no stream, or there are not enough tokens
 */
export function repeatedPair(
  random: Stream,
  known: readonly number[],
  half: number,
): { readonly repeated: readonly number[]; readonly unrepeated: readonly number[] } {
  checkStream(random);
  checkIndices('Tokens to draw from', known);
  positiveInteger('Tokens of each half', half);
  demand(
    new Set(known).size === known.length && known.length >= 2 * half,
    () => `Two halves of ${half} tokens were to be drawn from ${known.length}.`,
    'Give distinct tokens, at least as many as both halves have.',
  );
  const drawn = shuffled(random, known).slice(0, 2 * half);
  const first = drawn.slice(0, half);
  return { repeated: [...first, ...first], unrepeated: drawn };
}

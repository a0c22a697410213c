/**
 * A verdict on a claim: a rule written down before the run, applied to our own numbers over seeds.
 */
import { difference, logSummary, summary, type Summary } from '../evaluation/statistics';

/** What our numbers say of a claim. */
export type VerdictWord = 'holds' | 'partly' | 'not at this scale';

/** A claim, where it is from, our number with its spread, and what follows. */
export interface Verdict {
  readonly claim: string;
  readonly source: string;
  readonly ours: string;
  readonly verdict: VerdictWord;
}

/** A number in three digits. */
export const digits = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toPrecision(3);

/** A 95 % interval over seeds, in words. */
export const intervalInWords = (low: number, high: number, seeds: number): string =>
  `(95 % CI ${digits(low)} to ${digits(high)}, ${seeds} seeds)`;

const spreadInWords = ({ mean, low, high, count }: Summary): string =>
  `${digits(mean)} ${count === 1 ? '(1 run)' : intervalInWords(low, high, count)}`;

/** A mean over seeds with its 95 % interval, in words. */
export const inWords = (values: readonly number[]): string => spreadInWords(summary(values));

/**
 * Errors over seeds in words: the geometric mean with the 95 % t-interval of the mean logarithm.
 */
export const errorInWords = (values: readonly number[]): string =>
  spreadInWords(logSummary(values));

/**
 * The word for a claim: it holds when the whole interval is on its side, partly when only the mean
 * is.
 */
export const wordFor = (interval: boolean, mean: boolean): VerdictWord =>
  interval ? 'holds' : mean ? 'partly' : 'not at this scale';

/**
 * Rule: the claim "a is smaller than b" holds when the 95 % Welch interval of the difference lies
 * below 0; it holds partly when only the mean does; otherwise not at this scale.
 */
export function smaller(a: readonly number[], b: readonly number[]): VerdictWord {
  const { mean, high } = difference(a, b);
  return wordFor(high < 0, mean < 0);
}

/**
 * A verdict on "a is smaller than b" with both numbers in words.
 */
export function compare(
  claim: string,
  source: string,
  a: { readonly name: string; readonly values: readonly number[] },
  b: { readonly name: string; readonly values: readonly number[] },
): Verdict {
  return {
    claim,
    source,
    ours: `${a.name} ${inWords(a.values)}; ${b.name} ${inWords(b.values)}`,
    verdict: smaller(a.values, b.values),
  };
}

/** A verdict on something that is exactly so or not. */
export const exactly = (claim: string, source: string, ours: string, isSo: boolean): Verdict => ({
  claim,
  source,
  ours,
  verdict: isSo ? 'holds' : 'not at this scale',
});

/**
 * A verdict on a claim: a rule written down before the run, applied to our own numbers over seeds.
 */
import { difference, summary } from '../evaluation/statistics';

/** What our numbers say of a claim. */
export type VerdictWord = 'holds' | 'partly' | 'not at this scale';

/** A claim, where it is from, our number with its spread, and what follows. */
export interface Verdict {
  readonly claim: string;
  readonly source: string;
  readonly ours: string;
  readonly verdict: VerdictWord;
}

const short = (value: number): string => (Math.abs(value) > 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toPrecision(3));

/** A mean over seeds with its 95 % interval, in words. */
export function inWords(values: readonly number[]): string {
  const { mean, low, high, count } = summary(values);
  return count === 1 ? `${short(mean)} (1 run)` : `${short(mean)} (95 % CI ${short(low)} to ${short(high)}, ${count} seeds)`;
}

/**
 * Rule: the claim "a is smaller than b" holds when the 95 % Welch interval of the difference lies below 0; it holds
 * partly when only the mean does; otherwise not at this scale.
 */
export function smaller(a: readonly number[], b: readonly number[]): VerdictWord {
  const { mean, high } = difference(a, b);
  return high < 0 ? 'holds' : mean < 0 ? 'partly' : 'not at this scale';
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
  return { claim, source, ours: `${a.name} ${inWords(a.values)}; ${b.name} ${inWords(b.values)}`, verdict: smaller(a.values, b.values) };
}

/** A verdict on something that is exactly so or not. */
export const exactly = (claim: string, source: string, ours: string, isSo: boolean): Verdict => ({
  claim,
  source,
  ours,
  verdict: isSo ? 'holds' : 'not at this scale',
});

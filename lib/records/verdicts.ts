/**
 * A verdict on a claim: a rule written down before the run, applied to our own numbers over seeds.
 */
import { logSummary, summary, type Summary } from '../evaluation/statistics';
import { checkFlag, checkNumbers, checkText, checkWord } from '../core/checks';
import { demand, finiteNumber, plainObject, quote } from '../core/errors';
import {
  FEWEST_SEEDS,
  VERDICT_WORDS,
  checkEffect,
  differenceOf,
  seedsToDecide,
  wordOf,
  type Effect,
  type VerdictWord,
} from './effects';
import { asMeasured, paired, type Measured } from './measured';

/** Our number in words, what follows from it, and the effect where there is one. */
export interface Decision {
  readonly ours: string;
  readonly verdict: VerdictWord;
  readonly effect?: Effect;
}

/** The decision by a rule or a recipe that was replaced after records had been made with it. */
export interface EarlierDecision extends Decision {
  /** What was changed, when and why, in one sentence. */
  readonly change: string;
}

/** A claim, where it is from, our number with its spread, and what follows. */
export interface Verdict extends Decision {
  readonly claim: string;
  readonly source: string;
  /** Where the rule was changed after its first records: what it said before. */
  readonly earlier?: EarlierDecision;
}

/**
 * Refuses what is no decision.
 *
 * @throws CourseError quoting what is wrong with it
 */
export function checkDecision(decision: Decision): void {
  plainObject('A decision', decision);
  const { ours, verdict, effect } = decision;
  checkText('Our number in words', ours);
  checkWord('The verdict', verdict, VERDICT_WORDS);
  if (effect !== undefined) checkEffect(effect);
}

function checkVerdict(verdict: Verdict): void {
  checkDecision(verdict);
  const { claim, source, earlier } = verdict;
  checkText('The claim', claim);
  checkText('The source of a claim', source);
  if (earlier === undefined) return;
  checkDecision(earlier);
  checkText('What was changed', earlier.change);
}

/**
 * Refuses what is no list of verdicts.
 *
 * @throws CourseError quoting what is wrong with the first that is none
 */
export function checkVerdicts(verdicts: readonly Verdict[]): void {
  demand(
    Array.isArray(verdicts),
    () => `Verdicts must be a list, got ${quote(verdicts)}.`,
    'Give those of decide.',
  );
  for (const verdict of verdicts) checkVerdict(verdict);
}

/** A number in three digits. */
export const digits = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toPrecision(3);

/** A share in points. */
export const points = (share: number): string => (100 * share).toFixed(1);

/**
 * Our number; where the rule or recipe was changed, also the earlier one.
 *
 * @throws CourseError when it is no verdict
 */
export function oursInWords(verdict: Verdict): string {
  checkVerdict(verdict);
  const { ours, earlier } = verdict;
  return earlier ? `${ours}. ${earlier.change} Then: ${earlier.ours}: ${earlier.verdict}.` : ours;
}

/** How many seeds, in words. */
const seedsInWords = (seeds: number): string => `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;

/** A 95 % interval over seeds in words; one seed has none. */
export const intervalInWords = (
  low: number,
  high: number,
  seeds: number,
  inWords: (value: number) => string = digits,
): string =>
  seeds < 2
    ? `(${seedsInWords(seeds)}, no interval)`
    : `(95 % CI ${inWords(low)} to ${inWords(high)}, ${seedsInWords(seeds)})`;

const spreadInWords = ({ mean, low, high, count }: Summary): string =>
  `${digits(mean)} ${count === 1 ? '(1 run)' : intervalInWords(low, high, count)}`;

/**
 * A mean over seeds with its 95 % interval, in words.
 *
 * @throws CourseError when there are no values, or one is not finite
 */
export const inWords = (values: readonly number[]): string => spreadInWords(summary(values));

/**
 * Errors over seeds in words: the geometric mean with the 95 % t-interval of the mean logarithm.
 *
 * @throws CourseError when there are no values, or one is negative or not finite
 */
export const errorInWords = (values: readonly number[]): string =>
  spreadInWords(logSummary(values));

const UNITS: Readonly<
  Record<Effect['unit'], { readonly name: string; readonly inWords: (x: number) => string }>
> = {
  ratio: { name: 'ratio', inWords: digits },
  points: { name: 'difference', inWords: points },
  nats: { name: 'difference in nats', inWords: digits },
  number: { name: 'difference', inWords: digits },
  level: { name: 'mean', inWords: digits },
};

/**
 * An effect in words, as: ratio 0.82 (95 % CI 0.70 to 0.95, 10 seeds).
 *
 * @throws CourseError when it is no effect
 */
export function effectInWords(effect: Effect): string {
  checkEffect(effect);
  const { name, inWords } = UNITS[effect.unit];
  const { estimate, low, high, seeds } = effect;
  return `${name} ${inWords(estimate)} ${intervalInWords(low, high, seeds, inWords)}`;
}

/** How many seeds would decide what these do not, in words; '' where it is decided. */
export function missingInWords(effect: Effect): string {
  const word = wordOf(effect);
  if (word === 'too few seeds') return `; at least ${FEWEST_SEEDS} seeds would decide`;
  if (word !== 'undecided') return '';
  const needed = seedsToDecide(effect);
  return needed === Infinity
    ? '; more than 1,000 seeds would decide'
    : `; about ${needed} seeds would decide`;
}

/** A decision by an effect: the words before it, the effect, the word that follows. */
export const decisionBy = (effect: Effect, before: string, asked = ''): Decision => ({
  ours: `${before}${effectInWords(effect)}${asked}${missingInWords(effect)}`,
  verdict: wordOf(effect),
  effect,
});

/**
 * Whether a's share lies above b's (or no further below than a margin), over the seeds that both
 * have; shares from 0 to 1, shown in points.
 *
 * @throws CourseError when they have no seed in common, one is not finite, or the margin is
 *   negative
 */
export function compareShares(
  a: string,
  x: Measured,
  b: string,
  y: Measured,
  margin = 0,
): Decision {
  checkText('The name of a', a);
  checkText('The name of b', b);
  finiteNumber('The margin', margin, 'a number of at least 0', (least) => least >= 0);
  const effect = differenceOf(x, y, 'points', { bound: -margin, claimed: 'above' });
  const [ours, theirs] = paired(x, y).map((values) => points(summary(values).mean));
  const asked = margin > 0 ? `; asked: above -${100 * margin}` : '';
  return decisionBy(effect, `${a} ${ours}, ${b} ${theirs}: `, asked);
}

/**
 * A verdict on "a is smaller than b" with both numbers in words. Values are by seed, in the same
 * order: they are compared seed by seed, on the seeds that both have.
 *
 * @throws CourseError when either has no name or no values, or one of these is not finite
 */
export function compare(
  claim: string,
  source: string,
  a: { readonly name: string; readonly values: readonly number[] },
  b: { readonly name: string; readonly values: readonly number[] },
): Verdict {
  checkText('The claim', claim);
  checkText('The source of a claim', source);
  for (const one of [a, b]) {
    plainObject('What is compared', one);
    checkText('The name of what is compared', one.name);
    checkNumbers(`The values of ${quote(one.name)}`, one.values, 1);
  }
  const [x, y] = [a, b].map(({ values }) => asMeasured(values)) as [Measured, Measured];
  const effect = differenceOf(x, y, 'number', { bound: 0, claimed: 'below' });
  const before = `${a.name} ${inWords(a.values)}; ${b.name} ${inWords(b.values)}: `;
  return { claim, source, ...decisionBy(effect, before) };
}

/**
 * A verdict on something that is exactly so or not.
 *
 * @throws CourseError when a text is none, or `isSo` is neither true nor false
 */
export function exactly(claim: string, source: string, ours: string, isSo: boolean): Verdict {
  checkFlag('isSo', isSo);
  const verdict: Verdict = { claim, source, ours, verdict: isSo ? 'true' : 'false' };
  checkVerdict(verdict);
  return verdict;
}

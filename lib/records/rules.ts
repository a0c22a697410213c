/**
 * Rules: how a claim is decided from records. Each is fixed in the registry before the run.
 *
 * Errors spread by factors, so two of them are compared by their ratio: geometric means, and the 95
 * % Welch interval of the difference of logarithms over seeds. The claim "a below b" holds when
 * that interval lies below 1, partly when only the ratio does.
 */
import { difference, logsOf, logSummary, summary } from '../evaluation/statistics';
import { CourseError } from '../core/errors';
import { KEY_OF, coordinateInWords, coordinateOf, type Point } from './axis';
import type { ResultRecord } from './record';
import { overSeeds } from './records';
import { digits, intervalInWords, wordFor, type Verdict, type VerdictWord } from './verdicts';

/** A claim with its source, the paper's own number where it gives one, and the rule. */
export interface Claim {
  readonly claim: string;
  readonly source: string;
  /** The number the source gives, cited; never ours. */
  readonly paper?: string;
  readonly decide: (records: readonly ResultRecord[]) => {
    readonly ours: string;
    readonly verdict: VerdictWord;
  };
}

/** A claim in words, its source, its rule, and the number the source gives. */
export const claim = (
  words: string,
  source: string,
  decide: Claim['decide'],
  paper?: string,
): Claim => ({
  claim: words,
  source,
  ...(paper ? { paper } : {}),
  decide,
});

/** A ratio of geometric means with its 95 % Welch interval over seeds. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
}

/**
 * a / b over seeds.
 *
 * @throws CourseError when either has no values
 */
export function ratioOf(a: readonly number[], b: readonly number[]): Ratio {
  const [first, second] = [logSummary(a), logSummary(b)];
  const { low, high } = difference(logsOf(a), logsOf(b));
  return {
    ratio: first.mean / second.mean,
    low: Math.exp(low),
    high: Math.exp(high),
    seeds: Math.min(a.length, b.length),
  };
}

/** The word for "a below b". */
const below = ({ ratio, high }: Ratio): VerdictWord => wordFor(high < 1, ratio < 1);

/** A ratio in words. */
export const ratioInWords = ({ ratio, low, high, seeds }: Ratio): string =>
  `ratio ${digits(ratio)} ${intervalInWords(low, high, seeds)}`;

/** Where variants are compared: the metric, the point of its axis, the step of training. */
export interface Where extends Point {
  /** 'error' when left out. */
  readonly metric?: string;
  /** The last one when left out. */
  readonly step?: number;
}

/** The axes over which a variant's metric is measured, as one asks for them. */
function measuredOver(
  records: readonly ResultRecord[],
  variant: string,
  metric: string,
): readonly string[] {
  const own = records.filter((r) => r.variant === variant && r.metric === metric);
  return [...new Set(own.map(({ over }) => (over === null ? 'no axis' : KEY_OF[over])))];
}

/**
 * Values of a variant over seeds.
 *
 * @throws CourseError when there are none, saying over which axis there are
 */
export function valuesOf(
  records: readonly ResultRecord[],
  variant: string,
  { metric = 'error', ...rest }: Where,
): number[] {
  const values = overSeeds(records, { variant, metric, ...rest });
  if (values.length > 0) return values;
  const { step, ...point } = rest;
  const at = coordinateInWords(coordinateOf(point)) + (step === undefined ? '' : `, step ${step}`);
  const axes = measuredOver(records, variant, metric);
  throw new CourseError(
    `'${records[0]?.experiment ?? 'no experiment'}' has no '${metric}' of '${variant}'${at}.`,
    axes.length > 0
      ? `It is measured over ${axes.join(' and ')}: ask for a point that is recorded there.`
      : 'Ask for a variant and a metric that this experiment records.',
  );
}

const bothErrors = (a: string, x: readonly number[], b: string, y: readonly number[]): string =>
  `${a} ${digits(logSummary(x).mean)}, ${b} ${digits(logSummary(y).mean)}`;

const twoErrors =
  (a: string, b: string, where: Where, word: (ratio: Ratio) => VerdictWord): Claim['decide'] =>
  (records) => {
    const [x, y] = [valuesOf(records, a, where), valuesOf(records, b, where)];
    const ratio = ratioOf(x, y);
    return {
      ours: `${bothErrors(a, x, b, y)}: ${ratioInWords(ratio)}`,
      verdict: word(ratio),
    };
  };

/** The rule "a's error is below b's". */
export const errorBelow = (a: string, b: string, where: Where): Claim['decide'] =>
  twoErrors(a, b, where, below);

/** The rule "a's error is above b's". */
export const errorAbove = (a: string, b: string, where: Where): Claim['decide'] =>
  twoErrors(a, b, where, ({ ratio, low }) => wordFor(low > 1, ratio > 1));

/**
 * The rule "a's error is at most `factor` times b's"; b may be a baseline, which has one number and
 * no seeds.
 */
export const errorWithin =
  (a: string, b: string, factor: number, where: Where): Claim['decide'] =>
  (records) => {
    const [x, y] = [valuesOf(records, a, where), valuesOf(records, b, where)];
    const { mean, high, count } = logSummary(x.map((value) => value / logSummary(y).mean));
    return {
      ours:
        `${bothErrors(a, x, b, y)}: ${digits(mean)} times ` +
        `(up to ${digits(high)}, ${count} seeds)`,
      verdict: wordFor(high < factor, mean < factor),
    };
  };

/** A share in points. */
export const points = (share: number): string => (100 * share).toFixed(1);

/**
 * Shares of two variants over seeds: the words, and whether a lies above b - margin (with its whole
 * 95 % Welch interval, or in the mean).
 */
export function compareShares(
  a: string,
  x: readonly number[],
  b: string,
  y: readonly number[],
  margin = 0,
): { readonly ours: string; readonly verdict: VerdictWord } {
  const { mean, low, high } = difference(x, y);
  const asked = margin > 0 ? `; asked: above -${100 * margin}` : '';
  const interval = `95 % CI ${points(low)} to ${points(high)}, ${x.length} seeds${asked}`;
  return {
    ours:
      `${a} ${points(summary(x).mean)}, ${b} ${points(summary(y).mean)}: ` +
      `difference ${points(mean)} (${interval})`,
    verdict: wordFor(low > -margin, mean > -margin),
  };
}

/**
 * The rule "a's score is above b's": the 95 % Welch interval of the difference over seeds lies
 * above 0; a baseline's one number has no spread.
 */
export const scoreAbove =
  (a: string, b: string, where: Where & { readonly metric: string }): Claim['decide'] =>
  (records) => {
    const [x, y] = [valuesOf(records, a, where), valuesOf(records, b, where)];
    return compareShares(a, x, b, y);
  };

/**
 * The first recorded step at which each seed's error is at or below a threshold.
 *
 * @returns one number per seed, in order of seeds; Infinity for a seed that never gets there
 */
export function stepsTo(
  records: readonly ResultRecord[],
  variant: string,
  threshold: number,
  metric = 'error along training',
): number[] {
  const own = records.filter((r) => r.variant === variant && r.metric === metric);
  const seeds = [...new Set(own.map(({ seed }) => seed))].sort((a, b) => a - b);
  return seeds.map((seed) =>
    Math.min(
      ...own.filter((r) => r.seed === seed && r.value <= threshold).map(({ step }) => step),
      Infinity,
    ),
  );
}

/**
 * The rule "a gets below the threshold in fewer steps than b"; a seed that never does counts as
 * twice the longest run.
 */
export const soonerThan =
  (a: string, b: string, threshold: number): Claim['decide'] =>
  (records) => {
    const longest = Math.max(...records.map(({ step }) => step));
    const counted = (variant: string): number[] =>
      stepsTo(records, variant, threshold).map((step) => Math.max(1, Math.min(step, 2 * longest)));
    const words = (variant: string): string => {
      const steps = stepsTo(records, variant, threshold);
      const never = steps.filter((step) => step === Infinity).length;
      const average = Math.round(logSummary(counted(variant)).mean);
      const few = never > 0 ? ` (${never} of ${steps.length} never)` : '';
      return `${variant} ${average} steps${few}`;
    };
    const ratio = ratioOf(counted(a), counted(b));
    return {
      ours: `to error ${threshold}: ${words(a)}, ${words(b)}: ${ratioInWords(ratio)}`,
      verdict: below(ratio),
    };
  };

/** The claims of an experiment with our numbers and verdicts. */
export const decide = (claims: readonly Claim[], records: readonly ResultRecord[]): Verdict[] =>
  claims.map(({ claim, source, paper, decide }) => {
    const { ours, verdict } = decide(records);
    return { claim, source: paper ? `${source}: ${paper}` : source, ours, verdict };
  });

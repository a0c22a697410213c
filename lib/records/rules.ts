/**
 * Rules: how a claim is decided from records. Each is fixed in the registry before the run.
 *
 * Everything is compared seed by seed, on the seeds that both have. Errors spread by factors, so
 * two of them are compared by their ratio: the geometric mean of the ratios, with Student's 95 %
 * interval of their logarithms. "a below b" is supported when that interval lies below 1,
 * contradicted when it lies above, undecided otherwise.
 */
import type { ResultRecord } from './record';
import { logSummary } from '../evaluation/statistics';
import { ratioOf, type Side } from './effects';
import { measured, paired, seedwise, valuesIn, type Measured, type Where } from './measured';
import { compareShares, decisionBy, digits, type Decision, type Verdict } from './verdicts';

/** A claim with its source, the paper's own number where it gives one, and the rule. */
export interface Claim {
  readonly claim: string;
  readonly source: string;
  /** The number the source gives, cited; never ours. */
  readonly paper?: string;
  readonly decide: (records: readonly ResultRecord[]) => Decision;
  /** The rule before it was changed, where records had been made by then. */
  readonly changed?: RuleChange;
}

/** That a rule was changed after its first records: what it was, and why, when. */
export interface RuleChange {
  /** What was changed, when and why, in one sentence. */
  readonly change: string;
  readonly decide: Claim['decide'];
}

/** A claim in words, its source, its rule, and the number the source gives. */
export const claim = (
  words: string,
  source: string,
  decide: Claim['decide'],
  paper?: string,
  changed?: RuleChange,
): Claim => ({
  claim: words,
  source,
  ...(paper ? { paper } : {}),
  ...(changed ? { changed } : {}),
  decide,
});

/**
 * Values of a variant over seeds, in the order of the seeds; of a baseline its one value.
 *
 * @throws CourseError when there are none, saying over which axis there are
 */
export const valuesOf = (
  records: readonly ResultRecord[],
  variant: string,
  where: Where,
): number[] => valuesIn(measured(records, variant, where));

/** The geometric means of two errors over the seeds that both have, in words. */
const bothErrors = (a: string, x: Measured, b: string, y: Measured): string => {
  const [ours, theirs] = paired(x, y).map((values) => digits(logSummary(values).mean));
  return `${a} ${ours}, ${b} ${theirs}`;
};

/** The rule that the ratio of two errors lies on a side of a bound. */
const errorRatio =
  (a: string, b: string, where: Where, side: Side): Claim['decide'] =>
  (records) => {
    const [x, y] = [measured(records, a, where), measured(records, b, where)];
    const asked = side.bound === 1 ? '' : `; asked: ${side.claimed} ${side.bound}`;
    return decisionBy(ratioOf(x, y, side), `${bothErrors(a, x, b, y)}: `, asked);
  };

/** The rule "a's error is below b's". */
export const errorBelow = (a: string, b: string, where: Where): Claim['decide'] =>
  errorRatio(a, b, where, { bound: 1, claimed: 'below' });

/** The rule "a's error is above b's". */
export const errorAbove = (a: string, b: string, where: Where): Claim['decide'] =>
  errorRatio(a, b, where, { bound: 1, claimed: 'above' });

/** The rule "a's error is at most `factor` times b's". */
export const errorWithin = (a: string, b: string, factor: number, where: Where): Claim['decide'] =>
  errorRatio(a, b, where, { bound: factor, claimed: 'below' });

/** The rule "a's score is above b's". */
export const scoreAbove =
  (a: string, b: string, where: Where & { readonly metric: string }): Claim['decide'] =>
  (records) =>
    compareShares(a, measured(records, a, where), b, measured(records, b, where));

const ALONG_TRAINING = 'error along training';

/** The first step at which a seed's value is at or below a threshold; Infinity where none is. */
function stepsBySeed(own: readonly ResultRecord[], threshold: number): Map<number, number> {
  const first = new Map<number, number>();
  for (const { seed, value, step } of own) {
    const earlier = first.get(seed) ?? Infinity;
    first.set(seed, value <= threshold ? Math.min(earlier, step) : earlier);
  }
  return first;
}

/**
 * The first recorded step at which each seed's error is at or below a threshold.
 *
 * @returns one number per seed, in order of seeds; Infinity for a seed that never gets there
 */
export function stepsTo(
  records: readonly ResultRecord[],
  variant: string,
  threshold: number,
  metric = ALONG_TRAINING,
): number[] {
  const own = records.filter((r) => r.variant === variant && r.metric === metric);
  return valuesIn(stepsBySeed(own, threshold));
}

/** Steps to a threshold, by seed, where "never" counts as twice the run. */
interface StepsCounted {
  readonly counted: Measured;
  readonly inWords: string;
}

function countedSteps(
  records: readonly ResultRecord[],
  variant: string,
  threshold: number,
): StepsCounted {
  const own = records.filter((r) => r.variant === variant && r.metric === ALONG_TRAINING);
  const run = Math.max(...own.map(({ step }) => step));
  const steps = stepsBySeed(own, threshold);
  const counted = seedwise((step) => Math.max(1, Math.min(step!, 2 * run)), steps);
  const never = valuesIn(steps).filter((step) => step === Infinity).length;
  const rest = never > 0 ? ` (${never} of ${steps.size} never, counted as ${2 * run})` : '';
  const average = Math.round(logSummary(valuesIn(counted)).mean);
  return { counted, inWords: `${variant} ${average} steps${rest}` };
}

/**
 * The rule "a gets below the threshold in fewer steps than b"; a seed that never does counts as
 * twice the run.
 */
export const soonerThan =
  (a: string, b: string, threshold: number): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map((variant) => countedSteps(records, variant, threshold)) as [
      StepsCounted,
      StepsCounted,
    ];
    const before = `to error ${threshold}: ${x.inWords}, ${y.inWords}: `;
    return decisionBy(ratioOf(x.counted, y.counted), before);
  };

/** The claims of an experiment with our numbers and verdicts. */
export const decide = (claims: readonly Claim[], records: readonly ResultRecord[]): Verdict[] =>
  claims.map(({ claim, source, paper, decide, changed }) => ({
    claim,
    source: paper ? `${source}: ${paper}` : source,
    ...decide(records),
    ...(changed ? { earlier: { change: changed.change, ...changed.decide(records) } } : {}),
  }));

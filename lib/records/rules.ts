/**
 * Rules: how a claim is decided from records. Each is fixed in the registry before the run.
 *
 * Everything is compared seed by seed, on the seeds that both have. Errors spread by factors, so
 * two of them are compared by their ratio: the geometric mean of the ratios, with Student's 95 %
 * interval of their logarithms. "a below b" is supported when that interval lies below 1,
 * contradicted when it lies above, undecided otherwise.
 */
import type { ResultRecord } from './record';
import { checkFunction, checkText } from '../core/checks';
import { demand, finiteNumber, knownKeys, quote } from '../core/errors';
import { checkWhere, recordsOf } from './records';
import { logSummary } from '../evaluation/statistics';
import { ratioOf, type Side } from './effects';
import { measured, paired, seedwise, valuesIn, type Measured, type Where } from './measured';
import {
  checkDecision,
  compareShares,
  decisionBy,
  digits,
  type Decision,
  type Verdict,
} from './verdicts';

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
 * @throws CourseError when there are none, saying over which axis there are, or when what is asked
 *   for is no place among records
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

function checkNames(a: string, b: string): void {
  checkText('The name of a', a);
  checkText('The name of b', b);
}

/** The rule that the ratio of two errors lies on a side of a bound. */
function errorRatio(a: string, b: string, where: Where, side: Side): Claim['decide'] {
  checkNames(a, b);
  checkWhere(where);
  return (records) => {
    const [x, y] = [measured(records, a, where), measured(records, b, where)];
    const asked = side.bound === 1 ? '' : `; asked: ${side.claimed} ${side.bound}`;
    return decisionBy(ratioOf(x, y, side), `${bothErrors(a, x, b, y)}: `, asked);
  };
}

/**
 * The rule "a's error is below b's".
 *
 * @throws CourseError when a name is no text, or `where` is no place among records
 */
export const errorBelow = (a: string, b: string, where: Where): Claim['decide'] =>
  errorRatio(a, b, where, { bound: 1, claimed: 'below' });

/**
 * The rule "a's error is above b's".
 *
 * @throws CourseError when a name is no text, or `where` is no place among records
 */
export const errorAbove = (a: string, b: string, where: Where): Claim['decide'] =>
  errorRatio(a, b, where, { bound: 1, claimed: 'above' });

/**
 * The rule "a's error is at most `factor` times b's".
 *
 * @throws CourseError when a name is no text, the factor is not above 0, or `where` is no
 *   place among records
 */
export function errorWithin(a: string, b: string, factor: number, where: Where): Claim['decide'] {
  finiteNumber('The factor', factor, 'a number above 0', (x) => x > 0);
  return errorRatio(a, b, where, { bound: factor, claimed: 'below' });
}

/** The rule "a's score is above b's". */
export const scoreAbove =
  (a: string, b: string, where: Where & { readonly metric: string }): Claim['decide'] =>
  (records) =>
    compareShares(a, measured(records, a, where), b, measured(records, b, where));

const ALONG_TRAINING = 'error along training';

/** The first step at which a seed's value has got somewhere; Infinity where it never does. */
export function stepsBySeed(
  own: readonly ResultRecord[],
  there: (value: number) => boolean,
): Map<number, number> {
  const first = new Map<number, number>();
  for (const { seed, value, step } of own) {
    const earlier = first.get(seed) ?? Infinity;
    first.set(seed, there(value) ? Math.min(earlier, step) : earlier);
  }
  return first;
}

/**
 * The first recorded step at which each seed's error is at or below a threshold.
 *
 * @returns one number per seed, in order of seeds; Infinity for a seed that never gets there
 * @throws CourseError when the threshold is not finite, or what is given are no records
 */
export function stepsTo(
  records: readonly ResultRecord[],
  variant: string,
  threshold: number,
  metric = ALONG_TRAINING,
): number[] {
  finiteNumber('The threshold', threshold);
  const own = recordsOf(records, variant, metric);
  return valuesIn(stepsBySeed(own, (value) => value <= threshold));
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
  const own = recordsOf(records, variant, ALONG_TRAINING);
  demand(
    own.length > 0,
    () => `There is no '${ALONG_TRAINING}' of ${quote(variant)}.`,
    'Ask for a variant that this experiment trains.',
  );
  const run = own.reduce((last, { step }) => Math.max(last, step), 0);
  const steps = stepsBySeed(own, (value) => value <= threshold);
  const counted = seedwise((step) => Math.max(1, Math.min(step!, 2 * run)), steps);
  const never = valuesIn(steps).filter((step) => step === Infinity).length;
  const rest = never > 0 ? ` (${never} of ${steps.size} never, counted as ${2 * run})` : '';
  const average = Math.round(logSummary(valuesIn(counted)).mean);
  return { counted, inWords: `${variant} ${average} steps${rest}` };
}

/**
 * The rule "a gets below the threshold in fewer steps than b"; a seed that never does counts as
 * twice the run.
 *
 * @throws CourseError when a name is no text, or the threshold is not finite
 */
export function soonerThan(a: string, b: string, threshold: number): Claim['decide'] {
  checkNames(a, b);
  finiteNumber('The threshold', threshold);
  return (records) => {
    const [x, y] = [a, b].map((variant) => countedSteps(records, variant, threshold)) as [
      StepsCounted,
      StepsCounted,
    ];
    const before = `to error ${threshold}: ${x.inWords}, ${y.inWords}: `;
    return decisionBy(ratioOf(x.counted, y.counted), before);
  };
}

/** Refuses what is no claim with its rule. */
function checkClaim(one: Claim): void {
  knownKeys('A claim', one, ['claim', 'source', 'paper', 'decide', 'changed']);
  const { claim, source, paper, decide, changed } = one;
  checkText('A claim in words', claim);
  checkText('The source of a claim', source);
  checkFunction('The rule of a claim', decide);
  if (paper !== undefined) checkText('The number that the source gives', paper);
  if (changed === undefined) return;
  knownKeys('The change of a rule', changed, ['change', 'decide']);
  checkText('What was changed', changed.change);
  checkFunction('The rule before it was changed', changed.decide);
}

/** What a rule says of records. */
function decisionOf(rule: Claim['decide'], records: readonly ResultRecord[]): Decision {
  const decision = rule(records);
  checkDecision(decision);
  return decision;
}

/**
 * The claims of an experiment with our numbers and verdicts.
 *
 * @throws CourseError when they are no claims, or a rule does not fit the records
 */
export function decide(claims: readonly Claim[], records: readonly ResultRecord[]): Verdict[] {
  for (const list of [claims, records])
    demand(
      Array.isArray(list),
      () => `Claims and records must be lists, got ${quote(list)}.`,
      'Give the claims of an experiment, and its records.',
    );
  claims.forEach(checkClaim);
  return claims.map(({ claim, source, paper, decide, changed }) => ({
    claim,
    source: paper ? `${source}: ${paper}` : source,
    ...decisionOf(decide, records),
    ...(changed
      ? { earlier: { change: changed.change, ...decisionOf(changed.decide, records) } }
      : {}),
  }));
}

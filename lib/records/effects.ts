/**
 * Effects: how far two things differ over seeds, with a 95 % interval, and the word that follows
 * for a claim. Both are compared seed by seed: the interval is Student's t of the differences.
 */
import { logsOf, summary } from '../evaluation/statistics';
import { tQuantile, twoSided } from '../evaluation/student';
import { demand } from '../core/errors';
import { seedwise, valuesIn, type Measured } from './measured';

/** What our numbers say of a claim over seeds, or of an exact statement. */
export const VERDICT_WORDS = [
  'supported',
  'contradicted',
  'undecided',
  'too few seeds',
  'true',
  'false',
] as const;

export type VerdictWord = (typeof VERDICT_WORDS)[number];

/** Fewer seeds decide nothing. */
export const FEWEST_SEEDS = 3;

/** In what an effect is measured. */
export type Unit = 'ratio' | 'points' | 'nats' | 'number' | 'level';

/** An estimate over seeds with its 95 % interval; the claim says that it lies beyond the bound. */
export interface Effect {
  readonly unit: Unit;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
  /** The claim: the estimate lies `claimed` this number. */
  readonly bound: number;
  readonly claimed: 'above' | 'below';
  /** The two-sided p-value of "the estimate is the bound"; null with fewer than two seeds. */
  readonly p: number | null;
}

/** The claim that an estimate lies above or below a bound. */
export type Side = Pick<Effect, 'bound' | 'claimed'>;

const [IDENTITY, EXP] = [(x: number) => x, Math.exp];

/** The effect of numbers over seeds, on a scale that `back` leads back from. */
function effectOf(
  values: readonly number[],
  unit: Unit,
  { bound, claimed }: Side,
  [to, back]: readonly [(x: number) => number, (x: number) => number],
): Effect {
  const { mean: estimate, low, high, deviation, count } = summary(values);
  const error = deviation / Math.sqrt(count);
  const distance = estimate - to(bound);
  const p =
    count < 2 ? null : error > 0 ? twoSided(distance / error, count - 1) : distance === 0 ? 1 : 0;
  return {
    unit,
    estimate: back(estimate),
    low: back(low),
    high: back(high),
    seeds: count,
    bound,
    claimed,
    p,
  };
}

/**
 * a / b, geometric mean and interval over the seeds that both have. Errors spread by factors and
 * cannot be negative.
 *
 * @throws CourseError when they have no seed in common, or the bound is not above 0
 */
export function ratioOf(
  a: Measured,
  b: Measured,
  side: Side = { bound: 1, claimed: 'below' },
): Effect {
  demand(side.bound > 0, () => `A ratio was compared with ${side.bound}.`, 'Give a bound above 0.');
  const logs = seedwise((x, y) => logsOf([x])[0]! - logsOf([y])[0]!, a, b);
  return effectOf(valuesIn(logs), 'ratio', side, [Math.log, EXP]);
}

/**
 * a - b, mean and interval over the seeds that both have.
 *
 * @throws CourseError when they have no seed in common
 */
export const differenceOf = (
  a: Measured,
  b: Measured,
  unit: Unit = 'number',
  side: Side = { bound: 0, claimed: 'above' },
): Effect => effectOf(valuesIn(seedwise((x, y) => x - y, a, b)), unit, side, [IDENTITY, IDENTITY]);

/** A number over seeds against a bound. */
export const levelOf = (a: Measured, side: Side, unit: Unit = 'number'): Effect =>
  effectOf(valuesIn(a), unit, side, [IDENTITY, IDENTITY]);

/** The word for an effect: the whole interval decides. */
export function wordOf({ low, high, bound, claimed, seeds }: Effect): VerdictWord {
  if (seeds < FEWEST_SEEDS) return 'too few seeds';
  const [above, below] = [low > bound, high < bound];
  if (!above && !below) return 'undecided';
  return above === (claimed === 'above') ? 'supported' : 'contradicted';
}

const MOST_SEEDS = 1000;

/**
 * With how many seeds an interval of this spread around this estimate would leave out the bound.
 *
 * @returns that number; Infinity above a thousand, or when the estimate is the bound
 */
export function seedsToDecide({ unit, estimate, high, bound, seeds }: Effect): number {
  const scale = unit === 'ratio' ? Math.log : IDENTITY;
  const distance = Math.abs(scale(estimate) - scale(bound));
  const deviation =
    ((scale(high) - scale(estimate)) * Math.sqrt(seeds)) / tQuantile(Math.max(1, seeds - 1));
  for (let n = Math.max(seeds, FEWEST_SEEDS); n <= MOST_SEEDS; n++)
    if ((tQuantile(n - 1) * deviation) / Math.sqrt(n) < distance) return n;
  return Infinity;
}

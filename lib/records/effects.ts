/**
 * Effects: how far two things differ over seeds, with a 95 % interval, and the word that follows
 * for a claim. Both are compared seed by seed: the interval is Student's t of the differences.
 */
import { logsOf, summary } from '../evaluation/statistics';
import { tQuantile, twoSided } from '../evaluation/student';
import { checkList, checkWord } from '../core/checks';
import { demand, finiteNumber, knownKeys, plainObject, positiveInteger } from '../core/errors';
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

const UNITS = ['ratio', 'points', 'nats', 'number', 'level'] as const;

/** In what an effect is measured. */
export type Unit = (typeof UNITS)[number];

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

/** Refuses what is no side of a bound; a ratio's bound is above 0. */
function checkSide({ bound, claimed }: Side, unit: Unit): void {
  checkWord('The unit of an effect', unit, UNITS);
  finiteNumber('The bound of a claim', bound);
  checkWord('The claimed side', claimed, ['above', 'below']);
  demand(
    unit !== 'ratio' || bound > 0,
    () => `A ratio was compared with ${bound}.`,
    'Give a bound above 0.',
  );
}

/**
 * Refuses what is no effect.
 *
 * @throws CourseError quoting what is wrong with it
 */
export function checkEffect(effect: Effect): void {
  plainObject('An effect', effect);
  const { unit, estimate, low, high, seeds, p } = effect;
  checkSide(effect, unit);
  const least = unit === 'ratio' ? 0 : -Infinity;
  const isNumber = (x: unknown): boolean => typeof x === 'number' && x >= least;
  checkList(`The ${unit} and its interval`, [estimate, low, high], 'numbers', isNumber);
  positiveInteger('The seeds of an effect', seeds);
  if (p !== null) finiteNumber('p', p, 'null or from 0 to 1', (x) => x >= 0 && x <= 1);
}

const [IDENTITY, EXP] = [(x: number) => x, Math.exp];

/** The effect of numbers over seeds, on a scale that `back` leads back from. */
function effectOf(
  values: () => readonly number[],
  unit: Unit,
  side: Side,
  [to, back]: readonly [(x: number) => number, (x: number) => number],
): Effect {
  knownKeys('The side of a bound', side, ['bound', 'claimed']);
  checkSide(side, unit);
  const { bound, claimed } = side;
  const { mean: estimate, low, high, deviation, count } = summary(values());
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
 * @throws CourseError when they have no seed in common, one is no number, or the bound is not
 *   above 0
 */
export function ratioOf(
  a: Measured,
  b: Measured,
  side: Side = { bound: 1, claimed: 'below' },
): Effect {
  const log = (x: number): number => logsOf([x])[0]!;
  const logs = (): Measured => seedwise((x, y) => log(x) - log(y), a, b);
  return effectOf(() => valuesIn(logs()), 'ratio', side, [Math.log, EXP]);
}

/**
 * a - b, mean and interval over the seeds that both have.
 *
 * @throws CourseError when they have no seed in common, one is not finite, or the side or unit is
 *   none
 */
export const differenceOf = (
  a: Measured,
  b: Measured,
  unit: Unit = 'number',
  side: Side = { bound: 0, claimed: 'above' },
): Effect =>
  effectOf(() => valuesIn(seedwise((x, y) => x - y, a, b)), unit, side, [IDENTITY, IDENTITY]);

/**
 * A number over seeds against a bound.
 *
 * @throws CourseError when one is not finite, or the side or unit is none
 */
export const levelOf = (a: Measured, side: Side, unit: Unit = 'number'): Effect =>
  effectOf(() => valuesIn(a), unit, side, [IDENTITY, IDENTITY]);

/**
 * The word for an effect: the whole interval decides.
 *
 * @throws CourseError when it is no effect
 */
export function wordOf(effect: Effect): VerdictWord {
  checkEffect(effect);
  const { low, high, bound, claimed, seeds } = effect;
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
 * @throws CourseError when it is no effect
 */
export function seedsToDecide(effect: Effect): number {
  checkEffect(effect);
  const { unit, estimate, high, bound, seeds } = effect;
  const scale = unit === 'ratio' ? Math.log : IDENTITY;
  const distance = Math.abs(scale(estimate) - scale(bound));
  const deviation =
    ((scale(high) - scale(estimate)) * Math.sqrt(seeds)) / tQuantile(Math.max(1, seeds - 1));
  for (let n = Math.max(seeds, FEWEST_SEEDS); n <= MOST_SEEDS; n++)
    if ((tQuantile(n - 1) * deviation) / Math.sqrt(n) < distance) return n;
  return Infinity;
}

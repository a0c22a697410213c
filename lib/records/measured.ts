/**
 * Numbers by seed. Variants of an experiment share their initial weights and their prompts where
 * they share a seed, so numbers are always compared seed by seed.
 */
import { checkFunction, checkList } from '../core/checks';
import { CourseError, demand, plainObject, quote } from '../core/errors';
import { KEY_OF, coordinateInWords, coordinateOf } from './axis';
import type { ResultRecord } from './record';
import { recordsAt, recordsOf, type Where } from './records';

/** A number for each seed of a variant, or the one number of a baseline, which is not trained. */
export type Measured = number | ReadonlyMap<number, number>;

export { type Where };

const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);

/** Refuses what was not measured: neither a number nor numbers by seed; "never" is infinite. */
const checkMeasured = (one: unknown): void =>
  demand(
    isNumber(one) ||
      (one instanceof Map && [...one].every(([seed, value]) => isNumber(seed) && isNumber(value))),
    () => `A number, or numbers by seed, were expected, got ${quote(one)}.`,
    'Take them from measured or asMeasured.',
  );

/** Baselines are recorded by a job of their own, whose config ends in its name. */
const isBaseline = ({ config }: ResultRecord): boolean => config.endsWith(':learners');

/** The axes over which a variant's metric is measured, as one asks for them. */
function measuredOver(
  records: readonly ResultRecord[],
  variant: string,
  metric: string,
): readonly string[] {
  const own = recordsOf(records, variant, metric);
  return [...new Set(own.map(({ over }) => (over === null ? 'no axis' : KEY_OF[over])))];
}

/**
 * The number that was measured of a variant or baseline, for each seed.
 *
 * @throws CourseError when there is none, saying over which axis there are some, or when what is
 *   asked for is no place among records
 */
export function measured(
  records: readonly ResultRecord[],
  variant: string,
  where: Where = {},
): Measured {
  plainObject('Where to look', where);
  const { metric = 'error', step, ...point } = where;
  const found = recordsAt(records, {
    variant,
    metric,
    ...point,
    ...(step === undefined ? {} : { step }),
  });
  if (found.length > 0)
    return found.every(isBaseline)
      ? found[0]!.value
      : new Map(found.map(({ seed, value }) => [seed, value]));
  const at = coordinateInWords(coordinateOf(point)) + (step === undefined ? '' : `, step ${step}`);
  const axes = measuredOver(records, variant, metric);
  throw new CourseError(
    `${quote(records[0]?.experiment ?? 'no experiment')} has no '${metric}' of '${variant}'${at}.`,
    axes.length > 0
      ? `It is measured over ${axes.join(' and ')}: ask for a point that is recorded there.`
      : 'Ask for a variant and a metric that this experiment records.',
  );
}

/** The seeds that all of them have, in their order; null when all are baselines. */
function commonSeeds(all: readonly Measured[]): number[] | null {
  const maps = all.filter((one) => typeof one !== 'number');
  if (maps.length === 0) return null;
  const [first, ...rest] = maps;
  return [...first!.keys()]
    .filter((seed) => rest.every((one) => one.has(seed)))
    .sort((a, b) => a - b);
}

/** The number for a seed. */
const atSeed = (one: Measured, seed: number): number =>
  typeof one === 'number' ? one : one.get(seed)!;

/**
 * Computes a number from several, seed by seed, on the seeds that all have.
 *
 * @param f gets the numbers of one seed in the order of `all`
 * @throws CourseError when they have no seed in common, or one of them or of the results is no
 *   number
 */
export function seedwise(
  f: (...values: number[]) => number,
  ...all: readonly Measured[]
): Measured {
  checkFunction('What is computed seed by seed', f);
  for (const one of all) checkMeasured(one);
  const seeds = commonSeeds(all);
  if (seeds === null) return computed(f, all as readonly number[]);
  if (seeds.length === 0)
    throw new CourseError(
      'Numbers of runs that have no seed in common were compared.',
      'Record both with the same seeds.',
    );
  return new Map(
    seeds.map((seed) => [
      seed,
      computed(
        f,
        all.map((one) => atSeed(one, seed)),
      ),
    ]),
  );
}

/** The number that comes of some. */
function computed(f: (...values: number[]) => number, values: readonly number[]): number {
  const result = f(...values);
  demand(
    isNumber(result),
    () => `Of ${quote(values)} came ${quote(result)}, which is no number.`,
    'Give a function whose result is a number.',
  );
  return result;
}

/** Both lists of numbers on the seeds that both have, in their order. */
export const paired = (a: Measured, b: Measured): readonly [number[], number[]] => [
  valuesIn(seedwise((x) => x!, a, b)),
  valuesIn(seedwise((_, y) => y!, a, b)),
];

/**
 * The numbers in the order of their seeds; of a baseline its one number.
 *
 * @throws CourseError when one is no number
 */
export function valuesIn(one: Measured): number[] {
  checkMeasured(one);
  return typeof one === 'number'
    ? [one]
    : [...one.entries()].sort(([a], [b]) => a - b).map(([, value]) => value);
}

/**
 * Numbers given as a list, one for each seed from 0.
 *
 * @throws CourseError when one is no number
 */
export function asMeasured(values: readonly number[]): Measured {
  checkList('Numbers by seed', values, 'numbers', isNumber);
  return new Map(values.entries());
}

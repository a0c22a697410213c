/**
 * Numbers with their spread. Confidence intervals over seeds use Student's t; over prompts, the
 * bootstrap.
 */
import { checkList } from '../core/checks';
import { demand, positiveInteger, quote } from '../core/errors';
import { stream } from '../core/random';
import { tQuantile } from './student';

/** A mean with its spread. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the values (n - 1); 0 for a single value. */
  readonly deviation: number;
  /** 95 % confidence interval of the mean; the mean itself for a single value. */
  readonly low: number;
  readonly high: number;
}

function checkValues(values: readonly number[]): void {
  checkAny(values, 0);
  demand(
    values.length > 0,
    () => 'A summary of no values was asked for.',
    'Give at least one number.',
  );
  demand(
    values.every(Number.isFinite),
    () =>
      `A summary of [${values.slice(0, 5).join(', ')} ...] was asked for, ` +
      'which holds NaN or an infinite number.',
    'Look at the run that made it.',
  );
}

/** Refuses what is no list with numbers. */
const checkAny = (values: readonly number[], least: number): void =>
  checkList('Values', values, 'numbers', (value) => typeof value === 'number', least);

/**
 * The mean.
 *
 * @throws CourseError when there are no numbers
 */
export function mean(values: readonly number[]): number {
  checkAny(values, 1);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The median, for values with heavy tails. What is not finite (a rate too large) counts as
 * infinite.
 *
 * @throws CourseError when there are no numbers
 */
export function median(values: readonly number[]): number {
  checkAny(values, 1);
  const sorted = values
    .map((value) => (Number.isFinite(value) ? value : Infinity))
    .sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** Standard deviation with n - 1 below; 0 for a single value. */
export function deviation(values: readonly number[]): number {
  checkAny(values, 0);
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1),
  );
}

/**
 * Mean, standard deviation and the 95 % t-interval of the mean.
 *
 * @throws CourseError when there are no values, or one is not finite
 */
export function summary(values: readonly number[]): Summary {
  checkValues(values);
  const [centre, spread] = [mean(values), deviation(values)];
  const half =
    values.length < 2 ? 0 : (tQuantile(values.length - 1) * spread) / Math.sqrt(values.length);
  return {
    count: values.length,
    mean: centre,
    deviation: spread,
    low: centre - half,
    high: centre + half,
  };
}

/** Values below this count as this where logarithms are taken: errors at round-off. */
const LEAST = 1e-12;

/** Natural logarithms of errors, none below that of round-off. */
export const logsOf = (values: readonly number[]): number[] =>
  values.map((value) => Math.log(Math.max(value, LEAST)));

/**
 * Geometric mean and the 95 % t-interval of the mean logarithm: for errors, which spread by factors
 * and cannot be negative. `deviation` is that of the natural logarithms.
 *
 * @throws CourseError when there are no values, or one is negative or not finite
 */
export function logSummary(values: readonly number[]): Summary {
  checkValues(values);
  demand(
    values.every((value) => value >= 0),
    () => `A geometric mean of ${quote(values)} was asked for, which holds a negative number.`,
    'Errors are at least 0; use summary for other numbers.',
  );
  const { count, mean: centre, deviation: spread, low, high } = summary(logsOf(values));
  return {
    count,
    mean: Math.exp(centre),
    deviation: spread,
    low: Math.exp(low),
    high: Math.exp(high),
  };
}

/**
 * The 95 % percentile-bootstrap interval of the mean.
 *
 * @param seed    which resamples
 * @param repeats how many resamples
 * @throws CourseError when there are no values, or one is not finite
 */
export function bootstrap(values: readonly number[], seed = 0, repeats = 1000): Summary {
  checkValues(values);
  positiveInteger('repeats', repeats, 1, 1e6);
  const random = stream(seed, 'bootstrap');
  const means = Array.from({ length: repeats }, () =>
    mean(values.map(() => values[random.integer(values.length)]!)),
  ).sort((a, b) => a - b);
  return {
    count: values.length,
    mean: mean(values),
    deviation: deviation(values),
    low: means[Math.floor(0.025 * repeats)]!,
    high: means[Math.ceil(0.975 * repeats) - 1]!,
  };
}

/**
 * How two independent sets of values compare: the difference of means with its 95 % Welch interval.
 * A set of one value counts as exact.
 *
 * @throws CourseError when a set has no values, or one is not finite
 */
export function difference(a: readonly number[], b: readonly number[]): Summary {
  const [x, y] = [summary(a), summary(b)];
  const [va, vb] = [x.deviation ** 2 / x.count, y.deviation ** 2 / y.count];
  const freedom =
    (va + vb) ** 2 / (va ** 2 / Math.max(1, x.count - 1) + vb ** 2 / Math.max(1, y.count - 1));
  const half = va + vb === 0 ? 0 : tQuantile(freedom) * Math.sqrt(va + vb);
  const centre = x.mean - y.mean;
  return {
    count: Math.min(x.count, y.count),
    mean: centre,
    deviation: Math.sqrt(va + vb),
    low: centre - half,
    high: centre + half,
  };
}

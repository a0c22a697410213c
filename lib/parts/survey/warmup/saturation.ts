/**
 * A curve that saturates: y(n) = a - b n^(-c), fitted by least squares. For each exponent c the curve
 * is linear in a and b,
 *
 *   b = -cov(n^(-c), y) / var(n^(-c)),    a = mean(y) + b mean(n^(-c)),
 *
 * so that only c has to be searched. Where the best c lies at an end of the range, the points do not
 * determine the curve: at the lower end they rise or fall like ln n and show no limit, at the upper
 * end they have reached it by the second point.
 * Reference: the form is that of learning curves, as in Kaplan et al. (2020, arXiv 2001.08361).
 */
import { checkEach, checkNumbers, checkStream, type Check } from '../../../core/checks';
import { demand, finiteNumber, plainObject, positiveInteger } from '../../../core/errors';
import { argMin } from '../../../core/numerics';
import type { Stream } from '../../../core/random';
import { mean } from '../../../evaluation/statistics';

/** A measured point: y after n steps, tasks, or whatever is counted. */
export interface SaturationPoint {
  /** Above 0. */
  readonly n: number;
  readonly y: number;
}

/** What a fit says of the limit. */
export const CURVE_LIMITS = [
  'determined',
  'still rising',
  'still falling',
  'reached at once',
  'flat',
] as const;
export type CurveLimit = (typeof CURVE_LIMITS)[number];

/** y = a - b n^(-c). */
export interface Saturation {
  /** What y tends to. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Square root of the mean squared distance to the points. */
  readonly residual: number;
  /** Whether the points determine the limit, or why they do not. */
  readonly limit: CurveLimit;
}

/** The range of exponents, and in how many steps it is searched. */
const [LEAST, MOST, GRID] = [0.05, 5, 120];

/** Fewer points than this leave nothing over to judge three numbers by. */
const FEWEST = 4;

const checkPoint: Check = (name, value) => {
  plainObject(name, value);
  const { n, y } = value as SaturationPoint;
  finiteNumber(`${name}.n`, n, 'a number above 0', (x) => x > 0);
  finiteNumber(`${name}.y`, y);
};

/** The best a and b for an exponent, with the mean squared distance. */
function linearFit(
  points: readonly SaturationPoint[],
  c: number,
): { readonly a: number; readonly b: number; readonly squared: number } {
  const powers = points.map(({ n }) => n ** -c);
  const ys = points.map(({ y }) => y);
  const [meanPower, meanY] = [mean(powers), mean(ys)];
  const spread = mean(powers.map((p) => (p - meanPower) ** 2));
  const together = mean(powers.map((p, i) => (p - meanPower) * (ys[i]! - meanY)));
  const b = -together / spread;
  const a = meanY + b * meanPower;
  return { a, b, squared: mean(powers.map((p, i) => (a - b * p - ys[i]!) ** 2)) };
}

/** The smallest value of a function between two numbers, by golden section. */
function smallestBetween(low: number, high: number, of: (x: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [low, high];
  for (let i = 0; i < 60; i++) {
    const [left, right] = [to - golden * (to - from), from + golden * (to - from)];
    if (of(left) <= of(right)) to = right;
    else from = left;
  }
  return (from + to) / 2;
}

/**
 * Fits a - b n^(-c) to points, c between 0.05 and 5.
 *
 * @param points at four values of n or more
 * @throws CourseError when there are fewer, an n is not above 0, or a y is not finite
 */
export function fitSaturation(points: readonly SaturationPoint[]): Saturation {
  checkEach('The points of a curve', points, 'points', checkPoint, 1);
  const at = new Set(points.map(({ n }) => n));
  demand(
    at.size >= FEWEST,
    () => `A curve with three free numbers was asked for through points at ${at.size} values of n.`,
    `Measure at ${FEWEST} or more.`,
  );
  const ys = points.map(({ y }) => y);
  if (Math.max(...ys) - Math.min(...ys) < 1e-12)
    return { a: ys[0]!, b: 0, c: 1, residual: 0, limit: 'flat' };
  const squaredAt = (logC: number): number => linearFit(points, Math.exp(logC)).squared;
  const [low, high] = [Math.log(LEAST), Math.log(MOST)];
  const grid = Array.from({ length: GRID + 1 }, (_, i) => low + ((high - low) * i) / GRID);
  const errors = grid.map(squaredAt);
  const best = argMin(errors);
  const inside = best > 0 && best < GRID;
  const logC = inside ? smallestBetween(grid[best - 1]!, grid[best + 1]!, squaredAt) : grid[best]!;
  const c = Math.exp(logC);
  const { a, b, squared } = linearFit(points, c);
  const moving = b > 0 ? 'still rising' : 'still falling';
  const limit = inside ? 'determined' : best === 0 ? moving : 'reached at once';
  return { a, b, c, residual: Math.sqrt(squared), limit };
}

/**
 * The height of a fitted curve.
 *
 * @param n above 0
 * @throws CourseError when n is not above 0, or what is given is no fit
 */
export function saturatingValue(fit: Pick<Saturation, 'a' | 'b' | 'c'>, n: number): number {
  plainObject('A fit', fit);
  const { a, b, c } = fit;
  for (const [name, value] of Object.entries({ a, b, c })) finiteNumber(`'${name}'`, value);
  finiteNumber('n', n, 'a number above 0', (x) => x > 0);
  return a - b * n ** -c;
}

/** A fit with what resampling says of its limit. */
export interface SaturationBand {
  readonly fit: Saturation;
  /** 95 % percentile interval of a, over all resamples, whether determined or not. */
  readonly low: number;
  readonly high: number;
  /** The share of resamples whose limit is determined. */
  readonly determined: number;
}

/**
 * The fit to mean curves, and its bootstrap: seeds are drawn with replacement, and the mean of their
 * curves is fitted anew.
 *
 * @param ns     by point
 * @param curves y by seed and point, [seeds, points]
 * @param draws  how many resamples
 * @throws CourseError when a curve has not one number for each n, there are fewer than two, or what
 *   is given is no stream
 */
export function saturationBand(
  random: Stream,
  ns: readonly number[],
  curves: readonly (readonly number[])[],
  draws = 400,
): SaturationBand {
  checkStream(random);
  checkNumbers('The places of a curve', ns, FEWEST);
  checkEach('Curves', curves, 'curves', checkNumbers, 2);
  positiveInteger('draws', draws, 40, 1e5);
  demand(
    curves.every(({ length }) => length === ns.length),
    () =>
      `Curves of ${curves.map(({ length }) => length).join(', ')} points have ${ns.length} places.`,
    'Give each curve one number for each n.',
  );
  const fitOf = (some: readonly (readonly number[])[]): Saturation =>
    fitSaturation(ns.map((n, i) => ({ n, y: mean(some.map((curve) => curve[i]!)) })));
  const fits = Array.from({ length: draws }, () =>
    fitOf(curves.map(() => curves[random.integer(curves.length)]!)),
  );
  const limits = fits.map(({ a }) => a).sort((x, y) => x - y);
  return {
    fit: fitOf(curves),
    low: limits[Math.floor(0.025 * draws)]!,
    high: limits[Math.ceil(0.975 * draws) - 1]!,
    determined: fits.filter(({ limit }) => limit === 'determined').length / draws,
  };
}

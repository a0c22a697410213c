/**
 * A mixture of Gaussians with full covariances, fitted by expectation and maximisation:
 *
 *   p(x) = sum_k w_k N(x | m_k, S_k),
 *   r_ik ~ w_k N(x_i | m_k, S_k);  w_k = mean_i r_ik,  m_k and S_k: mean and covariance weighted by r.
 *
 * It starts from points drawn far apart from each other.
 * References: Dempster, Laird and Rubin (1977); Arthur and Vassilvitskii (2007) for the start.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';

import {
  checkEach,
  checkFields,
  checkNumbers,
  checkRows,
  checkStream,
  type Check,
} from '../../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger, quote } from '../../../core/errors';
import { logSum, squaredDistance } from '../../../core/numerics';
import type { Stream } from '../../../core/random';

/** A component: its share, mean [D] and covariance [D, D]. */
export interface MixtureComponent {
  readonly weight: number;
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

/** How a mixture is fitted. */
export interface MixtureConfig {
  /** At most. */
  readonly iterations: number;
  /** Is added to each variance, so that no component shrinks to a point. */
  readonly ridge: number;
  /** It stops when the mean log-likelihood of a point grows by less, in nats. */
  readonly tolerance: number;
}

const MIXTURE: MixtureConfig = { iterations: 100, ridge: 1e-3, tolerance: 1e-6 };

/** A component with less than this of a point keeps its place. */
const LEAST_POINTS = 1e-6;

type Points = readonly (readonly number[])[];

/** log(w_k N(x | m_k, S_k)) as a function of x. */
function logDensityOf({
  weight,
  mean,
  covariance,
}: MixtureComponent): (x: readonly number[]) => number {
  const cholesky = new CholeskyDecomposition(new Matrix(covariance.map((row) => [...row])));
  demand(
    cholesky.isPositiveDefinite(),
    () => `The covariance of a component is not positive definite, got ${quote(covariance)}.`,
    'Fit it with scoring.fitMixture, or raise its ridge.',
  );
  const L = cholesky.lowerTriangularMatrix; // [D, D], S = L L'
  const D = mean.length;
  const logDeterminant = L.diagonal().reduce((sum, entry) => sum + 2 * Math.log(entry), 0);
  const constant = Math.log(weight) - 0.5 * (D * Math.log(2 * Math.PI) + logDeterminant);
  return (x) => {
    const z: number[] = []; // L z = x - m
    for (let i = 0; i < D; i++) {
      let rest = x[i]! - mean[i]!;
      for (let j = 0; j < i; j++) rest -= L.get(i, j) * z[j]!;
      z.push(rest / L.get(i, i));
    }
    return constant - 0.5 * z.reduce((sum, value) => sum + value * value, 0);
  };
}

const checkComponent: Check = (name, component) =>
  checkFields(name, component, {
    weight: (field, weight) => void finiteNumber(field, weight as number, 'above 0', (w) => w > 0),
    mean: (field, mean) => {
      checkNumbers(field, mean, 1);
    },
    covariance: (field, rows) => {
      checkRows(field, rows);
      demand(
        (rows as Points)[0]!.length === (rows as Points).length,
        () => `${field} must have as many rows as columns, got ${quote(rows)}.`,
        'Fit it with scoring.fitMixture.',
      );
    },
  });

/**
 * log(w_k N(x | m_k, S_k)) of each point and component.
 *
 * @param points [N, D]
 * @returns [N, K], in nats
 * @throws CourseError when points or components are none, or have other dimensions
 */
export function mixtureLogs(components: readonly MixtureComponent[], points: Points): number[][] {
  checkRows('Points', points);
  const D = points[0]!.length;
  checkEach('Components', components, 'components', checkComponent, 1);
  demand(
    components.every(({ mean, covariance }) => mean.length === D && covariance.length === D),
    () => `Components of ${components[0]!.mean.length} dimensions were given with points of ${D}.`,
    'Fit them to points of the same dimensions.',
  );
  const densities = components.map(logDensityOf);
  return points.map((point) => densities.map((density) => density(point)));
}

/** K of the points, each drawn with a chance that grows with its squared distance from the others. */
function farApart(random: Stream, points: Points, K: number): Points {
  const chosen = [points[random.integer(points.length)]!];
  while (chosen.length < K) {
    const far = points.map((point) => Math.min(...chosen.map((c) => squaredDistance(point, c))));
    let left = random.uniform() * far.reduce((a, b) => a + b, 0);
    const at = far.findIndex((distance) => (left -= distance) < 0);
    chosen.push(points[at < 0 ? random.integer(points.length) : at]!);
  }
  return chosen;
}

/** The component that points with these weights have; null when they are too few. */
function componentOf(points: Points, r: readonly number[], ridge: number): MixtureComponent | null {
  const [N, D] = [points.length, points[0]!.length];
  const total = r.reduce((a, b) => a + b, 0);
  if (total < LEAST_POINTS) return null;
  const average = (value: (x: readonly number[]) => number): number =>
    points.reduce((sum, x, i) => sum + r[i]! * value(x), 0) / total;
  const axes = Array.from({ length: D }, (_, d) => d);
  const mean = axes.map((d) => average((x) => x[d]!));
  const covariance = axes.map((a) =>
    axes.map(
      (b) => average((x) => (x[a]! - mean[a]!) * (x[b]! - mean[b]!)) + (a === b ? ridge : 0),
    ),
  );
  return { weight: total / N, mean, covariance };
}

/**
 * Fits a mixture of K Gaussians, from one random start.
 *
 * @param points [N, D], N at least K
 * @returns K components, and the mean log-likelihood of a point, in nats
 * @throws CourseError when there are fewer points than components, or a setting is refused
 */
export function fitMixture(
  random: Stream,
  points: Points,
  K: number,
  given: Partial<MixtureConfig> = {},
): { readonly components: MixtureComponent[]; readonly logLikelihood: number } {
  checkStream(random);
  checkRows('Points', points);
  positiveInteger('The number of components', K, 1, points.length);
  knownKeys('A mixture', given, Object.keys(MIXTURE));
  const { iterations, ridge, tolerance } = { ...MIXTURE, ...given };
  positiveInteger('iterations', iterations, 1, 1e5);
  finiteNumber('ridge', ridge, 'above 0', (value) => value > 0);
  finiteNumber('tolerance', tolerance, 'at least 0', (value) => value >= 0);
  const everywhere = componentOf(points, new Array<number>(points.length).fill(1), ridge)!;
  let components: MixtureComponent[] = farApart(random, points, K).map((mean) => ({
    ...everywhere,
    weight: 1 / K,
    mean,
  }));
  let logLikelihood = -Infinity;
  for (let i = 0; i < iterations; i++) {
    const logs = mixtureLogs(components, points); // [N, K]
    const totals = logs.map(logSum);
    const now = totals.reduce((a, b) => a + b, 0) / points.length;
    const gained = now - logLikelihood;
    logLikelihood = now;
    if (gained < tolerance) break;
    components = components.map((old, k) => {
      const r = logs.map((row, n) => Math.exp(row[k]! - totals[n]!));
      return componentOf(points, r, ridge) ?? { ...old, weight: LEAST_POINTS };
    });
  }
  return { components, logLikelihood };
}

/**
 * The Bayes-optimal predictor: the probability of each class at a test input, given the examples,
 * under the distribution of tasks. No predictor has a smaller expected cross-entropy; the excess of
 * a predictor is its divergence from this one.
 *
 * All kinds of tasks have d = 2 and no noise, so that a posterior is the prior cut down to what
 * agrees with the labels:
 * - pair-wise: an arc of directions, in closed form (anchors with norm 2, spread 1);
 * - amortization: a cut-off normal distribution of the threshold, in closed form (spread 1, no
 *   demonstrations);
 * - prototype: over direction, distance and midpoint of the centres, by quadrature (spread 1);
 * - radius: over the radius, by quadrature;
 * - mixture: each kind's answer, weighed by how likely the examples and the test input are under
 *   it.
 */
import { logSum } from '../../core/numerics';
import type { Shown } from '../../classifiers/classifier';
import { checkList, checkNumbers } from '../../core/checks';
import { demand, knownKeys, plainObject, positiveInteger, quote } from '../../core/errors';
import { taskOf, type TaskSpec } from '../../tasks';
import { RADIUS, RADIUS_SPREAD } from '../../tasks/radius';
import { classifierFromRule, type Classifier } from '../../classifiers/classifier';
/**
 * ln of the probability density of the examples and one test input together, with each class for
 * it; one pair for each test.
 */
type LogEvidence = (
  shown: Shown,
  tests: readonly (readonly number[])[],
) => readonly (readonly [number, number])[];

/** Evidence where the tests have nothing to share. */
const oneByOne =
  (of: (shown: Shown, test: readonly number[]) => readonly [number, number]): LogEvidence =>
  (shown, tests) =>
    tests.map((test) => of(shown, test));

const LN_2_PI = Math.log(2 * Math.PI);
/** ln of the density of N(0, variance) at x. */
const logNormal = (x: number, variance: number): number =>
  -(x * x) / (2 * variance) - (LN_2_PI + Math.log(variance)) / 2;

/**
 * The standard normal distribution function (Zelen and Severo's series gives 1e-7; this is erfc by
 * its continued fraction and series).
 *
 * @param x any number; -Infinity gives 0 and Infinity 1
 * @throws CourseError when x is no number
 */
export function normalBelow(x: number): number {
  demand(
    typeof x === 'number' && !Number.isNaN(x),
    () => `x must be a number, got ${quote(x)}.`,
    'Give x such a number.',
  );
  const z = Math.abs(x) / Math.SQRT2;
  let tail: number;
  if (z < 2.5) {
    let [term, sum] = [z, z];
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 200; k++) {
      term *= (-z * z) / k;
      sum += term / (2 * k + 1);
    }
    tail = (1 - (2 / Math.sqrt(Math.PI)) * sum) / 2;
  } else {
    let fraction = 0;
    for (let k = 60; k >= 1; k--) fraction = k / 2 / (z + fraction);
    tail = Math.exp(-z * z) / (z + fraction) / Math.sqrt(Math.PI) / 2;
  }
  return x > 0 ? 1 - tail : tail;
}

/**
 * The arc of angles within a quarter turn of all these directions: middle angles lie between `low`
 * and `high`; null when empty.
 *
 * @param angles in radians
 * @throws CourseError when they are no list of finite numbers
 */
export function commonArc(
  angles: readonly number[],
): { readonly low: number; readonly high: number } | null {
  checkNumbers('Angles', angles);
  if (angles.length === 0) return { low: -Math.PI, high: Math.PI };
  const first = angles[0]!;
  let [low, high] = [first - Math.PI / 2, first + Math.PI / 2];
  for (const angle of angles) {
    let turned = angle - first;
    turned -= 2 * Math.PI * Math.round(turned / (2 * Math.PI)); // within half a turn of the first
    low = Math.max(low, first + turned - Math.PI / 2);
    high = Math.min(high, first + turned + Math.PI / 2);
  }
  return low < high ? { low, high } : null;
}

const angleOf = ([a, b]: readonly number[], label: number): number =>
  Math.atan2(b!, a!) + (label === 1 ? 0 : Math.PI);

/** ln of the share of the circle that an arc takes. */
const logShare = (arc: { readonly low: number; readonly high: number } | null): number =>
  arc ? Math.log((arc.high - arc.low) / (2 * Math.PI)) : -Infinity;

/**
 * Pair-wise: x ~ N(0, I), class 1 where x has a positive product with a direction that is uniform
 * on the circle.
 */
const pairsEvidence = oneByOne(({ X, y }, test) => {
  const inputs = [...X, test].reduce((sum, [a, b]) => sum + logNormal(a!, 1) + logNormal(b!, 1), 0);
  const angles = X.map((x, i) => angleOf(x, y[i]!));
  const of = (label: number): number =>
    inputs + logShare(commonArc([...angles, angleOf(test, label)]));
  return [of(0), of(1)];
});

/**
 * Amortization: with s the sum of an input's coordinates and t that of w, t ~ N(0, 2), s given t ~
 * N(t, 2); class 0 where s > t. The differences of coordinates have nothing to do with the labels.
 */
const thresholdsEvidence = oneByOne(({ X, y }, test) => {
  const all = [...X, test];
  const sums = all.map(([a, b]) => a! + b!);
  const apart = all.map(([a, b]) => a! - b!);
  /**
   * ln of the density of values that are N(hidden, 2) around a hidden N(0, 2), and the posterior of
   * the hidden one.
   */
  const around = (values: readonly number[]): { log: number; mean: number; variance: number } => {
    const count = values.length;
    const total = values.reduce((sum, value) => sum + value, 0);
    const squares = values.reduce((sum, value) => sum + value * value, 0);
    const log =
      -(squares - (total * total) / (count + 1)) / 4 -
      (count * (LN_2_PI + Math.log(2)) + Math.log(count + 1)) / 2;
    return { log, mean: total / (count + 1), variance: 2 / (count + 1) };
  };
  const { log, mean, variance } = around(sums);
  // (sum, difference) is twice as wide as the coordinates
  const rest = around(apart).log + all.length * Math.log(2);
  const deviation = Math.sqrt(variance);
  const of = (label: number): number => {
    let [low, high] = [-Infinity, Infinity]; // class 0 lies above t, class 1 at or below it
    [...y, label].forEach((c, i) => {
      if (c === 0) high = Math.min(high, sums[i]!);
      else low = Math.max(low, sums[i]!);
    });
    const share =
      low < high ? normalBetween((low - mean) / deviation, (high - mean) / deviation) : 0;
    return log + rest + Math.log(share);
  };
  return [of(0), of(1)];
});

const isPoint = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);

/**
 * Refuses what are no points of the plane with classes 0 and 1, or no tests beside them.
 *
 * @throws CourseError quoting what is wrong
 */
function checkPlane(shown: Shown, tests: readonly (readonly number[])[]): void {
  plainObject('The examples', shown);
  const { X, y } = shown;
  checkList('The inputs of the examples', X, 'points, each of 2 numbers', isPoint);
  checkList('The classes of the examples', y, 'classes, 0 or 1', (c) => c === 0 || c === 1);
  checkList('The test inputs', tests, 'points, each of 2 numbers', isPoint);
  demand(
    X.length === y.length,
    () => `There are ${X.length} examples and ${y.length} classes.`,
    'Give one class for each example.',
  );
}

/** The probability of a standard normal number between two bounds, precise in both tails. */
const normalBetween = (low: number, high: number): number =>
  low > 0 ? normalBelow(-low) - normalBelow(-high) : normalBelow(high) - normalBelow(low);

/** Numbers of nodes of the quadrature for prototypes. */
export interface Nodes {
  readonly angles: number;
  readonly distances: number;
  readonly midpoints: number;
}

export const NODES: Nodes = { angles: 32, distances: 10, midpoints: 16 };
/** More nodes than this in one direction would take hours. */
const MOST_NODES = 1000;

/** ln cosh z, safely. */
const logCosh = (z: number): number => {
  const a = Math.abs(z);
  return a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
};

/**
 * Examples and tests in the direction theta: the coordinates along it, the bounds that the labels
 * set to the midpoint, and ln of the density across it.
 */
function inDirection(
  theta: number,
  { X, y }: Shown,
  tests: readonly (readonly number[])[],
): {
  readonly u: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly atTests: readonly { readonly u: number; readonly log: number }[];
} {
  const n = X.length;
  const [c, s] = [Math.cos(theta), Math.sin(theta)];
  const along = ([p, q]: readonly number[]): number => c * p! + s * q!;
  const across = ([p, q]: readonly number[]): number => c * q! - s * p!;
  const u = X.map(along);
  const from = Math.max(-4, ...u.filter((_, i) => y[i] === 0));
  const to = Math.min(4, ...u.filter((_, i) => y[i] === 1));
  const sum = X.reduce((total, x) => total + across(x), 0);
  const squares = X.reduce((total, x) => total + across(x) ** 2, 0);
  const atTests = tests.map((test) => {
    const v = across(test);
    // c_v ~ N(0, 1/2), v_i ~ N(c_v, 1)
    const log =
      -(squares + v * v - (sum + v) ** 2 / (n + 3)) / 2 -
      (n + 1) * LN_2_PI +
      Math.log(2 / (n + 3)) / 2;
    return { u: along(test), log };
  });
  return { u, from, to, atTests };
}

/** The same for numbers of nodes and points that were checked. */
const prototypesBy = (
  { angles, distances, midpoints }: Nodes,
  ...[{ X, y }, tests]: Parameters<LogEvidence>
): ReturnType<LogEvidence> => {
  const n = X.length;
  const logs = tests.map((): [number[], number[]] => [[], []]);
  // delta . (x_j - x_i) > 0 for every i of class 0 and j of class 1
  const apart = X.flatMap((x, i) =>
    y[i] === 1
      ? []
      : X.flatMap((z, j) => (y[j] === 1 ? [Math.atan2(z[1]! - x[1]!, z[0]! - x[0]!)] : [])),
  );
  const arc = commonArc(apart);
  if (!arc) return tests.map(() => [-Infinity, -Infinity] as const);
  const width = (arc.high - arc.low) / angles;
  /** Equally likely lengths of N(0, 2 I). */
  const lengths = Array.from({ length: distances }, (_, r) =>
    Math.sqrt(-4 * Math.log(1 - (r + 0.5) / distances)),
  );
  for (let a = 0; a < angles; a++) {
    const theta = arc.low + (a + 0.5) * width;
    const { u, from, to, atTests } = inDirection(theta, { X, y }, tests);
    if (from >= to) continue;
    const cell = (to - from) / midpoints;
    for (let k = 0; k < midpoints; k++) {
      const left = from + k * cell;
      const middle = left + cell / 2;
      const base = logNormal(middle, 0.5) + Math.log((cell * width) / (2 * Math.PI * distances));
      const offsets = u.reduce((total, value) => total + (value - middle) ** 2, 0);
      for (const rho of lengths) {
        let context = base - offsets / 2 - ((n + 1) * rho * rho) / 8;
        for (let i = 0; i < n; i++) context += logCosh(((u[i]! - middle) * rho) / 2);
        atTests.forEach((test, t) => {
          const log =
            context +
            test.log -
            (test.u - middle) ** 2 / 2 +
            logCosh(((test.u - middle) * rho) / 2);
          // of the cell in which the test is of class 1
          const share = Math.min(1, Math.max(0, (test.u - left) / cell));
          if (share > 0) logs[t]![1].push(log + Math.log(share));
          if (share < 1) logs[t]![0].push(log + Math.log(1 - share));
        });
      }
    }
  }
  return logs.map(([zero, one]) => [logSum(zero), logSum(one)] as const);
};

/**
 * Prototype: midpoint c = (w_0 + w_1) / 2 ~ N(0, I / 2) and difference delta = w_1 - w_0 ~ N(0, 2
 * I) are independent. In the direction of delta (angle theta, length rho) an input's coordinate u
 * has the density phi(u - c_u) exp(-rho^2 / 8) cosh((u - c_u) rho / 2), and its class is 1 where u
 * > c_u; across it, v ~ N(c_v, 1).
 *
 * @throws CourseError quoting a number of nodes that is unknown or refused
 */
export function prototypesEvidence(nodes: Nodes = NODES): LogEvidence {
  knownKeys('Nodes of the quadrature', nodes, Object.keys(NODES));
  for (const name of ['angles', 'distances', 'midpoints'] as const)
    positiveInteger(name, nodes[name], 1, MOST_NODES);
  return (shown, tests) => {
    checkPlane(shown, tests);
    return prototypesBy(nodes, shown, tests);
  };
}

/** Radius: uniform between two bounds; x ~ N(0, (0.849 r)^2 I); class 0 outside. */
const radiusEvidence = (least: number, most: number): LogEvidence =>
  oneByOne(({ X, y }, test) => {
    const nodes = 400; // of the integral over radii
    const lengths = [...X, test].map(([a, b]) => Math.hypot(a!, b!));
    const squares = lengths.reduce((sum, length) => sum + length * length, 0);
    const logs: [number[], number[]] = [[], []];
    for (let k = 0; k < nodes; k++) {
      const r = least + ((k + 0.5) / nodes) * (most - least);
      if (!y.every((label, i) => (label === 0) === lengths[i]! > r)) continue;
      const variance = (RADIUS_SPREAD * r) ** 2;
      const log =
        -squares / (2 * variance) -
        lengths.length * (LN_2_PI + Math.log(variance)) -
        Math.log(nodes);
      logs[lengths.at(-1)! > r ? 0 : 1].push(log);
    }
    return [logSum(logs[0]), logSum(logs[1])];
  });

const EVIDENCE: Readonly<Record<string, (spec: TaskSpec) => LogEvidence>> = {
  pairs: () => pairsEvidence,
  prototypes: () => prototypesEvidence(),
  thresholds: () => thresholdsEvidence,
  radius: (spec) => {
    const { least, most } = { ...RADIUS, ...(spec as Partial<typeof RADIUS>) };
    return radiusEvidence(least, most);
  },
  mixture: (spec) => {
    const parts = (spec as { readonly of: readonly TaskSpec[] }).of.map(evidenceOf);
    return (shown, tests) => {
      const logs = parts.map((part) => part(shown, tests));
      return tests.map(
        (_, t) =>
          [logSum(logs.map((of) => of[t]![0])), logSum(logs.map((of) => of[t]![1]))] as const,
      );
    };
  },
};

/** The evidence under a kind of tasks. */
function evidenceOf(spec: TaskSpec): LogEvidence {
  plainObject('A kind of tasks', spec);
  const known = typeof spec.kind === 'string' && Object.hasOwn(EVIDENCE, spec.kind);
  const make = known ? EVIDENCE[spec.kind] : undefined;
  const plain =
    !('spread' in spec) &&
    !('demonstrations' in spec) &&
    !('anchors' in spec && spec.anchors === 0) &&
    !('norm' in spec);
  demand(
    make !== undefined && plain,
    () => `The exact answer to tasks of the kind ${quote(spec)} is not known here.`,
    `It is for ${Object.keys(EVIDENCE).join(', ')} with their default spread, norm and ` +
      'demonstrations.',
  );
  taskOf(spec); // refuses settings that no such tasks have
  return make(spec);
}

/**
 * The posterior predictive of a kind of tasks.
 *
 * @throws CourseError when the exact answer is not known for this kind, or quoting a setting that is
 *   unknown or refused; the classifier refuses inputs that are not of 2 numbers
 */
export function posteriorPredictive(spec: TaskSpec): Classifier {
  const evidence = evidenceOf(spec);
  return classifierFromRule('Bayes-optimal', 2, ({ X, y, T }) => {
    checkPlane({ X, y }, T);
    return evidence({ X, y }, T).map(([zero, one]) => {
      // no task of this kind has such labels
      if (zero === -Infinity && one === -Infinity) return [0.5, 0.5];
      const share = 1 / (1 + Math.exp(zero - one));
      return [1 - share, share];
    });
  });
}

/**
 * The posterior over the kinds of a mixture, given examples and a test input.
 *
 * @returns one probability for each kind
 * @throws CourseError when the exact answer is not known for one of the kinds, when none of them can
 *   have these classes, and quoting what are no examples or no test
 */
export function kindsPosterior(
  kinds: readonly TaskSpec[],
  shown: Shown,
  test: readonly number[],
): number[] {
  checkList('Kinds', kinds, 'kinds of tasks', (kind) => typeof kind === 'object', 1);
  checkPlane(shown, [test]);
  const logs = kinds.map((kind) => logSum([...evidenceOf(kind)(shown, [test])[0]!]));
  const total = logSum(logs);
  demand(
    total > -Infinity,
    () => `No task of these kinds (${quote(kinds)}) has examples of such classes.`,
    'Give examples of one of the kinds.',
  );
  return logs.map((log) => Math.exp(log - total));
}

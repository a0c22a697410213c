/**
 * Logistic regression with any number of classes (softmax regression): a cheap classifier that learns
 * from labelled vectors, p(y | x) = softmax(W [x, 1])_y, with the weights W that minimise
 *
 *   sum_i v_i (-ln p(y_i | x_i)) + (lambda / 2) |W|^2.
 *
 * v_i is the weight of row i; `balancedWeights` lets each class that has rows count as much as any
 * other. The loss is convex, so that there is one minimum; it is found by accelerated gradient steps
 * (Nesterov, 2004, section 2.2) of size 1 / L. The curvature is at most
 * L = lambda + sum_i v_i |[x_i, 1]|^2 / 2 (Böhning, 1992).
 */
import { checkIndices, checkNumbers, checkRows } from '../../../core/checks';
import { demand, finiteNumber, knownKeys } from '../../../core/errors';
import { dot, softmax } from '../../../core/numerics';

/** How softmax regression learns. */
export interface SoftmaxFit {
  /** lambda, positive. */
  readonly penalty: number;
  /** The weight of each row, at least 0; left out: 1 each. */
  readonly weights?: readonly number[];
}

/** The steepest slope of what counts as the minimum, and the most steps on the way to it. */
const [FLAT, MOST_STEPS] = [1e-7, 20_000];

const withOne = (X: readonly (readonly number[])[]): number[][] => X.map((x) => [...x, 1]);

/** The probabilities of the classes of a row that ends in 1, [C]. */
const probabilitiesOf = (W: readonly (readonly number[])[], row: readonly number[]): number[] =>
  softmax(W.map((w) => dot(w, row)));

/** The gradient of the loss, [C][D + 1]. */
function slopeAt(
  W: readonly (readonly number[])[],
  rows: readonly (readonly number[])[],
  y: readonly number[],
  v: readonly number[],
  penalty: number,
): number[][] {
  const slope = W.map((w) => w.map((value) => penalty * value));
  rows.forEach((row, i) =>
    probabilitiesOf(W, row).forEach((p, c) => {
      const miss = v[i]! * (p - Number(y[i] === c));
      const own = slope[c]!;
      row.forEach((value, d) => (own[d]! += miss * value));
    }),
  );
  return slope;
}

/**
 * Weights of rows with which each class that occurs has the same sum, n / (classes that occur); they
 * add up to n.
 *
 * @param y the class of each row
 * @throws CourseError when these are no classes
 */
export function balancedWeights(y: readonly number[]): number[] {
  checkIndices('y', y, Infinity, 1);
  const classes = [...new Set(y)];
  const size = (label: number): number => y.filter((other) => other === label).length;
  const sizes = new Map(classes.map((label) => [label, size(label)]));
  return y.map((label) => y.length / (classes.length * sizes.get(label)!));
}

/**
 * The weights of softmax regression.
 *
 * @param X n rows of D numbers
 * @param y the class of each row, 0 to C - 1; a class without rows becomes improbable
 * @param C the number of classes
 * @returns [C][D + 1], the constant last
 * @throws CourseError when these do not fit together, or a setting is refused
 */
export function softmaxRegression(
  X: readonly (readonly number[])[],
  y: readonly number[],
  C: number,
  fit: SoftmaxFit,
): number[][] {
  checkRows('X', X);
  finiteNumber(
    'C',
    C,
    'an integer from 2 to 1000',
    (c) => Number.isInteger(c) && c > 1 && c <= 1e3,
  );
  checkIndices('y', y, C - 1);
  knownKeys('A fit of softmax regression', fit, ['penalty', 'weights']);
  const { penalty, weights: v = X.map(() => 1) } = fit;
  finiteNumber("'penalty'", penalty, 'a positive number', (x) => x > 0);
  checkNumbers("'weights'", v);
  demand(
    y.length === X.length && v.length === X.length && v.every((weight) => weight >= 0),
    () => `${X.length} rows have ${y.length} classes and the weights [${v.join(', ')}].`,
    'Give each row a class and a weight of at least 0.',
  );
  const rows = withOne(X);
  const L = penalty + rows.reduce((sum, row, i) => sum + (v[i]! * dot(row, row)) / 2, 0);
  const ratio = Math.sqrt(penalty / L);
  const onward = (1 - ratio) / (1 + ratio);
  let W = Array.from({ length: C }, () => rows[0]!.map(() => 0));
  let ahead = W;
  for (let step = 0; step < MOST_STEPS; step++) {
    const slope = slopeAt(ahead, rows, y, v, penalty);
    const next = ahead.map((w, c) => w.map((value, d) => value - slope[c]![d]! / L));
    if (slope.every((own) => own.every((value) => Math.abs(value) < FLAT))) return next;
    ahead = next.map((w, c) => w.map((value, d) => value + onward * (value - W[c]![d]!)));
    W = next;
  }
  return W;
}

/**
 * What softmax regression says of new rows.
 *
 * @param W [C][D + 1], of `softmaxRegression`
 * @param X rows of D numbers
 * @returns probabilities of the classes, [rows][C]
 * @throws CourseError when the rows have other lengths than the weights
 */
export function softmaxProbabilities(
  W: readonly (readonly number[])[],
  X: readonly (readonly number[])[],
): number[][] {
  checkRows('W', W);
  checkRows('X', X);
  demand(
    W[0]!.length === X[0]!.length + 1,
    () => `Rows of ${X[0]!.length} numbers were given to weights of ${W[0]!.length}.`,
    'Give rows with one number fewer than weights; the last weight is the constant.',
  );
  return withOne(X).map((row) => probabilitiesOf(W, row));
}

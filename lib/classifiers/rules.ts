/**
 * Classifiers without anything learnt before: rules that read the context and answer. They are what
 * an algorithm selection may choose from, and the baselines of every figure.
 * Reference: the list is ours; Wu et al. (ICLR 2025) compare with learnt ones only, and all their
 * kinds have lines as boundaries.
 */
import { checkIndices, checkRows } from '../core/checks';
import { demand, positiveInteger } from '../core/errors';
import { solve, Matrix } from 'ml-matrix';
import { ridgeWeights } from '../baselines/linear';
import { classifierFromRule, type Classifier } from './classifier';
import { dot, nearest, softmax } from '../core/numerics';
import { similarities, votes } from './votes';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const meanOf = (rows: readonly (readonly number[])[], d: number): number[] =>
  Array.from(
    { length: d },
    (_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / Math.max(1, rows.length),
  );

/** Every example votes with its cosine to the test input. */
export const cosineVote = (C: number): Classifier =>
  classifierFromRule('cosine vote', C, ({ X, y, T }) =>
    T.map((x) => {
      const cosines = X.map(
        (z) => dot(x, z) / Math.max(1e-12, Math.hypot(...x) * Math.hypot(...z)),
      );
      return softmax(votes(cosines, y, C));
    }),
  );

/** The class whose examples have the nearest mean; classes without examples cannot win. */
export const nearestMean = (C: number): Classifier =>
  classifierFromRule('nearest mean', C, ({ X, y, T }) => {
    const d = X[0]!.length;
    const means = Array.from({ length: C }, (_, c) => X.filter((_x, i) => y[i] === c)).map(
      (rows) => (rows.length ? meanOf(rows, d) : null),
    );
    return T.map((x) => similarities(means, x, 1));
  });

/**
 * Two classes: on which side of the mean of all inputs the sum of the coordinates lies; needs no
 * label.
 */
export const thresholdAtMean: Classifier = classifierFromRule(
  'threshold at the mean',
  2,
  ({ X, T }) => {
    const total = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0);
    const at = X.reduce((sum, x) => sum + total(x), 0) / X.length;
    // of the mean around the hidden point, and of the point itself
    const deviation = Math.sqrt(2 / X.length + 2 / (X.length + 1));
    return T.map((x) => {
      const above = sigmoid((1.6 * (total(x) - at)) / deviation);
      return [above, 1 - above];
    });
  },
);

/** The class of the nearest example. */
export const nearestNeighbourClassifier = (C: number): Classifier =>
  classifierFromRule('1 nearest neighbour', C, ({ X, y, T }) =>
    T.map((x) => {
      const label = y[nearest(X, x)[0]!]!;
      return Array.from({ length: C }, (_, c) => (c === label ? 0.9 : 0.1 / (C - 1)));
    }),
  );

/** The shares of the classes in the context, one example of each added. */
export const majorityClass = (C: number): Classifier =>
  classifierFromRule('majority', C, ({ y, T }) => {
    const shares = Array.from(
      { length: C },
      (_, c) => (y.filter((label) => label === c).length + 1) / (y.length + C),
    );
    return T.map(() => shares);
  });

/**
 * Ridge regression on +-1 for each class against the rest, with a constant; lambda as the penalty.
 */
export const ridgeClassifier = (C: number, lambda = 1): Classifier =>
  classifierFromRule('ridge', C, ({ X, y, T }) => {
    const rows = X.map((x) => [...x, 1]);
    const weights = Array.from({ length: C }, (_, c) =>
      ridgeWeights(
        rows,
        y.map((label) => (label === c ? 1 : -1)),
        lambda,
      ),
    );
    return T.map((x) => softmax(weights.map((w) => 2 * dot(w, [...x, 1]))));
  });

/**
 * The weights of logistic regression by Newton's method: minimises the summed loss plus |w|^2 / 2
 * (constant included).
 *
 * @param X n rows of numbers
 * @param y n classes, 0 or 1
 * @returns d + 1 weights, the constant last
 */
export function logisticWeights(
  X: readonly (readonly number[])[],
  y: readonly number[],
  iterations = 20,
): number[] {
  checkRows('X', X);
  checkIndices('y', y, 1);
  demand(
    y.length === X.length,
    () => `Logistic regression was given ${X.length} rows and ${y.length} classes.`,
    'Give a class for each row.',
  );
  positiveInteger('iterations', iterations, 1, 1e6);
  const rows = X.map((x) => [...x, 1]);
  const width = rows[0]!.length;
  let w = new Array<number>(width).fill(0);
  for (let k = 0; k < iterations; k++) {
    const hessian = Matrix.eye(width);
    const slope = [...w];
    rows.forEach((row, i) => {
      const p = sigmoid(dot(row, w));
      for (let a = 0; a < width; a++) {
        slope[a]! += (p - y[i]!) * row[a]!;
        for (let b = 0; b < width; b++)
          hessian.set(a, b, hessian.get(a, b) + p * (1 - p) * row[a]! * row[b]!);
      }
    });
    const step = solve(hessian, Matrix.columnVector(slope)).getColumn(0);
    w = w.map((value, a) => value - step[a]!);
  }
  return w;
}

/** Logistic regression on the context, two classes. */
export const logisticRegression: Classifier = classifierFromRule(
  'logistic regression',
  2,
  ({ X, y, T }) => {
    const w = logisticWeights(X, y);
    return T.map((x) => {
      const one = sigmoid(dot(w, [...x, 1]));
      return [1 - one, one];
    });
  },
);

/** All rules for two classes. */
export const twoClassRules = (): readonly Classifier[] => [
  cosineVote(2),
  nearestMean(2),
  thresholdAtMean,
  ridgeClassifier(2),
  logisticRegression,
  nearestNeighbourClassifier(2),
  majorityClass(2),
];

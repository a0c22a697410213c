/**
 * Decision maps: what a classifier answers everywhere in the plane, given one context.
 */
import { checkNumbers, checkRows } from '../core/checks';
import { demand, finiteNumber, knownKeys, plainObject, positiveInteger } from '../core/errors';
import { tf } from '../core/backend';
import { checkClassifier, requireClasses, type Classifier, type Shown } from './classifier';

/** A square of the plane. */
export interface Square {
  /** From -reach to reach in both directions. */
  readonly reach: number;
  /** Points per side. */
  readonly points: number;
}

/** The coordinates of a square's points along a side. */
export function sideOf(square: Square): number[] {
  knownKeys('A square', square, ['reach', 'points']);
  const { reach, points } = square;
  finiteNumber('reach', reach, 'a positive number', (x) => x > 0);
  positiveInteger('points', points, 2, 10_000);
  return Array.from({ length: points }, (_, k) => -reach + (2 * reach * k) / (points - 1));
}

/**
 * The probability of class 1 on a grid.
 *
 * @param every refuse a context that does not show every class
 * @returns [row of the second coordinate][column of the first]
 * @throws CourseError when there are no examples, a label is no class of the classifier, or (with
 *   `every`) a class has no example
 */
export function decisionMap(
  classifier: Classifier,
  shown: Shown,
  square: Square,
  every = false,
): number[][] {
  checkClassifier(classifier);
  plainObject('A context', shown);
  const { X, y } = shown;
  checkRows('X', X);
  checkNumbers('y', y);
  demand(
    y.length === X.length && X[0]!.length === 2,
    () => `A context of ${X.length} points of ${X[0]!.length} numbers has ${y.length} classes.`,
    'Give points of the plane, and a class for each.',
  );
  const side = sideOf(square);
  const grid = side.flatMap((b) => side.map((a) => [a, b]));
  return tf.tidy(() => {
    const prompts = {
      x: tf.tensor3d(X.flat(), [1, X.length, 2]),
      y: tf.tensor2d([...y], [1, y.length]),
      xTest: tf.tensor3d([grid], [1, grid.length, 2]),
      yTest: tf.zeros([1, grid.length]) as tf.Tensor2D,
    };
    requireClasses(prompts, classifier.classes, every);
    const ones = classifier.logProbabilities(prompts).exp().slice([0, 0, 1], [1, -1, 1]).dataSync();
    return side.map((_, row) => Array.from(ones.slice(row * side.length, (row + 1) * side.length)));
  });
}

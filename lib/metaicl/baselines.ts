/**
 * What needs no training: the commonest answer of the examples, that of the nearest example, and
 * ridge regression from texts to answers. Each scores options as an episode model does.
 */
import { Matrix, solve } from 'ml-matrix';

import { tf } from '../core/backend';
import { demand, finiteNumber } from '../core/errors';
import { FORBIDDEN } from '../model/attention';
import { nearest, squaredDistance } from '../core/numerics';
import type { Episodes } from './episodetensors';
import { optionScorer, type OptionScorer } from './scorer';

/** An answer's vector for a text, from the vectors of the examples' texts and answers. */
type Rule = (
  x: readonly number[][],
  y: readonly number[][],
  text: readonly number[],
) => readonly number[];

/** The option nearest to what the rule answers. */
const fromRule = (name: string, rule: Rule): OptionScorer =>
  optionScorer(name, ({ x, y, xTest, options, there }: Episodes) => {
    demand(
      x.shape[1] > 0,
      () => `'${name}' was given episodes without examples.`,
      'Give it at least one example.',
    );
    const [xs, ys, tests, all, open] = [
      x.arraySync(),
      y.arraySync(),
      xTest.arraySync(),
      options.arraySync(),
      there.arraySync(),
    ];
    const scores = tests.map((texts, b) =>
      texts.map((text, t) => {
        const answer = rule(xs[b]!, ys[b]!, text);
        return all[b]![t]!.map((option, k) =>
          open[b]![t]![k] ? -squaredDistance(answer, option) : FORBIDDEN,
        );
      }),
    );
    return tf.tensor3d(scores); // [B, m, K]
  });

const meanOf = (rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);

/** The mean of the examples' answers: of a classification, the commonest label. */
export const majority: OptionScorer = fromRule('majority', (_, y) => meanOf(y));

/** The answer of the nearest example. */
export const nearestText: OptionScorer = fromRule(
  '1 nearest neighbour',
  (x, y, text) => y[nearest(x, text)[0]!]!,
);

/**
 * Ridge regression from texts to answers, around the means: y = (x - mean x) W + mean y.
 *
 * @param lambda the penalty, positive
 * @throws CourseError when lambda is not positive
 */
export function ridgeOnExamples(lambda: number): OptionScorer {
  finiteNumber('lambda', lambda, 'a positive number', (x) => x > 0);
  return fromRule(`ridge (${lambda})`, (x, y, text) => {
    const [atX, atY] = [meanOf(x), meanOf(y)];
    const X = new Matrix(x.map((row) => row.map((value, k) => value - atX[k]!)));
    const Y = new Matrix(y.map((row) => row.map((value, k) => value - atY[k]!)));
    const gram = X.mmul(X.transpose()).add(Matrix.eye(x.length).mul(lambda)); // n x n
    const alpha = solve(gram, Y); // n x a: the dual form, as n is small
    const weights = X.mmul(Matrix.columnVector(text.map((value, k) => value - atX[k]!))); // n x 1
    return alpha
      .transpose()
      .mmul(weights)
      .to1DArray()
      .map((value, k) => value + atY[k]!);
  });
}

/**
 * Linear regression whose label noise has one of several strengths, each as likely, which no prompt
 * tells: w ~ N(0, I), y = X w + s e. Of one strength s the best answer is ridge regression with
 * lambda = s^2. Of several it is the mixture of these answers with the posterior probabilities
 *
 *   P(s | X, y) ~ N(y; 0, X X' + s^2 I),   answer = sum_s P(s | X, y) x . ridge(s^2).
 *
 * Reference: Bai et al. (2023, arXiv 2306.04637), noisy linear models with mixed noise levels.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';

import { ridgeWeights } from '../../../baselines/linear';
import { fromRule, type PlainPrompt } from '../../../baselines/rule';
import { checkEach, checkNumbers, checkRows, type Check } from '../../../core/checks';
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import { dot, softmax } from '../../../core/numerics';
import type { Predictor } from '../../../model/prompts';
import { product, taskFrom, type SampledTask } from '../../../tasks/task';

const checkNoise: Check = (name, value) =>
  void finiteNumber(name, value as number, 'a number above 0', (s) => s > 0);

/** Refuses what are no standard deviations. */
export const checkNoises = (noises: readonly number[]): void =>
  checkEach('The noises', noises, 'standard deviations', checkNoise, 1);

/**
 * Linear regression with one of these strengths of noise in each prompt. The tests' labels have none.
 *
 * @param d      numbers in an input
 * @param noises standard deviations
 * @throws CourseError when d is no positive integer, or a noise is not above 0
 */
export function noiseMixture(d: number, noises: readonly number[]): SampledTask {
  positiveInteger('d', d, 1, 1e4);
  checkNoises(noises);
  const given = [...noises];
  return taskFrom(`linear regression, noise ${given.join(' or ')}`, d, {
    d,
    prompt: (random, { n, active = d }) => {
      const w = random.normals(d).subarray(0, active);
      const noise = given[random.integer(given.length)]!;
      return {
        label: (x, from, i) => product(x, from, w) + (i < n ? noise * random.normal() : 0),
      };
    },
  });
}

/** The logarithm of N(y; 0, X X' + s^2 I) without the constant. */
function logEvidence(X: number[][], y: number[], noise: number): number {
  const inputs = new Matrix(X);
  const covariance = inputs.mmul(inputs.transpose()).add(Matrix.eye(X.length).mul(noise ** 2));
  const cholesky = new CholeskyDecomposition(covariance); // [n, n]
  const solved = cholesky.solve(Matrix.columnVector(y)).to1DArray();
  const logs = cholesky.lowerTriangularMatrix.diagonal().map(Math.log);
  return -dot(y, solved) / 2 - logs.reduce((a, b) => a + b, 0);
}

/**
 * The posterior probability of each strength of noise after examples.
 *
 * @param X n rows of d numbers
 * @param y n labels
 * @throws CourseError when the sizes do not fit, or a noise is not above 0
 */
export function noisePosterior(
  X: readonly (readonly number[])[],
  y: readonly number[],
  noises: readonly number[],
): number[] {
  checkRows('X', X);
  checkNumbers('y', y);
  checkNoises(noises);
  demand(
    X.length === y.length && X[0]!.length > 0 && X.every((row) => row.length === X[0]!.length),
    () => `${X.length} inputs were given with ${y.length} labels.`,
    'Give n inputs of d numbers each, and n labels.',
  );
  const [inputs, labels] = [X.map((row) => [...row]), [...y]];
  return softmax(noises.map((noise) => logEvidence(inputs, labels, noise)));
}

/** The answers of ridge regression for one strength of noise. */
export const ridgeAnswers = ({ X, y, T }: PlainPrompt, noise: number): number[] => {
  const w = ridgeWeights(X, y, noise ** 2);
  return T.map((x) => dot(x, w));
};

/**
 * The Bayes-optimal answer where the noise has one of these strengths, each as likely.
 *
 * @throws CourseError when a noise is not above 0
 */
export function mixtureBayes(noises: readonly number[]): Predictor {
  checkNoises(noises);
  const given = [...noises];
  return fromRule('exact mixture', (prompt) => {
    const shares = noisePosterior(prompt.X, prompt.y, given);
    const answers = given.map((noise) => ridgeAnswers(prompt, noise));
    return prompt.T.map((_, t) =>
      dot(
        shares,
        answers.map((one) => one[t]!),
      ),
    );
  });
}

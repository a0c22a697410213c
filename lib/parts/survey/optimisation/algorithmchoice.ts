/**
 * Two explicit ways to choose among algorithms in context, here ridge regression for each of several
 * strengths of noise. Post-ICL validation: every algorithm learns from a part of the examples, and the
 * one with the least error on the rest answers, after all examples. Pre-ICL testing: a number that is
 * computed from the examples before anything is learnt decides, here the variance of the residuals of
 * least squares, compared with the middles (geometric means) between the variances of the noises.
 * Reference: Bai et al. (2023, arXiv 2306.04637), who build both into transformers.
 */
import { leastSquaresWeights } from '../../../baselines/linear';
import { fromRule, type PlainPrompt } from '../../../baselines/rule';
import { finiteNumber } from '../../../core/errors';
import { argMin, dot } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';
import type { Predictor } from '../../../model/prompts';
import { checkNoises, ridgeAnswers } from './noisemixture';

/** Which of the noises has the least mean squared error on the last examples. */
function validated({ X, y }: PlainPrompt, noises: readonly number[], share: number): number {
  const kept = Math.min(X.length - 1, Math.max(1, Math.round((1 - share) * X.length)));
  const rest = { X: X.slice(0, kept), y: y.slice(0, kept), T: X.slice(kept) };
  const errors = noises.map((noise) =>
    mean(ridgeAnswers(rest, noise).map((answer, i) => (answer - y[kept + i]!) ** 2)),
  );
  return argMin(errors);
}

/** Which of the noises is nearest to the residuals of least squares, by the ratio of variances. */
function tested({ X, y }: PlainPrompt, noises: readonly number[]): number {
  const [n, d] = [X.length, X[0]!.length];
  const w = leastSquaresWeights(X, y);
  const squares = X.map((x, i) => (dot(x, w) - y[i]!) ** 2);
  const variance = squares.reduce((a, b) => a + b, 0) / Math.max(1, n - d);
  const away = noises.map((noise) => Math.abs(Math.log((variance + 1e-12) / noise ** 2)));
  return argMin(away);
}

/**
 * Ridge regression for the noise that a part of the examples chooses; with one example the first.
 *
 * @param noises standard deviations, one for each algorithm
 * @param share  of the examples on which the algorithms are compared
 * @throws CourseError when a noise is not above 0, or the share is not between 0 and 1
 */
export function chosenByValidation(noises: readonly number[], share = 0.5): Predictor {
  checkNoises(noises);
  finiteNumber('share', share, 'between 0 and 1', (x) => x > 0 && x < 1);
  const given = [...noises];
  return fromRule('chosen by validation', (prompt) => {
    const chosen = prompt.X.length < 2 ? 0 : validated(prompt, given, share);
    return ridgeAnswers(prompt, given[chosen]!);
  });
}

/**
 * Ridge regression for the noise that the residuals of least squares point to. It needs more examples
 * than dimensions: with fewer, least squares leaves no residuals, and the least noise is taken.
 *
 * @param noises standard deviations, one for each algorithm
 * @throws CourseError when a noise is not above 0
 */
export function chosenByTesting(noises: readonly number[]): Predictor {
  checkNoises(noises);
  const given = [...noises];
  return fromRule('chosen by a test', (prompt) =>
    ridgeAnswers(prompt, given[tested(prompt, given)]!),
  );
}

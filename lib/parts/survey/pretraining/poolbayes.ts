/**
 * The Bayes-optimal answer where the task is one of a pool, each as likely (the discrete MMSE
 * estimator): with label noise of standard deviation s,
 *   w = sum_i w_i exp(-|y - X w_i|^2 / 2 s^2) / sum_i exp(-|y - X w_i|^2 / 2 s^2).
 * Where w ~ N(0, I) instead, ridge regression with lambda = s^2 is Bayes-optimal.
 * Reference: Raventos et al. (2023, arXiv 2306.15063), for both.
 */
import { fromRule } from '../../../baselines/rule';
import { checkRows } from '../../../core/checks';
import { demand, finiteNumber } from '../../../core/errors';
import { dot } from '../../../core/numerics';
import { requireInputs, type Predictor } from '../../../model/prompts';

/** |y - X w|^2 for each w. */
const squaredMisses = (
  weights: readonly (readonly number[])[],
  X: readonly (readonly number[])[],
  y: readonly number[],
): number[] =>
  weights.map((w) => {
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      const x = X[i]!;
      let miss = y[i]!;
      for (let k = 0; k < w.length; k++) miss -= x[k]! * w[k]!;
      sum += miss * miss;
    }
    return sum;
  });

/**
 * The Bayes-optimal answer over a pool of weight vectors. Likelihoods are taken relative to the
 * largest, so that none overflows and one at least does not vanish.
 *
 * @param weights M rows of d numbers, as poolWeights gives them
 * @param noise   standard deviation of the label noise, above 0: labels without noise have
 *   probability 0 under every vector but their own, and under all of them outside the pool
 * @returns its prompts must have inputs of d numbers
 * @throws CourseError when the weights are no such rows, or the noise is not above 0
 */
export function poolBayes(weights: readonly (readonly number[])[], noise: number): Predictor {
  checkRows('The weights of a pool', weights);
  finiteNumber('noise', noise, 'a number above 0', (x) => x > 0);
  const [name, d] = ['Bayes over the pool', weights[0]!.length];
  demand(
    d > 0,
    () => `The weights of a pool are ${weights.length} vectors of no numbers.`,
    'Give those of poolWeights.',
  );
  const pool = weights.map((w) => Array.from(w)); // later changes of what was given do not count
  const { predict } = fromRule(name, ({ X, y, T }) => {
    const misses = squaredMisses(pool, X, y);
    const least = misses.reduce((a, b) => Math.min(a, b));
    const mean = new Array<number>(d).fill(0);
    let total = 0;
    misses.forEach((miss, i) => {
      const share = Math.exp(-(miss - least) / noise / noise / 2);
      total += share;
      for (let k = 0; k < d; k++) mean[k]! += share * pool[i]![k]!;
    });
    return T.map((x) => dot(x, mean) / total);
  });
  return {
    name,
    predict: (prompts) => {
      requireInputs(prompts, d, name);
      return predict(prompts);
    },
  };
}

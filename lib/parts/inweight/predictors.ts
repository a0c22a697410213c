/**
 * Predictors that are not trained: the in-context one, which uses the context only, and an oracle
 * in-weight one, which uses the true centres of the classes only.
 * Reference: Chan et al. (ICLR 2025), section 2: h(x~; u) = sum_l a_l y^l with a = softmax of
 * -||x^l - x||^2 / T.
 */
import { finiteNumber } from '../../core/errors';
import { classifierFromRule, type Classifier } from '../../classifiers/classifier';
import { squaredDistance, softmax } from '../../core/numerics';

/**
 * The in-context predictor h: every example votes for its label, the nearer to the query the more.
 *
 * @param C           classes
 * @param temperature T, above 0
 * @throws CourseError when T is no positive number
 */
export function similarityVote(C: number, temperature = 1): Classifier {
  finiteNumber('temperature', temperature, 'a positive number', (x) => x > 0);
  return classifierFromRule('nearest labels', C, ({ X, y, T }) =>
    T.map((query) => {
      const shares = softmax(X.map((x) => -squaredDistance(x, query) / temperature));
      const votes = new Array<number>(C).fill(0);
      shares.forEach((share, l) => (votes[y[l]!]! += share));
      return votes;
    }),
  );
}

/**
 * The oracle in-weight predictor, given the centre of every class: the softmax of
 * -||x - centre||^2 / (2 sigma^2).
 */
export const oracleOfCentres = (all: readonly ArrayLike<number>[], noise: number): Classifier =>
  classifierFromRule('knows the centres', all.length, ({ T }) =>
    T.map((query) =>
      softmax(
        all.map(
          (centre) =>
            -squaredDistance(Array.from(centre), query) / (2 * Math.max(noise, 1e-3) ** 2),
        ),
      ),
    ),
  );

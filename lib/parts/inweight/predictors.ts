/**
 * Predictors that are not trained: the in-context one, which uses the context only, and an oracle
 * in-weight one, which uses the true centres of the classes only.
 * Reference: Chan et al. (ICLR 2025), section 2: h(x~; u) = sum_l a_l y^l with a = softmax of
 * -||x^l - x||^2 / T.
 */
import { finiteNumber } from '../../core/errors';
import { classifierFromRule, type Classifier } from '../../classifiers/classifier';
import { similarities, votes } from '../../classifiers/votes';
import { checkCentres, demandWidth } from './centres';

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
    T.map((query) => votes(similarities(X, query, temperature), y, C)),
  );
}

/**
 * The oracle in-weight predictor, given the centre of every class: the softmax of
 * -||x - centre||^2 / (2 sigma^2).
 *
 * @param all   the centre of every class, [C][d]
 * @param noise sigma, at least 0
 * @throws CourseError when the centres are not all of one length, the noise is no such number, or
 *   prompts are of another d
 */
export function oracleOfCentres(all: readonly ArrayLike<number>[], noise: number): Classifier {
  checkCentres(all);
  finiteNumber('noise', noise, 'a number of at least 0', (x) => x >= 0);
  const centres = all.map((centre) => Array.from(centre));
  const temperature = 2 * Math.max(noise, 1e-3) ** 2;
  return classifierFromRule('knows the centres', all.length, ({ T }) => {
    demandWidth(T[0]!, centres);
    return T.map((query) => similarities(centres, query, temperature));
  });
}

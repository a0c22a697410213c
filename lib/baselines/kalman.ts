/**
 * The Kalman filter: Bayes-optimal for linear regression whose weights drift along the prompt.
 * Reference: Kalman (1960); w_i+1 = keep w_i + sqrt(1 - keep^2) N(0, I), y_i = x_i . w_i + N(0,
 * noise).
 */
import { finiteNumber, shareNumber } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { observe, priorOf } from './belief';
import { fromRule } from './rule';
import { dot } from '../core/numerics';

/**
 * The filter. keep = 1 and no noise is least squares; keep = 1 with noise is ridge regression.
 *
 * @param keep  how much of w each example keeps, 0 to 1
 * @param noise variance of the label noise
 * @throws CourseError quoting a setting that is refused
 */
export function kalman(keep: number, noise = 0): Predictor {
  shareNumber('keep', keep);
  finiteNumber('noise', noise, 'a number of at least 0', (x) => x >= 0);
  return fromRule('Kalman filter', ({ X, y, T }) => {
    const belief = priorOf(X[0]!.length);
    const { w, P } = belief;
    X.forEach((x, i) => {
      observe(belief, x, y[i]!, noise);
      for (let a = 0; a < w.length; a++) {
        w[a]! *= keep;
        for (let b = 0; b < w.length; b++)
          P[a]![b] = keep * keep * P[a]![b]! + (a === b ? 1 - keep * keep : 0);
      }
    });
    return T.map((x) => dot(x, w));
  });
}

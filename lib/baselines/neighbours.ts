/**
 * k nearest neighbours: the mean label of the k examples closest to the test input. Garg et al.
 * (2022) use k = 3.
 */
import { positiveInteger } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { fromRule } from './rule';
import { nearest } from '../core/numerics';

/**
 * The k-nearest-neighbour rule; with fewer than k examples, all of them vote.
 *
 * @throws CourseError when k is no positive integer
 */
export function nearestNeighbours(k: number): Predictor {
  positiveInteger('k', k);
  return fromRule(`${k} nearest neighbours`, ({ X, y, T }) =>
    T.map((x) => {
      // ties by label, so that order cannot matter
      const chosen = nearest(X, x, k, (i, j) => y[i]! - y[j]!);
      return chosen.reduce((sum, i) => sum + y[i]!, 0) / chosen.length;
    }),
  );
}

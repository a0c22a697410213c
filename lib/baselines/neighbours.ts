/**
 * k nearest neighbours: the mean label of the k examples closest to the test input. Garg et al.
 * (2022) use k = 3.
 */
import { positiveInteger } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { fromRule } from './rule';
import { squaredDistance } from '../core/numerics';

/**
 * The k-nearest-neighbour rule; with fewer than k examples, all of them vote.
 *
 * @throws CourseError when k is no positive integer
 */
export function nearestNeighbours(k: number): Predictor {
  positiveInteger('k', k);
  return fromRule(`${k} nearest neighbours`, ({ X, y, T }) =>
    T.map((x) => {
      const nearest = X.map((example, i) => ({
        distance: squaredDistance(example, x),
        label: y[i]!,
      }))
        .sort((a, b) => a.distance - b.distance || a.label - b.label) // ties by label, so that order cannot matter
        .slice(0, k);
      return nearest.reduce((sum, { label }) => sum + label, 0) / nearest.length;
    }),
  );
}

/**
 * Linear probes: how much of a hidden quantity can be read off inner states by a linear map.
 */
import { checkRows } from '../core/checks';
import { Matrix } from 'ml-matrix';

import { ridgeMap } from '../baselines/linear';
import { demand, finiteNumber, positiveInteger } from '../core/errors';

/**
 * Fits targets from states by ridge regression (with an intercept) on the first `fitted` rows and
 * scores the rest.
 *
 * @param states  one row of numbers per prompt
 * @param targets one row per prompt
 * @param fitted  how many rows are for fitting
 * @param lambda  the penalty
 * @returns R^2 on the other rows: 1 = read off exactly, 0 = no better than the mean
 * @throws CourseError when the rows do not fit together or none are left to score
 */
export function linearProbe(
  states: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  fitted: number,
  lambda = 1e-3,
): number {
  checkRows('States', states);
  checkRows('Targets', targets);
  positiveInteger('fitted', fitted);
  demand(
    states.length === targets.length && fitted > 0 && fitted < states.length,
    () =>
      `A probe was given ${states.length} states, ${targets.length} targets, ` +
      `${fitted} of them to fit.`,
    'Give as many targets as states, and leave some to score.',
  );
  finiteNumber('lambda', lambda, 'a positive number', (x) => x > 0);
  const rows = (from: number, to: number): [Matrix, Matrix] => [
    new Matrix(states.slice(from, to).map((row) => [...row, 1])),
    new Matrix(targets.slice(from, to).map((row) => [...row])),
  ];
  const [S, T] = rows(0, fitted);
  const map = ridgeMap(S, T, lambda * fitted);
  const [held, truth] = rows(fitted, states.length);
  const miss = Matrix.sub(held.mmul(map), truth).norm('frobenius') ** 2;
  const spread = truth.clone().subRowVector(T.mean('column')).norm('frobenius') ** 2;
  return 1 - miss / spread;
}

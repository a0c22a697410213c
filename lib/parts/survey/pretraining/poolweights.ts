/**
 * The weight vectors of a pool of linear regression tasks: w_1 .. w_M ~ N(0, I), drawn once, of
 * which each prompt in training has one.
 * Reference: Raventos et al. (2023, arXiv 2306.15063).
 */
import { checkMemory } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import { poolStream } from '../../../tasks/compose';
import { linearRegression, type LinearConfig } from '../../../tasks/linear';

/**
 * The weight vectors that `tasks.pool(tasks.linearRegression(config), count, seed)` draws from.
 *
 * @param config of the tasks, as linearRegression takes it
 * @param count  how many tasks the pool has, M
 * @param seed   which pool
 * @returns M rows of d numbers
 * @throws CourseError quoting a setting that is unknown or refused, when w drifts along a prompt (keep
 *   below 1), so that a task is no single vector, or when memory does not suffice
 */
export function poolWeights(
  config: Partial<LinearConfig> & { readonly d: number },
  count: number,
  seed = 0,
): number[][] {
  plainObject('The task of a pool', config);
  const { d, ordered } = linearRegression(config);
  demand(
    !ordered,
    () => `The weights of a pool were asked for whose tasks drift (keep = ${config.keep}).`,
    'Give keep = 1, or leave it out.',
  );
  positiveInteger('seed', seed, 0);
  positiveInteger('the number of tasks in a pool', count);
  checkMemory(() => `The ${count} vectors of a pool with d = ${d}`, 2 * count * d);
  return Array.from({ length: count }, (_, i) => Array.from(poolStream(seed, i).normals(d)));
}

/**
 * The threshold of task diversity: from how many tasks in training on a network answers new tasks
 * more like ridge regression than like the Bayes answer over its pool.
 * Reference: Raventos et al. (2023, arXiv 2306.15063).
 */
import { checkEach, type Check } from '../../../core/checks';
import { demand, finiteNumber, plainObject, positiveInteger } from '../../../core/errors';
import { ascends } from '../../../core/numerics';

/** How far a network's answers are from both yardsticks after training on a number of tasks. */
export interface PoolDistances {
  /** Tasks in training, M. */
  readonly tasks: number;
  /** Mean squared distance to the Bayes answer over the pool, and to ridge; both above 0. */
  readonly toPool: number;
  readonly toRidge: number;
}

const checkPoint: Check = (name, value) => {
  plainObject(name, value);
  const { tasks, toPool, toRidge } = value as PoolDistances;
  positiveInteger(`${name}.tasks`, tasks);
  for (const [field, distance] of Object.entries({ toPool, toRidge }))
    finiteNumber(`${name}.${field}`, distance, 'a number above 0', (x) => x > 0);
};

/**
 * The number of tasks from which on the network stays nearer to ridge. Between two numbers of
 * tasks, the logarithm of the ratio of the distances is taken as linear in log M.
 *
 * @param points by rising number of tasks
 * @returns the number of tasks, not rounded; the first where the network is nearer to ridge
 *   everywhere (the threshold is at most that), the last where it is nearer to the Bayes answer
 *   over the pool there (it is at least that)
 * @throws CourseError when there are no points, their numbers of tasks do not rise, or a distance is
 *   not above 0
 */
export function taskThreshold(points: readonly PoolDistances[]): number {
  checkEach('The distances of a network', points, 'points', checkPoint, 1);
  const counts = points.map(({ tasks }) => tasks);
  demand(
    ascends(counts),
    () => `The distances are of [${counts.join(', ')}] tasks.`,
    'Give them by rising number of tasks.',
  );
  const heights = points.map(({ toPool, toRidge }) => Math.log(toPool / toRidge)); // > 0: ridge
  const last = heights.map((height) => height <= 0).lastIndexOf(true);
  if (last === -1 || last === points.length - 1) return counts[Math.max(last, 0)]!;
  const [low, high] = [heights[last]!, heights[last + 1]!];
  const [from, to] = [Math.log(counts[last]!), Math.log(counts[last + 1]!)];
  return Math.exp(from + ((to - from) * -low) / (high - low));
}

/**
 * Decision trees: each inner node asks for the sign of one coordinate, each leaf holds a number.
 * Reference: Garg et al. (2022, arXiv 2208.01066), section 4: depth 4, 20 coordinates, leaves N(0,
 * 1).
 */
import { knownKeys, positiveInteger } from '../core/errors';
import { taskFrom, type SampledTask } from './task';

/** A family of trees. */
export interface TreeConfig {
  readonly d: number;
  /** Inner nodes from the root to a leaf. */
  readonly depth: number;
}

/**
 * The leaf an input falls into: nodes are numbered as in a heap (children of v: 2 v + 1 for x <= 0,
 * 2 v + 2 for x > 0).
 *
 * @param questions the coordinate each of the 2^depth - 1 inner nodes asks for
 * @returns the leaf's number, from 0
 */
export function leafOf(questions: ArrayLike<number>, x: Float32Array, from = 0): number {
  let node = 0;
  while (node < questions.length) node = 2 * node + (x[from + questions[node]!]! > 0 ? 2 : 1);
  return node - questions.length;
}

/**
 * Prompts about random complete trees; errors are in units of a leaf's variance, 1.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function decisionTrees(given: Partial<TreeConfig> = {}): SampledTask {
  knownKeys('Decision trees', given, ['d', 'depth']);
  const { d, depth } = { d: 20, depth: 4, ...given };
  for (const [name, value] of Object.entries({ d, depth })) positiveInteger(name, value);
  const inner = 2 ** depth - 1;
  return taskFrom('decision trees', 1, {
    d,
    prompt: (random) => {
      const questions = Array.from({ length: inner }, () => random.integer(d));
      const leaves = random.normals(inner + 1);
      return { label: (x, from) => leaves[leafOf(questions, x, from)]! };
    },
  });
}

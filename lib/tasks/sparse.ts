/**
 * Sparse linear regression: all but a few coordinates of w are zero, and the prompt does not say
 * which are not.
 * Reference: Garg et al. (2022, arXiv 2208.01066), section 4: 3 of 20.
 */
import { demand, knownKeys, positiveInteger } from '../core/errors';
import { product, taskFrom, type SampledTask } from './task';

/** A family of sparse linear functions. */
export interface SparseConfig {
  readonly d: number;
  /** How many coordinates of w are not zero. */
  readonly nonZero: number;
}

/**
 * Sparse linear regression prompts; errors are divided by `nonZero`, the variance of a label.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function sparseRegression(given: Partial<SparseConfig> = {}): SampledTask {
  knownKeys('Sparse regression', given, ['d', 'nonZero']);
  const { d, nonZero } = { d: 20, nonZero: 3, ...given };
  positiveInteger('d', d);
  demand(
    positiveInteger('nonZero', nonZero) <= d,
    () => `nonZero ${nonZero} is larger than d = ${d}.`,
    'Choose 1 to d.',
  );
  return taskFrom('sparse regression', nonZero, {
    d,
    prompt: (random) => {
      const w = new Float32Array(d);
      for (const k of random.permutation(d).slice(0, nonZero)) w[k] = random.normal();
      return { label: (x, from) => product(x, from, w) };
    },
  });
}

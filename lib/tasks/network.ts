/**
 * Two-layer ReLU networks: y = sqrt(2 / r) sum_i a_i relu(w_i . x), all weights N(0, 1), so that a
 * label has variance d.
 * Reference: Garg et al. (2022, arXiv 2208.01066), section 4: 100 hidden units.
 */
import { knownKeys, positiveInteger } from '../core/errors';
import { product, taskFrom, type SampledTask } from './task';

/** A family of networks. */
export interface ReluNetworkConfig {
  readonly d: number;
  /** Hidden units, r. */
  readonly hidden: number;
}

/**
 * Prompts about random two-layer networks; errors are divided by d, the variance of a label.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function reluNetworks(given: Partial<ReluNetworkConfig> = {}): SampledTask {
  knownKeys('ReLU networks', given, ['d', 'hidden']);
  const { d, hidden } = { d: 20, hidden: 100, ...given };
  for (const [name, value] of Object.entries({ d, hidden })) positiveInteger(name, value);
  return taskFrom('ReLU networks', d, {
    d,
    prompt: (random) => {
      const W = Array.from({ length: hidden }, () => random.normals(d));
      const a = random.normals(hidden, Math.sqrt(2 / hidden));
      return {
        label: (x, from) =>
          W.reduce((sum, w, i) => sum + a[i]! * Math.max(0, product(x, from, w)), 0),
      };
    },
  });
}

/**
 * Tasks as data: an experiment's config names its task, and records of another task cannot be mistaken for its own.
 */
import { CourseError } from '../core/errors';
import { linearRegression, type LinearConfig } from './linear';
import { reluNetworks, type NetworkConfig } from './network';
import { sparseRegression, type SparseConfig } from './sparse';
import type { SampledTask } from './task';
import { decisionTrees, type TreeConfig } from './tree';

/** A task by its kind and settings. */
export type TaskSpec =
  | ({ readonly kind: 'linear'; readonly d: number } & Partial<LinearConfig>)
  | ({ readonly kind: 'sparse' } & SparseConfig)
  | ({ readonly kind: 'tree' } & TreeConfig)
  | ({ readonly kind: 'network' } & NetworkConfig);

/**
 * The task of a spec.
 *
 * @throws CourseError quoting an unknown kind, or a setting that is unknown or refused
 */
export function taskOf(spec: TaskSpec): SampledTask {
  switch (spec.kind) {
    case 'linear': {
      const { kind: _, ...given } = spec;
      return linearRegression(given);
    }
    case 'sparse': {
      const { kind: _, ...given } = spec;
      return sparseRegression(given);
    }
    case 'tree': {
      const { kind: _, ...given } = spec;
      return decisionTrees(given);
    }
    case 'network': {
      const { kind: _, ...given } = spec;
      return reluNetworks(given);
    }
    default:
      throw new CourseError(
        `There is no task '${(spec as { readonly kind: string }).kind}'.`,
        'Use one of: linear, sparse, tree, network.',
      );
  }
}

/**
 * Tasks as data: an experiment's config names its task, and records of another task cannot be mistaken for its own.
 */
import { lookUp } from '../core/errors';
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

const MAKERS: Readonly<Record<string, (given: never) => SampledTask>> = {
  linear: linearRegression,
  sparse: sparseRegression,
  tree: decisionTrees,
  network: reluNetworks,
};

/**
 * The task of a spec.
 *
 * @throws CourseError quoting an unknown kind, or a setting that is unknown or refused
 */
export function taskOf({ kind, ...given }: TaskSpec): SampledTask {
  return lookUp('task', MAKERS, kind)(given as never);
}

/**
 * Tasks as data: an experiment's config names its task, and records of another task cannot be
 * mistaken for its own.
 */
import { checkList } from '../core/checks';
import { lookUp, plainObject } from '../core/errors';
import { augmented, mixture, pool } from './compose';
import { linearRegression, type LinearConfig } from './linear';
import { reluNetworks, type ReluNetworkConfig } from './network';
import { pairwise, type PairsConfig } from './pairs';
import { prototypes, type PrototypesConfig } from './prototypes';
import { radius, type RadiusConfig } from './radius';
import { sparseRegression, type SparseConfig } from './sparse';
import type { SampledTask } from './task';
import { thresholds, type ThresholdsConfig } from './thresholds';
import { decisionTrees, type TreeConfig } from './tree';

/** A task by its kind and settings. */
export type TaskSpec =
  | ({ readonly kind: 'linear'; readonly d: number } & Partial<LinearConfig>)
  | ({ readonly kind: 'sparse' } & SparseConfig)
  | ({ readonly kind: 'tree' } & TreeConfig)
  | ({ readonly kind: 'network' } & ReluNetworkConfig)
  | ({ readonly kind: 'pairs' } & Partial<PairsConfig>)
  | ({ readonly kind: 'prototypes' } & Partial<PrototypesConfig>)
  | ({ readonly kind: 'thresholds' } & Partial<ThresholdsConfig>)
  | ({ readonly kind: 'radius' } & Partial<RadiusConfig>)
  | { readonly kind: 'mixture'; readonly of: readonly TaskSpec[] }
  | { readonly kind: 'pool'; readonly of: TaskSpec; readonly count: number; readonly seed?: number }
  | { readonly kind: 'augmented'; readonly of: TaskSpec };

/** The settings of a kind. */
type SettingsOf<K extends TaskSpec['kind']> = Omit<Extract<TaskSpec, { kind: K }>, 'kind'>;

/** One maker for each kind of TaskSpec: a kind without its maker does not compile. */
const MAKERS: { readonly [K in TaskSpec['kind']]: (given: SettingsOf<K>) => SampledTask } = {
  linear: linearRegression,
  sparse: sparseRegression,
  tree: decisionTrees,
  network: reluNetworks,
  pairs: pairwise,
  prototypes,
  thresholds,
  radius,
  mixture: ({ of }) => {
    checkList('The kinds of a mixture', of, 'tasks', (one) => typeof one === 'object');
    return mixture(of.map(taskOf));
  },
  pool: ({ of, count, seed }) => pool(taskOf(of), count, seed),
  augmented: ({ of }) => augmented(taskOf(of)),
};

/**
 * The task of a spec.
 *
 * @throws CourseError quoting an unknown kind, or a setting that is unknown or refused
 */
export function taskOf(spec: TaskSpec): SampledTask {
  plainObject('A task', spec);
  const { kind, ...given } = spec;
  const make: (given: never) => SampledTask = lookUp('task', MAKERS, kind);
  return make(given as never);
}

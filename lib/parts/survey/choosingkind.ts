/**
 * Experiments that choose demonstrations in several ways and ask a trained model after them. Nothing
 * is trained. A seed is a split of each task into a pool and questions, or in TaskWorld tasks with
 * pools and questions of their own and a training run of the small model.
 */
import type { BaseConfig, ExperimentOf, PlanOf } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import { counts, list, section, text, whole } from '../../experiments/settings';
import type { Template } from '../../language/prompt';
import { realTask } from '../../metaicl/realtasks';
import { measureChoices } from './choosingmeasures';
import {
  CHOOSING_VARIANT,
  TEMPLATE_SETTINGS,
  withTextSubjects,
  withWorldSubjects,
  type ChoosingVariant,
} from './choosingrun';

/** The config of such an experiment. */
export interface ChoosingConfig extends BaseConfig {
  readonly tasks: readonly string[];
  readonly template: Template;
  readonly measures: {
    /** Numbers of demonstrations. */
    readonly ks: readonly number[];
    /** The most rows of a pool. */
    readonly poolRows: number;
    /** Questions of each label. */
    readonly each: number;
    /** Tasks of TaskWorld with each mapping, and questions of each label about each. */
    readonly worldTasks: number;
    readonly worldEach: number;
  };
}

/** An experiment on the choice of demonstrations. */
export type ChoosingExperiment = ExperimentOf<ChoosingVariant, ChoosingConfig>;
type ChoosingPlan = PlanOf<ChoosingExperiment>;

const SETTINGS = section('an experiment on the choice of demonstrations', {
  seeds: whole('splits of each task', 1, 10_000),
  tasks: list('names of real tasks', text('a task'), 1),
  template: TEMPLATE_SETTINGS,
  measures: section('what is measured', {
    ks: counts('numbers of demonstrations'),
    poolRows: whole('the most rows of a pool', 1, 1e5),
    each: whole('questions of each label', 1, 1e6),
    worldTasks: whole('tasks of TaskWorld with each mapping', 1, 1e4),
    worldEach: whole('questions of each label about each of them', 1, 1e6),
  }),
});

/** Experiments that compare ways to choose demonstrations. */
export const CHOOSING_KIND = measuringKind<ChoosingExperiment>({
  name: 'ways to choose demonstrations',
  settings: SETTINGS,
  variant: CHOOSING_VARIANT,
  check: ({ config: { tasks } }) => tasks.forEach(realTask),
  baselines: ({ config: { measures } }, put) => {
    for (const k of measures.ks) put('chance in TaskWorld', { n: k }, 'accuracy', 0.5);
  },
  measure: ({ config }: ChoosingPlan, variant, seed, put) => {
    const { tasks, template, measures } = config;
    const { ks, poolRows, each, worldTasks, worldEach } = measures;
    if (variant.model === 'small' || variant.model === 'exact')
      withWorldSubjects(variant.model, { poolRows, worldTasks, worldEach }, seed, (subjects) =>
        measureChoices(subjects, ks, variant.name, seed, put),
      );
    else
      withTextSubjects(variant.model, { tasks, template, poolRows, each }, seed, (subjects) =>
        measureChoices(subjects, ks, variant.name, seed, put),
      );
  },
  // weights in 32 bits and their file, and the states of a batch
  requirements: (_, { model }) => ({
    memoryMB: BASE_MB + (model === 'smollm2' ? 1800 : 150),
    diskMB: 1,
  }),
});

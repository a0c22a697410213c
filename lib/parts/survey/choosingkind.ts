/**
 * Experiments that choose demonstrations in several ways and ask a trained model after them. Nothing
 * is trained. A seed is a split of each task into a pool and questions, or in TaskWorld tasks with
 * pools and questions of their own and a training run of the small model.
 */
import type { BaseConfig, ExperimentOf } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { counts, section, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
import { measureChoices } from './choosingmeasures';
import {
  CHOOSING_VARIANT,
  SUBJECT_SETTINGS,
  SUBJECT_SIZES,
  choosingRequirements,
  withSubjects,
  type ChoosingVariant,
  type SubjectSizes,
  type SubjectsConfig,
} from './choosingrun';

/** The config of such an experiment. */
export interface ChoosingConfig extends BaseConfig, SubjectsConfig {
  readonly measures: SubjectSizes & {
    /** Numbers of demonstrations. */
    readonly ks: readonly number[];
  };
}

/** An experiment on the choice of demonstrations. */
export type ChoosingExperiment = ExperimentOf<ChoosingVariant, ChoosingConfig>;

const SETTINGS = section('an experiment on the choice of demonstrations', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    ks: counts('numbers of demonstrations'),
    ...SUBJECT_SIZES,
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
  measure: ({ config }, { name, model }, seed, put) =>
    withSubjects(config, model, seed, (subjects) =>
      measureChoices(subjects, config.measures.ks, name, seed, put),
    ),
  requirements: choosingRequirements,
});

/**
 * Experiments that choose demonstrations by what a trained model says, in several ways, and ask the
 * same model after them. Nothing is trained. A seed is as in choosingkind.ts.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { section, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
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
import { measureSignals, type SignalMeasures } from './signalmeasures';

/** The config of such an experiment. */
export interface SignalsConfig extends BaseConfig, SubjectsConfig {
  readonly measures: SubjectSizes & SignalMeasures;
}

/** An experiment on the choice of demonstrations by a model's answers. */
export type SignalsExperiment = ExperimentOf<ChoosingVariant, SignalsConfig>;

const SETTINGS = section('an experiment on the choice of demonstrations by answers', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    k: whole('demonstrations', 1, 1e4),
    ...SUBJECT_SIZES,
    candidates: whole('rows that sets are made of', 1, 1e5),
    probes: whole('rows that are asked after sets', 1, 1e5),
    sets: whole('random sets', 2, 1e5),
  }),
});

/** Refuses sizes of which nothing can be drawn. */
function checkSizes({ k, poolRows, candidates, probes, sets }: SignalsConfig['measures']): void {
  demand(
    candidates + probes <= poolRows,
    () => `${candidates} candidates and ${probes} probes were to be drawn from ${poolRows} rows.`,
    "Give more 'poolRows', or fewer 'candidates' or 'probes'.",
  );
  demand(
    k < candidates && candidates % k === 0 && sets * k >= candidates,
    () => `${sets} sets of ${k} were to hold each of ${candidates} candidates, and not always.`,
    "Let 'k' divide 'candidates', and give at least candidates / k 'sets'.",
  );
}

/** Experiments that compare ways to choose by what a model says. */
export const SIGNALS_KIND = measuringKind<SignalsExperiment>({
  name: 'ways to choose by answers',
  settings: SETTINGS,
  variant: CHOOSING_VARIANT,
  check: ({ config: { tasks, measures } }) => {
    tasks.forEach(realTask);
    checkSizes(measures);
  },
  baselines: ({ config: { measures } }, put) =>
    put('chance in TaskWorld', { n: measures.k }, 'accuracy', 0.5),
  measure: ({ config }, { name, model }, seed, put) =>
    withSubjects(config, model, seed, (subjects) =>
      measureSignals(subjects, config.measures, name, seed, put),
    ),
  requirements: choosingRequirements,
});

/**
 * Experiments that choose demonstrations by what a trained model says, in several ways, and ask the
 * same model after them. Nothing is trained. A seed is as in choosingkind.ts.
 */
import type { BaseConfig, ExperimentOf, PlanOf } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import { list, section, text, whole } from '../../experiments/settings';
import { demand } from '../../core/errors';
import type { Template } from '../../language/prompt';
import { realTask } from '../../metaicl/realtasks';
import {
  CHOOSING_VARIANT,
  TEMPLATE_SETTINGS,
  withTextSubjects,
  withWorldSubjects,
  type ChoosingVariant,
} from './choosingrun';
import { measureSignals, type SignalMeasures } from './signalmeasures';

/** The config of such an experiment. */
export interface SignalsConfig extends BaseConfig {
  readonly tasks: readonly string[];
  readonly template: Template;
  readonly measures: SignalMeasures;
}

/** An experiment on the choice of demonstrations by a model's answers. */
export type SignalsExperiment = ExperimentOf<ChoosingVariant, SignalsConfig>;
type SignalsPlan = PlanOf<SignalsExperiment>;

const SETTINGS = section('an experiment on the choice of demonstrations by answers', {
  seeds: whole('splits of each task', 1, 10_000),
  tasks: list('names of real tasks', text('a task'), 1),
  template: TEMPLATE_SETTINGS,
  measures: section('what is measured', {
    k: whole('demonstrations', 1, 1e4),
    poolRows: whole('the most rows of a pool', 1, 1e5),
    candidates: whole('rows that sets are made of', 1, 1e5),
    probes: whole('rows that are asked after sets', 1, 1e5),
    sets: whole('random sets', 2, 1e5),
    each: whole('questions of each label', 1, 1e6),
    worldTasks: whole('tasks of TaskWorld with each mapping', 1, 1e4),
    worldEach: whole('questions of each label about each of them', 1, 1e6),
  }),
});

/** Refuses sizes of which nothing can be drawn. */
function checkSizes({ k, poolRows, candidates, probes, sets }: SignalMeasures): void {
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
  measure: ({ config }: SignalsPlan, variant, seed, put) => {
    const { tasks, template, measures } = config;
    const { poolRows, each, worldTasks, worldEach } = measures;
    if (variant.model === 'small' || variant.model === 'exact')
      withWorldSubjects(variant.model, { poolRows, worldTasks, worldEach }, seed, (subjects) =>
        measureSignals(subjects, measures, variant.name, seed, put),
      );
    else
      withTextSubjects(variant.model, { tasks, template, poolRows, each }, seed, (subjects) =>
        measureSignals(subjects, measures, variant.name, seed, put),
      );
  },
  // as in choosingkind.ts
  requirements: (_, { model }) => ({
    memoryMB: BASE_MB + (model === 'smollm2' ? 1800 : 150),
    diskMB: 1,
  }),
});

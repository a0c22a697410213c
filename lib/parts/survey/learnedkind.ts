/**
 * Experiments on learning to choose demonstrations: a model is asked what helps it, retrievers and
 * policies are trained on its answers, and it is asked after what they choose. The model itself stays
 * as it is. A seed is that of the choice of demonstrations by their looks.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf } from '../../experiments/experiment';
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
import { measureLearned } from './learnedmeasures';
import type { LearnedSizes } from './learnedways';
import { measurePolicies, type PolicySizes } from './policymeasures';

/** The config of such an experiment. */
export interface LearnedConfig extends BaseConfig, SubjectsConfig {
  readonly measures: SubjectSizes &
    LearnedSizes &
    PolicySizes & {
      /** The same as policyTasks and dev in TaskWorld, where more can be asked. */
      readonly worldPolicyTasks: number;
      readonly worldDev: number;
    };
}

/** An experiment on learning to choose. */
export type LearnedExperiment = ExperimentOf<ChoosingVariant, LearnedConfig>;
type LearnedPlan = PlanOf<LearnedExperiment>;

/** Rows that are asked about have to be in the pool, and sets among the candidates. */
function checkSizes({ config: { measures } }: LearnedPlan): void {
  const { poolRows, rows, heldRows, candidates, k, policyRows, horizon } = measures;
  const dev = Math.max(measures.dev, measures.worldDev);
  const fits = (what: string, needed: number, most: number): void =>
    demand(
      needed <= most,
      () => `${what} need ${needed} rows, and there are ${most}.`,
      'Ask for fewer, or raise poolRows.',
    );
  fits('The rows that are learned from, and those they are tried on,', rows + heldRows, poolRows);
  fits('A row and its candidates', candidates + 1, poolRows);
  fits('Sets of candidates', k, candidates);
  fits('The rows of policies', policyRows + dev, poolRows);
  fits('Sets of policies', horizon, policyRows);
}

/** How much is asked of a model for its policies. */
const policySizesOf = (
  { worldPolicyTasks, worldDev, ...measures }: LearnedConfig['measures'],
  model: ChoosingVariant['model'],
): PolicySizes =>
  model === 'small' || model === 'exact'
    ? { ...measures, policyTasks: worldPolicyTasks, dev: worldDev }
    : measures;

/** Experiments on learning to choose. */
export const LEARNED_KIND = measuringKind<LearnedExperiment>({
  name: 'learning to choose demonstrations',
  settings: section('an experiment on learning to choose demonstrations', {
    seeds: whole('splits of each task', 1, 10_000),
    ...SUBJECT_SETTINGS,
    measures: section('what is measured', {
      ...SUBJECT_SIZES,
      k: whole('demonstrations before a question', 1, 1000),
      rows: whole('rows of each pool that retrievers learn from', 1, 1e4),
      heldRows: whole('rows that they are tried on', 1, 1e4),
      candidates: whole('candidates of each row', 6, 1000),
      sets: whole('sets of candidates for each row', 2, 1000),
      steps: whole('steps of training on one task', 1, 1e6),
      policyTasks: whole('tasks that policies are tried on, of different titles first', 1, 1000),
      policyRows: whole('rows that policies choose from', 2, 16),
      horizon: whole('rows that policies choose', 1, 16),
      dev: whole('rows that rewards are the accuracy of', 1, 1e4),
      worldPolicyTasks: whole('the same in TaskWorld', 1, 1000),
      worldDev: whole('the same in TaskWorld', 1, 1e4),
      episodes: whole('episodes of Q-learning', 1, 1e6),
      policySteps: whole('steps of the Q-network', 1, 1e5),
    }),
  }),
  variant: CHOOSING_VARIANT,
  check: (plan) => {
    plan.config.tasks.forEach(realTask);
    checkSizes(plan);
  },
  baselines: ({ config: { measures } }, put) =>
    put('chance in TaskWorld', { n: measures.k }, 'accuracy', 0.5),
  measure: ({ config }, { name, model }, seed, put) =>
    withSubjects(config, model, seed, (subjects) => {
      measureLearned(subjects, config.measures, name, seed, put);
      measurePolicies(subjects, policySizesOf(config.measures, model), name, seed, put);
    }),
  requirements: choosingRequirements,
});

/**
 * Experiments on the number of tasks in training: a network learns linear regression from prompts
 * whose weights come from a pool of M vectors, and is compared with the Bayes answer over the pool and
 * with ridge regression. The pool of a run is that of its seed.
 * Reference: Raventos et al. (2023, arXiv 2306.15063).
 */
import { demand } from '../../core/errors';
import type {
  ExperimentOf,
  PlanOf,
  Requirements,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import { experimentKind, trainingOf, type Made, type Measurements } from '../../experiments/kind';
import {
  PROMPT_MODEL_SETTINGS,
  PROMPT_TRAINING_SETTINGS,
  promptRequirements,
  type PromptConfig,
} from '../../experiments/prompts';
import {
  BASE_SETTINGS,
  counts,
  maybe,
  oneOf,
  positive,
  section,
  text,
  whole,
} from '../../experiments/settings';
import { sizeOf } from '../../model/config';
import { InContextModel } from '../../model/incontext';
import { Trainer } from '../../training/trainer';
import {
  compareNetwork,
  disposeAnswered,
  diversitySource,
  measureRidge,
  measureDiversity,
  watchedPrompts,
  type DiversityMeasures,
  type DiversitySource,
  type DiversityTask,
} from './diversitymeasures';

/** A network by its method and the number of tasks that it learns from. */
export interface DiversityVariant extends Variant {
  readonly method: 'ar' | 'invicl';
  /** Tasks in training, M. */
  readonly tasks: number;
}

/** The config of such an experiment. */
export interface DiversityConfig extends TrainedConfig {
  readonly task: DiversityTask;
  readonly model: PromptConfig['model'];
  readonly training: PromptConfig['training'];
  readonly measures: DiversityMeasures;
}

/** An experiment on the number of tasks in training. */
export type DiversityExperiment = ExperimentOf<DiversityVariant, DiversityConfig>;
type DiversityPlan = PlanOf<DiversityExperiment>;

/** A run with what it is compared with. */
interface DiversityRun extends Made<Trainer, InContextModel> {
  readonly source: DiversitySource;
}

function make({ config }: DiversityPlan, variant: DiversityVariant, seed: number): DiversityRun {
  const { method, tasks } = variant;
  const source = diversitySource(config.task, tasks, seed);
  const model = new InContextModel({ ...config.model, d: config.task.d, method, seed });
  const given = trainingOf(config, {}, seed);
  const trainer = new Trainer(model, source.tasks['tasks of the pool'], given);
  return { trainer, trained: model, source };
}

/** The longest prompts, which cost the most. */
function makeTrial(plan: DiversityPlan, variant: DiversityVariant): DiversityRun {
  const { config } = plan;
  return make(
    { ...plan, config: { ...config, training: { ...config.training, nRandom: false } } },
    variant,
    0,
  );
}

/** Refuses a config that measures nothing, or a transformer of no size. */
function check({ config: { model, measures } }: DiversityPlan): void {
  sizeOf(model.size);
  demand(
    measures.ns.length > 0,
    () => 'The number of tasks was to be measured at no number of examples.',
    "Give 'measures.ns' one at least.",
  );
}

function measurements(
  { config: { task, measures } }: DiversityPlan,
  { name }: DiversityVariant,
  { trainer, trained, source }: DiversityRun,
): Measurements {
  const network = { name, predict: trained.predict.bind(trained) };
  const { n } = trainer.config;
  const watched = watchedPrompts(source, { B: measures.watched, n, m: measures.tests });
  return {
    watch: (put) => {
      for (const asked of watched)
        compareNetwork(network, asked, task.d, (metric, value) =>
          put(name, { n }, `${metric}, along training`, value),
        );
    },
    measure: (put) => measureDiversity(network, source, measures, put),
    dispose: () => watched.forEach(disposeAnswered),
  };
}

const SETTINGS = section('an experiment on the number of tasks in training', {
  ...BASE_SETTINGS,
  task: section('the tasks: linear regression', {
    d: whole('numbers in an input', 1, 1e4),
    noise: positive('standard deviation of the noise on the labels of examples'),
  }),
  model: section('the transformer', PROMPT_MODEL_SETTINGS),
  training: PROMPT_TRAINING_SETTINGS,
  measures: section('what is measured', {
    ns: counts('numbers of examples at which it is measured at the end', 1),
    prompts: whole('prompts of new tasks, and as many of tasks of the pool', 1, 1e7),
    watched: whole('the same along training', 1, 1e7),
    tests: whole('test inputs in each', 1, 1e5),
  }),
});

/** Experiments on the number of tasks in training. */
export const DIVERSITY_KIND = experimentKind<DiversityExperiment, DiversityRun>({
  name: 'number of tasks in training',
  settings: SETTINGS,
  variant: section('a network', {
    key: text('names its files'),
    name: text('how figures call it'),
    method: oneOf('its method', 'ar', 'invicl'),
    tasks: whole('tasks in training, M', 1, 1e7),
    seeds: maybe(BASE_SETTINGS['seeds']!),
  }),
  check,
  baselines: ({ config: { task, measures } }, put) => measureRidge(task, measures, put),
  make,
  makeTrial,
  measurements,
  requirements: ({ config }, variant): Requirements => promptRequirements(config, variant),
});

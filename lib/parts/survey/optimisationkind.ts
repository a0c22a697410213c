/**
 * Experiments on transformers that are trained to do regression in context where it is hard: inputs of a
 * high condition number, with a layer for each step, and labels with one of several strengths of noise.
 */
import { leastSquares, ridge } from '../../baselines';
import { ascends } from '../../core/numerics';
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { promptErrors } from '../../evaluation/curves';
import { mean } from '../../evaluation/statistics';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  EVALUATION_SEED,
  experimentKind,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  PROMPT_MODEL_SETTINGS,
  PROMPT_TRAINING_SETTINGS,
  promptRequirements,
  type PromptConfig,
} from '../../experiments/prompts';
import {
  BASE_SETTINGS,
  counts,
  list,
  maybe,
  oneOf,
  partial,
  positive,
  section,
  text,
  whole,
} from '../../experiments/settings';
import { sizeOf } from '../../model/config';
import { InContextModel } from '../../model/incontext';
import { disposePrompts, type Predictor } from '../../model/prompts';
import { linearRegression } from '../../tasks/linear';
import type { SampledTask } from '../../tasks/task';
import { Trainer, type TrainingConfig } from '../../training/trainer';
import { chosenByTesting, chosenByValidation } from './optimisation/algorithmchoice';
import { mixtureBayes, noiseMixture } from './optimisation/noisemixture';
import {
  measureDepth,
  measureIterations,
  measureNoises,
  type OptimisationMeasures,
} from './optimisationmeasures';

/** What is trained on what. */
export interface OptimisationVariant extends Variant {
  readonly task: 'ill-conditioned' | 'noise mixture';
  readonly method: 'ar' | 'invicl';
  readonly model?: Partial<PromptConfig['model']>;
  readonly training?: Partial<TrainingConfig>;
}

/** The config of such an experiment. */
export interface OptimisationConfig extends TrainedConfig {
  readonly d: number;
  /** The condition number of the inputs' covariance. */
  readonly condition: number;
  /** Standard deviations of label noise, each as likely. */
  readonly noises: readonly number[];
  readonly model: PromptConfig['model'];
  readonly training: Partial<Omit<TrainingConfig, 'seed'>>;
  readonly measures: OptimisationMeasures;
}

/** An experiment on transformers and algorithms. */
export type OptimisationExperiment = ExperimentOf<OptimisationVariant, OptimisationConfig>;
type OptimisationPlan = PlanOf<OptimisationExperiment>;
type OptimisationRun = Made<Trainer, InContextModel>;

/** How ridge regression for one strength of noise is called. */
export const ridgeFor = (noise: number): string => `ridge for noise ${noise}`;

const taskOfVariant = (
  { d, condition, noises }: OptimisationConfig,
  { task }: OptimisationVariant,
): SampledTask =>
  task === 'ill-conditioned' ? linearRegression({ d, condition }) : noiseMixture(d, noises);

function make(
  { config }: OptimisationPlan,
  variant: OptimisationVariant,
  seed: number,
): OptimisationRun {
  const given = { ...config.model, ...variant.model };
  const trained = new InContextModel({ ...given, d: config.d, method: variant.method, seed });
  const task = taskOfVariant(config, variant);
  return { trainer: new Trainer(trained, task, trainingOf(config, variant, seed)), trained };
}

const named = (name: string, { predict }: Predictor): Predictor => ({ name, predict });

function measurements(
  { config }: OptimisationPlan,
  variant: OptimisationVariant,
  { trainer, trained }: OptimisationRun,
): Measurements {
  const { d, condition, noises, measures } = config;
  const { n } = trainer.config;
  const watched = taskOfVariant(config, variant).sample(stream(EVALUATION_SEED, 'watched'), {
    B: measures.prompts,
    n,
    m: measures.tests,
  });
  const { name } = variant;
  const predictor = named(name, { name, predict: (prompts) => trained.predict(prompts) });
  return {
    watch: (put) =>
      put(name, { n }, 'error along training', mean(promptErrors(predictor, watched, d))),
    measure: (put) =>
      variant.task === 'ill-conditioned'
        ? measureDepth(trained, { d, condition }, n, measures, name, put)
        : measureNoises([predictor], d, noises, measures, put),
    dispose: () => disposePrompts(watched),
  };
}

/** What needs no training: both algorithms, and ways to allow for a noise that is not known. */
function baselines({ experiment, config }: OptimisationPlan, put: Put): void {
  const { d, condition, noises, measures, training } = config;
  const deep = (experiment.variants as readonly OptimisationVariant[]).find(
    ({ task }) => task === 'ill-conditioned',
  );
  const { n = 10 } = { ...training, ...deep?.training };
  measureIterations({ d, condition }, n, measures, put);
  const known = [
    mixtureBayes(noises),
    chosenByValidation(noises),
    chosenByTesting(noises),
    leastSquares,
    ...noises.map((noise) => named(ridgeFor(noise), ridge(noise ** 2))),
  ];
  measureNoises(known, d, noises, measures, put);
}

/** Experiments on transformers and algorithms. */
export const OPTIMISATION_KIND = experimentKind<OptimisationExperiment, OptimisationRun>({
  name: 'transformers and algorithms',
  settings: section('an experiment on transformers and algorithms', {
    ...BASE_SETTINGS,
    d: whole('numbers in an input', 1, 1000),
    condition: positive('condition number of the inputs’ covariance, at least 1'),
    noises: list('standard deviations of label noise', positive('a number'), 1),
    model: section('the transformer', PROMPT_MODEL_SETTINGS),
    training: PROMPT_TRAINING_SETTINGS,
    measures: section('what is measured', {
      prompts: whole('prompts of a measurement', 1, 1e6),
      tests: whole('test inputs in each', 1, 1e4),
      fitted: whole('prompts on which read-outs are fitted', 1, 1e6),
      descent: counts('numbers of steps of gradient descent', 0),
      newton: counts('numbers of iterations of Newton', 0),
      ns: counts('numbers of examples of the mixture'),
    }),
  }),
  variant: section('what is trained on what', {
    key: text('names its files'),
    name: text('how figures call it'),
    task: oneOf('the task', 'ill-conditioned', 'noise mixture'),
    method: oneOf('its row of the table of methods', 'ar', 'invicl'),
    seeds: maybe(BASE_SETTINGS['seeds']!),
    model: maybe(partial('settings of the model', PROMPT_MODEL_SETTINGS)),
    training: maybe(PROMPT_TRAINING_SETTINGS),
  }),
  check: ({ config: { model, measures } }) => {
    sizeOf(model.size);
    const { descent, newton } = measures;
    demand(
      ascends(descent) && ascends(newton) && descent.length > 0 && newton.length > 0,
      () => `Layers were to be compared after [${descent.join(', ')}] and [${newton.join(', ')}].`,
      'Give ascending numbers of steps, and of iterations.',
    );
  },
  baselines,
  make,
  measurements,
  requirements: ({ config }, { model, ...variant }) =>
    promptRequirements({ ...config, model: { ...config.model, ...model } }, variant),
});

/**
 * Experiments that train a decoder of compositions, with written steps, without, or with both. A seed
 * draws the functions, the compositions that are left out, the first weights and the documents.
 */
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type { ExperimentOf, PlanOf, TrainedConfig, Variant } from '../../experiments/experiment';
import {
  experimentKind,
  trainingOf,
  transformerRequirements,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  BLOCK_SETTINGS,
  TRAINING_SETTINGS,
  counts,
  partial,
  positive,
  section,
  share,
  whole,
} from '../../experiments/settings';
import type { LanguageModel } from '../../language/languagemodel';
import type { TransformerSize } from '../../model/config';
import { DIGITS, MOST_STEPS, StepsLanguage } from './steps/functions';
import { STEPS_WORDS } from './steps/lines';
import { STEPS_SIZE, freshStepsModel } from './steps/stepsmodel';
import { CompositionTrainer, STEPS_TRAINING, type StepsTraining } from './steps/stepstrainer';
import { measureSteps, watchSteps, type StepsMeasures, type StepsSubject } from './stepsmeasures';

/** A decoder: what it changes of the experiment's size and training. */
export interface StepsVariant extends Variant {
  readonly layers?: number;
  readonly training: Partial<StepsTraining> & Pick<StepsTraining, 'written'>;
}

/** The config of such an experiment. */
export interface StepsExperimentConfig extends TrainedConfig {
  readonly size: Omit<TransformerSize, 'maxPositions'>;
  readonly training: Partial<Omit<StepsTraining, 'seed' | 'written'>>;
  readonly measures: StepsMeasures;
}

/** An experiment on steps of reasoning. */
export type StepsExperiment = ExperimentOf<StepsVariant, StepsExperimentConfig>;
type StepsPlan = PlanOf<StepsExperiment>;

const sizeFor = ({ config }: StepsPlan, { layers }: StepsVariant): TransformerSize => ({
  ...STEPS_SIZE,
  ...config.size,
  ...(layers === undefined ? {} : { layers }),
});

function make(
  plan: StepsPlan,
  variant: StepsVariant,
  seed: number,
): Made<CompositionTrainer, LanguageModel> & { readonly language: StepsLanguage } {
  const built = { size: sizeFor(plan, variant), seed };
  const trained = freshStepsModel(built);
  const language = new StepsLanguage(seed);
  const training = trainingOf<Partial<StepsTraining>>(plan.config, variant, seed);
  return {
    trainer: new CompositionTrainer(trained, language, built, training),
    trained,
    language,
  };
}

function measurements(
  { config: { measures } }: StepsPlan,
  { name, training: { written } }: StepsVariant,
  { trained, language }: { readonly trained: LanguageModel; readonly language: StepsLanguage },
): Measurements {
  const subject: StepsSubject = { model: trained, language, written };
  return {
    watch: (put) => watchSteps(subject, measures, (metric, value) => put(name, {}, metric, value)),
    measure: (put) => measureSteps(subject, measures, name, put),
  };
}

const MEASURES = section('what is measured', {
  steps: counts('numbers of composed functions'),
  questions: whole('questions of each number of steps', 1, 1e6),
  watched: whole('questions along training', 1, 1e6),
  voted: whole('questions about which chains vote', 1, 1e5),
  hard: counts('numbers of steps of these and of questions after demonstrations', 2),
  samples: counts('numbers of chains that vote'),
  temperature: positive('at which chains are drawn'),
  demonstrations: whole('demonstrations of a prompt', 1, 8),
  pool: whole('questions from which they are taken', 1, 1000),
  prompts: whole('prompts of each kind', 1, 1000),
  asked: whole('questions after each prompt', 1, 1e5),
});

/** Refuses what cannot be measured. */
function check({ config: { measures } }: StepsPlan): void {
  const { steps, hard, samples, demonstrations, pool } = measures;
  const most = Math.max(0, ...steps, ...hard);
  demand(
    most <= MOST_STEPS && hard.length > 0 && samples.length > 0,
    () =>
      `Questions of ${most} steps were to be asked, ${samples.length} numbers of chains to vote.`,
    `Ask for at most ${MOST_STEPS} steps, and name at least one number of each.`,
  );
  demand(
    ascends(samples),
    () => `The numbers of chains ${samples.join(', ')} do not grow.`,
    'Give the smallest first.',
  );
  demand(
    demonstrations <= pool,
    () => `${demonstrations} demonstrations were to be taken from ${pool} questions.`,
    'Make the pool larger.',
  );
}

/** Experiments that train a decoder of compositions. */
export const STEPS_KIND = experimentKind<StepsExperiment, ReturnType<typeof make>>({
  name: 'steps of reasoning',
  settings: section('an experiment on steps of reasoning', {
    ...BASE_SETTINGS,
    size: section('size of the decoder', BLOCK_SETTINGS),
    training: partial('training', {
      ...TRAINING_SETTINGS,
      lines: whole('lines of a document', 1, 16),
      longest: whole('the most functions that a question of training composes', 1, MOST_STEPS),
      written: share('share of documents with written steps'),
    }),
    measures: MEASURES,
  }),
  check,
  baselines: (_, put) => put('chance among digits', {}, 'accuracy', 1 / DIGITS),
  make,
  measurements,
  requirements: (plan, variant) => {
    const {
      batch: prompts,
      lines,
      longest,
    } = { ...STEPS_TRAINING, ...plan.config.training, ...variant.training };
    const size = sizeFor(plan, variant);
    return transformerRequirements(size, {
      prompts,
      T: lines * (2 * longest + 4),
      others: 2 * STEPS_WORDS.length * size.width,
      perToken: 3 * STEPS_WORDS.length,
      extraMB: 200,
    });
  },
});

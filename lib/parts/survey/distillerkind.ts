/**
 * Experiments that train a distiller of demonstrations for the small model of notebook 20. A seed
 * takes the small model of that seed, whose weights the distiller begins with, and draws its queries
 * and the documents.
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
  TRAINING_SETTINGS,
  atLeast0,
  counts,
  partial,
  section,
  whole,
} from '../../experiments/settings';
import {
  distillerQuestions,
  measureDistiller,
  watchDistiller,
  type DistillerMeasures,
  type DistillerSubject,
} from './distillermeasures';
import { DISTILLED_VECTORS, distillerFor } from './shapes/distiller';
import {
  DISTILLER_TRAINING,
  DistillerTrainer,
  type DistillerTraining,
} from './shapes/distillertrainer';
import { SMALL_SIZES } from './small/smallmodel';
import { RANDOM_SMALL, smallModelOf } from './splittasks';
import { HEADER_TOKENS, LINE_TOKENS } from './world/documents';
import { VOCABULARY } from './world/vocabulary';

/** A distiller, and for which model: that of notebook 20, or one of random weights. */
export interface DistillerVariant extends Variant {
  readonly model?: 'random';
  readonly training?: Partial<DistillerTraining>;
}

/** The config of such an experiment. */
export interface DistillerExperimentConfig extends TrainedConfig {
  readonly training: Partial<Omit<DistillerTraining, 'seed'>>;
  readonly measures: DistillerMeasures;
}

/** An experiment on a distiller of demonstrations. */
export type DistillerExperiment = ExperimentOf<DistillerVariant, DistillerExperimentConfig>;
type DistillerPlan = PlanOf<DistillerExperiment>;

/** A distiller with its reader. */
interface Trained extends DistillerSubject {
  dispose(): void;
}

function make(
  { config }: DistillerPlan,
  variant: DistillerVariant,
  seed: number,
): Made<DistillerTrainer, Trained> {
  const model = smallModelOf(variant.model, seed);
  const distiller = distillerFor(model, seed);
  const training = trainingOf<Partial<DistillerTraining>>(config, variant, seed);
  return {
    trainer: new DistillerTrainer(model, distiller, training),
    trained: {
      model,
      distiller,
      dispose: () => {
        distiller.dispose();
        model.dispose();
      },
    },
  };
}

function measurements(
  { config: { measures } }: DistillerPlan,
  { name }: DistillerVariant,
  { trained }: { readonly trained: DistillerSubject },
): Measurements {
  const questions = distillerQuestions(measures);
  return {
    watch: (put) =>
      watchDistiller(trained, measures, questions, (metric, value) => put(name, {}, metric, value)),
    measure: (put) =>
      measureDistiller(trained, measures, questions, (metric, value) =>
        put(name, {}, metric, value),
      ),
  };
}

/** Refuses what cannot be measured. */
function check({ config: { measures } }: DistillerPlan): void {
  const { k, vectors } = measures;
  const most = Math.max(0, ...vectors);
  demand(
    vectors.length > 0 && most <= DISTILLED_VECTORS && most <= k,
    () => `After ${k} demonstrations [${vectors.join(', ')}] vectors were to be measured.`,
    `Name at least one number, none above ${DISTILLED_VECTORS} or the demonstrations.`,
  );
  demand(
    ascends(vectors),
    () => `The numbers of vectors ${vectors.join(', ')} do not grow.`,
    'Give the smallest first.',
  );
}

/** Experiments that train a distiller. */
export const DISTILLER_KIND = experimentKind<DistillerExperiment, ReturnType<typeof make>>({
  name: 'a distiller of demonstrations',
  settings: section('an experiment on a distiller of demonstrations', {
    ...BASE_SETTINGS,
    training: partial('training', {
      ...TRAINING_SETTINGS,
      k: whole('demonstrations of a document', 0, 32),
      questions: whole('questions after them', 1, 32),
      vectors: counts('numbers of vectors, one a step, in turns'),
      beta: atLeast0('what the right label counts beside the divergence'),
    }),
    measures: section('what is measured', {
      k: whole('demonstrations of a context', 1, 32),
      vectors: counts('numbers of vectors, and of demonstrations beside them'),
      tasks: whole('tasks of each sort, a context each', 1, 1e5),
      questions: whole('questions about each context', 1, 1e5),
    }),
  }),
  check,
  baselines: (_, put) => put('chance among two labels', {}, 'accuracy', 1 / 2),
  make,
  measurements,
  requirements: ({ config }, { training, model }) => {
    const { batch, k, questions } = { ...DISTILLER_TRAINING, ...config.training, ...training };
    const size = model === 'random' ? RANDOM_SMALL : SMALL_SIZES.middle;
    return transformerRequirements(size, {
      prompts: batch,
      T: 2 * (HEADER_TOKENS + DISTILLED_VECTORS) + LINE_TOKENS * (k + questions),
      others: size.width * (VOCABULARY.length + size.width),
      perToken: 3 * VOCABULARY.length,
      extraMB: 300,
    });
  },
});

/**
 * Experiments that train the small language model: what its answers are worth by the number of
 * examples, beside the exact answer and votes on the same questions, and when in training each
 * ability appears.
 */
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import { experimentKind, trainingOf, type Made, type Measurements } from '../../experiments/kind';
import {
  BASE_SETTINGS,
  TRAINING_SETTINGS,
  byName,
  counts,
  list,
  oneOf,
  partial,
  section,
  share,
  whole,
} from '../../experiments/settings';
import { METHODS } from '../../model/methods';
import {
  WATCHED,
  measureYardsticks,
  measureCells,
  measureFall,
  measureHeads,
  learntQuestions,
  questionsOf,
  smallShares,
  watchCells,
  type CellMeasures,
  type LearntQuestions,
} from './cellmeasures';
import { SMALL_SIZES, SmallModel, type SmallModelConfig } from './small/smallmodel';
import { SmallTrainer, type SmallTraining } from './small/smalltrainer';
import { smallRequirements } from './smallrequirements';

/** The methods under which the small model can be trained. */
export type SmallMethod = 'ar' | 'prefix' | 'invicl';

/** A small model: its method, and what it changes of the experiment's model and training. */
export interface SmallVariant extends Variant {
  readonly method: SmallMethod;
  readonly size?: keyof typeof SMALL_SIZES;
  readonly model?: Partial<Pick<SmallModelConfig, 'smearedKeys' | 'alignedStart'>>;
  readonly training?: Partial<SmallTraining>;
}

/** The config of such an experiment. */
export interface EmergenceConfig extends TrainedConfig {
  readonly size: keyof typeof SMALL_SIZES;
  readonly training: Partial<Omit<SmallTraining, 'seed'>>;
  readonly measures: CellMeasures;
}

/** An experiment that trains the small language model. */
export type EmergenceExperiment = ExperimentOf<SmallVariant, EmergenceConfig>;
type EmergencePlan = PlanOf<EmergenceExperiment>;

const modelOf = ({ config }: EmergencePlan, variant: SmallVariant, seed: number): SmallModel =>
  new SmallModel({
    size: SMALL_SIZES[variant.size ?? config.size],
    smearedKeys: true,
    alignedStart: true,
    ...variant.model,
    seed,
  });

function make(
  plan: EmergencePlan,
  variant: SmallVariant,
  seed: number,
): Made<SmallTrainer> & { readonly trained: SmallModel } {
  const trained = modelOf(plan, variant, seed);
  const training = trainingOf(plan.config, variant, seed);
  return { trainer: new SmallTrainer(trained, METHODS[variant.method], training), trained };
}

function measurements(
  plan: EmergencePlan,
  { name, method }: SmallVariant,
  { trained }: { readonly trained: SmallModel },
): Measurements {
  const { n, watched } = plan.config.measures;
  const along = WATCHED.map((cell) => [cell, questionsOf(cell, n, watched)] as const);
  const learntAlong = learntQuestions(n, watched);
  const shares = smallShares(trained, METHODS[method]);
  const learnt = (asked: LearntQuestions, put: Put, when?: string): void => {
    measureFall(asked, name, shares, put, when);
    measureHeads(asked, name, trained, METHODS[method], put, when);
  };
  return {
    watch: (put) => {
      learnt(learntAlong, put, ' along training');
      watchCells(along, name, shares, put);
    },
    measure: (put) => {
      learnt(learntQuestions(n, plan.config.measures.questions), put);
      measureCells(plan.config.measures, name, () => shares, put);
    },
  };
}

/** The settings of a stage of training. */
const STAGE = section('a stage', {
  share: share('its share of the steps'),
  mix: byName('shares of the kinds of batches', share('a share')),
  instructed: share('share of documents with an instruction'),
});

/** Experiments that train the small language model. */
export const EMERGENCE_KIND = experimentKind<EmergenceExperiment, ReturnType<typeof make>>({
  name: 'the small language model',
  settings: section('an experiment with the small language model', {
    ...BASE_SETTINGS,
    size: oneOf('size of the model', ...Object.keys(SMALL_SIZES)),
    training: partial('training', {
      ...TRAINING_SETTINGS,
      stages: list('what is read, stage by stage', STAGE, 1),
    }),
    measures: section('what is measured', {
      ns: counts('numbers of examples', 0),
      questions: whole('questions of each kind', 1, 1e6),
      watched: whole('questions along training', 1, 1e6),
      n: whole('examples along training, and in another order', 1, 1000),
    }),
  }),
  check: () => undefined,
  baselines: ({ config }, put) => measureYardsticks(config.measures, put),
  make,
  measurements,
  requirements: ({ config }, { size = config.size }) =>
    smallRequirements(SMALL_SIZES[size], config.training.batch ?? 32),
});

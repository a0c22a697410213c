/**
 * Experiments that warm a small model up. The first variant is pre-training on natural labels, and
 * its weights are kept; every other variant begins with those of its seed.
 */
import { dataPath } from '../../core/coursepath';
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type { ExperimentOf, PlanOf, TrainedConfig, Variant } from '../../experiments/experiment';
import { experimentKind, trainingOf, type Made, type Measurements } from '../../experiments/kind';
import {
  BASE_SETTINGS,
  TRAINING_SETTINGS,
  counts,
  oneOf,
  partial,
  section,
  whole,
} from '../../experiments/settings';
import { loadSmallModel } from './small/smallcheckpoint';
import { SMALL_SIZES, SmallModel } from './small/smallmodel';
import { smallRequirements } from './smallrequirements';
import { RANDOM_SMALL } from './splittasks';
import { WARM_UPS } from './warmup/warmupdocuments';
import { WARM_UP_TRAINING, WarmUpTrainer, type WarmUpTraining } from './warmup/warmuptrainer';
import {
  measureExactWarmUp,
  measureWarmUp,
  warmUpWatch,
  type WarmUpMeasures,
} from './warmupmeasures';

/** A small model that is pre-trained, or warmed up from there; or one of random weights. */
export interface WarmUpVariant extends Variant {
  readonly model?: 'random';
  readonly training: Partial<WarmUpTraining>;
}

/** The config of such an experiment. */
export interface WarmUpConfig extends TrainedConfig {
  readonly training: Partial<Omit<WarmUpTraining, 'seed'>>;
  readonly measures: WarmUpMeasures;
}

/** An experiment on warm-up. */
export type WarmUpExperiment = ExperimentOf<WarmUpVariant, WarmUpConfig>;
type WarmUpPlan = PlanOf<WarmUpExperiment>;

/** The weights of a seed after pre-training. */
export const preTrainedWeights = (seed: number): string =>
  dataPath('checkpoints', 'survey-warmup', `pre-trained-${seed}.safetensors`);

/** The model that a variant begins with. */
function beginning({ model, training: { kind } }: WarmUpVariant, seed: number): SmallModel {
  if (model !== 'random' && kind !== 'pre-training') return loadSmallModel(preTrainedWeights(seed));
  const size = model === 'random' ? RANDOM_SMALL : SMALL_SIZES.middle;
  return new SmallModel({ size, smearedKeys: true, alignedStart: true, seed });
}

function make(
  { config }: WarmUpPlan,
  variant: WarmUpVariant,
  seed: number,
): Made<WarmUpTrainer> & { readonly trained: SmallModel } {
  const trained = beginning(variant, seed);
  const training = trainingOf<Partial<WarmUpTraining>>(config, variant, seed);
  return { trainer: new WarmUpTrainer(trained, training), trained };
}

const measurements = (
  { config: { measures } }: WarmUpPlan,
  { name }: WarmUpVariant,
  { trained }: { readonly trained: SmallModel },
): Measurements => ({
  watch: warmUpWatch(trained, measures, name),
  measure: (put) => measureWarmUp(trained, measures, name, put),
});

/** Experiments that warm a small model up. */
export const WARM_UP_KIND = experimentKind<WarmUpExperiment, ReturnType<typeof make>>({
  name: 'a small model that is warmed up',
  settings: section('an experiment on warm-up', {
    ...BASE_SETTINGS,
    training: partial('training', {
      ...TRAINING_SETTINGS,
      kind: oneOf('what is read', ...WARM_UPS, 'pre-training'),
    }),
    measures: section('what is measured', {
      ns: counts('numbers of demonstrations', 0),
      questions: whole('questions of each mapping', 1, 1e6),
      watched: whole('questions along training', 1, 1e6),
      n: whole('demonstrations along training', 1, 32),
    }),
  }),
  check: ({ config: { measures } }) =>
    demand(
      ascends(measures.ns),
      () => `Numbers of demonstrations were [${measures.ns.join(', ')}].`,
      'Name the smallest first.',
    ),
  baselines: ({ config: { measures } }, put) => measureExactWarmUp(measures, put),
  make,
  measurements,
  requirements: ({ config }, { training, model }) => {
    const { batch } = { ...WARM_UP_TRAINING, ...config.training, ...training };
    return smallRequirements(model === 'random' ? RANDOM_SMALL : SMALL_SIZES.middle, batch, {
      copies: 1,
    });
  },
});

/**
 * Experiments that warm a small model up. One variant is pre-training on natural labels, and its
 * weights are kept. The other begins with them once for each kind of warm-up, in one job: a warm-up
 * takes less time than to start a process for it.
 */
import { dataPath } from '../../core/coursepath';
import { demand, positiveInteger } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type {
  ExperimentKind,
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  experimentKind,
  measuringKind,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
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
  NO_WARM_UP,
  measureExactWarmUp,
  measureWarmUp,
  warmUpWatch,
  type WarmUpMeasures,
} from './warmupmeasures';

/** How all kinds of warm-up are run. */
export interface WarmUpRuns {
  readonly steps: number;
  readonly batch: number;
  /** Steps between measurements along symbol tuning. */
  readonly watchEvery: number;
  /** How many pre-trained models there are; seed s begins with that of seed s modulo this. */
  readonly starts: number;
}

/** Pre-training of a small model, or all warm-ups of it; a random one is of another size. */
export interface WarmUpVariant extends Variant {
  readonly model?: 'random';
  readonly training?: Partial<WarmUpTraining>;
  readonly warmUps?: WarmUpRuns;
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

/** A small model before any training. */
const freshModel = ({ model }: WarmUpVariant, seed: number): SmallModel =>
  new SmallModel({
    size: model === 'random' ? RANDOM_SMALL : SMALL_SIZES.middle,
    smearedKeys: true,
    alignedStart: true,
    seed,
  });

function make(
  { config }: WarmUpPlan,
  variant: WarmUpVariant,
  seed: number,
): Made<WarmUpTrainer> & { readonly trained: SmallModel } {
  const trained = freshModel(variant, seed);
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

/** Runs every warm-up from the same weights, and measures before and after. */
function measureWarmUps(
  { config }: WarmUpPlan,
  variant: WarmUpVariant,
  seed: number,
  put: Put,
): void {
  const { steps, batch, watchEvery, starts } = variant.warmUps!;
  positiveInteger("'watchEvery' of warm-ups", watchEvery, 1, steps);
  positiveInteger("'starts' of warm-ups", starts);
  const begin = (): SmallModel =>
    variant.model === 'random'
      ? freshModel(variant, seed)
      : loadSmallModel(preTrainedWeights(seed % starts));
  const before = begin();
  measureWarmUp(before, config.measures, NO_WARM_UP, put);
  before.dispose();
  for (const kind of WARM_UPS) {
    const trained = begin();
    const trainer = new WarmUpTrainer(trained, { ...config.training, kind, steps, batch, seed });
    const watch = warmUpWatch(trained, config.measures, kind);
    const at = (step: number): void =>
      watch((name, _, metric, value) => put(name, { teachingSteps: step }, metric, value));
    for (let step = 1; step <= steps; step++) {
      trainer.train();
      if (kind === 'symbol tuning' && step % watchEvery === 0) at(step);
    }
    measureWarmUp(trained, config.measures, kind, put);
    trainer.dispose();
    trained.dispose();
  }
}

/** What pre-training and warm-ups have in common. */
const COMMON: Parameters<typeof measuringKind<WarmUpExperiment>>[0] = {
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
  measure: measureWarmUps,
  requirements: ({ config }, { training, model }) => {
    const { batch } = { ...WARM_UP_TRAINING, ...config.training, ...training };
    return smallRequirements(model === 'random' ? RANDOM_SMALL : SMALL_SIZES.middle, batch, {
      copies: 1,
    });
  },
};

const PRE_TRAINING = experimentKind<WarmUpExperiment, ReturnType<typeof make>>({
  ...COMMON,
  make,
  measurements,
});

/** Experiments that warm a small model up. */
export const WARM_UP_KIND: ExperimentKind<WarmUpExperiment> = {
  ...PRE_TRAINING,
  start: (plan, variant: WarmUpVariant, seed) =>
    (variant.warmUps ? measuringKind(COMMON) : PRE_TRAINING).start(plan, variant, seed),
};

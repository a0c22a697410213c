/**
 * Experiments that warm a small model up. A seed takes the small model of notebook 20, which has read
 * all kinds of labels, and tunes it on natural labels alone, until it trusts them. Each kind of
 * warm-up begins with these weights; all run in one job, as a warm-up takes less time than to start a
 * process for it.
 */
import { tf } from '../../core/backend';
import { demand, positiveInteger } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { counts, section, whole } from '../../experiments/settings';
import { assignAll, copiesOf } from '../../model/transformer';
import { smallRequirements } from './smallrequirements';
import { RANDOM_SMALL, smallModelOf } from './splittasks';
import { SMALL_SIZES, type SmallModel } from './small/smallmodel';
import { WARM_UPS, type WarmUp } from './warmup/warmupdocuments';
import { WarmUpTrainer } from './warmup/warmuptrainer';
import {
  AT_FIRST,
  NO_WARM_UP,
  measureExactWarmUp,
  measureWarmUp,
  warmUpWatch,
  type WarmUpMeasures,
} from './warmupmeasures';

/** Kinds of warm-up of the small model of notebook 20, or of one of random weights. */
export interface WarmUpVariant extends Variant {
  readonly model?: 'random';
  readonly kinds: readonly WarmUp[];
  /** Whether the model is measured before its warm-ups too. */
  readonly before: boolean;
}

/** The config of such an experiment. */
export interface WarmUpConfig extends BaseConfig {
  /** Steps on natural labels before all warm-ups. */
  readonly naturalSteps: number;
  readonly steps: number;
  readonly batch: number;
  /** Steps between measurements along symbol tuning. */
  readonly watchEvery: number;
  readonly measures: WarmUpMeasures;
}

/** An experiment on warm-up. */
export type WarmUpExperiment = ExperimentOf<WarmUpVariant, WarmUpConfig>;
type WarmUpPlan = PlanOf<WarmUpExperiment>;

/** Trains a model on documents of one kind. */
function warm(
  model: SmallModel,
  kind: WarmUp,
  given: { readonly steps: number; readonly batch: number; readonly seed: number },
  after: (step: number) => void = () => undefined,
): void {
  const trainer = new WarmUpTrainer(model, { ...given, kind });
  for (let step = 1; step <= given.steps; step++) {
    trainer.train();
    after(step);
  }
  trainer.dispose();
}

/** Runs every warm-up from the same weights, and measures before and after. */
function measure(
  { config }: WarmUpPlan,
  { model: random, kinds, before }: WarmUpVariant,
  seed: number,
  put: Put,
): void {
  const { naturalSteps, steps, batch, watchEvery, measures } = config;
  const model = smallModelOf(random, seed);
  if (before) measureWarmUp(model, measures, AT_FIRST, put);
  warm(model, 'further text', { steps: naturalSteps, batch, seed: seed + FIRST_SEED });
  if (before) measureWarmUp(model, measures, NO_WARM_UP, put);
  const kept = copiesOf(model.parameters);
  for (const kind of kinds) {
    assignAll(model.parameters, kept);
    const watch = warmUpWatch(model, measures, kind);
    warm(model, kind, { steps, batch, seed }, (step) => {
      if (kind !== 'symbol tuning' || step % watchEvery !== 0) return;
      watch((name, _, metric, value) => put(name, { teachingSteps: step }, metric, value));
    });
    measureWarmUp(model, measures, kind, put);
  }
  tf.dispose(kept);
  model.dispose();
}

/** Documents before and in warm-up are others. */
const FIRST_SEED = 1000;

/** Refuses what cannot be measured. */
function check({ config, experiment }: WarmUpPlan): void {
  const { ns } = config.measures;
  demand(
    ascends(ns),
    () => `Numbers of demonstrations were [${ns.join(', ')}].`,
    'Name the smallest first.',
  );
  positiveInteger("'watchEvery'", config.watchEvery, 1, config.steps);
  for (const { key, kinds } of experiment.variants)
    demand(
      kinds.length > 0 && kinds.every((kind) => WARM_UPS.includes(kind)),
      () => `The warm-ups of '${key}' are [${kinds.join(', ')}].`,
      `Take at least one of: ${WARM_UPS.join(', ')}.`,
    );
}

/** Experiments that warm a small model up. */
export const WARM_UP_KIND = measuringKind<WarmUpExperiment>({
  name: 'a small model that is warmed up',
  settings: section('an experiment on warm-up', {
    seeds: whole('small models', 1, 10_000),
    naturalSteps: whole('steps on natural labels before all warm-ups', 1, 1e6),
    steps: whole('steps of a warm-up', 1, 1e6),
    batch: whole('documents of nine lines in a batch', 1, 4096),
    watchEvery: whole('steps between measurements along symbol tuning', 1, 1e6),
    measures: section('what is measured', {
      ns: counts('numbers of demonstrations', 0),
      questions: whole('questions of each mapping', 1, 1e6),
      watched: whole('questions along training', 1, 1e6),
      n: whole('demonstrations along training', 1, 32),
      flipped: counts('numbers of exchanged labels', 0),
    }),
  }),
  check,
  baselines: ({ config: { measures } }, put) => measureExactWarmUp(measures, put),
  measure,
  requirements: ({ config: { batch } }, { model }) =>
    smallRequirements(model === 'random' ? RANDOM_SMALL : SMALL_SIZES.middle, batch, {
      copies: 1,
    }),
});

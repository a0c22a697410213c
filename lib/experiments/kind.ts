/**
 * A kind of experiment from what is special to it: how a run is made and what is measured. What all
 * kinds share is here: the cast of a plan to the kind's own type, the warm-up that compiles what is
 * measured along the way, trials, disposal.
 */
import { CourseError } from '../core/errors';
import type { TransformerSize } from '../model/config';
import { countParameters, type Parameters } from '../model/transformer';
import type { StepTrainer } from '../training/steps';
import type {
  Experiment,
  ExperimentKind,
  Plan,
  PlanOf,
  Put,
  Requirements,
  Variant,
} from './experiment';

/** Test prompts of every experiment are of this seed; no run trains on it. */
export const EVALUATION_SEED = 1_000_003;

/** Node, TensorFlow and its graphs, before any prompt, in MB. */
export const BASE_MB = 450;

/** What a variant trains: the trainer, and what owns the weights. */
export interface Made<
  T extends StepTrainer = StepTrainer,
  M extends { dispose(): void } = { dispose(): void },
> {
  readonly trainer: T;
  readonly trained: M;
}

/**
 * Settings of training: the experiment's, those that the variant changes, the seed, and a
 * checkpoint whenever the run is watched.
 */
export const trainingOf = <T extends object>(
  config: { readonly training: T; readonly watchEvery: number },
  variant: { readonly training?: Partial<T> },
  seed: number,
): T & { readonly seed: number; readonly checkpointEvery: number } => ({
  ...config.training,
  ...variant.training,
  seed,
  checkpointEvery: config.watchEvery,
});

/** What is measured of a run. */
export interface Measurements {
  /** Measures along training. */
  watch(put: Put): void;
  /** Measures at the end. */
  measure(put: Put): void;
  /** Frees what only the measurements use. */
  dispose?(): void;
}

/** What every kind of experiment has. */
interface CommonOf<E extends Experiment> {
  readonly name: string;
  readonly settings: ExperimentKind['settings'];
  readonly variant?: NonNullable<ExperimentKind['variant']>;
  /** @throws CourseError when the config cannot run */
  check(plan: PlanOf<E>): void;
  baselines(plan: PlanOf<E>, put: Put): void;
  requirements(plan: PlanOf<E>, variant: E['variants'][number]): Requirements;
}

/** A plan of the kind's own type. */
const own = <E extends Experiment>(plan: Plan): PlanOf<E> => plan as PlanOf<E>;

const common = <E extends Experiment>(kind: CommonOf<E>) => ({
  name: kind.name,
  settings: kind.settings,
  ...(kind.variant ? { variant: kind.variant } : {}),
  check: (plan: Plan) => kind.check(own(plan)),
  baselines: (plan: Plan, put: Put) => kind.baselines(own(plan), put),
  requirements: (plan: Plan, variant: Variant) => kind.requirements(own(plan), variant),
});

/** What is special to a kind of experiment. */
export interface KindOf<E extends Experiment, M extends Made> extends CommonOf<E> {
  /** Model and trainer of a variant. */
  make(plan: PlanOf<E>, variant: E['variants'][number], seed: number): M;
  /** Model and trainer at the size that costs the most; those of seed 0 when left out. */
  makeTrial?(plan: PlanOf<E>, variant: E['variants'][number]): Made;
  measurements(
    plan: PlanOf<E>,
    variant: E['variants'][number],
    made: M,
    seed: number,
  ): Measurements;
}

/** A kind of experiment; the registry hands it plans of its own experiments only. */
export function experimentKind<E extends Experiment, M extends Made>(
  kind: KindOf<E, M>,
): ExperimentKind<E> {
  return {
    ...common(kind),
    start: (plan, variant: Variant, seed) => {
      const made = kind.make(own(plan), variant, seed);
      const { watch, measure, dispose } = kind.measurements(own(plan), variant, made, seed);
      // compiled from here on, so that a resumed run has the same bits
      for (let i = 0; i < 2; i++) watch(() => undefined);
      return {
        trainer: made.trainer,
        watch,
        measure,
        dispose: () => {
          dispose?.();
          made.trainer.dispose();
          made.trained.dispose();
        },
      };
    },
    trial: (plan, variant: Variant) => {
      const { trainer, trained } =
        kind.makeTrial?.(own(plan), variant) ?? kind.make(own(plan), variant, 0);
      return {
        trainer,
        dispose: () => {
          trainer.dispose();
          trained.dispose();
        },
      };
    },
  };
}

/** What is special to a kind of experiment that trains nothing. */
export interface MeasuringKindOf<E extends Experiment> extends CommonOf<E> {
  measure(plan: PlanOf<E>, variant: E['variants'][number], seed: number, put: Put): void;
}

/** A kind of experiment that measures what is there and trains nothing. */
export function measuringKind<E extends Experiment>(kind: MeasuringKindOf<E>): ExperimentKind<E> {
  return {
    ...common(kind),
    start: (plan, variant: Variant, seed) => ({
      trainer: null,
      measure: (put) => kind.measure(own(plan), variant, seed, put),
      dispose: () => undefined,
    }),
    trial: ({ experiment }) => {
      throw new CourseError(
        `'${experiment.name}' trains nothing, so that no step of it can be timed.`,
        'Run it with one seed to see how long it takes.',
      );
    },
  };
}

/**
 * The number of weights of something that is made to be counted only; it is disposed.
 *
 * @param made its parameters have each its layer's shape
 */
export function countedWeights(made: { readonly parameters: Parameters; dispose(): void }): number {
  const count = countParameters(made.parameters);
  made.dispose();
  return count;
}

/** What is trained at once, beyond the size of the transformer. */
export interface Load {
  /** Prompts whose gradients are computed at once, and tokens in each. */
  readonly prompts: number;
  readonly T: number;
  /** Weights beside the blocks: embeddings, positions, heads. */
  readonly others: number;
  /** Numbers kept for a token's gradients beside those of the blocks. */
  readonly perToken?: number;
  /** What else is held, in MB. */
  readonly extraMB?: number;
}

/**
 * What the training of a transformer needs, by formula: weights five times (themselves, two
 * moments, sums of gradients, the update), and what a microbatch keeps for its gradients.
 */
export function transformerRequirements(
  { width: C, layers: L, heads: H, mlpRatio }: TransformerSize,
  { prompts, T, others, perToken = 0, extraMB = 0 }: Load,
): Requirements {
  const weights = 4 * (L * (4 + 2 * mlpRatio) * C * C + others);
  const microbatch = 4 * prompts * T * (L * C * (14 + 5 * mlpRatio) + 4 * L * H * T + perToken);
  return {
    memoryMB: Math.round(BASE_MB + extraMB + (5 * weights + microbatch) / 1e6),
    diskMB: 0.3 + (3 * weights) / 1e6,
  };
}

/**
 * Experiments on prompts of numbers: models and baselines on a task, their errors, order
 * sensitivity and probes.
 */
import { checkFunction } from '../core/checks';
import { positiveInteger } from '../core/errors';
import { argMin } from '../core/numerics';
import { stream } from '../core/random';
import { errorCurves, promptErrors, type CurvePoint } from '../evaluation/curves';
import { probeLayers } from '../evaluation/layers';
import { permutationSensitivity } from '../evaluation/permutations';
import { mean } from '../evaluation/statistics';
import { batchICL } from '../model/batchicl';
import { sizeOf } from '../model/config';
import { InContextModel, underMethod, type ModelConfig } from '../model/incontext';
import { methodOf, type MethodKey } from '../model/methods';
import {
  averagedOverOrderings,
  inCanonicalOrder,
  sampledInCanonicalOrder,
} from '../model/orderings';
import { microbatchOf } from '../model/microbatch';
import { disposePrompts, type Predictor } from '../model/prompts';
import { taskOf, type Task, type TaskSpec } from '../tasks';
import { Trainer, type TrainingConfig } from '../training/trainer';
import { checkPlan, checkVariant } from './checks';
import type { ExperimentOf, PlanOf, Put, Requirements, TrainedConfig, Variant } from './experiment';
import {
  EVALUATION_SEED,
  experimentKind,
  transformerRequirements,
  trainingOf,
  type Made,
  type Measurements,
} from './kind';
import {
  BASE_SETTINGS,
  SIZE,
  TRAINING_SETTINGS,
  byName,
  counts,
  either,
  flag,
  list,
  maybe,
  object,
  oneOf,
  orNull,
  partial,
  positive,
  section,
  share,
  text,
  whole,
  type Settings,
} from './settings';

/** Predictors that are read out of a trained model without further training. */
export type DerivedPredictor = (typeof DERIVED)[number];

const DERIVED = ['BatchICL', 'mean of 8 orders', 'InvICL mask', 'AR mask'] as const;

/** A variant that is a transformer under a method, and what this experiment changes for it. */
export interface MethodVariant extends Variant {
  readonly method: MethodKey;
  /** Prompts in canonical order, in training and in measurement. */
  readonly order?: 'canonical';
  readonly training?: Partial<TrainingConfig>;
  /** Settings of the model that differ from the experiment's. */
  readonly model?: Partial<PromptConfig['model']>;
  readonly also?: readonly DerivedPredictor[];
}

/** What is measured at the end of each run. */
export interface Measures {
  /** Numbers of examples at which the error is measured; beyond training's n is extrapolation. */
  readonly ns: readonly number[];
  /** Prompts per measurement, and tests in each. */
  readonly prompts: number;
  readonly tests: number;
  /** Other tasks on which the error is measured too, by name. */
  readonly shifts: Readonly<Record<string, TaskSpec>>;
  /** Numbers of examples at which the error is measured along training too. */
  readonly watchNs?: readonly number[];
  /** Numbers of examples for the shifts. */
  readonly shiftNs: readonly number[];
  /** Prompts for the probes of each layer; 0 = none. */
  readonly probes: number;
}

/** The config of an experiment on prompts of numbers. */
export interface PromptConfig extends TrainedConfig {
  readonly task: TaskSpec;
  readonly model: Omit<ModelConfig, 'method' | 'seed' | 'd'>;
  readonly training: Partial<Omit<TrainingConfig, 'seed'>>;
  readonly measures: Measures;
}

/** An experiment on prompts. */
export interface PromptExperiment extends ExperimentOf<MethodVariant, PromptConfig> {
  /** What needs no training, measured on the same prompts. */
  readonly baselines: (task: TaskSpec) => readonly Predictor[];
}

/** The plan of an experiment on prompts. */
export type PromptPlan = PlanOf<PromptExperiment>;

/**
 * What the quick profile's numbers of examples, prompts and so on are unless an experiment says
 * otherwise.
 */
export const PROMPT_MEASURES: Measures = {
  ns: [],
  prompts: 256,
  tests: 4,
  shifts: {},
  shiftNs: [],
  probes: 0,
};

/**
 * The model of a variant.
 *
 * @throws CourseError when it is no plan, no variant of its experiment, or the seed is no integer of
 *   at least 0
 */
export function modelConfigOf(plan: PromptPlan, variant: MethodVariant, seed: number): ModelConfig {
  checkPlan(plan);
  checkVariant(plan.experiment, variant);
  methodOf(variant.method);
  const { config } = plan;
  return {
    ...config.model,
    ...variant.model,
    d: taskOf(config.task).d,
    method: variant.method,
    seed: positiveInteger('seed', seed, 0),
  };
}

/** The layer of BatchICL with the smallest error on prompts of their own. */
function chooseBatchLayer(model: InContextModel, task: Task, n: number, seed: number): number {
  const prompts = task.sample(stream(seed, 'held out for BatchICL'), { B: 128, n, m: 4 });
  const errors = Array.from({ length: model.transformer.size.layers }, (_, layer) =>
    mean(promptErrors(batchICL(model, layer), prompts)),
  );
  disposePrompts(prompts);
  return argMin(errors);
}

/** The error of predictors by number of examples, on the task and under each shift. */
function measureErrors(predictors: readonly Predictor[], { config }: PromptPlan, put: Put): void {
  const { ns, prompts, tests, shifts, shiftNs } = config.measures;
  const on = (metric: string, task: Task, at: readonly number[]): void => {
    const curves = errorCurves(predictors, task, { ns: at, prompts, tests, seed: EVALUATION_SEED });
    for (const [variant, points] of Object.entries(curves))
      for (const { n, error } of points) put(variant, { n }, metric, error.mean);
  };
  on('error', taskOf(config.task), ns);
  for (const [name, spec] of Object.entries(shifts)) on(`error, ${name}`, taskOf(spec), shiftNs);
}

/** How the answers of predictors move with the order of n examples. */
function measureSensitivity(
  predictors: readonly Predictor[],
  task: Task,
  n: number,
  put: Put,
): void {
  if (n < 2) return;
  const prompts = task.sample(stream(EVALUATION_SEED, 'sensitivity'), { B: 64, n, m: 2 });
  for (const predictor of predictors)
    put(predictor.name, { n }, 'sensitivity', permutationSensitivity(predictor, prompts).deviation);
  disposePrompts(prompts);
}

/** What can be read off each layer. */
function measureProbes(
  model: InContextModel,
  { name }: MethodVariant,
  task: Task,
  n: number,
  count: number,
  put: Put,
): void {
  if (count === 0) return;
  const prompts = task.sample(stream(EVALUATION_SEED, 'probes'), { B: count, n, m: 1 });
  const probes = probeLayers(model, prompts, Math.round((2 * count) / 3));
  for (const [what, scores] of Object.entries(probes) as [string, readonly number[]][])
    scores.forEach((score, layer) => put(name, { n }, `probe of ${what}, layer ${layer}`, score));
  disposePrompts(prompts);
}

const named = (name: string, predictor: Predictor): Predictor => ({
  name,
  predict: (prompts) => predictor.predict(prompts),
});

/** Predictors read out of the trained model of a variant, with what must be disposed afterwards. */
function derivedOf(
  model: InContextModel,
  variant: MethodVariant,
  task: Task,
  n: number,
  seed: number,
): { predictors: Predictor[]; models: InContextModel[] } {
  const models: InContextModel[] = [];
  const swapped = (method: 'ar' | 'invicl', mask: string): Predictor => {
    const other = underMethod(model, method);
    models.push(other);
    return named(`${variant.name} weights, ${mask}`, other);
  };
  const make: Readonly<Record<DerivedPredictor, () => Predictor>> = {
    BatchICL: () => batchICL(model, chooseBatchLayer(model, task, n, seed)),
    'mean of 8 orders': () =>
      named(`${variant.name}, mean of 8 orders`, averagedOverOrderings(model, 8)),
    'InvICL mask': () => swapped('invicl', 'InvICL mask'),
    'AR mask': () => swapped('ar', 'AR mask'),
  };
  return { predictors: (variant.also ?? []).map((kind) => make[kind]()), models };
}

/** A run, and the predictor that is measured of it. */
type PromptRun = Made<Trainer, InContextModel>;

function make(plan: PromptPlan, variant: MethodVariant, seed: number): PromptRun {
  const { config } = plan;
  const plain = taskOf(config.task);
  const task = variant.order === 'canonical' ? sampledInCanonicalOrder(plain) : plain;
  const model = new InContextModel(modelConfigOf(plan, variant, seed));
  const trainer = new Trainer(model, task, trainingOf(config, variant, seed));
  return { trainer, trained: model };
}

/** The size that training ends with, which costs the most. */
function makeTrial(plan: PromptPlan, variant: MethodVariant): PromptRun {
  const model = new InContextModel(modelConfigOf(plan, variant, 0));
  const { curriculum: _, ...training } = plan.config.training;
  const given = { ...training, ...variant.training, nRandom: false, seed: 0 };
  return { trainer: new Trainer(model, taskOf(plan.config.task), given), trained: model };
}

function measurements(
  plan: PromptPlan,
  variant: MethodVariant,
  { trainer, trained: model }: PromptRun,
  seed: number,
): Measurements {
  const { config } = plan;
  const task = taskOf(config.task);
  const predictor = named(
    variant.name,
    variant.order === 'canonical' ? inCanonicalOrder(model) : model,
  );
  const { n } = trainer.config;
  const watched = task.sample(stream(EVALUATION_SEED, 'watched'), { B: 256, n, m: 4 });
  const { watchNs = [], prompts, tests } = config.measures;
  const watchedCurve = (): readonly CurvePoint[] =>
    watchNs.length === 0
      ? []
      : errorCurves([predictor], task, { ns: watchNs, prompts, tests, seed: EVALUATION_SEED })[
          variant.name
        ]!;
  return {
    watch: (put) => {
      const error = mean(promptErrors(predictor, watched, task.scale));
      put(variant.name, { n }, 'error along training', error);
      for (const point of watchedCurve())
        put(variant.name, { n: point.n }, 'error by n along training', point.error.mean);
    },
    measure: (put) => {
      const derived = derivedOf(model, variant, task, n, seed);
      const predictors = [predictor, ...derived.predictors];
      measureErrors(predictors, plan, put);
      measureSensitivity(predictors, task, n, put);
      measureProbes(model, variant, task, n, config.measures.probes, put);
      for (const other of derived.models) other.dispose();
    },
    dispose: () => disposePrompts(watched),
  };
}

const GROWTH = section('a number that grows', {
  start: whole('its first value'),
  end: whole('its last value'),
  by: whole('by how much it grows', 0),
  every: whole('every how many steps it grows'),
});

const STAGES = section('shares that are gone through', {
  shares: list('shares of the whole', share('a share'), 1),
  until: share('share of the steps by which they are gone through'),
});

/** The settings of a transformer that reads prompts of numbers. */
export const PROMPT_MODEL_SETTINGS: Settings = {
  layout: oneOf('tokens of an example', 'pair', 'xy', 'xy-marked'),
  size: SIZE,
  form: maybe(oneOf('how InvICL is computed', 'structured', 'mask')),
  initialScale: maybe(
    either('deviation of the first weights', positive('a number'), oneOf('', 'fan-in')),
  ),
  positionScale: maybe(positive('deviation of the first position embeddings')),
};

/** The settings of training on prompts of numbers. */
export const PROMPT_TRAINING_SETTINGS = partial('training', {
  ...TRAINING_SETTINGS,
  n: whole('examples per prompt; with nRandom, the most', 1, 1e5),
  nRandom: flag('n is drawn from 1 .. n at every step'),
  tests: whole('test inputs per prompt, m', 1, 1e5),
  curriculum: orNull(
    section('curriculum on the active input dimensions and on n', {
      active: either('active input dimensions', GROWTH, STAGES),
      n: GROWTH,
    }),
  ),
});

const VARIANT_SETTINGS = section('a variant', {
  key: text('names its files'),
  name: text('how figures call it'),
  method: text('its row of the table of methods'),
  order: maybe(oneOf('prompts in canonical order', 'canonical')),
  seeds: maybe(BASE_SETTINGS['seeds']!),
  training: maybe(PROMPT_TRAINING_SETTINGS),
  model: maybe(partial('settings of the model', PROMPT_MODEL_SETTINGS)),
  also: maybe(list('predictors read out of it', oneOf('a predictor', ...DERIVED))),
});

const PROMPT_SETTINGS = section('an experiment on prompts of numbers', {
  ...BASE_SETTINGS,
  task: object('the task: its kind and its settings'),
  model: section('the transformer', PROMPT_MODEL_SETTINGS),
  training: PROMPT_TRAINING_SETTINGS,
  measures: section('what is measured', {
    ns: counts('numbers of examples at which the error is measured'),
    prompts: whole('prompts of a measurement', 1, 1e7),
    tests: whole('test inputs in each', 1, 1e5),
    shifts: byName('other tasks on which the error is measured', object('a task')),
    watchNs: maybe(counts('numbers of examples that are measured along training too')),
    shiftNs: counts('numbers of examples for the shifts'),
    probes: whole('prompts for the probes of each layer; 0 = none', 0, 1e6),
  }),
});

/**
 * What a run on prompts of numbers needs of the machine.
 *
 * @param config  size and layout of the transformer, and how it is trained
 * @param variant its method, and what it changes of the training
 */
export function promptRequirements(
  { model, training }: Pick<PromptConfig, 'model' | 'training'>,
  variant: Pick<MethodVariant, 'method' | 'training'>,
): Requirements {
  const size = sizeOf(model.size);
  const { n = 10, tests = 1, batch = 64 } = { ...training, ...variant.training };
  const perExample = model.layout === 'pair' ? 1 : 2;
  const T = perExample * n * (methodOf(variant.method).doubled ? 2 : 1) + tests;
  const prompts = microbatchOf(batch, T, size);
  return transformerRequirements(size, {
    prompts,
    T,
    others: (size.maxPositions + 4) * size.width,
  });
}

/** Experiments on prompts of numbers. */
export const PROMPT_KIND = experimentKind<PromptExperiment, PromptRun>({
  name: 'prompts of numbers',
  settings: PROMPT_SETTINGS,
  variant: VARIANT_SETTINGS,
  check: ({ experiment, config }) => {
    checkFunction(`The baselines of '${experiment.name}'`, experiment.baselines);
    for (const task of [config.task, ...Object.values(config.measures.shifts)]) taskOf(task);
    sizeOf(config.model.size);
    for (const { method } of experiment.variants) methodOf(method);
  },
  baselines: (plan, put) => measureErrors(plan.experiment.baselines(plan.config.task), plan, put),
  make,
  makeTrial,
  measurements,
  requirements: ({ config }, variant) => promptRequirements(config, variant),
});

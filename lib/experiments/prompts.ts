/**
 * Experiments on prompts of numbers: models and learners on a task, their errors, order sensitivity and probes.
 */
import { stream } from '../core/random';
import { errorCurves, promptErrors } from '../evaluation/curves';
import { probeLayers } from '../evaluation/layers';
import { permutationSensitivity } from '../evaluation/permutations';
import { mean } from '../evaluation/statistics';
import { batchICL } from '../model/batchicl';
import { sizeOf } from '../model/config';
import { InContextModel, underMethod, type ModelConfig } from '../model/incontext';
import { methodOf } from '../model/methods';
import { averagedOverOrders, inCanonicalOrder, sampledInCanonicalOrder } from '../model/orders';
import { rowsAtOnce } from '../model/pieces';
import { disposePrompts, type Predictor } from '../model/prompts';
import { taskOf, type Task, type TaskSpec } from '../tasks';
import { TRAINING, Trainer, type TrainingConfig } from '../training/trainer';
import {
  type BaseConfig,
  type Derived,
  type ExperimentOf,
  type MethodArm,
  type Need,
  type AnyPlan,
  type PlanOf,
  type Put,
  type Subject,
  type Worker,
  type Tryout,
  tryoutOf,
} from './experiment';

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

/** An experiment on prompts in numbers. */
export interface PromptConfig extends BaseConfig {
  readonly task: TaskSpec;
  readonly model: Omit<ModelConfig, 'method' | 'seed' | 'd'>;
  readonly training: Partial<Omit<TrainingConfig, 'seed'>>;
  readonly measures: Measures;
}

/** An experiment on prompts. */
export interface PromptExperiment extends ExperimentOf<MethodArm, PromptConfig> {
  /** What needs no training, measured on the same prompts. */
  readonly learners: (task: TaskSpec) => readonly Predictor[];
}

/** The plan of an experiment on prompts. */
export type Plan = PlanOf<PromptExperiment>;

/** The registry gives this worker experiments on prompts only. */
const own = (plan: AnyPlan): Plan => plan as Plan;

/** What the quick profile's numbers of examples, prompts and so on are unless an experiment says otherwise. */
export const MEASURES: Measures = { ns: [], prompts: 256, tests: 4, shifts: {}, shiftNs: [], probes: 0 };

const EVALUATION_SEED = 1_000_003;

/** The model of an arm. */
export const modelConfigOf = ({ config }: Plan, arm: MethodArm, seed: number): ModelConfig => ({
  ...config.model,
  d: taskOf(config.task).d,
  method: arm.method,
  seed,
});

/** The layer of BatchICL with the smallest error on prompts of their own. */
export function chooseBatchLayer(model: InContextModel, task: Task, n: number, seed: number): number {
  const prompts = task.sample(stream(seed, 'held out for BatchICL'), { B: 128, n, m: 4 });
  const errors = Array.from({ length: model.transformer.size.layers }, (_, layer) => mean(promptErrors(batchICL(model, layer), prompts)));
  disposePrompts(prompts);
  return errors.indexOf(Math.min(...errors));
}

/** The error of predictors by number of examples, on the task and under each shift. */
function measureErrors(predictors: readonly Predictor[], { config }: Plan, put: Put): void {
  const { ns, prompts, tests, shifts, shiftNs } = config.measures;
  const on = (metric: string, task: Task, at: readonly number[]): void => {
    const curves = errorCurves(predictors, task, { ns: at, prompts, tests, seed: EVALUATION_SEED });
    for (const [variant, points] of Object.entries(curves)) for (const { n, error } of points) put(variant, n, metric, error.mean);
  };
  on('error', taskOf(config.task), ns);
  for (const [name, spec] of Object.entries(shifts)) on(`error, ${name}`, taskOf(spec), shiftNs);
}

/** How the answers of predictors move with the order of n examples. */
function measureSensitivity(predictors: readonly Predictor[], task: Task, n: number, put: Put): void {
  if (n < 2) return;
  const prompts = task.sample(stream(EVALUATION_SEED, 'sensitivity'), { B: 64, n, m: 2 });
  for (const predictor of predictors) put(predictor.name, n, 'sensitivity', permutationSensitivity(predictor, prompts).deviation);
  disposePrompts(prompts);
}

/** What can be read off each layer. */
function measureProbes(model: InContextModel, { name }: MethodArm, task: Task, n: number, count: number, put: Put): void {
  if (count === 0) return;
  const prompts = task.sample(stream(EVALUATION_SEED, 'probes'), { B: count, n, m: 1 });
  const probes = probeLayers(model, prompts, Math.round((2 * count) / 3));
  for (const [what, scores] of Object.entries(probes) as [string, readonly number[]][])
    scores.forEach((score, layer) => put(name, n, `probe of ${what}, layer ${layer}`, score));
  disposePrompts(prompts);
}

const named = (name: string, predictor: Predictor): Predictor => ({ name, predict: (prompts) => predictor.predict(prompts) });

/** Predictors read out of the trained model of an arm, with what must be disposed afterwards. */
function derivedOf(
  model: InContextModel,
  arm: MethodArm,
  task: Task,
  n: number,
  seed: number,
): { predictors: Predictor[]; models: InContextModel[] } {
  const models: InContextModel[] = [];
  const swapped = (method: 'ar' | 'invicl', mask: string): Predictor => {
    const other = underMethod(model, method);
    models.push(other);
    return named(`${arm.name} weights, ${mask}`, other);
  };
  const make: Readonly<Record<Derived, () => Predictor>> = {
    BatchICL: () => batchICL(model, chooseBatchLayer(model, task, n, seed)),
    'mean of 8 orders': () => named(`${arm.name}, mean of 8 orders`, averagedOverOrders(model, 8)),
    'InvICL mask': () => swapped('invicl', 'InvICL mask'),
    'AR mask': () => swapped('ar', 'AR mask'),
  };
  return { predictors: (arm.also ?? []).map((kind) => make[kind]()), models };
}

function subject(plan: Plan, arm: MethodArm, seed: number): Subject {
  const { config } = plan;
  const plain = taskOf(config.task);
  const task = arm.order === 'canonical' ? sampledInCanonicalOrder(plain) : plain;
  const model = new InContextModel(modelConfigOf(plan, arm, seed));
  const trainer = new Trainer(model, task, { ...config.training, ...arm.training, seed, checkpointEvery: config.watchEvery });
  const reader = named(arm.name, arm.order === 'canonical' ? inCanonicalOrder(model) : model);
  const { n } = trainer.config;
  const watched = plain.sample(stream(EVALUATION_SEED, 'watched'), { B: 256, n, m: 4 });
  const { watchNs = [], prompts, tests } = config.measures;
  const watchedCurve = (): readonly { readonly n: number; readonly error: number }[] => {
    if (watchNs.length === 0) return [];
    const curves = errorCurves([reader], plain, { ns: watchNs, prompts, tests, seed: EVALUATION_SEED });
    return curves[arm.name]!.map(({ n: k, error }) => ({ n: k, error: error.mean }));
  };
  for (let i = 0; i < 2; i++) {
    promptErrors(reader, watched); // from here on compiled, so that a resumed run has the same bits
    watchedCurve();
  }
  return {
    trainer,
    watch: (put) => {
      put(arm.name, n, 'error along training', mean(promptErrors(reader, watched, plain.scale)));
      for (const point of watchedCurve()) put(arm.name, point.n, 'error by n along training', point.error);
    },
    measure: (put) => {
      const derived = derivedOf(model, arm, plain, n, seed);
      const predictors = [reader, ...derived.predictors];
      measureErrors(predictors, plan, put);
      measureSensitivity(predictors, plain, n, put);
      measureProbes(model, arm, plain, n, config.measures.probes, put);
      for (const other of derived.models) other.dispose();
    },
    dispose: () => {
      disposePrompts(watched);
      trainer.dispose();
      model.dispose();
    },
  };
}

function tryout(plan: Plan, arm: MethodArm): Tryout {
  const plain = taskOf(plan.config.task);
  const model = new InContextModel(modelConfigOf(plan, arm, 0));
  const { curriculum: _, ...training } = plan.config.training; // the size that training ends with, which costs the most
  const trainer = new Trainer(model, plain, { ...training, ...arm.training, nRandom: false, seed: 0 });
  return tryoutOf(trainer, model);
}

/** Node, TensorFlow and its graphs, before any prompt. */
export const BASE_MB = 450;

/**
 * What a job of this arm needs, by formula: weights five times (themselves, two moments, sums of gradients, the update), and
 * what a piece of the batch keeps for its gradients.
 */
function needOf(plan: Plan, arm: MethodArm): Need {
  const { width: C, layers: L, heads: H, mlpRatio, maxPositions } = sizeOf(plan.config.model.size);
  const { n = 10, tests = 1, batch = 64 } = { ...plan.config.training, ...arm.training };
  const method = methodOf(arm.method);
  const perExample = plan.config.model.layout === 'xy' ? 2 : 1;
  const T = perExample * n * (method.doubled ? 2 : 1) + tests;
  const rows = rowsAtOnce(batch, T, { width: C, layers: L });
  const weights = 4 * (L * (4 + 2 * mlpRatio) * C * C + (maxPositions + 4) * C);
  const perToken = L * C * (14 + 5 * mlpRatio);
  const piece = 4 * rows * T * (perToken + 4 * L * H * T);
  return { memoryMB: Math.round(BASE_MB + (5 * weights + piece) / 1e6), diskMB: 0.3 + (3 * weights) / 1e6 };
}

/** What jobs on prompts do. */
export const ON_PROMPTS: Worker = {
  settings: {
    measures: [...Object.keys(MEASURES), 'watchNs'],
    training: Object.keys(TRAINING).filter((key) => key !== 'seed'),
    model: ['layout', 'size', 'form'],
  },
  check: (plan) => void taskOf(own(plan).config.task),
  learners: (plan, put) => measureErrors(own(plan).experiment.learners(own(plan).config.task), own(plan), put),
  subject: (plan, arm: MethodArm, seed) => subject(own(plan), arm, seed),
  tryout: (plan, arm: MethodArm) => tryout(own(plan), arm),
  needOf: (plan, arm: MethodArm) => needOf(own(plan), arm),
};

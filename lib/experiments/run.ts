/**
 * Running one job of an experiment: train, measure, record. Each job writes its own files, atomically, so that jobs may run
 * in any order, anywhere, and again: one that is done is left alone, one that was interrupted goes on from its checkpoint.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { backendName } from '../core/backend';
import { demand } from '../core/errors';
import { stream } from '../core/random';
import { errorCurves, promptErrors } from '../evaluation/curves';
import { probeLayers } from '../evaluation/layers';
import { permutationSensitivity } from '../evaluation/permutations';
import { mean } from '../evaluation/statistics';
import { batchICL } from '../model/batchicl';
import { sizeOf } from '../model/config';
import { InContextModel, underMethod } from '../model/incontext';
import { methodOf } from '../model/methods';
import { averagedOverOrders, inCanonicalOrder, sampledInCanonicalOrder } from '../model/orders';
import { rowsAtOnce } from '../model/pieces';
import { disposePrompts, type Predictor } from '../model/prompts';
import { taskOf, type Task } from '../tasks';
import { Trainer, type Progress } from '../training/trainer';
import { LEARNERS, armOf, hashOf, modelConfigOf, type Arm, type Derived, type Job, type Plan } from './experiment';
import { readRecords, writeRecords, type ResultRecord } from './records';

/** Where a job's files lie: records and weights below the data folder, unfinished work below scratch. */
export interface JobFiles {
  readonly records: string;
  readonly weights: string;
  readonly partial: string;
  readonly checkpoint: string;
}

/** The files of a job. */
export function filesOf({ folder }: Plan, { arm, seed }: Job, data: string, scratch: string): JobFiles {
  const name = `${arm}-${seed}`;
  return {
    records: join(data, 'results', folder, `${name}.jsonl`),
    weights: join(data, 'checkpoints', folder, `${name}.safetensors`),
    partial: join(scratch, folder, `${name}.jsonl`),
    checkpoint: join(scratch, folder, `${name}.safetensors`),
  };
}

/** The commit of the code that runs, or 'none' outside a clone. */
function commitOf(folder: string): string {
  try {
    const stdio = ['ignore' as const, 'pipe' as const, 'ignore' as const];
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8', stdio }).trim();
  } catch {
    return 'none';
  }
}

const EVALUATION_SEED = 1_000_003;

/** The layer of BatchICL with the smallest error on prompts of their own. */
export function chooseBatchLayer(model: InContextModel, task: Task, n: number, seed: number): number {
  const prompts = task.sample(stream(seed, 'held out for BatchICL'), { B: 128, n, m: 4 });
  const errors = Array.from({ length: model.transformer.size.layers }, (_, layer) => mean(promptErrors(batchICL(model, layer), prompts)));
  disposePrompts(prompts);
  return errors.indexOf(Math.min(...errors));
}

/** Puts one number into the records. */
type Put = (variant: string, n: number, metric: string, value: number) => void;

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
function measureProbes(model: InContextModel, { name }: Arm, task: Task, n: number, count: number, put: Put): void {
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
  arm: Arm,
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

/** The first record of a finished file must be of this very config. */
function demandSameConfig(file: string, config: string): void {
  const found = readRecords(file)[0]?.config;
  demand(
    found === config,
    () => `'${file}' holds records of another config (${found ?? 'none'} there, ${config} here).`,
    'Move the file away to run this config, or go back to the settings it was made with.',
  );
}

const isLearners = ({ arm }: Job): boolean => arm === LEARNERS.arm;
const keepsWeights = ({ experiment }: Plan, job: Job): boolean => job.seed === 0 && !isLearners(job) && experiment.weights !== false;

/** How a job ended. */
export type JobEnd = 'done' | 'was done' | 'interrupted';

/** What a job is told and asked. */
export interface JobOptions {
  /** The data folder. */
  readonly data: string;
  /** Folder for what is not done yet. */
  readonly scratch: string;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Whether a job is done.
 *
 * @throws CourseError when its records are cut, or of another config
 */
export function isDone(plan: Plan, job: Job, data: string): boolean {
  const { records, weights } = filesOf(plan, job, data, data);
  if (!existsSync(records)) return false;
  demandSameConfig(records, hashOf(plan, isLearners(job) ? null : armOf(plan, job.arm)));
  return !keepsWeights(plan, job) || existsSync(weights);
}

/** Collects records of a job. */
function recorder(
  plan: Plan,
  arm: Arm | null,
  seed: number,
  data: string,
  before: number,
): { lines: ResultRecord[]; put: (step: number) => Put } {
  const lines: ResultRecord[] = [];
  const began = Date.now();
  const shared = { experiment: plan.folder, seed, config: hashOf(plan, arm), commit: commitOf(data), backend: backendName() };
  const seconds = (): number => Math.round(before * 10 + (Date.now() - began) / 100) / 10;
  const put =
    (step: number): Put =>
    (variant, n, metric, value) =>
      lines.push({ ...shared, variant, step, n, metric, value, seconds: seconds() });
  return { lines, put };
}

/** Measures the learners of an experiment on the same prompts as the trained arms. */
function runLearners(plan: Plan, data: string): JobEnd {
  const learners = plan.experiment.learners(plan.config.task);
  const { lines, put } = recorder(plan, null, 0, data, 0);
  measureErrors(learners, plan, put(0));
  writeRecords(filesOf(plan, LEARNERS, data, data).records, lines);
  return 'done';
}

/**
 * Runs one job to its end: trains (or goes on training), measures, writes the records, and for the first seed the weights.
 *
 * @throws CourseError when the loss is not finite (the last good checkpoint stays), when a checkpoint or records of another
 *   config are in the way, or when a file cannot be written
 */
export async function runJob(plan: Plan, job: Job, { data, scratch, onProgress }: JobOptions): Promise<JobEnd> {
  if (isDone(plan, job, data)) return 'was done';
  if (isLearners(job)) return runLearners(plan, data);
  const { config } = plan;
  const arm = armOf(plan, job.arm);
  const files = filesOf(plan, job, data, scratch);
  const plain = taskOf(config.task);
  const task = arm.order === 'canonical' ? sampledInCanonicalOrder(plain) : plain;
  const model = new InContextModel(modelConfigOf(plan, arm, job.seed));
  const trainer = new Trainer(model, task, { ...config.training, ...arm.training, seed: job.seed, checkpointEvery: config.watchEvery });
  const reader = named(arm.name, arm.order === 'canonical' ? inCanonicalOrder(model) : model);
  if (existsSync(files.partial)) demandSameConfig(files.partial, hashOf(plan, arm));
  const earlier = existsSync(files.partial) ? readRecords(files.partial) : [];
  const { lines, put } = recorder(plan, arm, job.seed, data, earlier.at(-1)?.seconds ?? 0);
  lines.push(...earlier);
  const { n, steps } = trainer.config;
  const watched = plain.sample(stream(EVALUATION_SEED, 'watched'), { B: 256, n, m: 4 });
  const command = `npm run experiment -- ${plan.experiment.name} --profile ${plan.profile} --arm ${job.arm} --seed ${job.seed}`;
  /** Measures and keeps the point beside the checkpoint; after a resume, a point that is there is not measured again. */
  const watch = (): void => {
    if (lines.some(({ step }) => step === trainer.step)) return;
    put(trainer.step)(arm.name, n, 'error along training', mean(promptErrors(reader, watched, plain.scale)));
    writeRecords(files.partial, lines);
  };
  try {
    for (let i = 0; i < 2; i++) promptErrors(reader, watched); // from here on compiled, so that a resumed run has the same bits
    watch();
    for (let until = config.watchEvery; trainer.step < steps; until += config.watchEvery) {
      const end = await trainer.run({ until, command, checkpoint: files.checkpoint, ...(onProgress ? { onProgress } : {}) });
      if (end === 'interrupted') return end;
      if (trainer.step === Math.min(until, steps)) watch();
    }
    const derived = derivedOf(model, arm, plain, n, job.seed);
    const predictors = [reader, ...derived.predictors];
    measureErrors(predictors, plan, put(steps));
    measureSensitivity(predictors, plain, n, put(steps));
    measureProbes(model, arm, plain, n, config.measures.probes, put(steps));
    for (const [step, loss] of trainer.curve) put(step)(arm.name, n, 'training loss', loss);
    if (keepsWeights(plan, job)) trainer.save(files.weights, command, false);
    writeRecords(files.records, lines);
    for (const file of [files.partial, files.checkpoint]) rmSync(file, { force: true });
    derived.models.forEach((other) => other.dispose());
    return 'done';
  } finally {
    disposePrompts(watched);
    trainer.dispose();
    model.dispose();
  }
}

/**
 * Time and memory of a few steps at the plan's size, without writing anything.
 *
 * @returns seconds of a step (the median after the first two), and the resident memory at the end, in MB
 * @throws CourseError when the loss is not finite
 */
export function trySteps(
  plan: Plan,
  arm: Arm,
  count: number,
): { readonly seconds: number; readonly megabytes: number; readonly steps: number } {
  const plain = taskOf(plan.config.task);
  const model = new InContextModel(modelConfigOf(plan, arm, 0));
  const { curriculum: _, ...training } = plan.config.training; // the size that training ends with, which costs the most
  const trainer = new Trainer(model, plain, { ...training, ...arm.training, nRandom: false, seed: 0 });
  const times = Array.from({ length: count + 2 }, () => {
    const since = performance.now();
    trainer.train();
    return (performance.now() - since) / 1000;
  }).slice(2);
  const result = {
    seconds: times.sort((a, b) => a - b)[count >> 1]!,
    megabytes: Math.round(process.memoryUsage().rss / 1e6),
    steps: trainer.config.steps,
  };
  trainer.dispose();
  model.dispose();
  return result;
}

/** What a job needs of the machine. */
export interface Need {
  readonly memoryMB: number;
  readonly diskMB: number;
}

/** Node, TensorFlow and its graphs, before any prompt. */
const BASE_MB = 450;

/**
 * What a job of this arm needs, by formula: weights five times (themselves, two moments, sums of gradients, the update), and
 * what a piece of the batch keeps for its gradients.
 */
export function needOf(plan: Plan, arm: Arm): Need {
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

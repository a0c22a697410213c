/**
 * Running one job of an experiment: train, measure, record. Each job writes its own files,
 * atomically, so that jobs may run in any order, anywhere, and again: one that is done is left
 * alone, one that was interrupted goes on from its checkpoint.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { backendName } from '../core/backend';
import { demand } from '../core/errors';
import type { Progress } from '../training/steps';
import {
  BASELINES,
  commandOf,
  variantOf,
  hashOf,
  keepsWeights,
  type Variant,
  type Job,
  type Requirements,
  type Plan,
  type Put,
} from './experiment';
import { coordinateOf } from '../records/axis';
import { readRecords, writeRecords } from '../records/format';
import type { ResultRecord } from '../records/record';
import { provenance } from './provenance';

/**
 * Where a job's files lie: records and weights below the data folder, unfinished work below
 * scratch.
 */
export interface JobFiles {
  readonly records: string;
  readonly weights: string;
  readonly partial: string;
  readonly checkpoint: string;
}

/** The files of a job. */
export function filesOf(
  { folder }: Plan,
  { variant, seed }: Job,
  data: string,
  scratch: string,
): JobFiles {
  const name = `${variant}-${seed}`;
  return {
    records: join(data, 'results', folder, `${name}.jsonl`),
    weights: join(data, 'checkpoints', folder, `${name}.safetensors`),
    partial: join(scratch, folder, `${name}.jsonl`),
    checkpoint: join(scratch, folder, `${name}.safetensors`),
  };
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

const isBaselines = ({ variant }: Job): boolean => variant === BASELINES.variant;

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
 * Whether a job is done: its records are there, and its weights if they are kept.
 *
 * @throws CourseError when its records are cut, or of another config
 */
export function isDone(plan: Plan, job: Job, data: string): boolean {
  const { records, weights } = filesOf(plan, job, data, data);
  if (!existsSync(records)) return false;
  demandSameConfig(records, hashOf(plan, isBaselines(job) ? null : variantOf(plan, job.variant)));
  return !keepsWeights(plan, job) || existsSync(weights);
}

/** Collects the records of a job; `before` is how many seconds it has already taken. */
function recorder(
  plan: Plan,
  job: Job,
  before: number,
): { records: ResultRecord[]; put: (step: number) => Put } {
  const records: ResultRecord[] = [];
  const began = Date.now();
  const shared = {
    experiment: plan.folder,
    seed: job.seed,
    config: hashOf(plan, isBaselines(job) ? null : variantOf(plan, job.variant)),
    ...provenance(),
    command: commandOf(plan, job),
    backend: backendName(),
  };
  const seconds = (): number => Math.round(before * 10 + (Date.now() - began) / 100) / 10;
  const put =
    (step: number): Put =>
    (name, at, metric, value) =>
      records.push({
        ...shared,
        variant: name,
        step,
        ...coordinateOf(at),
        metric,
        value,
        seconds: seconds(),
      });
  return { records, put };
}

/** Measures the baselines of an experiment on the same prompts as the trained variants. */
function runBaselines(plan: Plan, data: string): JobEnd {
  const { records, put } = recorder(plan, BASELINES, 0);
  plan.experiment.kind.baselines(plan, put(0));
  writeRecords(filesOf(plan, BASELINES, data, data).records, records);
  return 'done';
}

/**
 * Runs one job to its end: trains (or goes on training), measures, writes the records, and the
 * weights if they are kept. Records that are already there, where only the weights are missing,
 * stay as they are.
 *
 * @throws CourseError when the loss is not finite (the last good checkpoint stays), when a
 *   checkpoint or records of another config are in the way, or when a file cannot be written
 */
export async function runJob(
  plan: Plan,
  job: Job,
  { data, scratch, onProgress }: JobOptions,
): Promise<JobEnd> {
  if (isDone(plan, job, data)) return 'was done';
  if (isBaselines(job)) return runBaselines(plan, data);
  const { experiment, config } = plan;
  const variant = variantOf(plan, job.variant);
  const files = filesOf(plan, job, data, scratch);
  const run = experiment.kind.start(plan, variant, job.seed);
  const { trainer } = run;
  const { steps } = trainer.config;
  const command = commandOf(plan, job);
  try {
    if (existsSync(files.partial)) demandSameConfig(files.partial, hashOf(plan, variant));
    const earlier = existsSync(files.partial) ? readRecords(files.partial) : [];
    const before = earlier.at(-1)?.seconds ?? 0;
    const { records, put } = recorder(plan, job, before);
    records.push(...earlier);
    /**
     * Measures and keeps the point beside the checkpoint; after a resume, a point that is there is
     * not measured again.
     */
    const watch = (): void => {
      if (records.some(({ step }) => step === trainer.step)) return;
      run.watch(put(trainer.step));
      writeRecords(files.partial, records);
    };
    watch();
    for (let until = config.watchEvery; trainer.step < steps; until += config.watchEvery) {
      const end = await trainer.run({
        until,
        command,
        checkpoint: files.checkpoint,
        ...(onProgress ? { onProgress } : {}),
      });
      if (end === 'interrupted') return end;
      if (trainer.step === Math.min(until, steps)) watch();
    }
    run.measure(put(steps));
    for (const [step, loss] of trainer.curve) put(step)(variant.name, {}, 'training loss', loss);
    if (keepsWeights(plan, job)) trainer.save(files.weights, command, false);
    if (!existsSync(files.records)) writeRecords(files.records, records);
    for (const file of [files.partial, files.checkpoint]) rmSync(file, { force: true });
    return 'done';
  } finally {
    run.dispose();
  }
}

/**
 * Time and memory of a few steps at the plan's size, without writing anything.
 *
 * @returns seconds of a step (the median after the first two), and the resident memory at the end,
 *   in MB
 * @throws CourseError when the loss is not finite
 */
export function trySteps(
  plan: Plan,
  variant: Variant,
  count: number,
): { readonly seconds: number; readonly megabytes: number; readonly steps: number } {
  const { trainer, dispose } = plan.experiment.kind.trial(plan, variant);
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
  dispose();
  return result;
}

/** What a job of this variant needs of the machine, by formula. */
export const requirementsOf = (plan: Plan, variant: Variant): Requirements =>
  plan.experiment.kind.requirements(plan, variant);

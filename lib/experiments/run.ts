/**
 * Running one job of an experiment: train, measure, record. Each job writes its own files,
 * atomically, and one process at a time is at work on it, so that jobs may run in any order,
 * anywhere, and again: one that is done is left alone, one that was interrupted goes on from its
 * checkpoint.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { backendName } from '../core/backend';
import { checkFunction, checkText } from '../core/checks';
import { CourseError, demand, knownKeys, positiveInteger } from '../core/errors';
import { sweep, takeLock } from '../core/processes';
import { readCheckpoint } from '../training/checkpoint';
import type { Progress } from '../training/steps';
import {
  BASELINES,
  commandOf,
  variantOf,
  hashOf,
  keepsWeights,
  type MeasuringRun,
  type TrainedConfig,
  type TrainingRun,
  type Variant,
  type Job,
  type Requirements,
  type Plan,
  type Put,
} from './experiment';
import { checkJob, checkPlan, checkVariant } from './checks';
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
  /** There while a process is at work on the job. */
  readonly lock: string;
}

/** Names the files of a job. */
const nameOf = ({ variant, seed }: Job): string => `${variant}-${seed}`;

/**
 * The files of a job.
 *
 * @throws CourseError when it is no plan or no job, or a folder is no path
 */
export function filesOf(plan: Plan, job: Job, data: string, scratch: string): JobFiles {
  checkPlan(plan);
  checkJob(job);
  checkText('The data folder', data);
  checkText('The folder for unfinished work', scratch);
  const { folder } = plan;
  const name = nameOf(job);
  return {
    records: join(data, 'results', folder, `${name}.jsonl`),
    weights: join(data, 'checkpoints', folder, `${name}.safetensors`),
    partial: join(scratch, folder, `${name}.jsonl`),
    checkpoint: join(scratch, folder, `${name}.safetensors`),
    lock: join(scratch, folder, `${name}.lock`),
  };
}

const isBaselines = ({ variant }: Job): boolean => variant === BASELINES.variant;

/** The hash that the records of a job carry. */
const configOf = (plan: Plan, job: Job): string =>
  hashOf(plan, isBaselines(job) ? null : variantOf(plan, job.variant));

/** The records of a file, which must be those of this very job and config. */
function recordsOf(file: string, plan: Plan, job: Job): ResultRecord[] {
  const records = readRecords(file);
  const { experiment, job: found, config } = records[0]!;
  demand(
    experiment === plan.folder && found === nameOf(job),
    () => `'${file}' holds the records of '${found}' of '${experiment}'.`,
    'Move the file to where it belongs; a copy can be removed.',
  );
  const here = configOf(plan, job);
  demand(
    config === here,
    () => `'${file}' holds records of another config (${config} there, ${here} here).`,
    'Move the file away to run this config, or go back to the settings it was made with.',
  );
  return records;
}

/** How a job ended; 'elsewhere' when another process is at work on it. */
export type JobEnd = 'done' | 'was done' | 'interrupted' | 'elsewhere';

/** What a job is told and asked. */
export interface JobOptions {
  /** The data folder. */
  readonly data: string;
  /** Folder for what is not done yet. */
  readonly scratch: string;
  readonly onProgress?: (progress: Progress) => void;
  /** Told in a sentence what was found and set aside, or who else is at work. */
  readonly onNotice?: (sentence: string) => void;
}

/**
 * Whether a job is done: its records are there and whole, and its weights if they are kept.
 *
 * @throws CourseError when the records are cut or changed, or of another job or config
 */
export function isDone(plan: Plan, job: Job, data: string): boolean {
  const { records, weights } = filesOf(plan, job, data, data);
  if (!existsSync(records)) return false;
  recordsOf(records, plan, job);
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
    job: nameOf(job),
    seed: job.seed,
    config: configOf(plan, job),
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

/** Refuses what are no options of a job. */
function checkOptions(options: JobOptions): void {
  knownKeys('What a job is told', options, ['data', 'scratch', 'onProgress', 'onNotice']);
  const { onProgress, onNotice } = options;
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  if (onNotice !== undefined) checkFunction('onNotice', onNotice);
}

/** Measures the baselines of an experiment on the same prompts as the trained variants. */
function runBaselines(plan: Plan, data: string): JobEnd {
  const { records, put } = recorder(plan, BASELINES, 0);
  plan.experiment.kind.baselines(plan, put(0));
  writeRecords(filesOf(plan, BASELINES, data, data).records, records);
  return 'done';
}

/** Whether a file can be read as what it should be; it is there. */
function isReadable(file: string, read: (file: string) => unknown): boolean {
  try {
    read(file);
    return true;
  } catch (error) {
    if (error instanceof CourseError) return false;
    throw error;
  }
}

/**
 * Sets unfinished work aside that cannot go on: cut files, or a checkpoint without the records that
 * were made before it. The job then starts again.
 */
function setCutAside({ partial, checkpoint }: JobFiles, tell: (sentence: string) => void): void {
  const [records, weights] = [existsSync(partial), existsSync(checkpoint)];
  const whole =
    (!records || isReadable(partial, readRecords)) &&
    (!weights || (records && isReadable(checkpoint, readCheckpoint)));
  if (whole) return;
  const cut = [partial, checkpoint].filter((file) => existsSync(file));
  for (const file of cut) renameSync(file, `${file}.cut`);
  tell(
    `The unfinished work in '${dirname(partial)}' was cut or incomplete; it was set aside ` +
      `(${cut.map((file) => `${basename(file)}.cut`).join(', ')}), and the job starts again.`,
  );
}

/**
 * Runs one job to its end: trains (or goes on training), measures, writes the records, and the
 * weights if they are kept. Records that are already there, where only the weights are missing,
 * stay as they are.
 *
 * @throws CourseError when the loss is not finite (the last good checkpoint stays), when a
 *   checkpoint or records of another config are in the way, or when a file cannot be written
 */
export async function runJob(plan: Plan, job: Job, options: JobOptions): Promise<JobEnd> {
  checkOptions(options);
  const { data, scratch, onNotice = () => undefined } = options;
  if (isDone(plan, job, data)) return 'was done';
  const files = filesOf(plan, job, data, scratch);
  const lock = takeLock(files.lock);
  if ('pid' in lock) {
    onNotice(`Another process (${lock.pid} on ${lock.host}) is at work on this job.`);
    return 'elsewhere';
  }
  try {
    if (isDone(plan, job, data)) return 'was done'; // while the lock was another's
    for (const file of [files.records, files.weights, files.partial]) sweep(dirname(file));
    if (isBaselines(job)) return runBaselines(plan, data);
    setCutAside(files, onNotice);
    const onProgress = (progress: Progress): void => {
      lock.renew();
      options.onProgress?.(progress);
    };
    return await runVariant(plan, job, files, { ...options, onProgress });
  } finally {
    lock.release();
  }
}

/** Measures a variant that is not trained, and writes the records. */
function measureOnly(plan: Plan, job: Job, run: MeasuringRun, { records: file }: JobFiles): JobEnd {
  const { records, put } = recorder(plan, job, 0);
  run.measure(put(0));
  writeRecords(file, records);
  return 'done';
}

/** Starts a variant, trains it where it is trained, and measures it. */
async function runVariant(
  plan: Plan,
  job: Job,
  files: JobFiles,
  options: JobOptions,
): Promise<JobEnd> {
  const run = plan.experiment.kind.start(plan, variantOf(plan, job.variant), job.seed);
  try {
    return run.trainer === null
      ? measureOnly(plan, job, run, files)
      : await trainAndMeasure(plan, job, run, files, options);
  } finally {
    run.dispose();
  }
}

/** Trains a variant from where it was, measures it, and writes what comes of it. */
async function trainAndMeasure(
  plan: Plan,
  job: Job,
  run: TrainingRun,
  files: JobFiles,
  { onProgress }: JobOptions,
): Promise<JobEnd> {
  const { watchEvery } = plan.config as TrainedConfig;
  const variant = variantOf(plan, job.variant);
  const earlier = existsSync(files.partial) ? recordsOf(files.partial, plan, job) : [];
  const { trainer } = run;
  const { steps } = trainer.config;
  const command = commandOf(plan, job);
  const { records, put } = recorder(plan, job, earlier.at(-1)?.seconds ?? 0);
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
  for (let until = watchEvery; trainer.step < steps; until += watchEvery) {
    const end = await trainer.run({
      until,
      command,
      checkpoint: files.checkpoint,
      ...(onProgress ? { onProgress } : {}),
    });
    if (end === 'interrupted') return end;
    if (trainer.step === Math.min(until, steps)) watch();
  }
  watch(); // a run that was killed between its last checkpoint and this point comes back here
  run.measure(put(steps));
  for (const [step, loss] of trainer.curve) put(step)(variant.name, {}, 'training loss', loss);
  if (keepsWeights(plan, job)) trainer.save(files.weights, command, false);
  if (!existsSync(files.records)) writeRecords(files.records, records);
  for (const file of [files.partial, files.checkpoint]) rmSync(file, { force: true });
  return 'done';
}

/**
 * Time and memory of a few steps at the plan's size, without writing anything.
 *
 * @returns seconds of a step (the median after the first two), and the resident memory at the end,
 *   in MB
 * @throws CourseError when the loss is not finite, it is no plan or no variant of its experiment, or
 *   the count is no integer from 1 to a million
 */
export function trySteps(
  plan: Plan,
  variant: Variant,
  count: number,
): { readonly seconds: number; readonly megabytes: number; readonly steps: number } {
  checkPlan(plan);
  checkVariant(plan.experiment, variant);
  positiveInteger('The number of steps', count, 1, 1e6);
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

/**
 * What a job of this variant needs of the machine, by formula.
 *
 * @throws CourseError when it is no plan, or no variant of its experiment
 */
export function requirementsOf(plan: Plan, variant: Variant): Requirements {
  checkPlan(plan);
  checkVariant(plan.experiment, variant);
  return plan.experiment.kind.requirements(plan, variant);
}

/**
 * The first comparison of all methods (notebook 04): linear regression in context, one token per example, the same
 * prompts, steps and optimiser for every method.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { backendName } from '../core/backend';
import { lookUp } from '../core/errors';
import { stream } from '../core/random';
import { errorCurves, promptErrors } from '../evaluation/curves';
import { permutationSensitivity } from '../evaluation/permutations';
import { mean } from '../evaluation/statistics';
import { averaging, leastSquares, nearestNeighbours, zero } from '../learners';
import { batchICL } from '../model/batchicl';
import { InContextModel, type ModelConfig } from '../model/incontext';
import { methodOf, type MethodKey } from '../model/methods';
import { disposePrompts, type Predictor } from '../model/prompts';
import { linearRegression, type Task } from '../tasks';
import { Trainer, type Progress, type TrainingConfig } from '../training/trainer';
import { configHash, readRecords, writeRecords, type ResultRecord } from './records';

/** What the experiment is, in numbers. */
export interface ComparisonConfig {
  readonly methods: readonly MethodKey[];
  readonly seeds: readonly number[];
  readonly model: Omit<ModelConfig, 'method' | 'seed'>;
  readonly training: Partial<TrainingConfig>;
  /** Numbers of examples at which the error is measured; beyond training's n is extrapolation. */
  readonly ns: readonly number[];
  /** Prompts of the final measurement, and of those along the way. */
  readonly prompts: number;
  /** Every how many steps the error is measured along the way. */
  readonly watchEvery: number;
}

const METHODS_COMPARED: readonly MethodKey[] = ['ar', 'nope', 'prefix', 'boe', 'pcw', 'saicl', 'invicl'];

const base: ComparisonConfig = {
  methods: METHODS_COMPARED,
  seeds: [0, 1, 2],
  model: { layout: 'pair', size: 'course', d: 4 },
  training: { steps: 2000, batch: 64, n: 10, nRandom: true, tests: 10 },
  ns: [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25],
  prompts: 512,
  watchEvery: 100,
};

/** The named experiments: n random in training, and n fixed. */
export const COMPARISONS: Readonly<Record<string, ComparisonConfig>> = {
  'comparison-random-n': base,
  'comparison-fixed-n': { ...base, training: { ...base.training, nRandom: false } },
};

/** The config of a named comparison. */
export const comparisonOf = (name: string): ComparisonConfig => lookUp('comparison', COMPARISONS, name);

/** What identifies the records of a comparison: everything but the list of seeds and methods. */
export const comparisonHash = ({ model, training, ns, prompts }: ComparisonConfig): string => configHash({ model, training, ns, prompts });

/** One independent piece of work: a method with a seed. */
export interface Job {
  readonly experiment: string;
  readonly method: MethodKey;
  readonly seed: number;
}

/** All jobs of a comparison, seed by seed. */
export function jobsOf(name: string): Job[] {
  const { seeds, methods } = comparisonOf(name);
  return seeds.flatMap((seed) => methods.map((method) => ({ experiment: name, method, seed })));
}

/** Where a job's records and weights lie below a data folder. */
export const recordsFile = (data: string, { experiment, method, seed }: Job): string =>
  join(data, 'results', experiment, `${method}-${seed}.jsonl`);
export const weightsFile = (data: string, { experiment, method, seed }: Job): string =>
  join(data, 'checkpoints', experiment, `${method}-${seed}.safetensors`);

function commitOf(folder: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'none';
  }
}

/** The layer of BatchICL with the smallest error on prompts of their own. */
export function chooseBatchLayer(model: InContextModel, task: Task, n: number, seed: number): number {
  const prompts = task.sample(stream(seed, 'held out for BatchICL'), { B: 128, n, m: 4 });
  const errors = Array.from({ length: model.transformer.size.layers }, (_, layer) => mean(promptErrors(batchICL(model, layer), prompts)));
  disposePrompts(prompts);
  return errors.indexOf(Math.min(...errors));
}

const EVALUATION_SEED = 1_000_003;

/** Final measurements of predictors: error by n, and sensitivity to order at training's n. */
function measure(
  predictors: readonly Predictor[],
  task: Task,
  config: ComparisonConfig,
  put: (variant: string, n: number, metric: string, value: number) => void,
): void {
  const curves = errorCurves(predictors, task, { ns: config.ns, prompts: config.prompts, tests: 4, seed: EVALUATION_SEED });
  for (const [variant, points] of Object.entries(curves)) for (const { n, error } of points) put(variant, n, 'error', error.mean);
  const n = config.training.n ?? 10;
  const prompts = task.sample(stream(EVALUATION_SEED, 'sensitivity'), { B: 64, n, m: 2 });
  for (const predictor of predictors) put(predictor.name, n, 'sensitivity', permutationSensitivity(predictor, prompts).deviation);
  disposePrompts(prompts);
}

/**
 * Trains one method with one seed and writes its records (and, for the first seed, its weights); a job that is done is left alone, an
 * interrupted one goes on from its checkpoint.
 *
 * @param data    the data folder
 * @param scratch folder for the checkpoint of a run that is not done
 */
export async function runJob(
  job: Job,
  data: string,
  scratch: string,
  onProgress?: (progress: Progress) => void,
): Promise<'done' | 'was done' | 'interrupted'> {
  const [records, weights] = [recordsFile(data, job), weightsFile(data, job)];
  const config = comparisonOf(job.experiment);
  const keepWeights = job.seed === config.seeds[0]; // one set of weights per method is shipped
  if (existsSync(records) && (existsSync(weights) || !keepWeights)) return 'was done';
  const method = methodOf(job.method);
  const task = linearRegression({ d: config.model.d });
  const model = new InContextModel({ ...config.model, method: job.method, seed: job.seed });
  const trainer = new Trainer(model, task, { ...config.training, seed: job.seed, checkpointEvery: config.watchEvery });
  const began = Date.now();
  const partial = join(scratch, `${job.experiment}-${job.method}-${job.seed}.jsonl`);
  const lines: ResultRecord[] = existsSync(partial) ? readRecords(partial) : [];
  const [commit, hash] = [commitOf(data), comparisonHash(config)];
  const put = (variant: string, n: number, metric: string, value: number): void => {
    lines.push({
      experiment: job.experiment,
      variant,
      seed: job.seed,
      step: trainer.step,
      n,
      metric,
      value,
      config: hash,
      commit,
      seconds: Math.round((Date.now() - began) / 100) / 10,
      backend: backendName(),
    });
  };
  const n = trainer.config.n;
  const watched = task.sample(stream(EVALUATION_SEED, 'watched'), { B: 256, n, m: 4 });
  const command = `npm run train -- ${job.experiment} --method ${job.method} --seed ${job.seed}`;
  const checkpoint = join(scratch, `${job.experiment}-${job.method}-${job.seed}.safetensors`);
  /** Measures and keeps the point beside the checkpoint; after a resume, a point that is there is not measured again. */
  const watch = (): void => {
    if (lines.some(({ step }) => step === trainer.step)) return;
    put(method.name, n, 'error along training', mean(promptErrors(model, watched)));
    writeRecords(partial, lines);
  };
  watch();
  for (let until = config.watchEvery; until <= trainer.config.steps; until += config.watchEvery) {
    const end = await trainer.run({ until, command, checkpoint, ...(onProgress ? { onProgress } : {}) });
    if (end === 'interrupted') return end;
    if (trainer.step === until) watch();
  }
  const batch = job.method === 'ar' ? [batchICL(model, chooseBatchLayer(model, task, n, job.seed))] : [];
  measure([model, ...batch], task, config, put);
  for (const [step, loss] of trainer.curve) lines.push({ ...lines[0]!, step, n, metric: 'training loss', value: loss });
  if (keepWeights) trainer.save(weights, command, false);
  writeRecords(records, lines);
  rmSync(partial, { force: true });
  rmSync(checkpoint, { force: true });
  disposePrompts(watched);
  trainer.dispose();
  model.dispose();
  return 'done';
}

/** Records of the learners that need no training, on the same prompts. */
export function runLearners(name: string, data: string): void {
  const config = comparisonOf(name);
  const task = linearRegression({ d: config.model.d });
  const lines: ResultRecord[] = [];
  const shared = {
    experiment: name,
    seed: 0,
    step: 0,
    config: comparisonHash(config),
    commit: commitOf(data),
    seconds: 0,
    backend: backendName(),
  };
  measure([leastSquares, averaging, nearestNeighbours(3), zero], task, config, (variant, n, metric, value) =>
    lines.push({ ...shared, variant, n, metric, value }),
  );
  writeRecords(join(data, 'results', name, 'learners.jsonl'), lines);
}

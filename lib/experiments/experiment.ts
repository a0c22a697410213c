/**
 * An experiment is an object: what is claimed, what runs, what is recorded, and the rule that decides, all written down
 * before the run. Nothing here runs anything; `run.ts` does.
 */
import { CourseError, demand, knownKeys, lookUp, positiveInteger } from '../core/errors';
import type { ModelConfig } from '../model/incontext';
import { methodOf, type MethodKey } from '../model/methods';
import type { Predictor } from '../model/prompts';
import { taskOf, type TaskSpec } from '../tasks';
import { TRAINING, type TrainingConfig } from '../training/trainer';
import { configHash } from './records';
import type { Claim } from './rules';

/** `quick`: minutes on two cores. `full`: the paper's size and steps. */
export type ProfileName = 'quick' | 'full';

/** Predictors that are read out of a trained model without further training. */
export type Derived = 'BatchICL' | 'mean of 8 orders' | 'InvICL mask' | 'AR mask';

/** One thing that is trained: a method, and what this experiment changes for it. */
export interface Arm {
  /** Names its files. */
  readonly key: string;
  /** How figures and tables call it. */
  readonly name: string;
  readonly method: MethodKey;
  /** Prompts in canonical order, in training and in measurement. */
  readonly order?: 'canonical';
  readonly training?: Partial<TrainingConfig>;
  /** Seeds 0 .. seeds - 1, where the experiment's number is not meant. */
  readonly seeds?: number;
  readonly also?: readonly Derived[];
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
  /** Numbers of examples for the shifts. */
  readonly shiftNs: readonly number[];
  /** Prompts for the probes of each layer; 0 = none. */
  readonly probes: number;
}

/** An experiment in numbers. */
export interface ExperimentConfig {
  readonly task: TaskSpec;
  readonly model: Omit<ModelConfig, 'method' | 'seed' | 'd'>;
  readonly training: Partial<Omit<TrainingConfig, 'seed'>>;
  /** Every arm has this many seeds, from 0. */
  readonly seeds: number;
  /** Every how many steps the error is measured along the way. */
  readonly watchEvery: number;
  readonly measures: Measures;
}

/** A named experiment. */
export interface Experiment {
  readonly name: string;
  /** Which notebook shows it. */
  readonly notebook: string;
  /** What is claimed, in one sentence, and by whom. */
  readonly claim: string;
  readonly source: string;
  readonly arms: readonly Arm[];
  /** false: no weights are kept; else those of the first seed of each arm are. */
  readonly weights?: false;
  /** What needs no training, measured on the same prompts. */
  readonly learners: (task: TaskSpec) => readonly Predictor[];
  readonly profiles: Readonly<Record<ProfileName, ExperimentConfig>>;
  /** The claims in detail, each with the rule that decides it. */
  readonly claims: (config: ExperimentConfig) => readonly Claim[];
}

/** An experiment under a profile, perhaps with settings changed: what jobs are made of. */
export interface Plan {
  readonly experiment: Experiment;
  readonly profile: ProfileName;
  readonly config: ExperimentConfig;
  /** Names its folders: the experiment's name, and what makes it differ from the quick one. */
  readonly folder: string;
}

/** One independent piece of work: an arm with a seed, or all learners that need no training. */
export interface Job {
  readonly arm: string;
  readonly seed: number;
}

/** The job that measures the learners. */
export const LEARNERS: Job = { arm: 'learners', seed: 0 };

/** What the quick profile's numbers of examples, prompts and so on are unless an experiment says otherwise. */
export const MEASURES: Measures = { ns: [], prompts: 256, tests: 4, shifts: {}, shiftNs: [], probes: 0 };

const CONFIG_KEYS = ['task', 'model', 'training', 'seeds', 'watchEvery', 'measures'];
const KEYS_INSIDE: Readonly<Record<string, readonly string[]>> = {
  measures: Object.keys(MEASURES),
  training: Object.keys(TRAINING).filter((key) => key !== 'seed'),
  model: ['layout', 'size', 'form'],
};

/** Sets `path` (as 'training.steps') of a config to a value, refusing keys nobody knows. */
function withSetting(config: ExperimentConfig, path: string, value: unknown): ExperimentConfig {
  const [room, key, ...rest] = path.split('.');
  const one = { [room ?? '']: value };
  knownKeys('An experiment config', one, CONFIG_KEYS);
  if (key === undefined) return { ...config, ...one };
  demand(rest.length === 0, () => `'${path}' is no setting of an experiment.`, "Name it as in 'training.steps'.");
  const inside = config[room as keyof ExperimentConfig];
  demand(typeof inside === 'object', () => `'${room}' has no setting '${key}'.`, `Set '${room}' itself.`);
  if (room! in KEYS_INSIDE) knownKeys(`'${room}' of an experiment`, { [key]: value }, KEYS_INSIDE[room!]!);
  return { ...config, [room!]: { ...inside, [key]: value } };
}

/**
 * The plan of an experiment.
 *
 * @param given profile, and settings by path, as `{ 'training.steps': 500 }`
 * @throws CourseError quoting an unknown profile or setting
 */
export function planExperiment(
  experiment: Experiment,
  given: { readonly profile?: string; readonly set?: Readonly<Record<string, unknown>> } = {},
): Plan {
  const profile = (given.profile ?? 'quick') as ProfileName;
  let config = lookUp('profile', experiment.profiles, profile);
  for (const [path, value] of Object.entries(given.set ?? {})) config = withSetting(config, path, value);
  taskOf(config.task);
  const changed = Object.keys(given.set ?? {}).length > 0 ? `-${sharedHash(config).slice(0, 6)}` : '';
  return { experiment, profile, config, folder: `${experiment.name}${profile === 'full' ? '-full' : ''}${changed}` };
}

/** What all jobs of a plan share; records of different shared configs are never mixed. */
export const sharedHash = ({ seeds: _, ...shared }: ExperimentConfig): string => configHash(shared);

/** What identifies the records of one arm: the shared config, and what the arm changes. */
export function hashOf({ config }: Plan, arm: Arm | null): string {
  if (!arm) return `${sharedHash(config)}:learners`;
  const { seeds: _, ...own } = arm;
  return `${sharedHash(config)}:${configHash(own).slice(0, 6)}`;
}

/**
 * The arm with this key.
 *
 * @throws CourseError quoting an unknown key
 */
export const armOf = ({ experiment }: Plan, key: string): Arm =>
  lookUp(`arm of '${experiment.name}'`, Object.fromEntries(experiment.arms.map((arm) => [arm.key, arm])), key);

/**
 * All jobs of a plan, seed by seed, so that a run that stops early has whole seeds.
 *
 * @param seedsGiven how many seeds every arm gets, in place of the experiment's numbers
 * @throws CourseError when that is no positive integer
 */
export function jobsOf({ experiment, config }: Plan, seedsGiven?: number): Job[] {
  if (seedsGiven !== undefined) positiveInteger('seeds', seedsGiven);
  const upTo = ({ seeds }: Arm): number => seedsGiven ?? seeds ?? config.seeds;
  const most = Math.max(...experiment.arms.map(upTo));
  const trained = Array.from({ length: most }, (_, seed) => seed).flatMap((seed) =>
    experiment.arms.filter((arm) => seed < upTo(arm)).map(({ key }) => ({ arm: key, seed })),
  );
  return [LEARNERS, ...trained];
}

/** The model of an arm. */
export const modelConfigOf = ({ config }: Plan, arm: Arm, seed: number): ModelConfig => ({
  ...config.model,
  d: taskOf(config.task).d,
  method: arm.method,
  seed,
});

/**
 * Refuses a registry entry that cannot work.
 *
 * @throws CourseError when two arms share a key or a name, or a method is unknown
 */
export function checkExperiment(experiment: Experiment): Experiment {
  for (const field of ['key', 'name'] as const) {
    const values = experiment.arms.map((arm) => arm[field]);
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    if (twice !== undefined) throw new CourseError(`'${experiment.name}' has two arms with the ${field} '${twice}'.`, 'Give each its own.');
  }
  for (const { method } of experiment.arms) methodOf(method);
  return experiment;
}

/**
 * An experiment is an object: what is claimed, what runs, what is recorded, and the rule that decides, all written down
 * before the run. Nothing here runs anything; `run.ts` does.
 */
import { CourseError, demand, knownKeys, lookUp, positiveInteger } from '../core/errors';
import { methodOf, type MethodKey } from '../model/methods';
import { countParameters, type Parameters } from '../model/transformer';
import type { StepConfig, StepTrainer } from '../training/steps';
import type { TrainingConfig } from '../training/trainer';
import { configHash } from './records';
import type { Claim } from './rules';

/** `quick`: minutes on two cores. `full`: the paper's size and steps. */
export type ProfileName = 'quick' | 'full';

/** One thing that is trained; what that is, the kinds of experiments say. */
export interface Arm {
  /** Names its files. */
  readonly key: string;
  /** How figures and tables call it. */
  readonly name: string;
  readonly training?: Partial<StepConfig>;
  /** Seeds 0 .. seeds - 1, where the experiment's number is not meant. */
  readonly seeds?: number;
}

/** Predictors that are read out of a trained model without further training. */
export type Derived = 'BatchICL' | 'mean of 8 orders' | 'InvICL mask' | 'AR mask';

/** An arm that is a transformer under a method, and what this experiment changes for it. */
export interface MethodArm extends Arm {
  readonly method: MethodKey;
  /** Prompts in canonical order, in training and in measurement. */
  readonly order?: 'canonical';
  readonly training?: Partial<TrainingConfig>;
  readonly also?: readonly Derived[];
}

/** What every experiment's config holds. */
export interface BaseConfig {
  readonly training: Partial<Omit<StepConfig, 'seed'>>;
  /** Every arm has this many seeds, from 0. */
  readonly seeds: number;
  /** Every how many steps it is measured along the way. */
  readonly watchEvery: number;
}

/** Puts one number into the records. */
export type Put = (variant: string, n: number, metric: string, value: number) => void;

/** A run in hand: what is trained, and how it is measured. */
export interface Subject {
  readonly trainer: StepTrainer;
  /** Measures along training. Called at least once before the first step. */
  watch(put: Put): void;
  /** Measures at the end. */
  measure(put: Put): void;
  dispose(): void;
}

/** What a job needs of the machine. */
export interface Need {
  readonly memoryMB: number;
  readonly diskMB: number;
}

/** A run for a few steps, and what it takes with it when it goes. */
export interface Tryout {
  readonly trainer: StepTrainer;
  dispose(): void;
}

/** A run for a few steps of what owns weights. */
export const tryoutOf = (trainer: StepTrainer, trained: { dispose(): void }): Tryout => ({
  trainer,
  dispose: () => {
    trainer.dispose();
    trained.dispose();
  },
});

/**
 * The number of weights of something that is made to be counted only; it is disposed.
 *
 * @param made its parameters have each its layer's shape
 */
export function weightsOf(made: { readonly parameters: Parameters; dispose(): void }): number {
  const count = countParameters(made.parameters);
  made.dispose();
  return count;
}

/** What the jobs of a kind of experiment do. */
export interface Worker {
  /** The settings a room of the config knows, where it knows only some. */
  readonly settings: Readonly<Record<string, readonly string[]>>;
  /**
   * Refuses a config that cannot run.
   *
   * @throws CourseError
   */
  check(plan: AnyPlan): void;
  /** Measures what needs no training. */
  learners(plan: AnyPlan, put: Put): void;
  /** A fresh run of an arm. */
  subject(plan: AnyPlan, arm: Arm, seed: number): Subject;
  /** A run for a few steps at the size that costs the most. */
  tryout(plan: AnyPlan, arm: Arm): Tryout;
  needOf(plan: AnyPlan, arm: Arm): Need;
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
  /** The weights of the first seed of each arm are kept; of these arms only, or (false) of none. */
  readonly weights?: false | readonly string[];
  readonly worker: Worker;
  readonly profiles: Readonly<Record<ProfileName, BaseConfig>>;
  /** The claims in detail, each with the rule that decides it. */
  claims(config: BaseConfig): readonly Claim[];
}

/** An experiment of a kind: whose arms and configs are those of its worker. */
export interface ExperimentOf<A extends Arm, C extends BaseConfig> extends Experiment {
  readonly arms: readonly A[];
  readonly profiles: Readonly<Record<ProfileName, C>>;
  claims(config: C): readonly Claim[];
}

/** An experiment under a profile, perhaps with settings changed: what jobs are made of. */
export interface AnyPlan {
  readonly experiment: Experiment;
  readonly profile: ProfileName;
  readonly config: BaseConfig;
  /** Names its folders: the experiment's name, and what makes it differ from the quick one. */
  readonly folder: string;
}

/** The plan of an experiment of this kind. */
export type PlanOf<E extends Experiment> = AnyPlan & { readonly experiment: E; readonly config: E['profiles'][ProfileName] };

/** One independent piece of work: an arm with a seed, or all learners that need no training. */
export interface Job {
  readonly arm: string;
  readonly seed: number;
}

/** The job that measures the learners. */
export const LEARNERS: Job = { arm: 'learners', seed: 0 };

/** Sets `path` (as 'training.steps') of a config to a value, refusing keys nobody knows. */
function withSetting<C extends BaseConfig>(config: C, { settings }: Worker, path: string, value: unknown): C {
  const [room, key, ...rest] = path.split('.');
  const one = { [room ?? '']: value };
  knownKeys('An experiment config', one, Object.keys(config));
  if (key === undefined) return { ...config, ...one };
  demand(rest.length === 0, () => `'${path}' is no setting of an experiment.`, "Name it as in 'training.steps'.");
  const inside = config[room as keyof C];
  demand(typeof inside === 'object', () => `'${room}' has no setting '${key}'.`, `Set '${room}' itself.`);
  if (room! in settings) knownKeys(`'${room}' of an experiment`, { [key]: value }, settings[room!]!);
  return { ...config, [room!]: { ...inside, [key]: value } };
}

/**
 * The plan of an experiment.
 *
 * @param given profile, and settings by path, as `{ 'training.steps': 500 }`
 * @throws CourseError quoting an unknown profile or setting
 */
export function planExperiment<E extends Experiment>(
  experiment: E,
  given: { readonly profile?: string; readonly set?: Readonly<Record<string, unknown>> } = {},
): PlanOf<E> {
  const profile = (given.profile ?? 'quick') as ProfileName;
  let config: E['profiles'][ProfileName] = lookUp('profile', experiment.profiles, profile);
  for (const [path, value] of Object.entries(given.set ?? {})) config = withSetting(config, experiment.worker, path, value);
  const changed = Object.keys(given.set ?? {}).length > 0 ? `-${sharedHash(config).slice(0, 6)}` : '';
  const plan = { experiment, profile, config, folder: `${experiment.name}${profile === 'full' ? '-full' : ''}${changed}` };
  experiment.worker.check(plan);
  return plan;
}

/** Whether the weights of a job are kept. */
export const keepsWeights = ({ experiment: { weights } }: Pick<AnyPlan, 'experiment'>, { arm, seed }: Job): boolean =>
  seed === 0 && arm !== LEARNERS.arm && weights !== false && (weights?.includes(arm) ?? true);

/** What all jobs of a plan share; records of different shared configs are never mixed. */
export const sharedHash = ({ seeds: _, ...shared }: BaseConfig): string => configHash(shared);

/** What identifies the records of one arm: the shared config, and what the arm changes. */
export function hashOf({ config }: AnyPlan, arm: Arm | null): string {
  if (!arm) return `${sharedHash(config)}:learners`;
  const { seeds: _, ...own } = arm;
  return `${sharedHash(config)}:${configHash(own).slice(0, 6)}`;
}

/**
 * The arm with this key.
 *
 * @throws CourseError quoting an unknown key
 */
export const armOf = <E extends Experiment>({ experiment }: { readonly experiment: E }, key: string): E['arms'][number] =>
  lookUp(`arm of '${experiment.name}'`, Object.fromEntries(experiment.arms.map((arm) => [arm.key, arm])), key);

/**
 * All jobs of a plan, seed by seed, so that a run that stops early has whole seeds.
 *
 * @param seedsGiven how many seeds every arm gets, in place of the experiment's numbers
 * @throws CourseError when that is no positive integer
 */
export function jobsOf({ experiment, config }: AnyPlan, seedsGiven?: number): Job[] {
  if (seedsGiven !== undefined) positiveInteger('seeds', seedsGiven);
  const upTo = ({ seeds }: Arm): number => seedsGiven ?? seeds ?? config.seeds;
  const most = Math.max(...experiment.arms.map(upTo));
  const trained = Array.from({ length: most }, (_, seed) => seed).flatMap((seed) =>
    experiment.arms.filter((arm) => seed < upTo(arm)).map(({ key }) => ({ arm: key, seed })),
  );
  return [LEARNERS, ...trained];
}

/**
 * Refuses a registry entry that cannot work.
 *
 * @throws CourseError when two arms share a key or a name, or a method is unknown
 */
export function checkExperiment<E extends Experiment>(experiment: E): E {
  for (const field of ['key', 'name'] as const) {
    const values = experiment.arms.map((arm) => arm[field]);
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    if (twice !== undefined) throw new CourseError(`'${experiment.name}' has two arms with the ${field} '${twice}'.`, 'Give each its own.');
  }
  for (const arm of experiment.arms as readonly Partial<MethodArm>[]) if (arm.method !== undefined) methodOf(arm.method);
  return experiment;
}

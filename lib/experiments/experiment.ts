/**
 * An experiment is an object: what is claimed, what runs, what is recorded, and the rule that
 * decides, all written down before the run. Nothing here runs anything; `run.ts` does.
 */
import { demand, knownKeys, lookUp, plainObject, positiveInteger } from '../core/errors';
import type { StepConfig, StepTrainer } from '../training/steps';
import type { Point } from '../records/axis';
import { configHash } from '../records/record';
import type { Claim } from '../records/rules';
import { MOST_SEEDS, checkExperiment, checkJob, checkPlan, checkVariant } from './checks';
import { type SettingSchema } from './settings';

/** `quick`: minutes on two cores. `full`: the paper's size and steps. */
export type ProfileName = 'quick' | 'full';

/** One thing that is trained; what that is, its kind of experiment says. */
export interface Variant {
  /** Names its files. */
  readonly key: string;
  /** How figures and tables call it. */
  readonly name: string;
  readonly training?: Partial<StepConfig>;
  /** Seeds 0 .. seeds - 1, where the experiment's number is not meant. */
  readonly seeds?: number;
}

/** What every experiment's config holds. */
export interface BaseConfig {
  /** Every variant has this many seeds, from 0. */
  readonly seeds: number;
  /** How to train, where something is trained. */
  readonly training?: Partial<Omit<StepConfig, 'seed'>>;
}

/** What the config of an experiment holds whose variants are trained. */
export interface TrainedConfig extends BaseConfig {
  readonly training: NonNullable<BaseConfig['training']>;
  /** Every how many steps it is measured along the way. */
  readonly watchEvery: number;
}

/**
 * Puts one number into the records: of a variant or baseline, at a point of a named axis ({} where
 * there is none).
 */
export type Put = (variant: string, at: Point, metric: string, value: number) => void;

/** A run that was started: what is trained, and how it is measured. */
export interface TrainingRun {
  readonly trainer: StepTrainer;
  /** Measures along training. Called at least once before the first step. */
  watch(put: Put): void;
  /** Measures at the end. */
  measure(put: Put): void;
  dispose(): void;
}

/** A model that is measured as it is. */
export interface MeasuringRun {
  readonly trainer: null;
  measure(put: Put): void;
  dispose(): void;
}

/** What a job needs of the machine. */
export interface Requirements {
  readonly memoryMB: number;
  readonly diskMB: number;
}

/** A run for a few steps. */
export interface Trial {
  readonly trainer: StepTrainer;
  dispose(): void;
}

/** A kind of experiment: what its jobs do. `experimentKind` makes one. */
export interface ExperimentKind<E extends Experiment = Experiment> {
  /** How error messages call it. */
  readonly name: string;
  /** Kind and range of every setting of a config. */
  readonly settings: SettingSchema;
  /** The same of a variant; a kind without it checks its variants by itself. */
  readonly variant?: SettingSchema;
  /**
   * Refuses a config that cannot run.
   *
   * @throws CourseError
   */
  check(plan: Plan): void;
  /** Measures what needs no training. */
  baselines(plan: Plan, put: Put): void;
  /** A fresh run of a variant. */
  start(plan: Plan, variant: Variant, seed: number): TrainingRun | MeasuringRun;
  /**
   * A run for a few steps at the size that costs the most.
   *
   * @throws CourseError when nothing is trained
   */
  trial(plan: Plan, variant: Variant): Trial;
  requirements(plan: Plan, variant: Variant): Requirements;
  /** Never there: it ties a kind to the type of its experiments. */
  readonly experiment?: E;
}

/** A named experiment. */
export interface Experiment {
  readonly name: string;
  /** Which notebook shows it. */
  readonly notebook: string;
  /** What is claimed, in one sentence, and by whom. */
  readonly claim: string;
  readonly source: string;
  readonly variants: readonly Variant[];
  /**
   * Keys of the variants whose weights are kept in data/checkpoints, because a notebook, a test or
   * another experiment opens them; none when left out. Hashes do not depend on it.
   */
  readonly weights?: readonly string[];
  /** How many seeds of these variants are kept; 1 when left out. */
  readonly weightSeeds?: number;
  /** Its records are still to be made, so that nothing shows it yet; false when left out. */
  readonly planned?: boolean;
  readonly kind: ExperimentKind;
  readonly profiles: Readonly<Record<ProfileName, BaseConfig>>;
  /** The claims in detail, each with the rule that decides it. */
  claims(config: BaseConfig): readonly Claim[];
}

/** An experiment of a kind: whose variants and configs are those of its kind. */
export interface ExperimentOf<V extends Variant, C extends BaseConfig> extends Experiment {
  readonly variants: readonly V[];
  readonly profiles: Readonly<Record<ProfileName, C>>;
  claims(config: C): readonly Claim[];
}

/** An experiment under a profile, perhaps with settings changed: what jobs are made of. */
export interface Plan {
  readonly experiment: Experiment;
  readonly profile: ProfileName;
  readonly config: BaseConfig;
  /** Names its folders: the experiment's name, and what makes it differ from the quick one. */
  readonly folder: string;
  /** Settings that were changed, by path. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** The plan of an experiment of this kind. */
export type PlanOf<E extends Experiment> = Plan & {
  readonly experiment: E;
  readonly config: E['profiles'][ProfileName];
};

/**
 * One independent piece of work: a variant with a seed, or all baselines, which need no training.
 */
export interface Job {
  readonly variant: string;
  readonly seed: number;
  /** Whether its weights are kept though the experiment does not list them. */
  readonly weights?: boolean;
}

/** The job that measures the baselines; its key is that of the recorded files. */
export const BASELINES: Job = { variant: 'learners', seed: 0 };

/** Sets `path` (as 'training.steps') of a config to a value. */
function withSetting<C extends BaseConfig>(config: C, path: string, value: unknown): C {
  const [section, key, ...rest] = path.split('.');
  const one = { [section ?? '']: value };
  knownKeys('An experiment config', one, Object.keys(config));
  if (key === undefined) return { ...config, ...one };
  demand(
    rest.length === 0,
    () => `'${path}' is no setting of an experiment.`,
    "Name it as in 'training.steps'.",
  );
  const inside = config[section as keyof C];
  demand(
    typeof inside === 'object' && inside !== null,
    () => `'${section}' has no setting '${key}'.`,
    `Set '${section}' itself.`,
  );
  return { ...config, [section!]: { ...inside, [key]: value } };
}

/**
 * The plan of an experiment.
 *
 * @param given profile, and settings by path, as `{ 'training.steps': 500 }`
 * @throws CourseError quoting an unknown profile, or a setting that is unknown or refused
 */
export function planExperiment<E extends Experiment>(
  experiment: E,
  given: { readonly profile?: string; readonly set?: Readonly<Record<string, unknown>> } = {},
): PlanOf<E> {
  checkExperiment(experiment);
  knownKeys('What is planned', given, ['profile', 'set']);
  const { profile = 'quick', set = {} } = given as {
    profile?: ProfileName;
    set?: typeof given.set;
  };
  plainObject('The settings that are changed', set);
  let config: E['profiles'][ProfileName] = lookUp('profile', experiment.profiles, profile);
  for (const [path, value] of Object.entries(set)) config = withSetting(config, path, value);
  const plain = `${experiment.name}${profile === 'full' ? '-full' : ''}`;
  const plan = { experiment, profile, config, folder: plain, set };
  checkPlan(plan);
  if (Object.keys(set).length > 0) plan.folder += `-${sharedHash(config).slice(0, 6)}`;
  experiment.kind.check(plan);
  return plan;
}

/**
 * The command that makes the records of a job, with every setting that was changed.
 *
 * @throws CourseError when it is no plan or no job
 */
export function commandOf(plan: Plan, job: Job): string {
  checkPlan(plan);
  checkJob(job);
  const [{ experiment, profile, set }, { variant, seed }] = [plan, job];
  return [
    `npm run experiment -- ${experiment.name} --profile ${profile}`,
    `--variant ${variant} --seed ${seed}`,
    ...Object.entries(set).map(([path, value]) => `--set '${path}=${JSON.stringify(value)}'`),
  ].join(' ');
}

/** Whether the weights of a job are kept: those that the experiment lists, and those asked for. */
export const keepsWeights = (
  { experiment: { weights: listed = [], weightSeeds = 1 } }: Pick<Plan, 'experiment'>,
  { variant, seed, weights = false }: Job,
): boolean =>
  variant !== BASELINES.variant && (weights || (seed < weightSeeds && listed.includes(variant)));

/**
 * What all jobs of a plan share; records of different shared configs are never mixed.
 *
 * @throws CourseError when it is no config
 */
export function sharedHash(config: BaseConfig): string {
  plainObject('An experiment config', config);
  const { seeds, ...shared } = config;
  positiveInteger('seeds', seeds, 1, MOST_SEEDS);
  return configHash(shared);
}

/**
 * What identifies the records of one variant (of the baselines where it is null): the shared
 * config, and what the variant changes.
 *
 * @throws CourseError when it is no plan, or no variant of its experiment
 */
export function hashOf(plan: Plan, variant: Variant | null): string {
  checkPlan(plan);
  const { config } = plan;
  if (variant === null) return `${sharedHash(config)}:${BASELINES.variant}`;
  checkVariant(plan.experiment, variant);
  const { seeds: _, ...own } = variant;
  return `${sharedHash(config)}:${configHash(own).slice(0, 6)}`;
}

/**
 * The variant with this key.
 *
 * @throws CourseError quoting an unknown key, or what is wrong with the experiment
 */
export function variantOf<E extends Experiment>(
  plan: { readonly experiment: E },
  key: string,
): E['variants'][number] {
  plainObject('A plan', plan);
  const experiment = checkExperiment(plan.experiment);
  return lookUp(
    `variant of '${experiment.name}'`,
    Object.fromEntries(experiment.variants.map((variant) => [variant.key, variant])),
    key,
  );
}

/**
 * All jobs of a plan, seed by seed, so that a run that stops early has whole seeds.
 *
 * @param seedsGiven how many seeds every variant gets, in place of the experiment's numbers
 * @throws CourseError when that is no integer from 1 to 10,000, or it is no plan
 */
export function jobsOf(plan: Plan, seedsGiven?: number): Job[] {
  checkPlan(plan);
  if (seedsGiven !== undefined) positiveInteger('seeds', seedsGiven, 1, MOST_SEEDS);
  const { experiment, config } = plan;
  const upTo = ({ seeds }: Variant): number => seedsGiven ?? seeds ?? config.seeds;
  const most = Math.max(...experiment.variants.map(upTo));
  const trained = Array.from({ length: most }, (_, seed) => seed).flatMap((seed) =>
    experiment.variants
      .filter((variant) => seed < upTo(variant))
      .map(({ key }) => ({ variant: key, seed })),
  );
  return [BASELINES, ...trained];
}

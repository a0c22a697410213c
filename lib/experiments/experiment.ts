/**
 * An experiment is an object: what is claimed, what runs, what is recorded, and the rule that
 * decides, all written down before the run. Nothing here runs anything; `run.ts` does.
 */
import { CourseError, demand, knownKeys, lookUp, positiveInteger } from '../core/errors';
import type { StepConfig, StepTrainer } from '../training/steps';
import type { Point } from '../records/axis';
import { configHash } from '../records/record';
import type { Claim } from '../records/rules';
import { checkSettings, type Setting } from './settings';

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
  readonly training: Partial<Omit<StepConfig, 'seed'>>;
  /** Every variant has this many seeds, from 0. */
  readonly seeds: number;
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
  readonly settings: Setting;
  /**
   * Refuses a config that cannot run.
   *
   * @throws CourseError
   */
  check(plan: Plan): void;
  /** Measures what needs no training. */
  baselines(plan: Plan, put: Put): void;
  /** A fresh run of a variant. */
  start(plan: Plan, variant: Variant, seed: number): TrainingRun;
  /** A run for a few steps at the size that costs the most. */
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
   * Keys of the variants whose weights of seed 0 are kept in data/checkpoints, because a notebook
   * or a test opens them; none when left out. Hashes do not depend on it.
   */
  readonly weights?: readonly string[];
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
  const profile = (given.profile ?? 'quick') as ProfileName;
  const set = given.set ?? {};
  let config: E['profiles'][ProfileName] = lookUp('profile', experiment.profiles, profile);
  for (const [path, value] of Object.entries(set)) config = withSetting(config, path, value);
  checkSettings(experiment.kind.settings, config, `'${experiment.name}'`);
  const changed = Object.keys(set).length > 0 ? `-${sharedHash(config).slice(0, 6)}` : '';
  const plan = {
    experiment,
    profile,
    config,
    folder: `${experiment.name}${profile === 'full' ? '-full' : ''}${changed}`,
    set,
  };
  experiment.kind.check(plan);
  return plan;
}

/** The command that makes the records of a job, with every setting that was changed. */
export const commandOf = ({ experiment, profile, set }: Plan, { variant, seed }: Job): string =>
  [
    `npm run experiment -- ${experiment.name} --profile ${profile}`,
    `--variant ${variant} --seed ${seed}`,
    ...Object.entries(set).map(([path, value]) => `--set '${path}=${JSON.stringify(value)}'`),
  ].join(' ');

/** Whether the weights of a job are kept: those that the experiment lists, and those asked for. */
export const keepsWeights = (
  { experiment: { weights: listed = [] } }: Pick<Plan, 'experiment'>,
  { variant, seed, weights = false }: Job,
): boolean =>
  variant !== BASELINES.variant && (weights || (seed === 0 && listed.includes(variant)));

/** What all jobs of a plan share; records of different shared configs are never mixed. */
export const sharedHash = ({ seeds: _, ...shared }: BaseConfig): string => configHash(shared);

/** What identifies the records of one variant: the shared config, and what the variant changes. */
export function hashOf({ config }: Plan, variant: Variant | null): string {
  if (!variant) return `${sharedHash(config)}:${BASELINES.variant}`;
  const { seeds: _, ...own } = variant;
  return `${sharedHash(config)}:${configHash(own).slice(0, 6)}`;
}

/**
 * The variant with this key.
 *
 * @throws CourseError quoting an unknown key
 */
export const variantOf = <E extends Experiment>(
  { experiment }: { readonly experiment: E },
  key: string,
): E['variants'][number] =>
  lookUp(
    `variant of '${experiment.name}'`,
    Object.fromEntries(experiment.variants.map((variant) => [variant.key, variant])),
    key,
  );

/**
 * All jobs of a plan, seed by seed, so that a run that stops early has whole seeds.
 *
 * @param seedsGiven how many seeds every variant gets, in place of the experiment's numbers
 * @throws CourseError when that is no positive integer
 */
export function jobsOf({ experiment, config }: Plan, seedsGiven?: number): Job[] {
  if (seedsGiven !== undefined) positiveInteger('seeds', seedsGiven);
  const upTo = ({ seeds }: Variant): number => seedsGiven ?? seeds ?? config.seeds;
  const most = Math.max(...experiment.variants.map(upTo));
  const trained = Array.from({ length: most }, (_, seed) => seed).flatMap((seed) =>
    experiment.variants
      .filter((variant) => seed < upTo(variant))
      .map(({ key }) => ({ variant: key, seed })),
  );
  return [BASELINES, ...trained];
}

/**
 * Refuses a registry entry that cannot work.
 *
 * @throws CourseError when two variants share a key or a name, or weights are to be kept of a
 *   variant that is not there
 */
export function checkExperiment<E extends Experiment>(experiment: E): E {
  for (const field of ['key', 'name'] as const) {
    const values = experiment.variants.map((variant) => variant[field]);
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    if (twice !== undefined)
      throw new CourseError(
        `'${experiment.name}' has two variants with the ${field} '${twice}'.`,
        'Give each its own.',
      );
  }
  for (const key of experiment.weights ?? []) variantOf({ experiment }, key);
  return experiment;
}

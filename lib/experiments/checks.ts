/**
 * Checks of what the engine is given: experiments, plans, variants and jobs.
 */
import {
  checkFlag,
  checkFunction,
  checkHas,
  checkList,
  checkText,
  checkTexts,
  checkWord,
} from '../core/checks';
import { demand, knownKeys, plainObject, positiveInteger } from '../core/errors';
import type { Experiment, ExperimentKind, Job, Plan, Variant } from './experiment';
import { checkSchema, checkSettings } from './settings';

/** The most seeds of a variant. */
export const MOST_SEEDS = 10_000;

/**
 * Refuses what is no kind of experiment.
 *
 * @throws CourseError quoting it
 */
export function checkKind(kind: ExperimentKind): void {
  const methods = ['check', 'baselines', 'start', 'trial', 'requirements'];
  checkHas('The kind of an experiment', kind, 'a kind of experiment', ...methods);
  checkText('The name of a kind of experiment', kind.name);
  checkSchema(kind.settings);
  if (kind.variant !== undefined) checkSchema(kind.variant);
}

const isVariant = (one: unknown): boolean => {
  const { key, name } = (one ?? {}) as Partial<Variant>;
  return typeof key === 'string' && typeof name === 'string';
};

/** Refuses two variants with the same key or name. */
function demandDistinct(experiment: Experiment): void {
  for (const field of ['key', 'name'] as const) {
    const values = experiment.variants.map((variant) => variant[field]);
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    demand(
      twice === undefined,
      () => `'${experiment.name}' has two variants with the ${field} '${twice}'.`,
      'Give each its own.',
    );
  }
}

/**
 * Refuses an experiment that cannot work.
 *
 * @throws CourseError when a part of it is missing or of the wrong kind, two variants share a key or
 *   a name, or weights are to be kept of a variant that is not there
 */
export function checkExperiment<E extends Experiment>(experiment: E): E {
  plainObject('An experiment', experiment);
  for (const field of ['name', 'notebook', 'claim', 'source'] as const)
    checkText(`The ${field} of an experiment`, experiment[field]);
  const { name, variants, weights = [], weightSeeds = 1, planned = false } = experiment;
  const { kind, profiles } = experiment;
  const whose = `of '${name}'`;
  checkList(`The variants ${whose}`, variants, 'variants with a key and a name', isVariant, 1);
  demandDistinct(experiment);
  checkTexts(`The weights ${whose}`, weights);
  const keys = variants.map(({ key }) => key);
  for (const key of weights) checkWord(`A variant ${whose} whose weights are kept`, key, keys);
  positiveInteger(`The seeds ${whose} whose weights are kept`, weightSeeds);
  checkFlag(`'planned' ${whose}`, planned);
  checkKind(kind);
  plainObject(`The profiles ${whose}`, profiles);
  for (const profile of ['quick', 'full'] as const)
    plainObject(`The profile ${profile} ${whose}`, profiles[profile]);
  checkFunction(`The claims ${whose}`, experiment.claims);
  return experiment;
}

/**
 * Refuses a variant that the kind of the experiment does not know.
 *
 * @throws CourseError quoting what is wrong with it
 */
export function checkVariant({ kind, name }: Experiment, variant: Variant): void {
  plainObject(`A variant of '${name}'`, variant);
  const { key, name: called, seeds, training } = variant;
  checkText(`The key of a variant of '${name}'`, key);
  checkText(`The name of '${key}'`, called);
  if (seeds !== undefined) positiveInteger(`The seeds of '${key}'`, seeds, 1, MOST_SEEDS);
  if (training !== undefined) plainObject(`The training of '${key}'`, training);
  if (kind.variant) checkSettings(kind.variant, variant, `the variant '${key}'`);
}

/**
 * Refuses what is no plan, or one whose config cannot run.
 *
 * @throws CourseError quoting what is wrong with it
 */
export function checkPlan(plan: Plan): void {
  knownKeys('A plan', plan, ['experiment', 'profile', 'config', 'folder', 'set']);
  const { experiment, profile, config, folder, set } = plan;
  checkExperiment(experiment);
  checkWord('The profile', profile, ['quick', 'full']);
  checkText('The folder of a plan', folder);
  plainObject('The settings that were changed', set);
  for (const variant of experiment.variants) checkVariant(experiment, variant);
  checkSettings(experiment.kind.settings, config, `'${experiment.name}'`);
}

/**
 * Refuses what is no job.
 *
 * @throws CourseError quoting what is wrong with it
 */
export function checkJob(job: Job): void {
  knownKeys('A job', job, ['variant', 'seed', 'weights']);
  checkText('The variant of a job', job.variant);
  positiveInteger('The seed of a job', job.seed, 0);
  if (job.weights !== undefined) checkFlag('Whether weights are kept', job.weights);
}

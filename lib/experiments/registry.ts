/**
 * The registry: every experiment of the course by its name. A new one is a new entry; a variant of one is a changed line.
 */
import { lookUp } from '../core/errors';
import { checkExperiment, type Experiment } from './experiment';
import type { PromptExperiment } from './prompts';
import type { EpisodeExperiment } from './episodes';
import type { FewShotExperiment } from './fewshot';
import type { DomainExperiment } from './domains';
import type { CityExperiment } from './cities';
import { ON_BELIEF, ON_KNOWING } from './iwl';
import { ON_CURRICULA, ON_KINDS, OVER_DOMAINS } from './meta';
import { SYNTHETIC } from './synthetic';
import { ON_SETTINGS, ON_WORDS } from './textual';
import type { RowsExperiment } from './rows';
import type { TextExperiment } from './texts';

const byName = <E extends Experiment>(experiments: readonly E[]): Readonly<Record<string, E>> =>
  Object.fromEntries(experiments.map((experiment) => [experiment.name, checkExperiment(experiment)]));

/** Experiments on prompts of numbers, in the order of the notebooks. */
export const PROMPT_EXPERIMENTS: Readonly<Record<string, PromptExperiment>> = byName([...SYNTHETIC, ...ON_CURRICULA]);

/** Experiments on episodes of texts. */
export const EPISODE_EXPERIMENTS: Readonly<Record<string, EpisodeExperiment>> = byName(ON_SETTINGS);

/** Experiments on prompts of words. */
export const TEXT_EXPERIMENTS: Readonly<Record<string, TextExperiment>> = byName(ON_WORDS);

/** Experiments on few-shot classification. */
export const FEW_SHOT_EXPERIMENTS: Readonly<Record<string, FewShotExperiment>> = byName(ON_KINDS);

/** Experiments on domains. */
export const DOMAIN_EXPERIMENTS: Readonly<Record<string, DomainExperiment>> = byName(OVER_DOMAINS);

/** Experiments on rows of data sets. */
export const ROWS_EXPERIMENTS: Readonly<Record<string, RowsExperiment>> = byName(ON_KNOWING);

/** Experiments on names and cities. */
export const CITY_EXPERIMENTS: Readonly<Record<string, CityExperiment>> = byName(ON_BELIEF);

/** All experiments by name. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  ...PROMPT_EXPERIMENTS,
  ...EPISODE_EXPERIMENTS,
  ...TEXT_EXPERIMENTS,
  ...FEW_SHOT_EXPERIMENTS,
  ...DOMAIN_EXPERIMENTS,
  ...ROWS_EXPERIMENTS,
  ...CITY_EXPERIMENTS,
};

/**
 * The experiment on prompts with this name.
 *
 * @throws CourseError quoting an unknown name and listing the known ones
 */
export const experimentOf = (name: string): PromptExperiment => lookUp('experiment', PROMPT_EXPERIMENTS, name);

/**
 * The experiments with this name, or of the family with this name: 'metaicl' means all whose names begin with 'metaicl-'.
 *
 * @throws CourseError quoting an unknown name and listing the known ones
 */
export function experimentsNamed(name: string): Experiment[] {
  const family = Object.values(EXPERIMENTS).filter((experiment) => experiment.name.startsWith(`${name}-`));
  return !Object.hasOwn(EXPERIMENTS, name) && family.length > 0 ? family : [lookUp('experiment', EXPERIMENTS, name)];
}

/**
 * The registry: every part of the course, and every experiment by its name. A new part is a new
 * line here.
 */
import { checkText } from '../core/checks';
import { lookUp } from '../core/errors';
import { checkExperiment, checkKind } from '../experiments/checks';
import type { Experiment, ExperimentKind } from '../experiments/experiment';
import type { Part } from '../experiments/part';
import { PROMPT_KIND, type PromptExperiment } from '../experiments/prompts';
import { FEWSHOT } from './fewshot/part';
import { INVICL } from './invicl/part';
import { INWEIGHT } from './inweight/part';
import { SURVEY } from './survey/part';

/** The parts of the course, in the order of their notebooks. */
export const PARTS: readonly Part[] = [INVICL, SURVEY, FEWSHOT, INWEIGHT];

/** All experiments by name. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = Object.fromEntries(
  PARTS.flatMap(({ experiments }) => experiments).map((experiment) => [
    experiment.name,
    checkExperiment(experiment),
  ]),
);

/**
 * The experiment of a kind with this name.
 *
 * @throws CourseError quoting an unknown name and listing the known ones, when it is of another
 *   kind, or when the kind is none
 */
export function experimentOfKind<E extends Experiment>(kind: ExperimentKind<E>, name: string): E {
  checkKind(kind);
  const own = Object.fromEntries(
    Object.entries(EXPERIMENTS).filter(([, experiment]) => experiment.kind === kind),
  );
  return lookUp(`experiment on ${kind.name}`, own, name) as E;
}

/**
 * The experiment on prompts of numbers with this name.
 *
 * @throws CourseError quoting an unknown name and listing the known ones
 */
export const experimentOf = (name: string): PromptExperiment => experimentOfKind(PROMPT_KIND, name);

/**
 * The experiments with this name, or of the family with this name: 'metaicl' means all whose names
 * begin with 'metaicl-'.
 *
 * @throws CourseError quoting an unknown name and listing the known ones
 */
export function experimentsNamed(name: string): Experiment[] {
  checkText('The name of an experiment', name);
  const family = Object.values(EXPERIMENTS).filter((experiment) =>
    experiment.name.startsWith(`${name}-`),
  );
  return !Object.hasOwn(EXPERIMENTS, name) && family.length > 0
    ? family
    : [lookUp('experiment', EXPERIMENTS, name)];
}

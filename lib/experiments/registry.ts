/**
 * The registry: every experiment of the course by its name. A new one is a new entry; a variant of one is a changed line.
 */
import { lookUp } from '../core/errors';
import { SYNTHETIC } from './synthetic';
import { checkExperiment, type Experiment } from './experiment';

/** All experiments by name, in the order of the notebooks. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = Object.fromEntries(
  SYNTHETIC.map((experiment) => [experiment.name, checkExperiment(experiment)]),
);

/**
 * The experiment with this name.
 *
 * @throws CourseError quoting an unknown name and listing the known ones
 */
export const experimentOf = (name: string): Experiment => lookUp('experiment', EXPERIMENTS, name);

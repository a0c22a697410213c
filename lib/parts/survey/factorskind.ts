/**
 * Experiments on what makes demonstrations good, and on what a model takes from them where they leave
 * open which feature is meant. Nothing is trained. A seed is a split of each real task, or in
 * TaskWorld a draw of tasks and a training run of the small models.
 */
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { counts, maybe, oneOf, positive, section, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
import {
  SUBJECT_SETTINGS,
  VARIANT_SETTINGS,
  choosingRequirements,
  withTextSubjects,
  withWorldScorer,
  type ChoosingVariant,
  type SubjectsConfig,
} from './choosingrun';
import { measureDesigns } from './designmeasures';
import { textDesigns, worldDesigns, type WorldDesignSizes } from './designsubjects';
import { reviewWords } from './factors/ambiguoustexts';
import { measureFeatures } from './featuremeasures';
import { reviewReader, worldFeatureReader } from './featurereaders';

/** Who is asked. */
export interface FactorsVariant extends ChoosingVariant {
  /** Of the small model; left out: AR. */
  readonly method?: 'invicl';
}

/** How much is measured. */
export interface FactorMeasures extends WorldDesignSizes {
  /** The most rows of a pool of a real task, questions of each label, and those that are asked. */
  readonly poolRows: number;
  readonly each: number;
  readonly asked: number;
  /** Demonstrations of a designed set of real texts, and of TaskWorld. */
  readonly shown: number;
  readonly worldShown: number;
  /** Random sets from which designs start, and how far these go in standard deviations. */
  readonly draws: number;
  readonly spread: number;
  /** Demonstrations that leave features open, and how many of them disagree. */
  readonly ambiguous: number;
  readonly disagreeing: readonly number[];
  /** Contexts of reviews for each condition, and questions after each. */
  readonly contexts: number;
  readonly reviews: number;
  /** Questions of TaskWorld for each condition and pair of features. */
  readonly worldReviews: number;
}

/** The config of such an experiment. */
export interface FactorsConfig extends BaseConfig, Omit<SubjectsConfig, 'measures'> {
  readonly measures: FactorMeasures;
}

/** An experiment on factors of demonstrations. */
export type FactorsExperiment = ExperimentOf<FactorsVariant, FactorsConfig>;
type FactorsPlan = PlanOf<FactorsExperiment>;

function measureTexts(
  config: FactorsConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  const { poolRows, each, asked, shown, draws, spread, ...rest } = config.measures;
  const { ambiguous, disagreeing, contexts, reviews } = rest;
  const one = (metric: string, value: number): void => put(name, {}, metric, value);
  withTextSubjects(
    { ...config, measures: { poolRows, each, worldTasks: 1, worldEach: 1 } },
    model,
    seed,
    (subjects, loaded, template) => {
      measureDesigns(textDesigns(subjects, loaded, asked), { k: shown, draws, spread }, seed, one);
      const sizes = { k: ambiguous, contexts, asked: reviews };
      const reader = reviewReader(loaded, template, sizes);
      measureFeatures(reader, disagreeing, seed, one, (n, metric, value) =>
        put(name, { n }, metric, value),
      );
    },
    model === 'random' ? reviewWords() : [],
  );
}

function measureWorld(
  { measures }: FactorsConfig,
  variant: FactorsVariant,
  seed: number,
  put: Put,
): void {
  const { worldShown: k, draws, spread, ambiguous, disagreeing, worldReviews } = measures;
  const { name } = variant;
  const one = (metric: string, value: number): void => put(name, {}, metric, value);
  withWorldScorer(variant, seed, (scorer) => {
    measureDesigns(worldDesigns(scorer, measures, seed), { k, draws, spread }, seed, one);
    const reader = worldFeatureReader(scorer, { k: ambiguous, asked: worldReviews });
    measureFeatures(reader, disagreeing, seed, one, (n, metric, value) =>
      put(name, { n }, metric, value),
    );
  });
}

const SETTINGS = section('an experiment on factors of demonstrations', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    poolRows: whole('the most rows of a pool', 1, 1e5),
    each: whole('questions of each label', 1, 1e6),
    asked: whole('questions of each task that are asked', 1, 1e6),
    shown: whole('demonstrations of a designed set, real texts', 2, 1000),
    worldShown: whole('demonstrations of a designed set, TaskWorld', 2, 1000),
    draws: whole('random sets from which designs start', 2, 1e5),
    spread: positive('how far designs go, in standard deviations'),
    worldTasks: whole('tasks of TaskWorld with each mapping', 1, 1e4),
    worldAsked: whole('questions about each of them', 1, 1e6),
    worldRows: whole('rows of their pools', 2, 1e5),
    ambiguous: whole('demonstrations that leave features open', 1, 1000),
    disagreeing: counts('numbers of demonstrations on which features disagree'),
    contexts: whole('contexts of reviews for each condition', 1, 1e4),
    reviews: whole('questions after each context', 2, 1e4),
    worldReviews: whole('questions of TaskWorld for each condition and pair', 2, 1e6),
  }),
});

/** Refuses numbers that cannot be shown, or out of order, and questions that are not in balance. */
function check({ config: { tasks, measures } }: FactorsPlan): void {
  tasks.forEach(realTask);
  const { ambiguous, disagreeing, reviews, worldReviews } = measures;
  demand(
    ascends(disagreeing) && Math.max(...disagreeing) <= ambiguous,
    () => `Of ${ambiguous} demonstrations [${disagreeing.join(', ')}] were to disagree.`,
    'Give at most as many, in ascending order.',
  );
  demand(
    reviews % 2 === 0 && worldReviews % 2 === 0,
    () => `${reviews} and ${worldReviews} questions cannot be as many of two kinds.`,
    'Give even numbers.',
  );
}

/** Experiments on factors of demonstrations. */
export const FACTORS_KIND = measuringKind<FactorsExperiment>({
  name: 'factors of demonstrations',
  settings: SETTINGS,
  variant: section('who is asked', {
    ...VARIANT_SETTINGS,
    method: maybe(oneOf('the method of the small model', 'invicl')),
  }),
  check,
  baselines: (_, put) => put('no preference', {}, 'bias', 0),
  measure: ({ config }, variant, seed, put) =>
    variant.model === 'small' || variant.model === 'exact'
      ? measureWorld(config, variant, seed, put)
      : measureTexts(config, variant.model, variant.name, seed, put),
  requirements: choosingRequirements,
});

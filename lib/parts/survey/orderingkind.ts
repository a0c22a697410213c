/**
 * Experiments on the order of demonstrations: a trained model is asked after every order of some
 * demonstrations. Nothing is trained. A seed is a split of each task and a draw of demonstrations, in
 * TaskWorld also a training run of the small models.
 */
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { maybe, positive, section, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
import { METHODS } from '../../model/methods';
import {
  SUBJECT_SETTINGS,
  SUBJECT_SIZES,
  VARIANT_SETTINGS,
  choosingRequirements,
  withTextSubjects,
  type ChoosingVariant,
  type SubjectSizes,
  type SubjectsConfig,
} from './choosingrun';
import { worldSubjects } from './choosingsubjects';
import { measureOrderings, type OrderMeasures } from './orderingmeasures';
import { orderedExact, orderedSmall, orderedText } from './orderingsubjects';
import { smallScorer } from './scoring/smallscorer';
import { worldScorer } from './scoring/worldscorer';
import { loadSmallModel } from './small/smallcheckpoint';
import { smallWeights } from './splittasks';
import { ExactBayes } from './world/posterior';
import { MAPPINGS, WORLD, trainedPrior } from './world/taskworld';

/** Who is asked. */
export interface OrderingVariant extends ChoosingVariant {
  /** Of the exact answer: how much less an example counts for each later one. */
  readonly recency?: number;
}

/** The config of such an experiment. */
export interface OrderingConfig extends BaseConfig, SubjectsConfig {
  readonly measures: SubjectSizes & OrderMeasures;
}

/** An experiment on the order of demonstrations. */
export type OrderingExperiment = ExperimentOf<OrderingVariant, OrderingConfig>;
type OrderingPlan = PlanOf<OrderingExperiment>;

function measureTexts(
  config: OrderingConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  withTextSubjects(config, model, seed, (subjects, loaded, written) =>
    measureOrderings(
      subjects.map((one) => orderedText(one, loaded, written)),
      config.measures,
      name,
      seed,
      put,
    ),
  );
}

function measureWorld(
  { measures }: OrderingConfig,
  { name, model, recency = 1 }: OrderingVariant,
  seed: number,
  put: Put,
): void {
  const small =
    model === 'small'
      ? {
          ar: loadSmallModel(smallWeights(seed)),
          invicl: loadSmallModel(smallWeights(seed, 'invicl')),
        }
      : null;
  try {
    const scorer = small
      ? smallScorer(small.ar, METHODS.ar)
      : worldScorer(new ExactBayes(WORLD, { recency }, trainedPrior()));
    const subjects = MAPPINGS.flatMap((mapping) =>
      worldSubjects(
        mapping,
        scorer,
        measures.worldTasks,
        measures.poolRows,
        measures.worldEach,
        seed,
      ),
    );
    measureOrderings(
      subjects.map((one) =>
        small ? orderedSmall(one, small.ar, small.invicl) : orderedExact(one),
      ),
      measures,
      name,
      seed,
      put,
    );
  } finally {
    small?.ar.dispose();
    small?.invicl.dispose();
  }
}

const SETTINGS = section('an experiment on the order of demonstrations', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    k: whole('demonstrations of a prompt', 2, 5),
    sets: whole('prompts of each task', 1, 1e4),
    dev: whole('labelled rows on which orders are tried', 1, 1e4),
    written: whole('inputs that the model writes to probe orders', 1, 1e4),
    ...SUBJECT_SIZES,
  }),
});

/** Experiments on the order of demonstrations. */
export const ORDERING_KIND = measuringKind<OrderingExperiment>({
  name: 'orders of demonstrations',
  settings: SETTINGS,
  variant: section('who is asked', {
    ...VARIANT_SETTINGS,
    recency: maybe(positive('how much less an example counts for each later one')),
  }),
  check: ({ config: { tasks } }) => tasks.forEach(realTask),
  baselines: ({ config: { measures } }, put) =>
    put('chance in TaskWorld', { n: measures.k }, 'accuracy', 0.5),
  measure: ({ config }: OrderingPlan, variant, seed, put) =>
    variant.model === 'small' || variant.model === 'exact'
      ? measureWorld(config, variant, seed, put)
      : measureTexts(config, variant.model, variant.name, seed, put),
  requirements: choosingRequirements,
});

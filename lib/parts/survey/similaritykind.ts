/**
 * Experiments on how alike in-context learning and fine-tuning change a small model, trained or not. A
 * seed is a training run (or a random start) and a draw of tasks.
 */
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { oneOf, positive, section, whole } from '../../experiments/settings';
import { VARIANT_SETTINGS, choosingRequirements, withSmallModel } from './choosingrun';
import { SMALL_SIZES, SmallModel } from './small/smallmodel';
import { measureSimilarity, type SimilarityMeasures } from './similaritymeasures';

/** Which model is measured. */
export interface SimilarityVariant extends Variant {
  readonly model: 'small' | 'untrained';
}

/** The config of such an experiment. */
export interface SimilarityConfig extends BaseConfig {
  readonly measures: SimilarityMeasures;
}

/** An experiment on in-context learning and fine-tuning. */
export type SimilarityExperiment = ExperimentOf<SimilarityVariant, SimilarityConfig>;

function measure(
  { config: { measures } }: PlanOf<SimilarityExperiment>,
  { model, name }: SimilarityVariant,
  seed: number,
  put: Put,
): void {
  const say = (metric: string, value: number): void => put(name, {}, metric, value);
  if (model === 'small')
    withSmallModel({ model }, seed, (network) => measureSimilarity(network!, measures, seed, say));
  else {
    const size = SMALL_SIZES.middle;
    const network = new SmallModel({ size, seed, smearedKeys: true, alignedStart: true });
    try {
      measureSimilarity(network, measures, seed, say);
    } finally {
      network.dispose();
    }
  }
}

/** Experiments on in-context learning and fine-tuning. */
export const SIMILARITY_KIND = measuringKind<SimilarityExperiment>({
  name: 'in-context learning and fine-tuning',
  settings: section('an experiment on in-context learning and fine-tuning', {
    seeds: whole('training runs, each with tasks of its own', 1, 10_000),
    measures: section('what is measured', {
      tasks: whole('tasks of each mapping', 1, 1e4),
      shown: whole('demonstrations of each label', 1, 100),
      asked: whole('questions of each label', 1, 1000),
      rate: positive('learning rate of fine-tuning'),
    }),
  }),
  variant: section('which model is measured', {
    ...VARIANT_SETTINGS,
    model: oneOf('the model', 'small', 'untrained'),
  }),
  check: () => undefined,
  baselines: (_, put) => put('chance', {}, 'accuracy', 0.5),
  measure,
  requirements: (plan, { model }) =>
    choosingRequirements(plan, { key: model, name: model, model: 'small' }),
});

/**
 * Experiments that tune the small model of notebook 20 to new words for instructions, or to writing
 * instructions. A seed takes the small model of that seed and draws the documents of tuning.
 */
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
import type { ExperimentOf, PlanOf, TrainedConfig, Variant } from '../../experiments/experiment';
import { experimentKind, trainingOf, type Made, type Measurements } from '../../experiments/kind';
import {
  BASE_SETTINGS,
  TRAINING_SETTINGS,
  byName,
  counts,
  partial,
  section,
  share,
  whole,
} from '../../experiments/settings';
import { METHODS } from '../../model/methods';
import {
  measureExactly,
  measureTuning,
  watchTuning,
  type InstructionTuningMeasures,
  type TunedSubject,
} from './instructiontuningmeasures';
import {
  INSTRUCTION_TRAINING,
  InstructionTrainer,
  type InstructionTraining,
} from './instructions/instructiontrainer';
import { SMALL_SIZES, type SmallModel } from './small/smallmodel';
import { smallRequirements } from './smallrequirements';
import { RANDOM_SMALL, smallModelOf } from './splittasks';
import { measureExactRules, measureWriting, watchWriting } from './writermeasures';

/** A small model that is tuned: that of notebook 20 under a method, or one of random weights. */
export interface InstructionVariant extends Variant {
  readonly method?: 'ar' | 'invicl';
  readonly model?: 'random';
  readonly training?: Partial<InstructionTraining>;
}

/** The config of such an experiment. */
export interface InstructionTuningConfig extends TrainedConfig {
  readonly training: Partial<Omit<InstructionTraining, 'seed'>>;
  readonly measures: InstructionTuningMeasures;
}

/** An experiment on tuning to instructions. */
export type InstructionTuningExperiment = ExperimentOf<InstructionVariant, InstructionTuningConfig>;
type InstructionPlan = PlanOf<InstructionTuningExperiment>;

/** Settings of training with those of a variant. */
const settingsOf = (
  { config }: InstructionPlan,
  { training }: InstructionVariant,
): InstructionTraining => ({ ...INSTRUCTION_TRAINING, ...config.training, ...training });

function make(
  plan: InstructionPlan,
  variant: InstructionVariant,
  seed: number,
): Made<InstructionTrainer> & { readonly trained: SmallModel } {
  const trained = smallModelOf(variant.model, seed, variant.method);
  const training = trainingOf<Partial<InstructionTraining>>(plan.config, variant, seed);
  return {
    trainer: new InstructionTrainer(trained, METHODS[variant.method ?? 'ar'], training),
    trained,
  };
}

function measurements(
  plan: InstructionPlan,
  variant: InstructionVariant,
  { trained: model }: { readonly trained: SmallModel },
  seed: number,
): Measurements {
  const { name, method = 'ar' } = variant;
  const { measures } = plan.config;
  const { rules, mix } = settingsOf(plan, variant);
  const before = smallModelOf(variant.model, seed, variant.method);
  const subject: TunedSubject = { model, before, method: METHODS[method], rules };
  const writes = (mix.written ?? 0) > 0;
  return {
    watch: (put) =>
      (writes ? watchWriting : watchTuning)(subject, measures, (metric, value) =>
        put(name, {}, metric, value),
      ),
    measure: (put) =>
      writes
        ? measureWriting(subject, measures, (n, metric, value) => put(name, { n }, metric, value))
        : measureTuning(subject, measures, (metric, value) => put(name, {}, metric, value)),
    dispose: () => before.dispose(),
  };
}

/** Refuses what cannot be measured. */
function check({ config: { measures } }: InstructionPlan): void {
  const { shown } = measures;
  demand(
    shown.length > 0 && ascends(shown),
    () => `Instructions were to be written after [${shown.join(', ')}] demonstrations.`,
    'Name at least one number, the smallest first.',
  );
}

/** Experiments that tune a small model to instructions. */
export const INSTRUCTION_TUNING_KIND = experimentKind<
  InstructionTuningExperiment,
  ReturnType<typeof make>
>({
  name: 'a small model tuned to instructions',
  settings: section('an experiment on tuning to instructions', {
    ...BASE_SETTINGS,
    training: partial('training', {
      ...TRAINING_SETTINGS,
      rules: whole('rules that the documents with new words are of', 4, 12),
      mix: byName('shares of the kinds of documents', share('a share')),
    }),
    measures: section('what is measured', {
      questions: whole('questions of each form', 12, 1e5),
      watched: whole('questions along training', 12, 1e5),
      k: whole('demonstrations without an instruction', 1, 32),
      shown: counts('numbers of demonstrations after which an instruction is written'),
    }),
  }),
  check,
  baselines: ({ config: { measures } }, put) => {
    measureExactly(measures, (metric, value) => put('exact Bayes', {}, metric, value));
    measureExactRules(measures, (n, metric, value) => put('exact Bayes', { n }, metric, value));
  },
  make,
  measurements,
  requirements: ({ config }, { training, model }) => {
    const { batch } = { ...INSTRUCTION_TRAINING, ...config.training, ...training };
    const size = model === 'random' ? RANDOM_SMALL : SMALL_SIZES.middle;
    return smallRequirements(size, batch);
  },
});

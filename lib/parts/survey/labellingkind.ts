/**
 * Experiments on labels that a model gives in context, for a cheap classifier to learn from, and on
 * demonstrations of another task. No model is trained but the classifier. A seed is a split of each
 * real task, or in TaskWorld a draw of tasks and a training run of the small model.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { list, positive, section, share, whole } from '../../experiments/settings';
import type { Question } from '../../language/scoring';
import { realTask } from '../../metaicl/realtasks';
import {
  CHOOSING_VARIANT,
  SUBJECT_SETTINGS,
  SUBJECT_SIZES,
  choosingRequirements,
  withSubjects,
  withTextSubjects,
  type ChoosingVariant,
  type SubjectSizes,
  type SubjectsConfig,
} from './choosingrun';
import type { ChoosingSubject } from './choosingsubjects';
import { measureCrossTask } from './crosstaskmeasures';
import { HALF, measureLabelling, type LabellingSizes } from './labellingmeasures';
import { taskHeader } from './work/crosstask';

/** How much is measured. */
export interface LabellingMeasures extends SubjectSizes, LabellingSizes {
  /** Questions of each label that are asked after demonstrations of another task. */
  readonly crossEach: number;
  /** Tokens that a header may take beside an example. */
  readonly headerTokens: number;
}

/** The config of such an experiment. */
export interface LabellingConfig extends BaseConfig, Omit<SubjectsConfig, 'measures'> {
  readonly measures: LabellingMeasures;
}

/** An experiment on labels of a model and on demonstrations of another task. */
export type LabellingExperiment = ExperimentOf<ChoosingVariant, LabellingConfig>;
type LabellingPlan = PlanOf<LabellingExperiment>;

/** Words of a header beside the options, which the random model has to know. */
const HEADER_WORDS = taskHeader([':', '.']);

/** The random model has one task, which stands for two. */
const twoOf = (subjects: readonly ChoosingSubject<Question>[]): ChoosingSubject<Question>[] =>
  subjects.length > 1
    ? [...subjects]
    : ['', ', again'].map((which) => ({ ...subjects[0]!, title: subjects[0]!.title + which }));

function measureTexts(
  config: LabellingConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  const { shown, crossEach: each, headerTokens } = config.measures;
  const one = (metric: string, value: number): void => put(name, {}, metric, value);
  withTextSubjects(
    config,
    model,
    seed,
    (subjects, loaded, template, vectors) => {
      measureLabelling(subjects, config.measures, vectors, seed, one);
      const sizes = { shown, each, headerTokens };
      measureCrossTask(twoOf(subjects), loaded, template, sizes, seed, one);
    },
    model === 'random' ? [HEADER_WORDS] : [],
  );
}

const SETTINGS = section('an experiment on labels of a model', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    ...SUBJECT_SIZES,
    shown: whole('true demonstrations', 1, 1000),
    shares: list('shares of the labels that are kept', share('a share'), 1),
    penalty: positive('the penalty of the classifier'),
    crossEach: whole('questions of each label after demonstrations of another task', 1, 1e6),
    headerTokens: whole('tokens that a header may take', 1, 1000),
  }),
});

/** Refuses shares that cannot be compared, and a pool of which nothing is left to label. */
function check({ config: { tasks, measures } }: LabellingPlan): void {
  const { shares, poolRows, shown } = measures;
  tasks.forEach(realTask);
  demand(
    shares.includes(1) && shares.includes(HALF) && !shares.includes(0),
    () => `The shares of labels that are kept are [${shares.join(', ')}].`,
    `Give shares above 0, with ${HALF} and 1 among them.`,
  );
  demand(
    poolRows > shown,
    () => `Of ${poolRows} rows of a pool ${shown} were to be shown.`,
    'Leave some to be labelled.',
  );
}

/** Experiments on labels of a model and on demonstrations of another task. */
export const LABELLING_KIND = measuringKind<LabellingExperiment>({
  name: 'labels of a model',
  settings: SETTINGS,
  variant: CHOOSING_VARIANT,
  check,
  baselines: (_, put) => put('chance in TaskWorld', {}, 'accuracy', 0.5),
  measure: ({ config }, { name, model }, seed, put) =>
    model === 'small' || model === 'exact'
      ? withSubjects(config, model, seed, (subjects) =>
          measureLabelling(subjects, config.measures, null, seed, (metric, value) =>
            put(name, {}, metric, value),
          ),
        )
      : measureTexts(config, model, name, seed, put),
  requirements: choosingRequirements,
});

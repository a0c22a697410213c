/**
 * Experiments on what in the labels of demonstrations matters: whether they are right, which words
 * they are, what they stand beside. Nothing is trained. A seed is a split of each real task, or in
 * TaskWorld a draw of tasks and a training run of the small model.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { list, maybe, oneOf, section, share, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
import {
  SUBJECT_SETTINGS,
  SUBJECT_SIZES,
  VARIANT_SETTINGS,
  choosingRequirements,
  withSmallModel,
  withTextSubjects,
  type ChoosingVariant,
  type SubjectSizes,
  type SubjectsConfig,
} from './choosingrun';
import { worldSubjects } from './choosingsubjects';
import { smallAsker, worldAsker } from './factors/asking';
import { UNRELATED_WORDS } from './factors/unrelated';
import { labelledTexts, labelledWorld, measureLabels, percentOf } from './labelsmeasures';
import { exactScorers } from './scoring/subjects';
import { MAPPINGS } from './world/taskworld';

/** Who is asked. */
export interface LabelsVariant extends ChoosingVariant {
  /** Of the small model: the method under which it was trained; left out: AR. */
  readonly method?: 'ar' | 'invicl';
}

/** How much is measured. */
export interface LabelsMeasures extends SubjectSizes {
  /** Demonstrations of a real task, and of one of TaskWorld. */
  readonly shown: number;
  readonly worldShown: number;
  /** The most questions of a real task, with the labels in balance. */
  readonly questions: number;
  /** Shares of right labels, 0 and 1 among them. */
  readonly shares: readonly number[];
}

/** The config of such an experiment. */
export interface LabelsConfig extends BaseConfig, SubjectsConfig {
  readonly measures: LabelsMeasures;
}

/** An experiment on labels in demonstrations. */
export type LabelsExperiment = ExperimentOf<LabelsVariant, LabelsConfig>;
type LabelsPlan = PlanOf<LabelsExperiment>;

/** Puts a number of a share of right labels, or of none. */
type PutShare = (percent: number | null, metric: string, value: number) => void;

function measureTexts(
  config: LabelsConfig,
  model: 'smollm2' | 'random',
  seed: number,
  put: PutShare,
): void {
  const { shown, questions, shares } = config.measures;
  withTextSubjects(
    config,
    model,
    seed,
    (subjects, loaded, template) =>
      measureLabels(
        labelledTexts(subjects, loaded, template, shown, questions, seed),
        shares,
        seed,
        put,
      ),
    model === 'random' ? UNRELATED_WORDS : [],
  );
}

function measureWorld(
  { measures: { worldTasks, worldShown, worldEach, shares } }: LabelsConfig,
  variant: LabelsVariant,
  seed: number,
  put: PutShare,
): void {
  const { scorer } = exactScorers()[0]!;
  const subjects = MAPPINGS.flatMap((mapping) =>
    worldSubjects(mapping, scorer, worldTasks, worldShown, worldEach, seed),
  );
  withSmallModel(variant, seed, (network, method) => {
    const asker = network ? smallAsker(network, method) : worldAsker(scorer);
    measureLabels(labelledWorld(subjects, asker, seed), shares, seed, put);
  });
}

function measureLabelsOf(
  { config }: LabelsPlan,
  variant: LabelsVariant,
  seed: number,
  put: Put,
): void {
  const { name, model } = variant;
  const putShare: PutShare = (percent, metric, value) =>
    put(name, percent === null ? {} : { n: percent }, metric, value);
  if (model === 'small' || model === 'exact') measureWorld(config, variant, seed, putShare);
  else measureTexts(config, model, seed, putShare);
}

const SETTINGS = section('an experiment on labels in demonstrations', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    ...SUBJECT_SIZES,
    shown: whole('demonstrations of a real task', 1, 1000),
    worldShown: whole('demonstrations of a task of TaskWorld', 1, 100),
    questions: whole('the most questions of a real task', 1, 1e6),
    shares: list('shares of right labels', share('a share'), 2),
  }),
});

/** Refuses shares of which there is no line, and a task that has no other one beside it. */
function check({ config: { tasks, measures } }: LabelsPlan): void {
  const { shares, poolRows, shown } = measures;
  tasks.forEach(realTask);
  demand(
    tasks.length > 1,
    () => `Inputs of another task were to be shown, and ${tasks[0]!} is the only one.`,
    'Give at least two tasks.',
  );
  demand(
    shares.includes(0) &&
      shares.includes(1) &&
      new Set(shares.map(percentOf)).size === shares.length,
    () => `The shares of right labels are [${shares.join(', ')}].`,
    'Give shares that differ by at least 0.01, with 0 and 1 among them.',
  );
  demand(
    poolRows >= shown,
    () => `Of ${poolRows} rows of a pool ${shown} were to be shown.`,
    'Give a larger pool, or show fewer.',
  );
}

/** Experiments on labels in demonstrations. */
export const LABELS_KIND = measuringKind<LabelsExperiment>({
  name: 'labels in demonstrations',
  settings: SETTINGS,
  variant: section('who is asked', {
    ...VARIANT_SETTINGS,
    method: maybe(oneOf('how the small model was trained', 'ar', 'invicl')),
  }),
  check,
  baselines: (_, put) => put('chance in TaskWorld', {}, 'accuracy', 0.5),
  measure: measureLabelsOf,
  requirements: choosingRequirements,
});

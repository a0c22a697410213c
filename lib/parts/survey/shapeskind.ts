/**
 * Experiments on other shapes of demonstrations: written by the model itself, in groups that are read
 * alone, or as vectors that are added to states. Nothing is trained. A seed is a split of each real
 * task, or in TaskWorld a draw of tasks and a training run of the small models.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { atLeast0, counts, list, positive, section, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
import {
  CHOOSING_VARIANT,
  SUBJECT_SETTINGS,
  choosingRequirements,
  withTextSubjects,
  type ChoosingVariant,
  type SubjectsConfig,
} from './choosingrun';
import { measureGeneratedText, measureGeneratedWorld } from './generatedmeasures';
import { measureGroupsWorld } from './groupmeasures';
import { STYLES, STYLE_PARTS } from './shapes/styles';
import { loadSmallModel } from './small/smallcheckpoint';
import { smallWeights } from './splittasks';
import { measureGroupsText } from './textgroupmeasures';
import { measureVectorsText, measureVectorsWorld } from './vectormeasures';

/** How much is measured. */
export interface ShapeMeasures {
  /** The most rows of a pool of a real task, and questions of each label. */
  readonly poolRows: number;
  readonly each: number;
  /** Tasks of TaskWorld of each kind, and questions about each. */
  readonly worldTasks: number;
  readonly worldQuestions: number;
  /** Numbers of demonstrations that the model writes itself. */
  readonly written: readonly number[];
  /** Numbers of demonstrations in groups of real texts and of TaskWorld, and those of a group. */
  readonly textCounts: readonly number[];
  readonly worldCounts: readonly number[];
  readonly groupSize: number;
  /** Pairs of sentences that a vector is made of, and that it is tried on. */
  readonly pairs: number;
  readonly tried: number;
  /** Demonstrations of a vector in TaskWorld, and questions over which a task vector is the mean. */
  readonly shown: number;
  readonly dummies: number;
  /** Strengths of in-context vectors, 0 among them. */
  readonly textStrengths: readonly number[];
  readonly worldStrengths: readonly number[];
  /** Layers that are turned one at a time, and how far. */
  readonly textLayers: readonly number[];
  readonly textLayerStrength: number;
}

/** The config of such an experiment. */
export interface ShapesConfig extends BaseConfig, Omit<SubjectsConfig, 'measures'> {
  readonly measures: ShapeMeasures;
}

/** An experiment on other shapes of demonstrations. */
export type ShapesExperiment = ExperimentOf<ChoosingVariant, ShapesConfig>;
type ShapesPlan = PlanOf<ShapesExperiment>;

const sizesOf = ({ measures }: ShapesConfig): SubjectsConfig['measures'] => ({
  poolRows: measures.poolRows,
  each: measures.each,
  worldTasks: measures.worldTasks,
  worldEach: measures.worldQuestions,
});

/** Sentences of both styles, whose words the random model has to know. */
const styledSentences = (): string[] =>
  Object.values(STYLES).flatMap((style) => STYLE_PARTS.flatMap((part) => style[part].flat()));

function measureTexts(
  config: ShapesConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  const { measures } = config;
  const { textCounts, groupSize: size, pairs, tried: tests } = measures;
  const { textStrengths: strengths, textLayers: layers } = measures;
  const byNumber = (n: number, metric: string, value: number): void =>
    put(name, { n }, metric, value);
  withTextSubjects(
    { ...config, measures: sizesOf(config) },
    model,
    seed,
    (subjects, loaded, template, vectors) => {
      const { written } = measures;
      measureGeneratedText(subjects, loaded, template, vectors, written, seed, byNumber);
      measureGroupsText(subjects, loaded, template, { counts: textCounts, size }, seed, byNumber);
      measureVectorsText(
        loaded,
        template.begin ?? '',
        { pairs, tests, strengths, layers, layerStrength: measures.textLayerStrength },
        seed,
        (metric, value) => put(name, {}, metric, value),
      );
    },
    model === 'random' ? styledSentences() : [],
  );
}

function measureWorld(
  { measures }: ShapesConfig,
  { name, model }: ChoosingVariant,
  seed: number,
  put: Put,
): void {
  const { worldTasks: tasks, worldQuestions: questions, groupSize: size, dummies } = measures;
  const byNumber = (n: number, metric: string, value: number): void =>
    put(name, { n }, metric, value);
  const ar = model === 'small' ? loadSmallModel(smallWeights(seed)) : null;
  const invicl = model === 'small' ? loadSmallModel(smallWeights(seed, 'invicl')) : null;
  try {
    const each = Math.ceil(questions / 2);
    measureGeneratedWorld(ar, { tasks, questions: each, ks: measures.written }, seed, byNumber);
    measureGroupsWorld(
      ar,
      invicl,
      { tasks, questions, counts: measures.worldCounts, size },
      seed,
      byNumber,
    );
    if (ar)
      measureVectorsWorld(
        ar,
        { tasks, questions, k: measures.shown, dummies, strengths: measures.worldStrengths },
        seed,
        (metric, value) => put(name, {}, metric, value),
      );
  } finally {
    ar?.dispose();
    invicl?.dispose();
  }
}

const SETTINGS = section('an experiment on shapes of demonstrations', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    poolRows: whole('the most rows of a pool', 1, 1e5),
    each: whole('questions of each label', 1, 1e6),
    worldTasks: whole('tasks of TaskWorld of each kind', 1, 1e4),
    worldQuestions: whole('questions about each of them', 2, 1e6),
    written: counts('numbers of demonstrations that the model writes'),
    textCounts: counts('numbers of demonstrations in groups, real texts'),
    worldCounts: counts('numbers of demonstrations in groups, TaskWorld'),
    groupSize: whole('demonstrations in a group', 1, 1000),
    pairs: whole('pairs of sentences of a vector', 1, 1e4),
    tried: whole('pairs of sentences on which it is tried', 1, 1e4),
    shown: whole('demonstrations of a vector in TaskWorld', 1, 100),
    dummies: whole('questions over which a task vector is the mean', 1, 1000),
    textStrengths: list('strengths of vectors, real texts', atLeast0('a strength'), 1),
    textLayerStrength: positive('strength in one layer alone'),
    textLayers: list('layers that are turned one at a time', whole('a layer', 0, 1000)),
    worldStrengths: list('strengths of vectors, TaskWorld', atLeast0('a strength'), 1),
  }),
});

/** Refuses groups that do not come out even. */
function check({ config: { tasks, measures } }: ShapesPlan): void {
  tasks.forEach(realTask);
  const uneven = measures.worldCounts.find((n) => n % measures.groupSize !== 0);
  demand(
    uneven === undefined,
    () =>
      `${uneven} demonstrations of TaskWorld were to be read in groups of ${measures.groupSize}.`,
    'Give multiples of the size of a group.',
  );
}

/** Experiments on other shapes of demonstrations. */
export const SHAPES_KIND = measuringKind<ShapesExperiment>({
  name: 'shapes of demonstrations',
  settings: SETTINGS,
  variant: CHOOSING_VARIANT,
  check,
  baselines: ({ config: { measures } }, put) =>
    put('chance in TaskWorld', { n: measures.groupSize }, 'accuracy', 0.5),
  measure: ({ config }, variant, seed, put) =>
    variant.model === 'small' || variant.model === 'exact'
      ? measureWorld(config, variant, seed, put)
      : measureTexts(config, variant.model, variant.name, seed, put),
  requirements: choosingRequirements,
});

/**
 * Experiments on label words as anchors and on tasks as states: of a language model on real tasks, and
 * of the small model on tasks of TaskWorld. A seed is a split of each real task, or a draw of tasks of
 * TaskWorld and a training run of the small model.
 */
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { oneOf, positive, section, whole } from '../../experiments/settings';
import { realTask } from '../../metaicl/realtasks';
import { anchorFlowMeasures, type AnchorFlowSizes } from './anchorflow';
import {
  ANCHOR_LABELS,
  disposeAnchors,
  textAnchors,
  worldAnchors,
  type AnchorTextSizes,
  type AnchorWorldSizes,
} from './anchorsubjects';
import { keptContexts, patchedMeasures, reweightedMeasures } from './anchoruses';
import {
  SUBJECT_SETTINGS,
  VARIANT_SETTINGS,
  choosingRequirements,
  withSmallModel,
  writtenTasks,
  type ChoosingVariant,
  type SubjectsConfig,
} from './choosingrun';
import type { ReweightingConfig } from './mechanisms/reweighting';
import { randomModel } from './splittasks';
import { withTextModel } from './textmodel';
import { meanMeasures, putMeans, type PutNumber } from './titles';

/** Who is looked into. */
export interface AnchorsVariant extends Omit<ChoosingVariant, 'model'> {
  readonly model: 'smollm2' | 'random' | 'small';
}

/** How much is measured. */
export interface AnchorsMeasures extends AnchorTextSizes, AnchorWorldSizes, AnchorFlowSizes {
  /** Real tasks, from the first, whose attention is re-weighted. */
  readonly reweighted: number;
  readonly reweighting: ReweightingConfig;
  /** Layers of a language model between two into which a task vector is put. */
  readonly every: number;
}

/** The config of such an experiment. */
export interface AnchorsConfig extends BaseConfig, Pick<SubjectsConfig, 'tasks' | 'template'> {
  readonly measures: AnchorsMeasures;
}

/** An experiment on label words as anchors. */
export type AnchorsExperiment = ExperimentOf<AnchorsVariant, AnchorsConfig>;
type AnchorsPlan = PlanOf<AnchorsExperiment>;

/** Every so many layers, counted from the last, ascending. */
const everyLayer = (layers: number, every: number): number[] =>
  Array.from({ length: layers }, (_, l) => l).filter((l) => (layers - 1 - l) % every === 0);

function measureTexts(
  config: AnchorsConfig,
  model: 'smollm2' | 'random',
  seed: number,
  put: PutNumber,
): void {
  const { template, measures } = config;
  const each = Math.ceil(measures.questions / 2);
  const { tasks, written } = writtenTasks(config, model, seed, each);
  withTextModel(
    model,
    () => randomModel(tasks, [template.between]),
    (loaded) => {
      const subjects = tasks.map((task) => textAnchors(task, loaded, written, measures, seed));
      try {
        const layers = everyLayer(loaded.model.config.size.layers, measures.every);
        const all = subjects.map((subject) => ({
          ...anchorFlowMeasures(subject, measures, seed),
          ...keptContexts(loaded, subject, written, seed),
          ...patchedMeasures(subject, layers),
        }));
        putMeans(subjects, all, put);
        const some = subjects.slice(0, measures.reweighted);
        putMeans(
          some,
          some.map((subject) => reweightedMeasures(subject, measures.reweighting)),
          put,
        );
      } finally {
        disposeAnchors(subjects);
      }
    },
  );
}

function measureWorld({ measures }: AnchorsConfig, seed: number, put: PutNumber): void {
  withSmallModel({ model: 'small' }, seed, (network) => {
    const layers = everyLayer(network!.config.size.layers, 1);
    for (const labels of ANCHOR_LABELS) {
      const subjects = worldAnchors(network!, labels, measures, seed);
      try {
        const all = subjects.map((subject) => ({
          ...anchorFlowMeasures(subject, measures, seed),
          ...patchedMeasures(subject, layers),
          ...reweightedMeasures(subject, measures.reweighting),
        }));
        for (const [metric, value] of Object.entries(meanMeasures(all)))
          put(`${metric}, ${labels} labels`, value);
      } finally {
        disposeAnchors(subjects);
      }
    }
  });
}

const SETTINGS = section('an experiment on label words', {
  seeds: whole('splits of each task', 1, 10_000),
  ...SUBJECT_SETTINGS,
  measures: section('what is measured', {
    perLabel: whole('demonstrations of each label', 1, 100),
    questions: whole('the most questions of a real task', 2, 1e6),
    tuned: whole('other labelled questions of a real task', 2, 1e5),
    worldTasks: whole('tasks of TaskWorld with each kind of labels', 1, 1e4),
    worldShown: whole('demonstrations of each', 2, 100),
    worldQuestions: whole('questions about each', 2, 1e5),
    worldTuned: whole('other labelled questions about each', 2, 1e5),
    salient: whole('questions whose saliency is computed', 1, 1e5),
    words: whole('likeliest words that are compared', 1, 1000),
    reweighted: whole('real tasks whose attention is re-weighted', 1, 1000),
    reweighting: section('how weights of label words are learned', {
      rounds: whole('rounds through the questions', 1, 1e4),
      learningRate: positive('of Adam'),
    }),
    every: whole('layers between two into which a task vector is put', 1, 1000),
  }),
});

/** Experiments on label words as anchors. */
export const ANCHORS_KIND = measuringKind<AnchorsExperiment>({
  name: 'label words as anchors',
  settings: SETTINGS,
  variant: section('who is looked into', {
    ...VARIANT_SETTINGS,
    model: oneOf('the model', 'smollm2', 'random', 'small'),
  }),
  check: ({ config: { tasks } }: AnchorsPlan) => tasks.forEach((name) => void realTask(name)),
  baselines: (_, put) => put('chance in TaskWorld', {}, 'accuracy', 0.5),
  measure: ({ config }: AnchorsPlan, { model, name }: AnchorsVariant, seed: number, put: Put) => {
    const own: PutNumber = (metric, value) => put(name, {}, metric, value);
    if (model === 'small') measureWorld(config, seed, own);
    else measureTexts(config, model, seed, own);
  },
  requirements: (plan, { model }) =>
    choosingRequirements(plan, {
      key: model,
      name: model,
      model: model === 'smollm2' ? model : 'small',
    }),
});

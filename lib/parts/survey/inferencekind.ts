/**
 * Experiments on learning as inference, which train nothing: exact averages over linear tasks, networks
 * on prompts of numbers, the small model and the exact answer of TaskWorld. A seed is a draw of tasks
 * and questions, and of the small model a training run.
 */
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
import { dataPath } from '../../core/coursepath';
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import {
  counts,
  list,
  maybe,
  oneOf,
  positive,
  section,
  text,
  whole,
} from '../../experiments/settings';
import { loadModel } from '../../training/load';
import {
  measureAverages,
  measureNumbers,
  type AverageSizes,
  type NumberSizes,
} from './averagemeasures';
import { measureExactCodes, measureSmallCodes, type CodeSizes } from './codemeasures';
import { measureKernels, type KernelSizes } from './kernelmeasures';
import { smallModelOf } from './splittasks';

/** Whose inference is measured. */
export interface InferenceVariant extends Variant {
  /** 'random': a small model of random weights, to see the machinery run. */
  readonly model: 'average' | 'ar' | 'invicl' | 'small' | 'random' | 'exact';
}

/** How much is measured. */
export interface InferenceMeasures extends AverageSizes, NumberSizes, KernelSizes, CodeSizes {}

/** The config of such an experiment. */
export interface InferenceConfig extends BaseConfig {
  readonly measures: InferenceMeasures;
}

/** An experiment on learning as inference. */
export type InferenceExperiment = ExperimentOf<InferenceVariant, InferenceConfig>;
type InferencePlan = PlanOf<InferenceExperiment>;

/** The network on prompts of numbers that notebook 08 trains. */
const numberWeights = (key: 'ar' | 'invicl'): string =>
  dataPath('checkpoints', 'linear-random-n', `${key}-0.safetensors`);

function measure(
  { config: { measures } }: InferencePlan,
  { model, name }: InferenceVariant,
  seed: number,
  put: Put,
): void {
  if (model === 'average') measureAverages(measures, name, seed, put);
  else if (model === 'exact') measureExactCodes(measures, name, seed, put);
  else if (model === 'ar' || model === 'invicl') {
    const network = loadModel(numberWeights(model)).model;
    try {
      measureNumbers(network, measures, name, seed, put);
    } finally {
      network.dispose();
    }
  } else {
    const network = smallModelOf(model === 'random' ? model : undefined, seed);
    try {
      measureKernels(network, measures, name, seed, put);
      measureSmallCodes(network, measures, name, seed, put);
    } finally {
      network.dispose();
    }
  }
}

const SETTINGS = section('an experiment on learning as inference', {
  seeds: whole('draws of tasks and questions', 1, 10_000),
  measures: section('what is measured', {
    d: whole('numbers in an input of a linear task', 1, 1000),
    noise: positive('standard deviation of the label noise'),
    linearTasks: whole('linear tasks', 1, 1e6),
    labels: counts('numbers of labels'),
    pool: whole('tasks of the pool', 1, 1e5),
    taus: list('temperatures of the softmax', positive('a temperature'), 1),
    prompts: whole('prompts of numbers', 1, 1e6),
    tests: whole('tests of each', 1, 1e4),
    most: whole('the most examples of a prompt of numbers', 1, 100),
    ks: counts('numbers of examples of questions'),
    questions: whole('questions of each kind', 4, 1e6),
    bandwidths: list('bandwidths of the kernel', positive('a bandwidth'), 1),
    sequences: whole('sequences of each kind of tasks', 1, 1e5),
    lines: whole('examples of each', 1, 100),
  }),
});

/** Refuses numbers of labels that do not grow. */
function check({ config: { measures } }: InferencePlan): void {
  const { labels, ks } = measures;
  demand(
    labels.length > 0 && ks.length > 0 && ascends(labels) && ascends(ks),
    () => `Numbers of labels were [${labels.join(', ')}], of examples [${ks.join(', ')}].`,
    'Name at least one of each, the smallest first.',
  );
}

/** Experiments on learning as inference. */
export const INFERENCE_KIND = measuringKind<InferenceExperiment>({
  name: 'learning as inference',
  settings: SETTINGS,
  variant: section('whose inference is measured', {
    key: text('names its files'),
    name: text('how tables call it'),
    model: oneOf('the model', 'average', 'ar', 'invicl', 'small', 'random', 'exact'),
    seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
  }),
  check,
  baselines: (_, put) => put('chance in TaskWorld', {}, 'accuracy', 0.5),
  measure,
  requirements: () => ({ memoryMB: BASE_MB + 300, diskMB: 1 }),
});

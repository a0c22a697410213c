/**
 * Experiments on the order of demonstrations: a trained model is asked after every order of some
 * demonstrations. Nothing is trained. A seed is a split of each task and a draw of demonstrations, in
 * TaskWorld also a training run of the small models.
 */
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import { list, maybe, oneOf, positive, section, text, whole } from '../../experiments/settings';
import { loadMiniLM } from '../../language/encoderfolder';
import { loadLanguageModel } from '../../language/folder';
import { smolLM2Folder } from '../../language/pretrained';
import type { Template } from '../../language/prompt';
import { realTask } from '../../metaicl/realtasks';
import { METHODS } from '../../model/methods';
import { encodedBy, letterCounts } from './choosingkind';
import { textSubjects, worldSubjects } from './choosingsubjects';
import { measureOrders, type OrderMeasures } from './orderingmeasures';
import { orderedExact, orderedSmall, orderedText } from './orderingsubjects';
import { smallScorer } from './scoring/smallscorer';
import { worldScorer } from './scoring/worldscorer';
import { loadSmallModel } from './small/smallcheckpoint';
import { ownSplits, randomModel, realSplits, smallWeights } from './splittasks';
import { ExactBayes } from './world/posterior';
import { MAPPINGS, WORLD, trainedPrior } from './world/taskworld';

/** Who is asked. */
export interface OrderingVariant extends Variant {
  /** 'random': a language model of random weights on our own texts, to see the machinery run. */
  readonly model: 'smollm2' | 'small' | 'exact' | 'random';
  /** Of the exact answer: how much less an example counts for each later one. */
  readonly recency?: number;
}

/** The config of such an experiment. */
export interface OrderingConfig extends BaseConfig {
  readonly tasks: readonly string[];
  readonly template: Template;
  readonly measures: OrderMeasures & {
    /** The most rows of a pool. */
    readonly poolRows: number;
    /** Questions of each label. */
    readonly each: number;
    /** Tasks of TaskWorld with each mapping, and questions of each label about each. */
    readonly worldTasks: number;
    readonly worldEach: number;
  };
}

/** An experiment on the order of demonstrations. */
export type OrderingExperiment = ExperimentOf<OrderingVariant, OrderingConfig>;
type OrderingPlan = PlanOf<OrderingExperiment>;

function measureTexts(
  { template, tasks: names, measures }: OrderingConfig,
  { name, model }: OrderingVariant,
  seed: number,
  put: Put,
): void {
  const random = model === 'random';
  const sizes = { test: measures.each, dev: 0 };
  const tasks = random ? ownSplits(seed, sizes) : realSplits(names, seed, sizes);
  const loaded = random
    ? randomModel(tasks, [template.between])
    : loadLanguageModel(smolLM2Folder());
  const { begin, ...rest } = template; // the random model begins with no token of SmolLM2
  const written = random || begin === undefined ? rest : { ...rest, begin };
  const encoder = random ? null : loadMiniLM();
  try {
    const vectors = encoder === null ? letterCounts : encodedBy(encoder);
    const subjects = textSubjects(tasks, loaded, written, vectors, measures.poolRows);
    measureOrders(
      subjects.map((one) => orderedText(one, loaded, written)),
      measures,
      name,
      seed,
      put,
    );
  } finally {
    encoder?.dispose();
    loaded.model.dispose();
  }
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
    measureOrders(
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
  tasks: list('names of real tasks', text('a task'), 1),
  template: section('how examples are written', {
    style: oneOf('what comes first', 'direct'),
    between: text('between input and output'),
    after: text('after each example'),
    begin: maybe(text('before the first example')),
    longest: whole('the most tokens of an example', 1, 1e5),
  }),
  measures: section('what is measured', {
    k: whole('demonstrations of a prompt', 2, 5),
    sets: whole('prompts of each task', 1, 1e4),
    dev: whole('labelled rows on which orders are tried', 1, 1e4),
    written: whole('inputs that the model writes to probe orders', 1, 1e4),
    poolRows: whole('the most rows of a pool', 1, 1e5),
    each: whole('questions of each label', 1, 1e6),
    worldTasks: whole('tasks of TaskWorld with each mapping', 1, 1e4),
    worldEach: whole('questions of each label about each of them', 1, 1e6),
  }),
});

/** Experiments on the order of demonstrations. */
export const ORDERING_KIND = measuringKind<OrderingExperiment>({
  name: 'orders of demonstrations',
  settings: SETTINGS,
  variant: section('who is asked', {
    key: text('names its files'),
    name: text('how tables call it'),
    model: oneOf('the model', 'smollm2', 'small', 'exact', 'random'),
    recency: maybe(positive('how much less an example counts for each later one')),
    seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
  }),
  check: ({ config: { tasks } }) => tasks.forEach(realTask),
  baselines: ({ config: { measures } }, put) =>
    put('chance in TaskWorld', { n: measures.k }, 'accuracy', 0.5),
  measure: ({ config }: OrderingPlan, variant, seed, put) =>
    variant.model === 'small' || variant.model === 'exact'
      ? measureWorld(config, variant, seed, put)
      : measureTexts(config, variant, seed, put),
  // weights in 32 bits and their file, and the states of a batch
  requirements: (_, { model }) => ({
    memoryMB: BASE_MB + (model === 'smollm2' ? 1800 : 150),
    diskMB: 1,
  }),
});

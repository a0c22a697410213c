/**
 * Experiments that choose demonstrations in several ways and ask a trained model after them. Nothing
 * is trained. A seed is a split of each task into a pool and questions, or in TaskWorld tasks with
 * pools and questions of their own and a training run of the small model.
 */
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import { counts, list, maybe, oneOf, section, text, whole } from '../../experiments/settings';
import type { SentenceEncoder } from '../../language/encoder';
import { loadMiniLM } from '../../language/encoderfolder';
import { loadLanguageModel } from '../../language/folder';
import { smolLM2Folder } from '../../language/pretrained';
import type { Template } from '../../language/prompt';
import { realTask } from '../../metaicl/realtasks';
import { METHODS } from '../../model/methods';
import { measureChoices } from './choosingmeasures';
import { textSubjects, worldSubjects, type TextVectors } from './choosingsubjects';
import { smallScorer } from './scoring/smallscorer';
import { exactScorers } from './scoring/subjects';
import { loadSmallModel } from './small/smallcheckpoint';
import { ownSplits, randomModel, realSplits, smallWeights } from './splittasks';
import { MAPPINGS } from './world/taskworld';
import { TEMPLATES } from './world/vocabulary';

/** Who is asked. */
export interface ChoosingVariant extends Variant {
  /** 'random': a language model of random weights on our own texts, to see the machinery run. */
  readonly model: 'smollm2' | 'small' | 'exact' | 'random';
}

/** The config of such an experiment. */
export interface ChoosingConfig extends BaseConfig {
  readonly tasks: readonly string[];
  readonly template: Template;
  readonly measures: {
    /** Numbers of demonstrations. */
    readonly ks: readonly number[];
    /** The most rows of a pool. */
    readonly poolRows: number;
    /** Questions of each label. */
    readonly each: number;
    /** Tasks of TaskWorld with each mapping, and questions of each label about each. */
    readonly worldTasks: number;
    readonly worldEach: number;
  };
}

/** An experiment on the choice of demonstrations. */
export type ChoosingExperiment = ExperimentOf<ChoosingVariant, ChoosingConfig>;
type ChoosingPlan = PlanOf<ChoosingExperiment>;

/** The unit vectors of an encoder. */
export const encodedBy =
  (encoder: SentenceEncoder): TextVectors =>
  (texts) => {
    const vectors = encoder.encode([...texts]);
    const rows = vectors.arraySync();
    vectors.dispose();
    return rows;
  };

/** How often each letter occurs, for the random model. */
export const letterCounts: TextVectors = (texts) =>
  texts.map((one) =>
    [...'abcdefghijklmnopqrstuvwxyz'].map(
      (letter) => one.split('').filter((other) => other === letter).length,
    ),
  );

function measureTexts(
  { template, tasks: names, measures: { ks, poolRows, each } }: ChoosingConfig,
  { name, model }: ChoosingVariant,
  seed: number,
  put: Put,
): void {
  const random = model === 'random';
  const sizes = { test: each, dev: 0 };
  const tasks = random ? ownSplits(seed, sizes) : realSplits(names, seed, sizes);
  const loaded = random
    ? randomModel(tasks, [template.between])
    : loadLanguageModel(smolLM2Folder());
  const { begin, ...rest } = template; // the random model begins with no token of SmolLM2
  const written = random || begin === undefined ? rest : { ...rest, begin };
  const encoder = random ? null : loadMiniLM();
  try {
    const vectors = encoder === null ? letterCounts : encodedBy(encoder);
    const subjects = textSubjects(tasks, loaded, written, vectors, poolRows);
    measureChoices(subjects, ks, name, seed, put);
  } finally {
    encoder?.dispose();
    loaded.model.dispose();
  }
}

function measureWorld(
  { measures: { ks, poolRows, worldTasks, worldEach } }: ChoosingConfig,
  { name, model }: ChoosingVariant,
  seed: number,
  put: Put,
): void {
  const network = model === 'small' ? loadSmallModel(smallWeights(seed)) : null;
  try {
    const scorer = network
      ? smallScorer(network, METHODS.ar, TEMPLATES[0]!)
      : exactScorers()[0]!.scorer;
    const subjects = MAPPINGS.flatMap((mapping) =>
      worldSubjects(mapping, scorer, worldTasks, poolRows, worldEach, seed),
    );
    measureChoices(subjects, ks, name, seed, put);
  } finally {
    network?.dispose();
  }
}

const SETTINGS = section('an experiment on the choice of demonstrations', {
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
    ks: counts('numbers of demonstrations'),
    poolRows: whole('the most rows of a pool', 1, 1e5),
    each: whole('questions of each label', 1, 1e6),
    worldTasks: whole('tasks of TaskWorld with each mapping', 1, 1e4),
    worldEach: whole('questions of each label about each of them', 1, 1e6),
  }),
});

/** Experiments that compare ways to choose demonstrations. */
export const CHOOSING_KIND = measuringKind<ChoosingExperiment>({
  name: 'ways to choose demonstrations',
  settings: SETTINGS,
  variant: section('who is asked', {
    key: text('names its files'),
    name: text('how tables call it'),
    model: oneOf('the model', 'smollm2', 'small', 'exact', 'random'),
    seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
  }),
  check: ({ config: { tasks } }) => tasks.forEach(realTask),
  baselines: ({ config: { measures } }, put) => {
    for (const k of measures.ks) put('chance in TaskWorld', { n: k }, 'accuracy', 0.5);
  },
  measure: ({ config }: ChoosingPlan, variant, seed, put) =>
    variant.model === 'small' || variant.model === 'exact'
      ? measureWorld(config, variant, seed, put)
      : measureTexts(config, variant, seed, put),
  // weights in 32 bits and their file, and the states of a batch
  requirements: (_, { model }) => ({
    memoryMB: BASE_MB + (model === 'smollm2' ? 1800 : 150),
    diskMB: 1,
  }),
});

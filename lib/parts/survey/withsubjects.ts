/**
 * The subjects of experiments on the choice of demonstrations, with the model that is asked loaded for
 * as long as it takes: real tasks for a language model, tasks of TaskWorld for the small model and
 * for the exact answer.
 */
import type { Requirements } from '../../experiments/experiment';
import { BASE_MB } from '../../experiments/kind';
import {
  list,
  maybe,
  oneOf,
  section,
  text,
  whole,
  type Settings,
} from '../../experiments/settings';
import type { SentenceEncoder } from '../../language/encoder';
import { loadMiniLM } from '../../language/encoderfolder';
import { loadLanguageModel } from '../../language/folder';
import { smolLM2Folder } from '../../language/pretrained';
import type { Template } from '../../language/prompt';
import { METHODS } from '../../model/methods';
import {
  textSubjects,
  worldSubjects,
  type ChoosingSubject,
  type TextVectors,
} from './choosingsubjects';
import { smallScorer } from './scoring/smallscorer';
import { exactScorers } from './scoring/subjects';
import { loadSmallModel } from './small/smallcheckpoint';
import { ownSplits, randomModel, realSplits, smallWeights } from './splittasks';
import { MAPPINGS } from './world/taskworld';
import { TEMPLATES } from './world/vocabulary';

/** 'random': a language model of random weights on our own texts, to see the machinery run. */
export type AskedModel = 'smollm2' | 'small' | 'exact' | 'random';

/** Sizes of pools and questions. */
export interface SubjectSizes {
  /** The most rows of a pool. */
  readonly poolRows: number;
  /** Questions of each label. */
  readonly each: number;
  /** Tasks of TaskWorld with each mapping, and questions of each label about each. */
  readonly worldTasks: number;
  readonly worldEach: number;
}

/** What subjects are made from. */
export interface SubjectsConfig {
  readonly tasks: readonly string[];
  readonly template: Template;
  readonly measures: SubjectSizes;
}

/** What is done with the subjects. */
export type UseSubjects = <Q>(subjects: readonly ChoosingSubject<Q>[]) => void;

/** The unit vectors of an encoder. */
const encodedBy =
  (encoder: SentenceEncoder): TextVectors =>
  (texts) => {
    const vectors = encoder.encode([...texts]);
    const rows = vectors.arraySync();
    vectors.dispose();
    return rows;
  };

/** How often each letter occurs, for the random model. */
const letterCounts: TextVectors = (texts) =>
  texts.map((one) =>
    [...'abcdefghijklmnopqrstuvwxyz'].map(
      (letter) => one.split('').filter((other) => other === letter).length,
    ),
  );

function withTexts(
  { template, tasks: names, measures: { poolRows, each } }: SubjectsConfig,
  random: boolean,
  seed: number,
  use: UseSubjects,
): void {
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
    use(textSubjects(tasks, loaded, written, vectors, poolRows));
  } finally {
    encoder?.dispose();
    loaded.model.dispose();
  }
}

function withWorld(
  { measures: { poolRows, worldTasks, worldEach } }: SubjectsConfig,
  exact: boolean,
  seed: number,
  use: UseSubjects,
): void {
  const network = exact ? null : loadSmallModel(smallWeights(seed));
  try {
    const scorer = network
      ? smallScorer(network, METHODS.ar, TEMPLATES[0]!)
      : exactScorers()[0]!.scorer;
    use(
      MAPPINGS.flatMap((mapping) =>
        worldSubjects(mapping, scorer, worldTasks, poolRows, worldEach, seed),
      ),
    );
  } finally {
    network?.dispose();
  }
}

/** Makes the subjects of a seed, and frees the model after they were used. */
export const withSubjects = (
  config: SubjectsConfig,
  model: AskedModel,
  seed: number,
  use: UseSubjects,
): void =>
  model === 'small' || model === 'exact'
    ? withWorld(config, model === 'exact', seed, use)
    : withTexts(config, model === 'random', seed, use);

/** Settings of the tasks and their prompts. */
export const SUBJECT_SETTINGS: Settings = {
  tasks: list('names of real tasks', text('a task'), 1),
  template: section('how examples are written', {
    style: oneOf('what comes first', 'direct'),
    between: text('between input and output'),
    after: text('after each example'),
    begin: maybe(text('before the first example')),
    longest: whole('the most tokens of an example', 1, 1e5),
  }),
};

/** Settings of the sizes. */
export const SUBJECT_SIZES: Settings = {
  poolRows: whole('the most rows of a pool', 1, 1e5),
  each: whole('questions of each label', 1, 1e6),
  worldTasks: whole('tasks of TaskWorld with each mapping', 1, 1e4),
  worldEach: whole('questions of each label about each of them', 1, 1e6),
};

/** The settings of a variant. */
export const ASKED_VARIANT = section('who is asked', {
  key: text('names its files'),
  name: text('how tables call it'),
  model: oneOf('the model', 'smollm2', 'small', 'exact', 'random'),
  seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
});

/** Weights in 32 bits and their file, and the states of a batch. */
export const askedRequirements = (model: AskedModel): Requirements => ({
  memoryMB: BASE_MB + (model === 'smollm2' ? 1800 : 150),
  diskMB: 1,
});

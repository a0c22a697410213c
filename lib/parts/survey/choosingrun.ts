/**
 * A run of an experiment on the choice of demonstrations: the model that is asked, the subjects that
 * it is asked about, and the settings that such experiments share.
 */
import type { Requirements, Variant } from '../../experiments/experiment';
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
import type { LoadedModel } from '../../language/folder';
import type { Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { METHODS, type Method } from '../../model/methods';
import {
  textSubjects,
  worldSubjects,
  type ChoosingSubject,
  type TextVectors,
} from './choosingsubjects';
import type { QuestionScorer } from './scoring/scorer';
import { smallScorer } from './scoring/smallscorer';
import { exactScorers } from './scoring/subjects';
import type { WorldQuestion } from './scoring/worldquestions';
import { loadSmallModel } from './small/smallcheckpoint';
import type { SmallModel } from './small/smallmodel';
import { ownSplits, randomModel, realSplits, smallWeights, type SplitTask } from './splittasks';
import { withTextModel, type TextVariant } from './textmodel';
import { MAPPINGS } from './world/taskworld';

/** Who is asked. */
export interface ChoosingVariant extends Variant {
  /** 'random': a language model of random weights on our own texts, to see the machinery run. */
  readonly model: 'smollm2' | 'small' | 'exact' | 'random';
}

/** The settings of a variant. */
export const VARIANT_SETTINGS: Settings = {
  key: text('names its files'),
  name: text('how tables call it'),
  model: oneOf('the model', 'smollm2', 'small', 'exact', 'random'),
  seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
};

/** A variant of these settings. */
export const CHOOSING_VARIANT = section('who is asked', VARIANT_SETTINGS);

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
  /** Names of real tasks; the random model has its own. */
  readonly tasks: readonly string[];
  readonly template: Template;
  readonly measures: SubjectSizes;
}

/** Settings of the tasks and their prompts, in direct order. */
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

/** Weights in 32 bits and their file, and the states of a batch. */
export const choosingRequirements = (_: unknown, { model }: ChoosingVariant): Requirements => ({
  memoryMB: BASE_MB + (model === 'smollm2' ? 1800 : 150),
  diskMB: 1,
});

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
const letterCounts: TextVectors = (texts) =>
  texts.map((one) =>
    [...'abcdefghijklmnopqrstuvwxyz'].map(
      (letter) => one.split('').filter((other) => other === letter).length,
    ),
  );

/**
 * Loads a language model and an encoder of texts, and frees both after use.
 *
 * @param fresh makes the model of random weights, whose vectors count letters
 */
export function withModelAndVectors(
  model: TextVariant['model'],
  fresh: () => LoadedModel,
  use: (loaded: LoadedModel, vectors: TextVectors) => void,
): void {
  withTextModel(model, fresh, (loaded) => {
    const encoder = model === 'random' ? null : loadMiniLM();
    try {
      use(loaded, encoder === null ? letterCounts : encodedBy(encoder));
    } finally {
      encoder?.dispose();
    }
  });
}

/**
 * The tasks that a language model is asked, split for a seed, and how their prompts are written for it:
 * the model of random weights has a task of its own, and begins with no token of SmolLM2.
 *
 * @param test questions of each label
 */
export function writtenTasks(
  { tasks: names, template }: Pick<SubjectsConfig, 'tasks' | 'template'>,
  model: 'smollm2' | 'random',
  seed: number,
  test: number,
): { readonly tasks: readonly SplitTask[]; readonly written: Template } {
  const sizes = { test, dev: 0 };
  if (model === 'smollm2') return { tasks: realSplits(names, seed, sizes), written: template };
  const { begin: _, ...written } = template;
  return { tasks: ownSplits(seed, sizes), written };
}

/**
 * Makes the subjects of real tasks with their model, and frees it after use.
 *
 * @param others texts whose words the random model knows too
 */
export function withTextSubjects(
  config: SubjectsConfig,
  model: 'smollm2' | 'random',
  seed: number,
  use: (
    subjects: readonly ChoosingSubject<Question>[],
    loaded: LoadedModel,
    template: Template,
    vectors: TextVectors,
  ) => void,
  others: readonly string[] = [],
): void {
  const {
    template,
    measures: { poolRows, each },
  } = config;
  const { tasks, written } = writtenTasks(config, model, seed, each);
  const fresh = (): LoadedModel => randomModel(tasks, [template.between, ...others]);
  withModelAndVectors(model, fresh, (loaded, vectors) =>
    use(textSubjects(tasks, loaded, written, vectors, poolRows), loaded, written, vectors),
  );
}

/** Who is asked about TaskWorld, and for the small model how it was trained; left out: AR. */
export interface WorldVariant extends Pick<ChoosingVariant, 'model'> {
  readonly method?: 'ar' | 'invicl';
}

/**
 * Loads the small model of a seed, and frees it after use.
 *
 * @param use gets null where another model is asked
 */
export function withSmallModel(
  { model, method = 'ar' }: WorldVariant,
  seed: number,
  use: (network: SmallModel | null, method: Method) => void,
): void {
  const network = model === 'small' ? loadSmallModel(smallWeights(seed, method)) : null;
  try {
    use(network, METHODS[method]);
  } finally {
    network?.dispose();
  }
}

/** Loads the small model of a seed, or takes the exact answer, and frees it after use. */
export const withWorldScorer = (
  variant: WorldVariant,
  seed: number,
  use: (scorer: QuestionScorer<WorldQuestion>) => void,
): void =>
  withSmallModel(variant, seed, (network, method) =>
    use(network ? smallScorer(network, method) : exactScorers()[0]!.scorer),
  );

/** Makes the subjects of TaskWorld with the model that is asked, and frees it after use. */
function withWorldSubjects(
  { measures: { poolRows, worldTasks, worldEach } }: SubjectsConfig,
  model: 'small' | 'exact',
  seed: number,
  use: (subjects: readonly ChoosingSubject<WorldQuestion>[]) => void,
): void {
  withWorldScorer({ model }, seed, (scorer) =>
    use(
      MAPPINGS.flatMap((mapping) =>
        worldSubjects(mapping, scorer, worldTasks, poolRows, worldEach, seed),
      ),
    ),
  );
}

/** Makes the subjects of a seed, and frees the model after they were used. */
export const withSubjects = (
  config: SubjectsConfig,
  model: ChoosingVariant['model'],
  seed: number,
  use: <Q>(subjects: readonly ChoosingSubject<Q>[]) => void,
): void =>
  model === 'small' || model === 'exact'
    ? withWorldSubjects(config, model, seed, use)
    : withTextSubjects(config, model, seed, use);

/**
 * Experiments on what an instruction is worth, on instructions that a model guesses from
 * demonstrations, and on the search for one. Nothing is trained. A seed is a split of the rows of
 * each word task, or in TaskWorld a draw of tasks and a training run of the small model.
 */
import { demand } from '../../core/errors';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import {
  atLeast0,
  counts,
  list,
  oneOf,
  positive,
  section,
  whole,
} from '../../experiments/settings';
import type { LoadedModel } from '../../language/folder';
import { freshLanguageModel } from '../../language/ownmodel';
import { tokenizerOf, wordTokenizerJson } from '../../language/tokenizer';
import { METHODS } from '../../model/methods';
import {
  CHOOSING_VARIANT,
  choosingRequirements,
  withModelAndVectors,
  type ChoosingVariant,
} from './choosingrun';
import { guessPrompt } from './instructions/guessing';
import { wordPrompt } from './instructions/wordprompts';
import { WORD_ROWS, WORD_TASKS, wordRows } from './instructions/wordtasks';
import { smallScorer } from './scoring/smallscorer';
import { exactScorers } from './scoring/subjects';
import { loadSmallModel } from './small/smallcheckpoint';
import { smallWeights } from './splittasks';
import { measureWords, type WordSizes } from './wordmeasures';
import { measureWorldInstructions, type WorldInstructionSizes } from './worldinstructionmeasures';
import { RULES } from './world/rules';

/** How much is measured. */
export interface InstructionMeasures {
  readonly words: WordSizes;
  readonly world: WorldInstructionSizes;
}

/** The config of such an experiment. */
export interface InstructionsConfig extends BaseConfig {
  readonly measures: InstructionMeasures;
}

/** An experiment on instructions. */
export type InstructionsExperiment = ExperimentOf<ChoosingVariant, InstructionsConfig>;
type InstructionsPlan = PlanOf<InstructionsExperiment>;

/** A model of random weights that knows the words of all prompts. */
function randomWordsModel(): LoadedModel {
  const texts = WORD_TASKS.flatMap(({ name, instruction }) => {
    const rows = wordRows(name);
    return [
      wordPrompt({ instruction }, '', { form: 'plain' }),
      wordPrompt({}, '', { form: 'chat' }),
      guessPrompt(rows, { form: 'request' }),
    ];
  });
  const words = texts.join(' ').split(/\s+/);
  const known = [...new Set(words)].filter((word) => word !== '').sort();
  const tokenizer = tokenizerOf(wordTokenizerJson(known), 'words of tasks');
  const size = { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 512 };
  return freshLanguageModel(tokenizer, size, 0);
}

function measureTexts(
  { measures }: InstructionsConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  const begin = model === 'random' ? '' : '<|endoftext|>';
  withModelAndVectors(model, randomWordsModel, (loaded, vectors) =>
    measureWords(
      loaded,
      begin,
      vectors,
      measures.words,
      seed,
      (metric, value) => put(name, {}, metric, value),
      (n, metric, value) => put(name, { n }, metric, value),
    ),
  );
}

function measureWorld(
  { measures }: InstructionsConfig,
  { name, model }: ChoosingVariant,
  seed: number,
  put: Put,
): void {
  const network = model === 'small' ? loadSmallModel(smallWeights(seed)) : null;
  try {
    const scorer = network ? smallScorer(network, METHODS.ar) : exactScorers()[0]!.scorer;
    measureWorldInstructions(
      scorer,
      measures.world,
      seed,
      (metric, value) => put(name, {}, metric, value),
      (n, metric, value) => put(name, { n }, metric, value),
    );
  } finally {
    network?.dispose();
  }
}

const SEARCHED = {
  budgets: counts('evaluations at which a search is read off'),
  replays: whole('replays of each search', 1, 1e4),
  exploration: atLeast0('c of UCB'),
};

const KINDS = [...new Set(WORD_TASKS.map(({ kind }) => kind))];

const SETTINGS = section('an experiment on instructions', {
  seeds: whole('splits of each task', 1, 10_000),
  measures: section('what is measured', {
    words: section('word tasks', {
      kinds: list('kinds of words', oneOf('a kind of words', ...KINDS), 1),
      trainRows: whole('rows for demonstrations and evaluations', 1, WORD_ROWS),
      testRows: whole('rows that are asked', 1, WORD_ROWS),
      shown: whole('demonstrations before a question', 1, WORD_ROWS),
      guessedFrom: counts('numbers of demonstrations of a guess'),
      longest: whole('the most tokens of an instruction', 1, 1000),
      sets: whole('sets of demonstrations of candidates', 1, 1000),
      drawn: whole('candidates of each set', 1, 1000),
      temperature: positive('at which candidates are drawn'),
      ...SEARCHED,
    }),
    world: section('TaskWorld', {
      tasks: whole('tasks with each mapping', 1, 1e4),
      each: whole('questions of each label', 1, 1e6),
      ks: counts('numbers of demonstrations'),
      rows: whole('rows on which candidates are evaluated', 2, 1e4),
      ...SEARCHED,
    }),
  }),
});

const ascend = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);

/** Refuses rows that there are not, numbers out of order and tables that are no even ones. */
function check({ config: { measures } }: InstructionsPlan): void {
  const { words, world } = measures;
  const asked = Math.max(words.shown, ...words.guessedFrom);
  demand(
    words.trainRows + words.testRows <= WORD_ROWS && asked <= words.trainRows,
    () =>
      `${asked} demonstrations out of ${words.trainRows} rows and ${words.testRows} questions ` +
      `were asked for, and a word task has ${WORD_ROWS} rows.`,
    'Ask for fewer.',
  );
  const lists = { guessedFrom: words.guessedFrom, ks: world.ks };
  for (const [name, numbers] of Object.entries(lists))
    demand(
      ascend(numbers),
      () => `The numbers of demonstrations '${name}' are [${numbers.join(', ')}].`,
      'Give them in ascending order.',
    );
  demand(
    world.rows % 2 === 0,
    () => `${world.rows} rows of two classes cannot be in balance.`,
    'Give an even number.',
  );
}

/** Experiments on instructions. */
export const INSTRUCTIONS_KIND = measuringKind<InstructionsExperiment>({
  name: 'instructions',
  settings: SETTINGS,
  variant: CHOOSING_VARIANT,
  check,
  baselines: ({ config: { measures } }, put) => {
    const options = wordRows(WORD_TASKS[0]!.name)[0]!.options.length;
    put('chance of word tasks', {}, 'accuracy', 1 / options);
    put('chance in TaskWorld', {}, 'accuracy', 1 / 2);
    measures.world.budgets.forEach((n) =>
      put('chance of rules', { n }, 'right rule', 1 / RULES.length),
    );
  },
  measure: ({ config }, variant, seed, put) =>
    variant.model === 'small' || variant.model === 'exact'
      ? measureWorld(config, variant, seed, put)
      : measureTexts(config, variant.model, variant.name, seed, put),
  requirements: choosingRequirements,
});

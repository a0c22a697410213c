/**
 * Experiments on what an instruction is worth, on instructions that a model guesses from
 * demonstrations, and on the search for one. Nothing is trained. A seed is a split of the rows of
 * each word task, or in TaskWorld a draw of tasks and a training run of the small model.
 */
import { demand } from '../../core/errors';
import { ascends } from '../../core/numerics';
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
import {
  CHOOSING_VARIANT,
  choosingRequirements,
  withModelAndVectors,
  withWorldScorer,
  type ChoosingVariant,
} from './choosingrun';
import { guessPrompt } from './instructions/guessing';
import { wordPrompt } from './instructions/wordprompts';
import { WORD_KINDS, WORD_ROWS, WORD_TASKS, wordRows } from './instructions/wordtasks';
import { randomModelOf, beginOf } from './textmodel';
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
  return randomModelOf(known, 'words of tasks');
}

function measureTexts(
  { measures }: InstructionsConfig,
  model: 'smollm2' | 'random',
  name: string,
  seed: number,
  put: Put,
): void {
  withModelAndVectors(model, randomWordsModel, (loaded, vectors) =>
    measureWords(
      loaded,
      beginOf(model),
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
  model: 'small' | 'exact',
  name: string,
  seed: number,
  put: Put,
): void {
  withWorldScorer({ model }, seed, (scorer) =>
    measureWorldInstructions(
      scorer,
      measures.world,
      seed,
      (metric, value) => put(name, {}, metric, value),
      (n, metric, value) => put(name, { n }, metric, value),
    ),
  );
}

const SEARCHED = {
  budgets: counts('evaluations at which a search is read off'),
  replays: whole('replays of each search', 1, 1e4),
  exploration: atLeast0('c of UCB'),
};

const SETTINGS = section('an experiment on instructions', {
  seeds: whole('splits of each task', 1, 10_000),
  measures: section('what is measured', {
    words: section('word tasks', {
      kinds: list('kinds of words', oneOf('a kind of words', ...WORD_KINDS), 1),
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
      ascends(numbers),
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
  measure: ({ config }, { name, model }, seed, put) =>
    model === 'small' || model === 'exact'
      ? measureWorld(config, model, name, seed, put)
      : measureTexts(config, model, name, seed, put),
  requirements: choosingRequirements,
});

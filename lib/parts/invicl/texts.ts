/**
 * Experiments on prompts of words: a language model meta-trained on some tasks, scored on others,
 * token by token.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { demand } from '../../core/errors';
import { shuffled, stream } from '../../core/random';
import { changedAnswers, predictionsByOrdering } from '../../evaluation/permutations';
import { mean } from '../../evaluation/statistics';
import { sizeOf, type SizeName, type TransformerSize } from '../../model/config';
import { METHODS, methodOf, type Method } from '../../model/methods';
import {
  DEMONSTRATION_SEEDS,
  benchmarkFolder,
  readTasks,
  type TextTask,
} from '../../metaicl/benchmark';
import { loadLanguageModel, type LoadedModel } from '../../language/folder';
import {
  ATTRIBUTES,
  LABEL_WORDS,
  OWN_SETTING,
  ownTasks,
  settingOrOwn,
  withPlainLabels,
  type Attribute,
} from '../../metaicl/owntasks';
import { modelsFolder } from '../../language/hub';
import {
  freshLanguageModel,
  holdsLanguageModel,
  trainedLanguageModel,
} from '../../language/ownmodel';
import { checkpointKind } from '../../training/kinds';
import { DIRECT, type Template } from '../../language/prompt';
import type { LabelledText } from '../../metaicl/examples';
import { macroF1 } from '../../evaluation/scores';
import { QUESTIONS, questionPredictor } from '../../language/questions';
import { TEXT_TRAINING, TextTrainer, type TextTraining } from '../../metaicl/texttrainer';
import { tokenizerOf, wordTokenizerJson, type TextTokenizer } from '../../language/tokenizer';
import type { MethodVariant } from '../../experiments/prompts';
import type { ExperimentOf, PlanOf, Put, TrainedConfig } from '../../experiments/experiment';
import {
  experimentKind,
  transformerRequirements,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  SIZE,
  TRAINING_SETTINGS,
  counts,
  list,
  orNull,
  partial,
  section,
  share,
  text,
  whole,
} from '../../experiments/settings';

/** What is measured at the end of each run. */
export interface TextMeasures {
  /** Numbers of demonstrations; 0 is no example at all. */
  readonly ns: readonly number[];
  /** Rows of each target task that are tested, for each of `seeds` seeds of demonstrations. */
  readonly rows: number;
  readonly seeds: number;
  /** New orders of the demonstrations that are tried at the training's n. */
  readonly orders: number;
}

/** The config of an experiment on prompts of words. */
export interface TextConfig extends TrainedConfig {
  /** A setting of MetaICL, or 'own'. */
  readonly setting: string;
  /** Clauses of our own texts. */
  readonly clauses: number;
  /** Sizes of a GPT-2 from random weights, or the name of a downloaded model to begin with. */
  readonly model: {
    readonly size: SizeName | Partial<TransformerSize>;
    readonly name: string | null;
  };
  readonly training: Partial<Omit<TextTraining, 'seed'>>;
  readonly measures: TextMeasures;
}

/** An experiment on prompts of words. */
export type TextExperiment = ExperimentOf<MethodVariant, TextConfig>;
type TextPlan = PlanOf<TextExperiment>;

/** How our own texts are written: one line break between and one after. */
export const OWN_TEMPLATE: Template = { style: 'direct', between: '\n', after: '\n', longest: 48 };

const templateOf = ({ setting }: TextConfig): Template =>
  setting === 'own' ? OWN_TEMPLATE : DIRECT;

/** Tasks of a config, those to train on and those to be tested on. */
function tasksOfConfig(config: TextConfig): {
  readonly train: readonly TextTask[];
  readonly target: readonly TextTask[];
} {
  const { train, target } = settingOrOwn(config.setting);
  const of = (names: readonly string[]): readonly TextTask[] =>
    config.setting === 'own'
      ? ownTasks(names, 240, config.clauses).map(withPlainLabels)
      : readTasks(benchmarkFolder(), names).tasks;
  return { train: of(train).filter(({ kind }) => kind !== 'free'), target: of(target) };
}

/** Every word that our own texts and labels can have, in the order of the alphabet. */
function ownWords(): string[] {
  const clues = (Object.keys(ATTRIBUTES) as Attribute[]).flatMap((attribute) =>
    Object.entries(ATTRIBUTES[attribute]).flatMap(([value, words]) => [value, ...words]),
  );
  const texts = ownTasks(OWN_SETTING.train.slice(0, 6), 200, 1).flatMap(({ rows }) =>
    rows.flatMap(({ input }) => input.split(' ')),
  );
  return [...new Set([...clues, ...LABEL_WORDS, ...texts])].sort();
}

/** The tokenizer of our own texts. */
export const ownTokenizer = (): TextTokenizer =>
  tokenizerOf(wordTokenizerJson(ownWords()), 'our own words');

/**
 * A downloaded language model.
 *
 * @param name as owner/model/main
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when it was not downloaded
 */
export function downloadedModel(name: string): LoadedModel {
  const folder = join(modelsFolder(), name);
  demand(
    existsSync(join(folder, 'config.json')),
    () => `The model '${name}' is not in '${modelsFolder()}'.`,
    'Download it with npm run data -- NAME (for example gpt2), and name it as owner/model/main.',
  );
  return loadLanguageModel(folder);
}

function loadedOf({ config }: TextPlan, seed: number): LoadedModel {
  const { name, size } = config.model;
  return name === null ? freshLanguageModel(ownTokenizer(), size, seed) : downloadedModel(name);
}

const open = checkpointKind({
  kind: 'a language model on tasks of texts',
  call: 'invicl.loadOwnLanguageModel',
  fits: (facts) => holdsLanguageModel(facts) && 'freshShare' in (facts.training as object),
  open: (file, checkpoint) => trainedLanguageModel(file, checkpoint, ownTokenizer()),
});

/**
 * The language model of a recorded run on our own texts, with its tokenizer.
 *
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadOwnLanguageModel = (file: string): LoadedModel => open(file).model;

/** Rows with other words for their labels. */
function relabelled(row: LabelledText, labels: readonly string[]): LabelledText {
  const word = (option: string): string => labels[row.options.indexOf(option)]!;
  return { ...row, output: word(row.output), options: row.options.map(word) };
}

/** The chosen option of each row, after these examples in each of these orderings. */
function choices(
  loaded: LoadedModel,
  method: Method,
  template: Template,
  shown: readonly LabelledText[],
  asked: readonly LabelledText[],
  orderings: readonly (readonly number[])[] = [],
): { readonly first: string[]; readonly changed: number[][] } {
  const questions = asked.map((row) => ({ ...row, examples: shown }));
  const answers = predictionsByOrdering(
    questionPredictor(loaded, { method, template }),
    questions,
    [[...shown.keys()], ...orderings],
    QUESTIONS,
  );
  return {
    first: asked.map(({ options }, i) => options[answers[0]![i]!]!),
    changed: changedAnswers(answers),
  };
}

/** What one task's answers say. */
interface Told {
  readonly score: number;
  readonly changed: number | null;
}

function measureTask(
  loaded: LoadedModel,
  method: Method,
  config: TextConfig,
  task: TextTask,
  n: number,
  fresh: boolean,
  orders: number,
): Told {
  const template = templateOf(config);
  const told = DEMONSTRATION_SEEDS.slice(0, config.measures.seeds).map((seed) => {
    const random = stream(0, 'label words', task.name, seed);
    const words = shuffled(random, LABEL_WORDS);
    const labels = (rows: readonly LabelledText[]): readonly LabelledText[] =>
      fresh ? rows.map((row) => relabelled(row, words)) : rows;
    const shown = labels(task.demonstrations[seed]!.slice(0, n));
    const asked = labels(task.tests(seed).slice(0, config.measures.rows));
    const orderings = Array.from({ length: orders }, (_, o) =>
      stream(1, 'order', task.name, seed, o).permutation(shown.length),
    );
    const { first, changed } = choices(loaded, method, template, shown, asked, orderings);
    const score = macroF1(
      asked.map(({ output }) => output),
      first,
    );
    return { score, changed: changed.length > 0 ? mean(changed.map(mean)) : null };
  });
  return {
    score: mean(told.map(({ score }) => score)),
    changed: told[0]!.changed === null ? null : mean(told.map(({ changed }) => changed!)),
  };
}

/** Scores of a model on the targets, as records. */
function measureScores(
  loaded: LoadedModel,
  method: Method,
  name: string,
  { config }: TextPlan,
  put: Put,
): void {
  const { target } = tasksOfConfig(config);
  const { unseen } = settingOrOwn(config.setting);
  const { n: trained } = { ...TEXT_TRAINING, ...config.training };
  for (const n of config.measures.ns)
    for (const fresh of [false, true]) {
      if (fresh && n !== trained) continue; // words that mean nothing are asked for once
      const told = target.map((task) => ({
        task: task.name,
        ...measureTask(
          loaded,
          method,
          config,
          task,
          n,
          fresh,
          n === trained ? config.measures.orders : 0,
        ),
      }));
      const what = fresh ? ', labels without meaning' : '';
      put(name, { n }, `score${what}`, mean(told.map(({ score }) => score)));
      if (n !== trained) continue;
      put(name, { n }, `changed by order${what}`, mean(told.map(({ changed }) => changed!)));
      const rare = told.filter(({ task }) => unseen.includes(task));
      if (rare.length > 0)
        put(name, { n }, `score, unseen domains${what}`, mean(rare.map(({ score }) => score)));
    }
}

const trainerOf = (
  plan: TextPlan,
  variant: MethodVariant,
  seed: number,
  loaded: LoadedModel,
): TextTrainer =>
  new TextTrainer(
    loaded,
    methodOf(variant.method),
    tasksOfConfig(plan.config).train,
    trainingOf(plan.config, variant, seed),
    templateOf(plan.config),
  );

interface TextRun extends Made {
  readonly trainer: TextTrainer;
  readonly loaded: LoadedModel;
}

function make(plan: TextPlan, variant: MethodVariant, seed: number): TextRun {
  const loaded = loadedOf(plan, seed);
  return { trainer: trainerOf(plan, variant, seed, loaded), trained: loaded.model, loaded };
}

function measurements(
  plan: TextPlan,
  variant: MethodVariant,
  { trainer, loaded }: TextRun,
): Measurements {
  const method = methodOf(variant.method);
  const { train } = tasksOfConfig(plan.config);
  const { n } = trainer.config;
  const accuracyOn = (task: TextTask): number => {
    const seed = DEMONSTRATION_SEEDS[0]!;
    const [shown, asked] = [task.demonstrations[seed]!.slice(0, n), task.tests(seed).slice(0, 16)];
    const { first } = choices(loaded, method, templateOf(plan.config), shown, asked);
    return first.filter((choice, i) => choice === asked[i]!.output).length / asked.length;
  };
  return {
    watch: (put) =>
      put(
        variant.name,
        { n },
        'accuracy along training, training tasks',
        mean(train.slice(0, 8).map(accuracyOn)),
      ),
    measure: (put) => {
      measureScores(loaded, method, variant.name, plan, put);
      for (const kind of variant.also ?? []) {
        demand(
          kind === 'InvICL mask' || kind === 'AR mask',
          () => `'${kind}' is not there for prompts of words.`,
          'Leave it out of the variant.',
        );
        measureScores(
          loaded,
          kind === 'AR mask' ? METHODS.ar : METHODS.invicl,
          `${variant.name} weights, ${kind}`,
          plan,
          put,
        );
      }
    },
  };
}

/** Settings of training on prompts of texts, but for the number of examples. */
export const TEXT_TRAINING_SETTINGS = {
  ...TRAINING_SETTINGS,
  tests: whole('tests per prompt, m', 1, 1e4),
  freshLabels: list('words that stand for the labels in some prompts', text('a word')),
  freshShare: share('share of such prompts'),
};

const TEXT_SETTINGS = section('an experiment on prompts of words', {
  ...BASE_SETTINGS,
  setting: text("a setting of MetaICL, or 'own'"),
  clauses: whole('clauses of our own texts', 0, 16),
  model: section('the language model', {
    size: SIZE,
    name: orNull(text('a downloaded model to begin with; null = random weights')),
  }),
  training: partial('training', {
    ...TEXT_TRAINING_SETTINGS,
    n: whole('examples per prompt', 1, 1e4),
  }),
  measures: section('what is measured', {
    ns: counts('numbers of demonstrations; 0 is no example at all', 0),
    rows: whole('rows of each target task that are tested'),
    seeds: whole('seeds of demonstrations', 1, 1e4),
    orders: whole('new orders that are tried', 0, 1e4),
  }),
});

/** Experiments on prompts of words. */
export const TEXT_KIND = experimentKind<TextExperiment, TextRun>({
  name: 'prompts of words',
  settings: TEXT_SETTINGS,
  check: ({ experiment, config }) => {
    settingOrOwn(config.setting);
    sizeOf(config.model.size);
    for (const { method } of experiment.variants) methodOf(method);
    demand(
      config.setting === 'own' || config.model.name !== null,
      () =>
        `The setting '${config.setting}' was to be learnt by a model from random weights, ` +
        'whose words are ours only.',
      'Name a downloaded model, for example with --model openai-community/gpt2/main.',
    );
  },
  baselines: (plan, put) => {
    const loaded = loadedOf(plan, 0);
    measureScores(
      loaded,
      METHODS.ar,
      plan.config.model.name === null ? 'untrained' : 'not meta-trained',
      plan,
      put,
    );
    loaded.model.dispose();
  },
  make,
  measurements,
  requirements: ({ config }, variant) => {
    const size = sizeOf(config.model.size);
    const { n, tests, batch, microBatch } = {
      ...TEXT_TRAINING,
      ...config.training,
      ...variant.training,
    };
    const longest = config.setting === 'own' ? 16 * config.clauses : 64;
    const T = longest * (n * (methodOf(variant.method).doubled ? 2 : 1) + tests);
    const V = config.setting === 'own' ? 150 : 50_257;
    return transformerRequirements(size, {
      prompts: microBatch || batch,
      T,
      others: V * size.width,
      perToken: 4 * V,
    });
  },
});

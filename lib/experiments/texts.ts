/**
 * Experiments on prompts of words: a language model meta-trained on some tasks, scored on others, token by token.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { demand } from '../core/errors';
import { stream } from '../core/random';
import { mean } from '../evaluation/statistics';
import { sizeOf, type SizeName, type TransformerSize } from '../model/config';
import { METHODS, methodOf, type Method } from '../model/methods';
import { DEMONSTRATION_SEEDS, benchmarkFolder, readTasks, type TextTask } from '../text/benchmark';
import { loadLanguageModel, type LoadedModel } from '../text/folder';
import { ATTRIBUTES, LABELS, OWN_SETTING, ownTasks, settingOrOwn, withPlainLabels, type Attribute } from '../text/grammar';
import { modelsFolder } from '../text/hub';
import { freshLanguageModel, trainedLanguageModel } from '../text/ownmodel';
import { DIRECT, type Template } from '../text/prompt';
import type { Row } from '../text/rows';
import { macroF1 } from '../text/scores';
import { scoreOptions, type Question } from '../text/scoring';
import { TEXT_TRAINING, TextTrainer, type TextTraining } from '../text/texttrainer';
import { tokenizerOf, wordTokenizerJson, type TextTokenizer } from '../text/tokenizer';
import {
  type BaseConfig,
  type ExperimentOf,
  type MethodArm,
  type Need,
  type AnyPlan,
  type PlanOf,
  type Put,
  type Subject,
  type Worker,
  tryoutOf,
} from './experiment';
import { BASE_MB } from './prompts';

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

/** An experiment on prompts of words in numbers. */
export interface TextConfig extends BaseConfig {
  /** A setting of MetaICL, or 'own'. */
  readonly setting: string;
  /** Clauses of our own texts. */
  readonly clauses: number;
  /** Sizes of a GPT-2 from random weights, or the name of a downloaded model to begin with. */
  readonly model: { readonly size: SizeName | Partial<TransformerSize>; readonly name: string | null };
  readonly training: Partial<Omit<TextTraining, 'seed'>>;
  readonly measures: TextMeasures;
}

/** An experiment on prompts of words. */
export type TextExperiment = ExperimentOf<MethodArm, TextConfig>;
type TextPlan = PlanOf<TextExperiment>;

/** The registry gives this worker experiments on prompts of words only. */
const own = (plan: AnyPlan): TextPlan => plan as TextPlan;

/** How our own texts are written: one line break between and one after. */
export const OWN_TEMPLATE: Template = { style: 'direct', between: '\n', after: '\n', longest: 48 };

const templateOf = ({ setting }: TextConfig): Template => (setting === 'own' ? OWN_TEMPLATE : DIRECT);

/** Tasks of a config, those to train on and those to be tested on. */
export function tasksOfConfig(config: TextConfig): { readonly train: readonly TextTask[]; readonly target: readonly TextTask[] } {
  const { train, target } = settingOrOwn(config.setting);
  const of = (names: readonly string[]): readonly TextTask[] =>
    config.setting === 'own' ? ownTasks(names, 240, config.clauses).map(withPlainLabels) : readTasks(benchmarkFolder(), names).tasks;
  return { train: of(train).filter(({ kind }) => kind !== 'free'), target: of(target) };
}

/** Every word that our own texts and labels can have, in the order of the alphabet. */
export function ownWords(): string[] {
  const clues = (Object.keys(ATTRIBUTES) as Attribute[]).flatMap((attribute) =>
    Object.entries(ATTRIBUTES[attribute]).flatMap(([value, words]) => [value, ...words]),
  );
  const texts = ownTasks(OWN_SETTING.train.slice(0, 6), 200, 1).flatMap(({ rows }) => rows.flatMap(({ input }) => input.split(' ')));
  return [...new Set([...clues, ...LABELS, ...texts])].sort();
}

/** The tokenizer of our own texts. */
export const ownTokenizer = (): TextTokenizer => tokenizerOf(wordTokenizerJson(ownWords()), 'our own words');

function loadedOf({ config }: TextPlan, seed: number): LoadedModel {
  const { name, size } = config.model;
  if (name !== null) {
    const folder = join(modelsFolder(), name);
    demand(
      existsSync(join(folder, 'config.json')),
      () => `The model '${name}' is not in '${modelsFolder()}'.`,
      'Download it with npm run data -- NAME (for example gpt2), and name it as owner/model/main.',
    );
    return loadLanguageModel(folder);
  }
  return freshLanguageModel(ownTokenizer(), size, seed);
}

/**
 * The language model of a recorded run on our own texts, with its tokenizer.
 *
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadOwnLanguageModel = (file: string): LoadedModel =>
  trainedLanguageModel(file, ownTokenizer(), 'data/checkpoints/language-model');

/** Rows with other words for their labels. */
function relabelled(row: Row, labels: readonly string[]): Row {
  const word = (option: string): string => labels[row.options.indexOf(option)]!;
  return { ...row, output: word(row.output), options: row.options.map(word) };
}

/** The chosen option of each row, after these examples. */
function choices(loaded: LoadedModel, method: Method, template: Template, shown: readonly Row[], asked: readonly Row[]): string[] {
  const questions: Question[] = asked.map(({ input, options }) => ({ examples: shown, input, options }));
  const scores = scoreOptions(loaded.model, loaded.tokenizer, questions, { method, template });
  return scores.map((row, i) => asked[i]!.options[row.indexOf(Math.max(...row))]!);
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
    const words = random.permutation(LABELS.length).map((k) => LABELS[k]!);
    const labels = (rows: readonly Row[]): readonly Row[] => (fresh ? rows.map((row) => relabelled(row, words)) : rows);
    const shown = labels(task.demonstrations[seed]!.slice(0, n));
    const asked = labels(task.tests(seed).slice(0, config.measures.rows));
    const first = choices(loaded, method, template, shown, asked);
    const changes = Array.from({ length: orders }, (_, o) => {
      const order = stream(1, 'order', task.name, seed, o).permutation(shown.length);
      const again = choices(
        loaded,
        method,
        template,
        order.map((i) => shown[i]!),
        asked,
      );
      return again.filter((choice, i) => choice !== first[i]).length / again.length;
    });
    const score = macroF1(
      asked.map(({ output }) => output),
      first,
    );
    return { score, changed: changes.length > 0 ? mean(changes) : null };
  });
  return {
    score: mean(told.map(({ score }) => score)),
    changed: told[0]!.changed === null ? null : mean(told.map(({ changed }) => changed!)),
  };
}

/** Scores of a model on the targets, as records. */
function measureScores(loaded: LoadedModel, method: Method, name: string, { config }: TextPlan, put: Put): void {
  const { target } = tasksOfConfig(config);
  const { unseen } = settingOrOwn(config.setting);
  const { n: trained } = { ...TEXT_TRAINING, ...config.training };
  for (const n of config.measures.ns)
    for (const fresh of [false, true]) {
      if (fresh && n !== trained) continue; // words that mean nothing are asked for once
      const told = target.map((task) => ({
        task: task.name,
        ...measureTask(loaded, method, config, task, n, fresh, n === trained ? config.measures.orders : 0),
      }));
      const what = fresh ? ', labels without meaning' : '';
      put(name, n, `score${what}`, mean(told.map(({ score }) => score)));
      if (n !== trained) continue;
      put(name, n, `changed by order${what}`, mean(told.map(({ changed }) => changed!)));
      const rare = told.filter(({ task }) => unseen.includes(task));
      if (rare.length > 0) put(name, n, `score, unseen domains${what}`, mean(rare.map(({ score }) => score)));
    }
}

const trainerOf = (plan: TextPlan, arm: MethodArm, seed: number, loaded: LoadedModel): TextTrainer =>
  new TextTrainer(
    loaded,
    methodOf(arm.method),
    tasksOfConfig(plan.config).train,
    { ...plan.config.training, ...arm.training, seed, checkpointEvery: plan.config.watchEvery } as Partial<TextTraining>,
    templateOf(plan.config),
  );

function subject(plan: TextPlan, arm: MethodArm, seed: number): Subject {
  const loaded = loadedOf(plan, seed);
  const trainer = trainerOf(plan, arm, seed, loaded);
  const method = methodOf(arm.method);
  const { train } = tasksOfConfig(plan.config);
  const { n } = trainer.config;
  const watched = (): number => {
    const right = train.slice(0, 8).map((task) => {
      const [shown, asked] = [task.demonstrations[DEMONSTRATION_SEEDS[0]!]!.slice(0, n), task.tests(DEMONSTRATION_SEEDS[0]!).slice(0, 16)];
      const given = choices(loaded, method, templateOf(plan.config), shown, asked);
      return given.filter((choice, i) => choice === asked[i]!.output).length / asked.length;
    });
    return mean(right);
  };
  for (let i = 0; i < 2; i++) watched(); // from here on compiled, so that a resumed run has the same bits
  return {
    trainer,
    watch: (put) => put(arm.name, n, 'accuracy along training, training tasks', watched()),
    measure: (put) => {
      measureScores(loaded, method, arm.name, plan, put);
      for (const kind of arm.also ?? []) {
        demand(
          kind === 'InvICL mask' || kind === 'AR mask',
          () => `'${kind}' is not there for prompts of words.`,
          'Leave it out of the arm.',
        );
        measureScores(loaded, kind === 'AR mask' ? METHODS.ar : METHODS.invicl, `${arm.name} weights, ${kind}`, plan, put);
      }
    },
    dispose: () => {
      trainer.dispose();
      loaded.model.dispose();
    },
  };
}

/** What jobs on prompts of words do. */
export const ON_TEXTS: Worker = {
  settings: {
    measures: ['ns', 'rows', 'seeds', 'orders'],
    training: Object.keys(TEXT_TRAINING).filter((key) => key !== 'seed'),
    model: ['size', 'name'],
  },
  check: (plan) => {
    const { config } = own(plan);
    settingOrOwn(config.setting);
    sizeOf(config.model.size);
    demand(
      config.setting === 'own' || config.model.name !== null,
      () => `The setting '${config.setting}' was to be learnt by a model from random weights, whose words are ours only.`,
      'Name a downloaded model, for example with --model openai-community/gpt2/main.',
    );
  },
  learners: (plan, put) => {
    const loaded = loadedOf(own(plan), 0);
    measureScores(loaded, METHODS.ar, own(plan).config.model.name === null ? 'untrained' : 'not meta-trained', own(plan), put);
    loaded.model.dispose();
  },
  subject: (plan, arm: MethodArm, seed) => subject(own(plan), arm, seed),
  tryout: (plan, arm: MethodArm) => {
    const loaded = loadedOf(own(plan), 0);
    const trainer = trainerOf(own(plan), arm, 0, loaded);
    return tryoutOf(trainer, loaded.model);
  },
  needOf: (plan, arm: MethodArm): Need => {
    const { config } = own(plan);
    const { width: C, layers: L, heads: H, mlpRatio } = sizeOf(config.model.size);
    const { n, tests, batch, microBatch } = { ...TEXT_TRAINING, ...config.training, ...arm.training };
    const longest = config.setting === 'own' ? 16 * config.clauses : 64;
    const T = longest * (n * (methodOf(arm.method).doubled ? 2 : 1) + tests);
    const V = config.setting === 'own' ? 150 : 50_257;
    const weights = 4 * (L * (4 + 2 * mlpRatio) * C * C + V * C);
    const piece = 4 * (microBatch || batch) * T * (L * C * (14 + 5 * mlpRatio) + 4 * L * H * T + 4 * V);
    return { memoryMB: Math.round(BASE_MB + (5 * weights + piece) / 1e6), diskMB: 0.3 + (3 * weights) / 1e6 };
  },
};

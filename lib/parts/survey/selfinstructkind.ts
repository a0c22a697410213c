/**
 * Experiments on a model that makes tasks to be tuned to: instructions, inputs and outputs. A language
 * model is tuned through adapters, the small model in all its weights; neither is kept. A seed is
 * what is drawn, and in TaskWorld a training run of the small model.
 */
import { demand } from '../../core/errors';
import { stream, type Stream } from '../../core/random';
import type { BaseConfig, ExperimentOf, PlanOf, Variant } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { oneOf, positive, section, share, whole } from '../../experiments/settings';
import type { LoadedModel } from '../../language/folder';
import { VARIANT_SETTINGS, choosingRequirements } from './choosingrun';
import { RULE_COUNTS } from './instructions/newwords';
import { SEED_TASKS } from './instructions/seedtasks';
import { textWriter, type Writer } from './instructions/selfwriter';
import { WORD_ROWS, WORD_TASKS, wordRows } from './instructions/wordtasks';
import {
  measureSelfInstruct,
  type SelfInstructSizes,
  type SelfInstructSubject,
} from './selfinstructmeasures';
import { loadSmallModel } from './small/smallcheckpoint';
import { smallWeights } from './splittasks';
import { randomModelOf, beginOf, withTextModel } from './textmodel';
import { measureWorldSelf, type WorldSelfSizes } from './worldselfmeasures';

/** Who makes tasks. */
export interface SelfInstructVariant extends Variant {
  /** 'random': random weights, in whose name a script writes, to see the machinery run. */
  readonly model: 'smollm2' | 'small' | 'random';
}

/** How much is measured with a language model, and in TaskWorld. */
export interface SelfInstructMeasures {
  readonly text: SelfInstructSizes;
  readonly world: WorldSelfSizes;
}

/** The config of such an experiment. */
export interface SelfInstructConfig extends BaseConfig {
  readonly measures: SelfInstructMeasures;
}

/** An experiment on tasks that a model makes. */
export type SelfInstructExperiment = ExperimentOf<SelfInstructVariant, SelfInstructConfig>;

/** Words of a script that writes in place of random weights, which cannot write a list. */
const SCRIPTED = 'find name sort choose compare the a of for animals plants numbers words'.split(
  ' ',
);

/** A model of random weights that knows the words of all tasks. */
function randomTasksModel(): LoadedModel {
  const rows = WORD_TASKS.flatMap(({ name }) => wordRows(name));
  const texts = [
    ...SEED_TASKS.flatMap(({ instruction, instances }) => [
      instruction,
      ...instances.flatMap(({ input, output }) => [input, output]),
    ]),
    ...WORD_TASKS.map(({ instruction }) => instruction),
    ...rows.flatMap(({ input, options }) => [input, ...options]),
    'Task: Input: Output: One of a few labels: yes no',
    ...SCRIPTED,
  ];
  const words = [...new Set(texts.flatMap((text) => text.split(/\s+/)))];
  return randomModelOf(words, 'words of tasks');
}

/** Writes one instruction, or two instances, of drawn words. */
const scriptedWriter =
  (random: Stream): Writer =>
  (_, prompts) => {
    const draw = (): string => SCRIPTED[random.integer(SCRIPTED.length)]!;
    const words = (count: number): string => Array.from({ length: count }, draw).join(' ');
    return prompts.map((prompt) => {
      const [first, second] = prompt.endsWith('Input:') ? ['Input', 'Output'] : ['Output', 'Input'];
      const more = `\n${first}: ${draw()}\n${second}: ${draw()}`;
      const text = prompt.includes('Task:')
        ? `${prompt} ${draw()}\n${second}: ${draw()}${more}`
        : `${prompt} ${words(5)}`;
      return { text, ended: true };
    });
  };

/** Who is asked, and who writes. */
function subjectOf(
  loaded: LoadedModel,
  model: 'smollm2' | 'random',
  temperature: number,
  seed: number,
): SelfInstructSubject {
  const random = stream(seed, 'texts of Self-Instruct');
  const begin = beginOf(model);
  const settings = { temperature, random, begin };
  const writerFor = (longest: number): Writer =>
    model === 'random' ? scriptedWriter(random) : textWriter(loaded, { ...settings, longest });
  return { loaded, begin, writerFor };
}

const SETTINGS = section('an experiment on tasks that a model makes', {
  seeds: whole('draws of tasks', 1, 10_000),
  measures: section('how much is made', {
    text: section('with a language model', {
      rounds: whole('prompts for instructions', 1, 1e4),
      draws: whole('how often the model goes on with each', 1, 1000),
      instructionTokens: whole('the most tokens of a list', 1, 1000),
      temperature: positive('at which texts are drawn'),
      shown: whole('tasks before one that instances are asked for', 1, 12),
      instanceDraws: whole('how often the model goes on with a task', 1, 1000),
      instanceTokens: whole('the most tokens of instances', 1, 1000),
      each: whole('the most new tasks of each kind', 1, 1e4),
      adapters: section('adapters', {
        rank: whole('rows of B', 1, 1e4),
        alpha: positive('A B is multiplied by alpha / rank'),
      }),
      steps: whole('steps of tuning', 1, 1e5),
      batch: whole('instances of a step', 1, 1e4),
      learningRate: positive('the highest learning rate'),
      rows: whole('rows of each task on words', 1, WORD_ROWS),
    }),
    world: section('in TaskWorld', {
      rules: whole('rules of the first tuning', 1, 12),
      steps: whole('steps of the first tuning', 1, 1e6),
      learningRate: positive('its highest learning rate'),
      furtherSteps: whole('steps of the second tuning', 1, 1e6),
      furtherRate: positive('its highest learning rate'),
      batch: whole('documents of a step', 1, 1e5),
      single: share('share of steps on single lines'),
      share: share('share of these lines that are self-made'),
      proposals: whole('instructions that are proposed', 1, 1e4),
      inputs: whole('inputs of each that is kept', 1, 1000),
      confident: positive('share of the labels that is kept'),
      asked: whole('inputs of each class and rule that are asked', 1, 1e4),
    }),
  }),
});

/** Refuses what cannot be run. */
function check({ config }: PlanOf<SelfInstructExperiment>): void {
  const { rules, confident } = config.measures.world;
  demand(
    RULE_COUNTS.includes(rules) && rules < 12,
    () => `The first tuning was to be on ${rules} rules.`,
    `Take one of ${RULE_COUNTS.filter((count) => count < 12).join(', ')}, which leave some out.`,
  );
  demand(
    confident <= 1,
    () => `A share of ${confident} of the labels was to be kept.`,
    'Keep at most all: 1.',
  );
}

/** Experiments on tasks that a model makes. */
export const SELF_INSTRUCT_KIND = measuringKind<SelfInstructExperiment>({
  name: 'tasks that a model makes',
  settings: SETTINGS,
  variant: section('who makes tasks', {
    ...VARIANT_SETTINGS,
    model: oneOf('the model', 'smollm2', 'small', 'random'),
  }),
  check,
  baselines: (_, put) => put('chance of two classes', {}, 'accuracy', 1 / 2),
  measure: ({ config }, { name, model }, seed, put) => {
    const { text, world } = config.measures;
    const say = (metric: string, value: number): void => put(name, {}, metric, value);
    if (model === 'small') {
      const network = loadSmallModel(smallWeights(seed));
      try {
        measureWorldSelf(network, world, seed, say);
      } finally {
        network.dispose();
      }
      return;
    }
    withTextModel(model, randomTasksModel, (loaded) =>
      measureSelfInstruct(subjectOf(loaded, model, text.temperature, seed), text, seed, say),
    );
  },
  requirements: choosingRequirements,
});

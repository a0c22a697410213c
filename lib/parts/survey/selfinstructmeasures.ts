/**
 * What is measured of Self-Instruct with a language model: what its filters refuse, how good the
 * instances are by checks that need no reader, and how often the model is right about tasks on words
 * before and after it is tuned to what it made.
 */
import { checkTexts } from '../../core/checks';
import { shuffled, stream, type Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import { EVALUATION_SEED } from '../../experiments/kind';
import { AdaptedModel } from '../../language/adaptedmodel';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import type { AdapterConfig } from '../../model/adapters';
import { INSTANCE_FILTERS, INSTRUCTION_FILTERS, funnelOf } from './instructions/filters';
import { rougeL, rougeWords } from './instructions/rouge';
import { SEED_TASKS, type TaskWithInstances } from './instructions/seedtasks';
import {
  KIND_TEMPLATE,
  askClassification,
  keptInstances,
  keptInstructions,
  proposeInstructions,
  writeInstances,
  type WrittenInstance,
} from './instructions/selfinstruct';
import { INSTANCE_ORDERS, type InstanceOrder } from './instructions/selfprompts';
import { InstanceTrainer, inputUnder, instancesOf, selfTemplate } from './instructions/selftuning';
import type { Writer } from './instructions/selfwriter';
import { WORD_ROWS, WORD_TASKS, wordRows } from './instructions/wordtasks';
import { bestOptions } from './scoring/scorer';
import { textScorer } from './scoring/textscorer';
import { shareRight } from './scoringmeasures';
import type { PutNumber } from './titles';

/** How much is made, and how it is tuned to. */
export interface SelfInstructSizes {
  /** Prompts for instructions, how often the model goes on with each, and the most tokens. */
  readonly rounds: number;
  readonly draws: number;
  readonly instructionTokens: number;
  readonly temperature: number;
  /** Tasks before one that instances are asked for; the same for its instances. */
  readonly shown: number;
  readonly instanceDraws: number;
  readonly instanceTokens: number;
  /** The most tasks of each kind, with labels or without, that get instances. */
  readonly each: number;
  /** Adapters, and the steps that train them. */
  readonly adapters: Pick<AdapterConfig, 'rank' | 'alpha'>;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Rows of each task on words that are asked. */
  readonly rows: number;
}

/** Makes the writer of a run; the most tokens of a text are given. */
export type WriterFor = (longest: number) => Writer;

/** A model, who writes in its name, and what begins its texts. */
export interface SelfInstructSubject {
  readonly loaded: LoadedModel;
  readonly writerFor: WriterFor;
  readonly begin: string;
}

/** What a model is tuned to. */
export const TUNINGS = ['seeds', 'self-made', 'self-made and seeds', 'outputs exchanged'] as const;

const HELD_OUT = WORD_TASKS.map(({ instruction }) => instruction);
const SEED_INSTRUCTIONS = SEED_TASKS.map(({ instruction }) => instruction);

const ofKind = (labelled: boolean): TaskWithInstances[] =>
  SEED_TASKS.filter(({ classification }) => classification === labelled);

/** Says how many each filter refused. */
function sayFunnel<F extends string>(
  what: string,
  refusals: readonly (F | null)[],
  names: readonly F[],
  say: PutNumber,
): void {
  const { kept, ...refused } = funnelOf(refusals, names) as Readonly<Record<string, number>>;
  say(`${what}, written`, refusals.length);
  say(`${what}, kept`, kept!);
  for (const name of names) say(`${what}, refused by ${name}`, refused[name]!);
}

/** The same of the instances of some instructions. */
function sayInstances(
  what: string,
  written: readonly (readonly WrittenInstance[])[],
  say: PutNumber,
): void {
  const refusals = written.flat().map(({ refusal }) => refusal);
  sayFunnel(what, refusals, INSTANCE_FILTERS, say);
}

/** The share of instructions whose first word no other of them has before it. */
const firstWords = (instructions: readonly string[]): number =>
  new Set(instructions.map((one) => rougeWords(one)[0])).size / instructions.length;

/** Says how the kept instructions differ from each other and from the seeds. */
function sayDiversity(kept: readonly string[], say: PutNumber): void {
  say('first words that differ, seeds', firstWords(SEED_INSTRUCTIONS));
  if (kept.length === 0) return;
  say('first words that differ, self-made', firstWords(kept));
  const nearest = kept.map((one) =>
    Math.max(...SEED_INSTRUCTIONS.map((seed) => rougeL(one, seed))),
  );
  say('ROUGE-L to the nearest seed', mean(nearest));
}

/** Proposes instructions, and says what the filters refused. */
function proposed(
  { writerFor }: SelfInstructSubject,
  { rounds, draws, instructionTokens }: SelfInstructSizes,
  random: Stream,
  say: PutNumber,
): string[] {
  const write = writerFor(instructionTokens);
  const proposals = proposeInstructions(random, SEED_TASKS, write, { rounds, draws }, HELD_OUT);
  const refusals = proposals.map(({ refusal }) => refusal);
  sayFunnel('instructions', refusals, INSTRUCTION_FILTERS, say);
  const others = refusals.filter((one) => one !== null && one !== 'similarity').length;
  say('instructions, refused by others than similarity', others);
  const kept = keptInstructions(proposals);
  sayDiversity(kept, say);
  return kept;
}

/** How often the model tells the kind of a seed task, after half of the others. */
function kindsOfSeeds({ loaded, begin }: SelfInstructSubject, random: Stream): number {
  const scorer = textScorer(loaded, { template: { ...KIND_TEMPLATE, begin } });
  const halves = [true, false].map((labelled) => shuffled(random, ofKind(labelled)));
  const half = (which: number): TaskWithInstances[] =>
    halves.flatMap((tasks) => tasks.filter((_, i) => i % 2 === which));
  const right = [0, 1].flatMap((which) => {
    const asked = half(which);
    const instructions = asked.map(({ instruction }) => instruction);
    const told = askClassification(random, half(1 - which), scorer, instructions);
    return told.map((one, i) => (one === asked[i]!.classification ? 1 : 0));
  });
  return mean(right);
}

/**
 * How probable it is that two of some labels differ; null: there are no two.
 *
 * @throws CourseError when they are no texts
 */
export function labelsDiffer(labels: readonly string[]): number | null {
  checkTexts('Labels', labels);
  const n = labels.length;
  if (n < 2) return null;
  const counts = [...new Set(labels)].map((one) => labels.filter((other) => other === one).length);
  return 1 - counts.reduce((sum, count) => sum + count * (count - 1), 0) / (n * (n - 1));
}

/** The label that a model gives to an input under an instruction, for each instance. */
function labelsOf(
  { loaded, begin }: SelfInstructSubject,
  instances: readonly Demonstration[],
  options: readonly (readonly string[])[],
): string[] {
  const scorer = textScorer(loaded, { template: selfTemplate(begin) });
  const questions: Question[] = instances.map(({ input }, i) => ({
    examples: [],
    input,
    options: options[i]!,
  }));
  return bestOptions(scorer.score(questions).scores).map((best, i) => options[i]![best]!);
}

/** The mean, where there are numbers. */
function sayMean(metric: string, values: readonly number[], say: PutNumber): void {
  if (values.length > 0) say(metric, mean(values));
}

/** Whether the model gives the labels again that it wrote, asked without demonstrations. */
function sayAgreement(
  subject: SelfInstructSubject,
  what: string,
  tasks: readonly TaskWithInstances[],
  optionsOf: (task: TaskWithInstances) => readonly string[],
  say: PutNumber,
): void {
  const asked = tasks.flatMap((task) => {
    const options = optionsOf(task);
    const fitting = task.instances.filter(({ output }) => options.includes(output));
    return options.length < 2
      ? []
      : instancesOf([{ ...task, instances: fitting }]).map((one) => ({ ...one, options }));
  });
  if (asked.length === 0) return;
  const options = asked.map((one) => one.options);
  const given = labelsOf(subject, asked, options);
  const agrees = asked.map(({ output }, i) => (given[i] === output ? 1 : 0));
  say(`label given again, ${what}`, mean(agrees));
  say(`chance of the label, ${what}`, mean(options.map(({ length }) => 1 / length)));
}

/** The labels of a task's instances. */
const ownLabels = ({ instances }: TaskWithInstances): string[] => [
  ...new Set(instances.map(({ output }) => output)),
];

/** Tasks of some instructions with the instances that were kept. */
const tasksWith = (
  instructions: readonly string[],
  classification: boolean,
  written: readonly (readonly WrittenInstance[])[],
): TaskWithInstances[] =>
  instructions
    .map((instruction, i) => ({
      instruction,
      classification,
      instances: keptInstances(written[i]!),
    }))
    .filter(({ instances }) => instances.length > 0);

/**
 * Instances of seed tasks whose labels are known, in both orders: half of the tasks are shown, the
 * model writes for the others.
 */
function measureOrders(
  subject: SelfInstructSubject,
  { shown, instanceDraws, instanceTokens }: SelfInstructSizes,
  random: Stream,
  say: PutNumber,
): void {
  const drawn = shuffled(random, ofKind(true));
  const half = Math.floor(drawn.length / 2);
  const [before, asked] = [drawn.slice(0, Math.min(shown, half)), drawn.slice(half)];
  const instructions = asked.map(({ instruction }) => instruction);
  const known = new Map(asked.map((task) => [task.instruction, ownLabels(task)]));
  for (const order of INSTANCE_ORDERS) {
    const write = subject.writerFor(instanceTokens);
    const written = writeInstances(before, write, instructions, order, instanceDraws);
    sayInstances(`seed instances, ${order}`, written, say);
    const labels = written.map((all) => all.map(({ output }) => output));
    const differ = labels.map(labelsDiffer).filter((one) => one !== null);
    sayMean(`two labels differ, ${order}`, differ, say);
    const valid = labels.flatMap((all, i) =>
      all.map((label) => (known.get(instructions[i]!)!.includes(label) ? 1 : 0)),
    );
    sayMean(`label of the task, ${order}`, valid, say);
    const tasks = tasksWith(instructions, true, written);
    sayAgreement(subject, order, tasks, ({ instruction }) => known.get(instruction)!, say);
  }
}

/** Writes instances of new instructions, those with labels label first, and says how good they are. */
function madeTasks(
  subject: SelfInstructSubject,
  { shown, instanceDraws, instanceTokens, each }: SelfInstructSizes,
  instructions: readonly string[],
  random: Stream,
  say: PutNumber,
): TaskWithInstances[] {
  const { loaded, begin, writerFor } = subject;
  const scorer = textScorer(loaded, { template: { ...KIND_TEMPLATE, begin } });
  const labelled = askClassification(random, SEED_TASKS, scorer, instructions);
  sayMean('share with labels, self-made', labelled.map(Number), say);
  const made = ([true, false] as const).flatMap((kind) => {
    const own = instructions.filter((_, i) => labelled[i] === kind).slice(0, each);
    const order: InstanceOrder = kind ? 'output first' : 'input first';
    const before = shuffled(random, ofKind(kind)).slice(0, shown);
    const written = writeInstances(before, writerFor(instanceTokens), own, order, instanceDraws);
    sayInstances(`instances, ${kind ? 'with labels' : 'without'}`, written, say);
    return tasksWith(own, kind, written);
  });
  const withLabels = made.filter(({ classification }) => classification);
  sayAgreement(subject, 'self-made', withLabels, ownLabels, say);
  return made;
}

/** The same inputs with the outputs of others. */
const exchanged = (random: Stream, instances: readonly Demonstration[]): Demonstration[] => {
  const order = random.permutation(instances.length);
  return instances.map(({ input }, i) => ({ input, output: instances[order[i]!]!.output }));
};

/** Questions about the held-out tasks on words. */
interface WordQuestions {
  readonly questions: readonly Question[];
  readonly right: readonly number[];
}

/** Draws rows of all tasks on words, each asked under its instruction alone. */
function wordQuestions(random: Stream, rows: number): WordQuestions {
  const drawn = WORD_TASKS.flatMap(({ name, instruction }) => {
    const all = wordRows(name);
    const few = random.permutation(WORD_ROWS).slice(0, rows);
    return few.map((row) => ({ instruction, ...all[row]! }));
  });
  const questions = drawn.map(({ instruction, input, options }) => ({
    examples: [],
    input: inputUnder(instruction, input),
    options: [...new Set(options)],
  }));
  return { questions, right: drawn.map(({ output }, i) => questions[i]!.options.indexOf(output)) };
}

const accuracyOn = (
  { questions, right }: WordQuestions,
  loaded: LoadedModel,
  begin: string,
): number => {
  const { scores } = textScorer(loaded, { template: selfTemplate(begin) }).score(questions);
  return shareRight(bestOptions(scores), right);
};

/** Tunes adapters to instances, and asks the held-out tasks. */
function tunedAccuracy(
  { loaded, begin }: SelfInstructSubject,
  { adapters, steps, batch, learningRate }: SelfInstructSizes,
  instances: readonly Demonstration[],
  asked: WordQuestions,
  seed: number,
): number {
  const adapted = new AdaptedModel(loaded.model, adapters, seed);
  const model = { model: adapted, tokenizer: loaded.tokenizer };
  const settings = { seed, steps, batch, learningRate };
  const trainer = new InstanceTrainer(model, instances, settings, begin);
  try {
    for (let step = 0; step < steps; step++) trainer.train();
    return accuracyOn(asked, model, begin);
  } finally {
    trainer.dispose();
    adapted.dispose();
  }
}

/**
 * All numbers of a seed. What cannot be measured, as nothing was kept, is not said.
 *
 * @param subject its model stays the caller's
 */
export function measureSelfInstruct(
  subject: SelfInstructSubject,
  sizes: SelfInstructSizes,
  seed: number,
  say: PutNumber,
): void {
  const random = stream(EVALUATION_SEED, 'Self-Instruct', seed);
  const instructions = proposed(subject, sizes, random, say);
  say('kinds told right, seeds', kindsOfSeeds(subject, random));
  measureOrders(subject, sizes, random, say);
  const tasks = madeTasks(subject, sizes, instructions, random, say);
  const asked = wordQuestions(random, sizes.rows);
  say('accuracy, before', accuracyOn(asked, subject.loaded, subject.begin));
  const seeds = instancesOf(SEED_TASKS);
  const own = shuffled(random, instancesOf(tasks)).slice(0, seeds.length);
  const sets: Readonly<Record<(typeof TUNINGS)[number], readonly Demonstration[]>> = {
    seeds,
    'self-made': own,
    'self-made and seeds': own.length === 0 ? [] : [...own, ...seeds],
    'outputs exchanged': exchanged(random, own),
  };
  for (const tuning of TUNINGS) {
    const instances = sets[tuning];
    say(`instances, ${tuning}`, instances.length);
    if (instances.length > 0)
      say(`accuracy, ${tuning}`, tunedAccuracy(subject, sizes, instances, asked, seed));
  }
}

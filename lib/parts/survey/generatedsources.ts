/**
 * Demonstrations of one task from three sources: true ones, the same inputs with their labels in
 * random order (Min et al., 2022, arXiv 2202.12837), and those that a model writes itself. All come
 * in rounds that have each label once, so that prompts of any length have their labels in balance.
 */
import { groupedBy } from '../../core/groups';
import { shuffled, stream, type Stream } from '../../core/random';
import type { LoadedModel } from '../../language/folder';
import type { Demonstration, Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import type { ChoosingSubject } from './choosingsubjects';
import { generateTextExamples } from './shapes/generatedtext';
import { generateWorldExamples } from './shapes/generatedworld';
import type { SmallModel } from './small/smallmodel';
import type { Example } from './world/posterior';
import type { Input } from './world/rules';
import { drawExamples, drawInput, drawTask } from './world/sampling';
import { WORLD, taskPrior, type WorldTask } from './world/taskworld';

/** As records name the sources. */
export const [GOLD, GENERATED, RANDOM_LABELS] = ['gold', 'generated', 'random labels'] as const;

/** The demonstrations of each source; a prompt of n takes the first n. */
export type Sources<T> = Readonly<Record<string, readonly T[]>>;

/** Things in rounds that have each label once, in random order. */
export function inRounds<T>(
  random: Stream,
  things: readonly T[],
  labelOf: (thing: T) => string,
): T[] {
  const ofLabel = [...groupedBy(things, labelOf).values()];
  const rounds = Math.max(...ofLabel.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, r) =>
    random.permutation(ofLabel.length).flatMap((c) => ofLabel[c]!.slice(r, r + 1)),
  ).flat();
}

/** The same labels in other rounds. */
const newLabels = (random: Stream, labels: readonly string[]): string[] =>
  inRounds(random, labels, (label) => label);

/** A task of TaskWorld with its demonstrations and questions. */
export interface NaturalTask {
  readonly task: WorldTask;
  readonly sources: Sources<Example>;
  readonly inputs: readonly Input[];
  readonly right: readonly number[];
}

const CLASSES = [0, 1] as const;

const labelOf = ({ label }: Example): string => label;

/**
 * A task with natural labels.
 *
 * @param model     null: nothing is generated
 * @param questions of each label
 * @param most      demonstrations of each source
 */
export function naturalTask(
  model: SmallModel | null,
  questions: number,
  most: number,
  random: Stream,
): NaturalTask {
  const task = drawTask(
    random,
    taskPrior(WORLD, ({ mapping }) => mapping === 'natural'),
  );
  const classes = Array.from({ length: most }, (_, i) => CLASSES[i % 2]!);
  const gold = inRounds(random, drawExamples(random, task, classes), labelOf);
  const others = newLabels(random, gold.map(labelOf));
  const right = CLASSES.flatMap((c) => new Array<0 | 1>(questions).fill(c));
  const inputs = right.map((c) => drawInput(random, task.rule, c));
  const sources = {
    [GOLD]: gold,
    [RANDOM_LABELS]: gold.map(({ input }, i) => ({ input, label: others[i]! })),
  };
  if (model === null) return { task, sources, inputs, right };
  const generated = generateWorldExamples(model, task.labels, most, random);
  return {
    task,
    sources: { ...sources, [GENERATED]: inRounds(random, generated, labelOf) },
    inputs,
    right,
  };
}

/** What the texts of real tasks are, by their titles; the model is told, as titles mean nothing. */
const KINDS_OF_TEXT: Readonly<Record<string, string>> = {
  'SST-2': 'movie review',
  TREC: 'question',
  'AG News': 'news report',
  Emotion: 'message',
};

const outputOf = ({ output }: Demonstration): string => output;

/**
 * Demonstrations of a real task.
 *
 * @param template whose beginning stands before what the model writes
 * @param most     demonstrations of each source; true ones at most as many as the pool has
 */
export function textSources(
  { title, pool, options }: ChoosingSubject<Question>,
  loaded: LoadedModel,
  template: Template,
  most: number,
  seed: number,
): Sources<Demonstration> {
  const random = stream(seed, 'generated demonstrations of texts', title);
  const rows = shuffled(random, pool);
  const gold = inRounds(random, rows, outputOf).slice(0, most);
  const others = newLabels(random, gold.map(outputOf));
  const generated = generateTextExamples(loaded, options, most, random, {
    title: KINDS_OF_TEXT[title] ?? title,
    template,
    prompt: 'request',
  });
  return {
    [GOLD]: gold,
    [RANDOM_LABELS]: gold.map(({ input }, i) => ({ input, output: others[i]! })),
    [GENERATED]: inRounds(random, generated, outputOf),
  };
}

/**
 * What a model of TaskWorld is asked: questions of one kind of task each, drawn as the documents of
 * its training are, so that no answer can be better than the exact one.
 */
import { checkFields, checkFlag, checkStream, checkWord, type Check } from '../../core/checks';
import { knownKeys, plainObject, positiveInteger } from '../../core/errors';
import type { Stream } from '../../core/random';
import { checkWorldContext, type Context } from './world/posterior';
import { checkInput, type Input } from './world/rules';
import { drawExamples, drawTask } from './world/sampling';
import {
  checkWorldTask,
  heldOut,
  MAPPINGS,
  taskPrior,
  WORLD,
  type Mapping,
  type WorldTask,
} from './world/taskworld';

/** What demonstrations show: the task itself, labels drawn at random, or another task. */
export const SHOWN = ['the task', 'random labels', 'another task'] as const;
export type ShownAs = (typeof SHOWN)[number];

/** A kind of questions. */
export interface WorldCell {
  readonly mapping: Mapping;
  /** Whether an instruction names the rule. */
  readonly instructed: boolean;
  /** Whether rule and labels never occurred together in training. */
  readonly unseen: boolean;
  readonly shown: ShownAs;
}

const checkCell: Check = (name, cell) =>
  checkFields(name, cell, {
    mapping: (field, value) => void checkWord(field, value, MAPPINGS),
    instructed: checkFlag,
    unseen: checkFlag,
    shown: (field, value) => void checkWord(field, value, SHOWN),
  });

/**
 * A cell of the world's tasks as they are, without instruction, but for what is given.
 *
 * @throws CourseError quoting what is no mapping or no part of a cell
 */
export function cellOf(
  mapping: Mapping,
  rest: Partial<Omit<WorldCell, 'mapping'>> = {},
): WorldCell {
  knownKeys('A cell', rest, ['instructed', 'unseen', 'shown']);
  const cell: WorldCell = { mapping, instructed: false, unseen: false, shown: 'the task', ...rest };
  checkCell('A cell', cell);
  return cell;
}

/**
 * How records call a cell.
 *
 * @throws CourseError quoting what is no cell
 */
export function worldCellName(cell: WorldCell): string {
  checkCell('A cell', cell);
  return [
    cell.mapping,
    ...(cell.instructed ? ['instructed'] : []),
    ...(cell.unseen ? ['unseen'] : []),
    ...(cell.shown === 'the task' ? [] : [cell.shown]),
  ].join(', ');
}

/** A question about a task, and its two possible answers. */
export interface CellQuestion {
  readonly task: WorldTask;
  readonly context: Context;
  readonly input: Input;
  /** Which of the task's two labels is right, 0 or 1. */
  readonly right: 0 | 1;
}

/** Refuses what is no question about a task. */
export const checkCellQuestion: Check = (name, question) => {
  plainObject(name, question);
  const { task, context, input, right } = question as CellQuestion;
  checkWorldTask(task);
  checkWorldContext(context);
  checkInput(input);
  positiveInteger(`'right' of ${name}`, right, 0, 1);
};

/** More questions than this are no test. */
const MOST = 1e6;

/** The tasks of a cell with their probabilities. */
const priorOf = ({ mapping, unseen }: WorldCell): Float64Array =>
  taskPrior(WORLD, (task) => task.mapping === mapping && heldOut(task) === unseen);

/** A task of the cell whose rule looks at another feature, and whose labels are others. */
function otherTask(random: Stream, cell: WorldCell, { rule, labels }: WorldTask): WorldTask {
  const prior = taskPrior(
    WORLD,
    (task) =>
      task.mapping === cell.mapping &&
      task.rule.feature !== rule.feature &&
      !task.labels.some((label) => labels.includes(label)),
  );
  return drawTask(random, prior);
}

/** The examples of a context, in a cell. */
function examplesOf(
  random: Stream,
  cell: WorldCell,
  task: WorldTask,
  n: number,
): Context['examples'] {
  if (cell.shown === 'another task') return drawExamples(random, otherTask(random, cell, task), n);
  const drawn = drawExamples(random, task, n);
  return cell.shown === 'the task'
    ? drawn
    : drawn.map(({ input }) => ({ input, label: task.labels[random.integer(2)]! }));
}

/**
 * Questions of a cell.
 *
 * @param n     examples of each context
 * @param count how many questions
 * @throws CourseError when the cell or a number is none, or what is given is no stream
 */
export function drawQuestions(
  random: Stream,
  cell: WorldCell,
  n: number,
  count: number,
): CellQuestion[] {
  checkStream(random);
  checkCell('A cell', cell);
  positiveInteger('The number of examples', n, 0, MOST);
  positiveInteger('The number of questions', count, 1, MOST);
  const prior = priorOf(cell);
  return Array.from({ length: count }, () => {
    const task = drawTask(random, prior);
    const examples = examplesOf(random, cell, task, n);
    const [{ input, label }] = drawExamples(random, task, 1) as [Context['examples'][number]];
    return {
      task,
      context: { examples, ...(cell.instructed ? { instruction: task.rule } : {}) },
      input,
      right: label === task.labels[0] ? 0 : 1,
    };
  });
}

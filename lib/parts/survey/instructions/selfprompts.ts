/**
 * Prompts of Self-Instruct, and how what was written after them is read. A list of instructions asks
 * for more, and tasks with their instances ask for instances of another task; where the answers are a
 * few labels the label comes first, so that the model does not write inputs of one label only:
 *
 *   1. Add the two numbers.        Task: Add the two numbers.     Task: Is the number even or odd?
 *   2. Put the verb into ...       Input: 3 and 4                 Output: even
 *   3.                             Output: 7                      Input: 18
 *
 * Reference: Wang et al. (2022, arXiv 2212.10560); the words of the prompts are our own.
 */
import { checkText, checkTexts, checkWord } from '../../../core/checks';
import { plainObject } from '../../../core/errors';
import type { Demonstration } from '../../../language/prompt';
import { checkTasks, type TaskWithInstances } from './seedtasks';

/** What of an instance is written first. */
export const INSTANCE_ORDERS = ['input first', 'output first'] as const;
export type InstanceOrder = (typeof INSTANCE_ORDERS)[number];

/** What a model wrote after a prompt. */
export interface Written {
  readonly text: string;
  /** Whether it came to an end; false: it was cut, so that its last line may be a part of one. */
  readonly ended: boolean;
}

const LIST_TITLE = 'A list of short tasks, each different from the others:';

/** Lines that are whole. */
const wholeLines = (text: string, ended: boolean): string[] =>
  text.split('\n').slice(0, ended ? undefined : -1);

/**
 * A list of instructions, which ends where the next number is written.
 *
 * @throws CourseError when they are no texts
 */
export function listPrompt(instructions: readonly string[]): string {
  checkTexts('Instructions', instructions, 1);
  const lines = instructions.map((one, i) => `${i + 1}. ${one}`);
  return `${[LIST_TITLE, ...lines].join('\n')}\n`;
}

/** What was written, when it is a text with the way in which it ended. */
function checkedWritten(written: Written): Written {
  plainObject('What was written', written);
  checkText('What was written', written.text);
  return written;
}

/**
 * The instructions of a list that a model wrote, without their numbers; the list ends at the first
 * line that has none.
 *
 * @throws CourseError when the text is none
 */
export function listedInstructions(written: Written): string[] {
  const { text, ended } = checkedWritten(written);
  const lines = wholeLines(text, ended).map((line) => /^\s*\d+\s*\.(.*)$/.exec(line));
  const end = lines.indexOf(null);
  return lines.slice(0, end < 0 ? undefined : end).map((line) => line![1]!.trim());
}

/** The two lines of an instance. */
const linesOf = ({ input, output }: Demonstration, order: InstanceOrder): string[] => {
  const lines = [`Input: ${input}`, `Output: ${output}`];
  return order === 'input first' ? lines : lines.reverse();
};

/** The first line of a task that instances are asked for. */
export function taskLine(instruction: string): string {
  checkText('An instruction', instruction);
  return `Task: ${instruction}\n`;
}

/**
 * Tasks with their instances, after which another task may stand.
 *
 * @throws CourseError when they are no tasks, or the order is none
 */
export function instancesPrompt(tasks: readonly TaskWithInstances[], order: InstanceOrder): string {
  checkTasks(tasks, 0);
  checkWord('The order of an instance', order, INSTANCE_ORDERS);
  return tasks
    .map(({ instruction, instances }) => {
      const lines = instances.flatMap((one) => linesOf(one, order));
      return `${taskLine(instruction)}${lines.join('\n')}\n\n`;
    })
    .join('');
}

/**
 * The instances that a model wrote after a task: pairs of lines, up to the first that are none.
 *
 * @throws CourseError when the text or the order is none
 */
export function writtenInstances(written: Written, order: InstanceOrder): Demonstration[] {
  const { text, ended } = checkedWritten(written);
  checkWord('The order of an instance', order, INSTANCE_ORDERS);
  const lines = wholeLines(text, ended);
  const marks = order === 'input first' ? ['Input:', 'Output:'] : ['Output:', 'Input:'];
  const found: Demonstration[] = [];
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const pair = [lines[i]!, lines[i + 1]!];
    if (!pair.every((line, side) => line.startsWith(marks[side]!))) break;
    const values = pair.map((line, side) => line.slice(marks[side]!.length).trim());
    const [input, output] = order === 'input first' ? values : values.reverse();
    found.push({ input: input!, output: output! });
  }
  return found;
}

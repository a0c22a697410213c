/**
 * Labels that are exchanged half-way: the first demonstrations of a prompt have the two labels of
 * their task, the later ones have them exchanged, or the other way round. A reader that goes with the
 * later ones follows what holds now; one that counts all alike goes with the more numerous. To a
 * reader of a set, exchanging the two parts changes nothing: it follows the late labels in one order
 * exactly where it does not in the other, so that over both orders of equal parts its share is 1/2.
 * Reference: Kossen et al. (2024, arXiv 2307.12375), who change labels within a context.
 */
import { checkFlag, checkIndices } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';

/** A prompt in which the labels change. */
export interface LabelChange {
  /** Which demonstration stands at each position. */
  readonly order: readonly number[];
  /** Whether the demonstration at each position has the other label. */
  readonly exchanged: readonly boolean[];
  /** How many stand after the change. */
  readonly late: number;
  /** Whether those after the change have the labels of the task. */
  readonly trueLast: boolean;
}

/** More demonstrations than this are no prompt. */
const MOST = 1e4;

/**
 * Both orders of the two parts of k demonstrations, of which the last `late` have exchanged labels in
 * either order.
 *
 * @returns one with the exchanged labels after the change, `late` of them; one with them before it
 * @throws CourseError when one of the two parts is empty
 */
export function labelChanges(k: number, late: number): [LabelChange, LabelChange] {
  positiveInteger('The number of demonstrations', k, 2, MOST);
  positiveInteger('The number of demonstrations after the change', late, 1, k - 1);
  const own = Array.from({ length: k - late }, (_, i) => i);
  const other = Array.from({ length: late }, (_, i) => k - late + i);
  const inOrder = (order: readonly number[], trueLast: boolean): LabelChange => ({
    order,
    exchanged: order.map((i) => i >= k - late),
    late: trueLast ? k - late : late,
    trueLast,
  });
  return [inOrder([...own, ...other], false), inOrder([...other, ...own], true)];
}

/**
 * The share of answers that follow the labels after the change.
 *
 * @param answers  the number of the option of each question, one of two
 * @param right    the number of the right option under the labels of the task
 * @param trueLast whether those after the change are the labels of the task
 * @throws CourseError when an answer is none of two options, or there is not one for each question
 */
export function followsLate(
  answers: readonly number[],
  right: readonly number[],
  trueLast: boolean,
): number {
  checkIndices('Answers', answers, 1, 1);
  checkIndices('Right options', right, 1, 1);
  checkFlag("'trueLast'", trueLast);
  demand(
    answers.length === right.length,
    () => `${answers.length} answers came with ${right.length} right options.`,
    'Give one of each for every question.',
  );
  return mean(answers.map((answer, q) => Number((answer === right[q]) === trueLast)));
}

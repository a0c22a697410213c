/**
 * Demonstrations of another task: for a target task without labelled rows, rows of a source task that
 * has many stand before the question. Between them may stand a header, a sentence that says which
 * outputs the target has; it is written before the question's input, since nothing else stands
 * between the last demonstration and the question:
 *
 *   how many steps lead up to the old lighthouse ?
 *   Output: number
 *
 *   The output of the next text is one of: negative, positive.
 *   witty , and the actors enjoy it .
 *   Output:
 *
 * References: Chatterjee et al. (2024, arXiv 2405.10548), demonstrations of another task; Tanwar et
 * al. (2023, arXiv 2305.05940), X-InSTA: rows that are near to the question and a sentence that maps
 * source to target, there between two languages.
 */
import { checkText, checkTexts } from '../../../core/checks';
import { plainObject } from '../../../core/errors';
import { checkDemonstrations, type Demonstration } from '../../../language/prompt';
import { checkOptions, type Question } from '../../../language/scoring';

/**
 * The sentence that says which outputs a task has.
 *
 * @throws CourseError when the options are fewer than two texts, or one stands twice
 */
export function taskHeader(options: readonly string[]): string {
  checkTexts('Options', options, 2);
  checkOptions(options);
  return `The output of the next text is one of: ${options.join(', ')}.\n`;
}

/** A question of a target task; its options are the target's. */
export interface TargetQuestion {
  readonly input: string;
  readonly options: readonly string[];
}

/**
 * A question of a target task after rows of a source task.
 *
 * @param source demonstrations, in this order; may be none
 * @param header written before the input; '' where there is none
 * @throws CourseError when what is given is no question, no demonstrations or no text
 */
export function crossTaskQuestion(
  target: TargetQuestion,
  source: readonly Demonstration[],
  header = '',
): Question {
  plainObject('The question', target);
  const { input, options } = target;
  checkText('The input of a question', input);
  checkOptions(options);
  checkDemonstrations(source);
  checkText('The header', header);
  const examples = source.map((row) => ({ input: row.input, output: row.output }));
  return { input: header + input, options, examples };
}

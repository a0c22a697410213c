/** Questions about TaskWorld, as the exact answer and the small model take them. */
import { checkEach, type Check } from '../../../core/checks';
import { plainObject } from '../../../core/errors';
import { checkOptions } from '../../../language/scoring';
import { checkWorldContext, labelIndex, type Context } from '../world/posterior';
import { checkInput, type Input } from '../world/rules';

/** A question with its options. */
export interface WorldQuestion {
  readonly context: Context;
  /** Three words; null for a question without content. */
  readonly input: Input | null;
  /** Label words. */
  readonly options: readonly string[];
}

const checkWorldQuestion: Check = (name, question) => {
  plainObject(name, question);
  const { context, input, options } = question as WorldQuestion;
  checkWorldContext(context);
  if (input !== null) checkInput(input);
  checkOptions(options);
  options.forEach(labelIndex);
};

/**
 * Refuses what are no questions about TaskWorld.
 *
 * @throws CourseError quoting what is wrong
 */
export const checkWorldQuestions = (questions: readonly WorldQuestion[]): void =>
  checkEach('Questions', questions, 'questions', checkWorldQuestion);

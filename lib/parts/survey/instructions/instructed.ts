/**
 * Questions to a small model under a header of one's own, such as one with new words for the
 * instruction: p(y | I, C, x) with the header I as it is given.
 */
import { checkEach, checkFields, checkTexts, type Check } from '../../../core/checks';
import { demand, quote } from '../../../core/errors';
import { checkMethod, type Method } from '../../../model/methods';
import { disposeLayout, documentLayout } from '../small/layout';
import {
  checkSmallModel,
  equalExamples,
  labelLogs,
  questionTokens,
  type SmallQuestion,
} from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS } from '../world/documents';
import { LABELS } from '../world/taskworld';
import { TEMPLATES, tokenIndex } from '../world/vocabulary';

/** A question under a header; an instruction of its context is not written. */
export interface InstructedQuestion extends SmallQuestion {
  /** Four tokens. */
  readonly header: readonly string[];
}

const checkHeader: Check = (name, question) => {
  checkFields(name, question, { header: checkTexts });
  const { header } = question as InstructedQuestion;
  demand(
    header.length === HEADER_TOKENS,
    () => `A header is ${HEADER_TOKENS} tokens, got ${quote(header)}.`,
    'Make it with instructions.newInstruction or world.headerOf.',
  );
  header.forEach(tokenIndex);
};

/**
 * The logarithm of the probability that a small model gives to each label word, of all words.
 *
 * @param model     stays the caller's
 * @param questions with as many examples each
 * @returns in nats, [questions, labels], in the order of world.LABELS
 * @throws CourseError when there is no model, method or question, a header is no four tokens, or not
 *   all have as many examples
 */
export function instructedLogAnswers(
  model: SmallModel,
  method: Method,
  questions: readonly InstructedQuestion[],
): number[][] {
  checkSmallModel(model);
  checkMethod(method);
  const k = equalExamples(questions);
  checkEach('Questions', questions, 'questions', checkHeader, 1);
  const layout = documentLayout(method, k, 1);
  try {
    const rows = questions.map(({ header, context: { examples }, input }) => {
      const own = header.map(tokenIndex);
      const question = { context: { examples }, input };
      return questionTokens(question, LABELS[0]!, TEMPLATES[0]!, layout).map(
        (token, t) => own[layout.source[t]!] ?? token,
      );
    });
    return labelLogs(model, layout, rows);
  } finally {
    disposeLayout(layout);
  }
}

/** What a small model answers after a context: the probability of each label word. */
import { tf } from '../../../core/backend';
import { checkEach, checkMadeBy, type Check } from '../../../core/checks';
import { demand, plainObject } from '../../../core/errors';
import type { Method } from '../../../model/methods';
import { contextDocument, headerOf, lineOf, documentTokens } from '../world/documents';
import { checkWorldContext, type Context } from '../world/posterior';
import { checkInput, type Input } from '../world/rules';
import { LABELS } from '../world/taskworld';
import { TEMPLATES, tokenIndex } from '../world/vocabulary';
import { disposeLayout, documentLayout, type DocumentLayout } from './layout';
import { SmallModel } from './smallmodel';

/** A context and the input that is asked after it. */
export interface SmallQuestion {
  readonly context: Context;
  readonly input: Input;
}

const checkQuestion: Check = (name, question) => {
  plainObject(name, question);
  const { context, input } = question as SmallQuestion;
  checkWorldContext(context);
  checkInput(input);
};

const LABEL_TOKENS = LABELS.map(tokenIndex);

/**
 * The probability that a small model gives to each label word, of all words.
 *
 * @param questions with as many examples each
 * @returns [questions, labels], in the order of world.LABELS
 * @throws CourseError when there is no model, method or question, or not all have as many examples
 */
export function smallAnswers(
  model: SmallModel,
  method: Method,
  questions: readonly SmallQuestion[],
  template = TEMPLATES[0]!,
): number[][] {
  checkMadeBy('The model', model, SmallModel, 'small.SmallModel', 'Make one, or load it.');
  checkEach('Questions', questions, 'questions', checkQuestion, 1);
  const k = questions[0]!.context.examples.length;
  demand(
    questions.every(({ context }) => context.examples.length === k),
    () => 'Questions with unequal numbers of examples were given together.',
    'Ask those with as many examples in one call.',
  );
  const layout = documentLayout(method, k, 1);
  try {
    return answersIn(model, layout, questions, template);
  } finally {
    disposeLayout(layout);
  }
}

/** The same under the layout of questions with as many examples. */
function answersIn(
  model: SmallModel,
  layout: DocumentLayout,
  questions: readonly SmallQuestion[],
  template: string,
): number[][] {
  const asked = layout.source.length - 3; // the template; the label follows it
  const rows = questions.map(({ context, input }) => {
    const { lines } = contextDocument(context, template);
    const query = lineOf({ input, label: LABELS[0]! }, template);
    const all = documentTokens({ header: headerOf(context.instruction), lines: [...lines, query] });
    return layout.source.map((from) => all[from]!);
  });
  return tf.tidy(() => {
    const logits = model.logits(tf.tensor2d(rows, undefined, 'int32'), layout); // [B, T, V]
    const words = tf.softmax(logits.slice([0, asked, 0], [-1, 1, -1]).squeeze([1])); // [B, V]
    return words.gather(LABEL_TOKENS, 1).arraySync() as number[][]; // [B, labels]
  });
}

/** What a small model answers after a context: the probability of each label word. */
import { tf } from '../../../core/backend';
import type { Method } from '../../../model/methods';
import { contextDocument, headerOf, lineOf, tokensOf } from '../world/documents';
import type { Context } from '../world/posterior';
import type { Input } from '../world/rules';
import { LABELS } from '../world/taskworld';
import { TEMPLATES, tokenIndex } from '../world/vocabulary';
import { disposeLayout, documentLayout } from './layout';
import type { SmallModel } from './smallmodel';

/** A context and the input that is asked after it. */
export interface SmallQuestion {
  readonly context: Context;
  readonly input: Input;
}

const LABEL_TOKENS = LABELS.map(tokenIndex);

/**
 * The probability that a small model gives to each label word, of all words.
 *
 * @param questions with as many examples each
 * @returns [questions, labels], in the order of world.LABELS
 */
export function smallAnswers(
  model: SmallModel,
  method: Method,
  questions: readonly SmallQuestion[],
  template = TEMPLATES[0]!,
): number[][] {
  const k = questions[0]!.context.examples.length;
  const layout = documentLayout(method, k, 1);
  const T = layout.source.length;
  const asked = T - 3; // the template; the label follows it
  const rows = questions.map(({ context, input }) => {
    const { lines } = contextDocument(context, template);
    const query = lineOf({ input, label: LABELS[0]! }, template);
    const all = tokensOf({ header: headerOf(context.instruction), lines: [...lines, query] });
    return layout.source.map((from) => all[from]!);
  });
  const answers = tf.tidy(() => {
    const logits = model.logits(tf.tensor2d(rows, undefined, 'int32'), layout); // [B, T, V]
    const words = tf.softmax(logits.slice([0, asked, 0], [-1, 1, -1]).squeeze([1])); // [B, V]
    return words.gather(LABEL_TOKENS, 1).arraySync() as number[][]; // [B, labels]
  });
  disposeLayout(layout);
  return answers;
}

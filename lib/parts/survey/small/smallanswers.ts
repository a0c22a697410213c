/** What a small model answers after a context: the probability of each label word. */
import { tf } from '../../../core/backend';
import { checkEach, checkMadeBy, checkWord, type Check } from '../../../core/checks';
import { demand, plainObject } from '../../../core/errors';
import type { Method } from '../../../model/methods';
import type { Hook } from '../../../model/transformer';
import type { Tensor3D } from '@tensorflow/tfjs';
import { LINE_TOKENS, contextDocument, documentTokens, lineOf } from '../world/documents';
import { checkWorldContext, type Context } from '../world/posterior';
import { INPUT_WORDS, checkInput, type Input } from '../world/rules';
import { LABELS } from '../world/taskworld';
import { MARKS, TEMPLATES, tokenIndex } from '../world/vocabulary';
import {
  disposeLayout,
  documentLayout,
  isOrdered,
  type DocumentLayout,
  type LayoutTensors,
} from './layout';
import { SmallModel } from './smallmodel';

/** A context and the input that is asked after it. */
export interface SmallQuestion {
  readonly context: Context;
  /** Three words; null for a question without content, which is written with three blanks `_`. */
  readonly input: Input | null;
}

const checkQuestion: Check = (name, question) => {
  plainObject(name, question);
  const { context, input } = question as SmallQuestion;
  checkWorldContext(context);
  if (input !== null) checkInput(input);
};

const LABEL_TOKENS = LABELS.map(tokenIndex);

/** Refuses what is no small model. */
export const checkSmallModel = (model: SmallModel): void =>
  checkMadeBy('The model', model, SmallModel, 'small.SmallModel', 'Make one, or load it.');

/**
 * Refuses what are no questions with as many examples each.
 *
 * @returns how many examples each has
 * @throws CourseError quoting what is wrong
 */
export function equalExamples(questions: readonly SmallQuestion[]): number {
  checkEach('Questions', questions, 'questions', checkQuestion, 1);
  const k = questions[0]!.context.examples.length;
  demand(
    questions.every(({ context }) => context.examples.length === k),
    () => 'Questions with unequal numbers of examples were given together.',
    'Ask those with as many examples in one call.',
  );
  return k;
}

/** A line with a label; one without content has three blanks as its input. */
function lineWith(input: Input | null, label: string, template: string): string[] {
  const line = lineOf({ input: input ?? new Array<number>(INPUT_WORDS).fill(0), label }, template);
  if (input !== null) return line;
  const from = template === MARKS.channel ? 2 : 0;
  return line.map((token, i) => (i >= from && i < from + INPUT_WORDS ? MARKS.nothing : token));
}

/**
 * The tokens of a question with an answer, by their numbers and in the order of a layout.
 *
 * @throws CourseError when the template is refused
 */
export function questionTokens(
  { context, input }: SmallQuestion,
  label: string,
  template: string,
  { source }: Pick<DocumentLayout, 'source'>,
): number[] {
  const { header, lines } = contextDocument(context, template);
  const all = documentTokens({ header, lines: [...lines, lineWith(input, label, template)] });
  return source.map((from) => all[from]!);
}

/** The place of the template token of the last of T tokens' lines; its label follows. */
export const askedPlace = (T: number): number => T - 3;

/**
 * Scores of the word that follows the template of each line.
 *
 * @param logits of a sequence that ends with the lines, [B, T, V]
 * @returns [B, lines, V]; the caller disposes it
 */
export const atTemplates = (logits: Tensor3D, lines: number): Tensor3D =>
  tf.tidy(() => {
    const [B, T, V] = logits.shape;
    const begins = T - LINE_TOKENS * lines;
    return logits
      .slice([0, begins, 0], [-1, -1, -1])
      .reshape([B, lines, LINE_TOKENS, V])
      .slice([0, 0, askedPlace(LINE_TOKENS), 0], [-1, -1, 1, -1])
      .squeeze<Tensor3D>([2]); // [B, lines, V]
  });

/** The logarithm of the probability of each label word, of scores [B, lines, V]: [B lines, labels]. */
export const labelLogsOf = (scores: Tensor3D): number[][] =>
  tf.tidy(() => {
    const [B, lines, V] = scores.shape;
    const words = tf.logSoftmax(scores.reshape([B * lines, V])); // [B lines, V]
    return words.gather(LABEL_TOKENS, 1).arraySync() as number[][]; // [B lines, labels]
  });

/**
 * The logarithm of the probability of each label word after the template of the last lines.
 *
 * @param rows  tokens in the order of the layout, [B, T]
 * @param lines of each row; left out: 1
 * @param hook  gets and may replace every inner value, see Transformer.forward
 * @returns [B lines, labels]
 */
export const labelLogs = (
  model: SmallModel,
  layout: LayoutTensors,
  rows: readonly (readonly number[])[],
  { lines = 1, hook }: { readonly lines?: number; readonly hook?: Hook | undefined } = {},
): number[][] =>
  tf.tidy(() => {
    const tokens = tf.tensor2d(rows.flat(), [rows.length, rows[0]!.length], 'int32'); // [B, T]
    const logits = model.logits(tokens, layout, hook); // [B, T, V]
    return labelLogsOf(atTemplates(logits, lines)); // [B lines, labels]
  });

/** Questions that are tests of one document, where no order of lines counts. */
const TESTS_AT_ONCE = 32;

/**
 * The same for questions about one context under a method without an order of lines: they are tests
 * of one document, which do not read each other, and the context is read once for all of them.
 *
 * @returns [questions, labels]
 */
function sharedLogAnswers(
  model: SmallModel,
  method: Method,
  context: Context,
  questions: readonly SmallQuestion[],
  template: string,
): number[][] {
  if (questions.length > TESTS_AT_ONCE)
    return [questions.slice(0, TESTS_AT_ONCE), questions.slice(TESTS_AT_ONCE)].flatMap((some) =>
      sharedLogAnswers(model, method, context, some, template),
    );
  const layout = documentLayout(method, context.examples.length, questions.length);
  try {
    const { header, lines } = contextDocument(context, template);
    const tests = questions.map(({ input }) => lineWith(input, LABELS[0]!, template));
    const all = documentTokens({ header, lines: [...lines, ...tests] });
    const row = layout.source.map((from) => all[from]!);
    return labelLogs(model, layout, [row], { lines: questions.length });
  } finally {
    disposeLayout(layout);
  }
}

/**
 * The logarithm of the probability that a small model gives to each label word, of all words, in
 * nats.
 *
 * @param questions with as many examples each
 * @param hook      gets and may replace every inner value, see Transformer.forward
 * @returns [questions, labels], in the order of world.LABELS
 * @throws CourseError when there is no model, method, question or such template, or not all have as
 *   many examples
 */
export function smallLogAnswers(
  model: SmallModel,
  method: Method,
  questions: readonly SmallQuestion[],
  template = TEMPLATES[0]!,
  hook?: Hook,
): number[][] {
  checkSmallModel(model);
  const k = equalExamples(questions);
  checkWord('The template of a question', template, TEMPLATES);
  const { context } = questions[0]!;
  const shared = questions.length > 1 && questions.every((one) => one.context === context);
  if (shared && !hook && !isOrdered(method))
    return sharedLogAnswers(model, method, context, questions, template);
  const layout = documentLayout(method, k, 1);
  try {
    const rows = questions.map((one) => questionTokens(one, LABELS[0]!, template, layout));
    return labelLogs(model, layout, rows, { hook });
  } finally {
    disposeLayout(layout);
  }
}

/**
 * The probability that a small model gives to each label word, of all words.
 *
 * @param questions with as many examples each
 * @returns [questions, labels], in the order of world.LABELS
 * @throws CourseError when there is no model, method, question or such template, or not all have as
 *   many examples
 */
export const smallAnswers = (
  model: SmallModel,
  method: Method,
  questions: readonly SmallQuestion[],
  template = TEMPLATES[0]!,
): number[][] =>
  smallLogAnswers(model, method, questions, template).map((logs) => logs.map(Math.exp));

/**
 * The probability of whole lines: the logarithm of the probability of every token of a question with
 * its answer, and of the examples before it. Under AR every token of every line is predicted by those
 * before it. Under Prefix and InvICL lines have no order, so that nothing predicts the first token of
 * a line, which is given; and of the examples only InvICL predicts tokens that it has not read (each
 * example given all the others).
 */
import { tf } from '../../../core/backend';
import { checkEach, checkFields, checkText, type Check } from '../../../core/checks';
import type { Method } from '../../../model/methods';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { TEMPLATES } from '../world/vocabulary';
import { disposeLayout, documentLayout, isOrdered, type DocumentLayout } from './layout';
import { checkSmallModel, equalExamples, questionTokens, type SmallQuestion } from './smallanswers';
import type { SmallModel } from './smallmodel';

/** A question with an answer. */
export interface AnsweredLine extends SmallQuestion {
  readonly label: string;
}

/** Logarithms of the probability of tokens, in nats; the header is given. */
export interface LogLines {
  /** Of the examples' tokens, [rows, tokens]; none under a method that has read them before. */
  readonly context: number[][];
  /** Of the line's tokens, [rows, 6] under AR, else [rows, 5]: all but the first. */
  readonly line: number[][];
}

const checkAnswer: Check = (name, line) => checkFields(name, line, { label: checkText });

/** Rows that are in memory at once. */
const ROWS_AT_ONCE = 64;

/** Places of a layout whose token is predicted at the place before. */
function predictedPlaces(method: Method, { source, counts }: DocumentLayout): number[] {
  const ordered = isOrdered(method);
  const begins = (from: number): boolean => (from - HEADER_TOKENS) % LINE_TOKENS === 0;
  return source.flatMap((from, t) =>
    from >= HEADER_TOKENS && counts[t] === 1 && (ordered || !begins(from)) ? [t] : [],
  );
}

/**
 * The logarithm of the probability that a small model gives to each token of some lines after their
 * contexts.
 *
 * @param lines    with as many examples each
 * @param template one of world.TEMPLATES, or world.MARKS.channel for lines whose label comes first
 * @throws CourseError when there is no model, method, line or such template, or not all have as many
 *   examples
 */
export function smallLogLines(
  model: SmallModel,
  method: Method,
  lines: readonly AnsweredLine[],
  template = TEMPLATES[0]!,
): LogLines {
  checkSmallModel(model);
  const k = equalExamples(lines);
  checkEach('Lines', lines, 'lines', checkAnswer, 1);
  const layout = documentLayout(method, k, 1);
  try {
    const places = predictedPlaces(method, layout);
    const rows = lines.map((one) => questionTokens(one, one.label, template, layout));
    const logs: number[][] = [];
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
      logs.push(...tokenLogs(model, layout, rows.slice(from, from + ROWS_AT_ONCE), places));
    const own = places.filter((t) => layout.source[t]! >= HEADER_TOKENS + LINE_TOKENS * k).length;
    return {
      context: logs.map((row) => row.slice(0, row.length - own)),
      line: logs.map((row) => row.slice(row.length - own)),
    };
  } finally {
    disposeLayout(layout);
  }
}

/** log p of the tokens at some places, each read out at the place before: [rows, places]. */
const tokenLogs = (
  model: SmallModel,
  layout: DocumentLayout,
  rows: readonly (readonly number[])[],
  places: readonly number[],
): number[][] =>
  tf.tidy(() => {
    const tokens = tf.tensor2d(rows.flat(), [rows.length, layout.source.length], 'int32'); // [B, T]
    const logs = tf.logSoftmax(model.logits(tokens, layout)); // [B, T, V]
    const wanted = rows.flatMap((row, b) => places.map((t) => [b, t - 1, row[t]!]));
    return tf
      .gatherND(logs, tf.tensor2d(wanted, undefined, 'int32'))
      .reshape([rows.length, places.length])
      .arraySync() as number[][]; // [B, places]
  });

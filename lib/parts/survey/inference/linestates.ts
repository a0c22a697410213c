/**
 * What the small model holds at the template token of every line, from which the label is predicted:
 * its states after each block, and the probabilities of the labels.
 */
import { tf } from '../../../core/backend';
import { METHODS } from '../../../model/methods';
import type { Hook } from '../../../model/transformer';
import type { Tensor3D } from '@tensorflow/tfjs';
import { layerOf } from '../shapes/states';
import { disposeLayout, documentLayout, type LayoutTensors } from '../small/layout';
import {
  askedPlace,
  atTemplates,
  checkSmallModel,
  equalExamples,
  labelLogsOf,
  questionTokens,
  type SmallQuestion,
} from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { LINE_TOKENS } from '../world/documents';
import { LABELS } from '../world/taskworld';
import { TEMPLATES } from '../world/vocabulary';

/** What is read of questions with k examples each, under AR. */
export interface LineReading {
  /** After each block, of the k examples and then the question: [L][questions][k + 1][C]. */
  readonly states: readonly (readonly (readonly (readonly number[])[])[])[];
  /** ln p of each label word, in the same order of lines: [questions][k + 1][labels], in nats. */
  readonly logs: readonly (readonly (readonly number[])[])[];
}

/** Questions that are read at once. */
const ROWS_AT_ONCE = 128;

/** The states [B, T, C] at the templates of all lines: [B][lines][C]. */
const statesAtTemplates = (states: Tensor3D, lines: number): number[][][] =>
  tf.tidy(() => {
    const T = states.shape[1];
    const begins = T - LINE_TOKENS * lines;
    const places = Array.from(
      { length: lines },
      (_, i) => begins + LINE_TOKENS * i + askedPlace(LINE_TOKENS),
    );
    return states.gather(places, 1).arraySync() as number[][][]; // [B, lines, C]
  });

function readRows(
  model: SmallModel,
  layout: LayoutTensors,
  rows: readonly (readonly number[])[],
  lines: number,
): { readonly states: number[][][][]; readonly logs: number[][][] } {
  const states: number[][][][] = [];
  const hook: Hook = (name, value) => {
    if (layerOf(name) !== null) states.push(statesAtTemplates(value as Tensor3D, lines));
  };
  const flat = tf.tidy(() => {
    const tokens = tf.tensor2d(rows.flat(), [rows.length, rows[0]!.length], 'int32'); // [B, T]
    return labelLogsOf(atTemplates(model.logits(tokens, layout, hook), lines)); // [B lines, labels]
  });
  const logs = rows.map((_, b) => flat.slice(b * lines, (b + 1) * lines));
  return { states, logs };
}

/**
 * Reads questions under AR, in which a line reads the lines before it.
 *
 * @param questions with as many examples each
 * @throws CourseError when there is no model or question, or not all have as many examples
 */
export function lineReading(model: SmallModel, questions: readonly SmallQuestion[]): LineReading {
  checkSmallModel(model);
  const k = equalExamples(questions);
  const layout = documentLayout(METHODS.ar, k, 1);
  try {
    const rows = questions.map((one) => questionTokens(one, LABELS[0]!, TEMPLATES[0]!, layout));
    const parts = Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, part) =>
      readRows(model, layout, rows.slice(part * ROWS_AT_ONCE, (part + 1) * ROWS_AT_ONCE), k + 1),
    );
    return {
      states: parts[0]!.states.map((_, l) => parts.flatMap(({ states }) => states[l]!)),
      logs: parts.flatMap(({ logs }) => logs),
    };
  } finally {
    disposeLayout(layout);
  }
}

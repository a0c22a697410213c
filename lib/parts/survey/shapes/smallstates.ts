/** The states of the small model under AR, after every block. */
import { tf } from '../../../core/backend';
import { METHODS } from '../../../model/methods';
import type { Hook } from '../../../model/transformer';
import { disposeLayout, documentLayout, type DocumentLayout } from '../small/layout';
import {
  askedPlace,
  checkSmallModel,
  equalExamples,
  questionTokens,
  type SmallQuestion,
} from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { LABELS } from '../world/taskworld';
import { TEMPLATES } from '../world/vocabulary';
import { layerOf, statesAt } from './states';

/** The states after every block at one token of some rows: [L][rows][C]. */
export function statesOf(
  model: SmallModel,
  layout: DocumentLayout,
  rows: readonly (readonly number[])[],
  place: number,
): number[][][] {
  const byLayer: number[][][] = [];
  const hook: Hook = (name, value) => {
    if (layerOf(name) === null) return;
    byLayer.push(
      statesAt(
        value,
        rows.map(() => place),
      ),
    ); // [rows][C]
  };
  tf.tidy(() => {
    const tokens = tf.tensor2d(rows.flat(), [rows.length, layout.source.length], 'int32'); // [B, T]
    model.logits(tokens, layout, hook); // [B, T, V]
  });
  return byLayer;
}

/**
 * The states at the template token of questions, from which their label is predicted, after every
 * block.
 *
 * @param questions with as many examples each
 * @returns [L][questions][C]
 * @throws CourseError when there is no model or question, or not all have as many examples
 */
export function questionStates(
  model: SmallModel,
  questions: readonly SmallQuestion[],
): number[][][] {
  checkSmallModel(model);
  const layout = documentLayout(METHODS.ar, equalExamples(questions), 1);
  try {
    const rows = questions.map((one) => questionTokens(one, LABELS[0]!, TEMPLATES[0]!, layout));
    return statesOf(model, layout, rows, askedPlace(layout.source.length));
  } finally {
    disposeLayout(layout);
  }
}

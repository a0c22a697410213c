/**
 * Who influences whom in a model, measured by gradients: d prediction_i / d y_j. A zero on the
 * diagonal means no leakage; non-zeros off the diagonal mean interdependence.
 */
import { tf } from '../core/backend';
import { demand } from '../core/errors';
import type { Tensor2D } from '@tensorflow/tfjs';

import { checkModel, type InContextModel } from '../model/incontext';
import { promptSizes, type Prompts } from '../model/prompts';

/**
 * influence[i][j]: how strongly label j moves prediction i; the last row is the first test input.
 */
export type InfluenceMap = number[][];

/**
 * The mean absolute gradient of every prediction with respect to every example's label.
 *
 * @param prompts shapes as in Prompts; one test input per prompt is enough
 * @returns n + 1 rows (the examples, then the first test) and n columns
 * @throws CourseError in the 'pair' layout, which predicts at tests only
 */
export function influenceMap(model: InContextModel, prompts: Prompts): InfluenceMap {
  checkModel(model);
  const { n, m } = promptSizes(prompts);
  demand(
    model.config.layout !== 'pair',
    () => "An influence map was asked of a model in the 'pair' layout.",
    "It predicts at tests only; use the layout 'xy'.",
  );
  demand(
    !model.method.oneTest || m === 1,
    () => `${model.name} was given ${m} tests.`,
    'Give one test per prompt.',
  );
  return Array.from({ length: n + 1 }, (_, row) =>
    tf.tidy(() => {
      const answer = (y: Tensor2D): tf.Scalar => {
        const { context, tests } = model.forward({ ...prompts, y });
        const [answers, k] = row < n ? [context!, row] : [tests, 0];
        const column = answers.slice([0, k], [-1, 1]); // [B, 1]
        return column.sum() as tf.Scalar;
      };
      const gradient = tf.grad((y) => answer(y as Tensor2D))(prompts.y); // [B, n]
      return Array.from(gradient.abs().mean(0).dataSync());
    }),
  );
}

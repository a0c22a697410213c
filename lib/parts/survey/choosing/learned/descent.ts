/** A short training run of something small: Adam on a loss of its own at each step. */
import { tf } from '../../../../core/backend';
import type { Scalar } from '@tensorflow/tfjs';

import type { Parameters } from '../../../../model/transformer';
import { Adam } from '../../../../training/adam';
import { gradientsOf } from '../../../../training/steps';

/**
 * Makes steps of Adam. It leaves no tensor.
 *
 * @param parameters of any shapes; they are changed, and stay the caller's
 * @param lossOf     of a step's number, [] (a scalar)
 */
export function descend(
  parameters: Parameters,
  steps: number,
  learningRate: number,
  lossOf: (step: number) => Scalar,
): void {
  const adam = new Adam(parameters);
  try {
    for (let step = 0; step < steps; step++)
      tf.tidy(() => {
        const { gradients } = gradientsOf(parameters, () => lossOf(step));
        adam.update(gradients, adam.next(learningRate));
      });
  } finally {
    adam.dispose();
  }
}

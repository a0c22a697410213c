/**
 * The loss: squared error over every prediction that a method may honestly use, per input
 * dimension, as Garg et al. Whether the predictions inside the context count, or the tests alone,
 * is the method's `loss`.
 */
import { tf } from '../core/backend';
import type { Scalar } from '@tensorflow/tfjs';

import { checkModel, type InContextModel } from '../model/incontext';
import { disposePrompts, promptSizes, type Prompts } from '../model/prompts';
import { oneTestEach } from '../model/prompttensors';

/**
 * Mean squared error / d over the predictions the method may use.
 *
 * @param prompts shapes as in Prompts
 * @returns [] (a scalar), in squared label units per dimension; the caller disposes it
 * @throws CourseError when the prompts do not fit the model
 */
export function promptLoss(model: InContextModel, prompts: Prompts): Scalar {
  checkModel(model);
  const { m, d } = promptSizes(prompts);
  if (model.method.oneTest && m > 1) {
    const each = oneTestEach(prompts);
    const loss = promptLoss(model, each);
    disposePrompts(each);
    return loss;
  }
  return tf.tidy(() => {
    const { context, tests } = model.forward(prompts);
    const atTests = tests.sub(prompts.yTest).square(); // [B, m]
    if (model.method.loss === 'test' || !context) return atTests.mean().div(d) as Scalar;
    const atExamples = context.sub(prompts.y).square(); // [B, n]
    const all = tf.concat([atExamples, atTests], 1); // [B, n + m]
    return all.mean().div(d) as Scalar;
  });
}

/**
 * BatchICL (Zhang et al., arXiv 2401.06469): not a mask but a procedure over a trained model. n
 * one-shot passes; at one layer the attention outputs of the test token are averaged over the
 * examples and put into a zero-shot pass, whose later layers run as usual. The answer cannot depend
 * on the order of the examples.
 */
import { tf } from '../core/backend';
import { demand, quote } from '../core/errors';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs';

import { checkModel, type InContextModel } from './incontext';
import { promptSizes, type Predictor, type Prompts } from './prompts';
import { chosenExamples, oneExampleEach, oneTestEach, type PromptTensors } from './prompttensors';
import type { Hook } from './transformer';

/**
 * BatchICL's averaging: the attention output of the test token at one layer, averaged over groups
 * of one-shot passes, put into passes whose test reads nothing but itself.
 *
 * @param layer    which block's attention output is averaged, from 0
 * @param n        one-shot passes per test; they stand next to each other in the batch
 * @param oneShot  runs the one-shot passes, [tests n, T, C] inside, the test token last
 * @param withTest runs passes with any one example before each test, [tests, T, C] inside, the test
 *                 token last
 * @returns what withTest returns; the caller disposes it
 */
const averagedAttention = <R extends Tensor>(
  layer: number,
  n: number,
  oneShot: (hook: Hook) => unknown,
  withTest: (hook: Hook) => R,
): R =>
  tf.tidy(() => {
    const site = `blocks.${layer}.attention.out`;
    let update: Tensor | null = null;
    oneShot((name, value) => {
      if (name !== site) return;
      const [rows, T, C] = (value as Tensor3D).shape;
      const atTest = value.slice([0, T - 1, 0], [-1, 1, -1]); // [tests n, 1, C]
      // [tests, 1, C], kept beyond the pass that computed it
      update = tf.keep(atTest.reshape([rows / n, n, 1, C]).mean(1));
    });
    // The zero-shot pass runs at the position the test had in the one-shot pass: one example stands
    // before it, unread, and the test's attention output at the chosen layer is replaced; earlier
    // layers see the test alone.
    const answers = withTest((name, value) => {
      if (name.endsWith('attention.weights')) {
        const [, , T] = (value as tf.Tensor4D).shape;
        const onlySelf = tf.concat([tf.zeros([T - 1]), tf.ones([1])]).reshape([1, 1, 1, T]);
        const rowsBefore = value.slice([0, 0, 0, 0], [-1, -1, T - 1, -1]); // [tests, H, T - 1, T]
        const [tests, H] = value.shape as [number, number];
        const lastRows = onlySelf.tile([tests, H, 1, 1]); // [tests, H, 1, T]
        return tf.concat([rowsBefore, lastRows], 2); // [tests, H, T, T]
      }
      if (name !== site) return;
      const T = (value as Tensor3D).shape[1];
      return tf.concat([value.slice([0, 0, 0], [-1, T - 1, -1]), update!], 1); // [tests, T, C]
    });
    tf.dispose(update!);
    return answers;
  });

/**
 * Refuses a layer that a model does not have.
 *
 * @throws CourseError naming it
 */
export const checkBatchLayer = (layer: number, layers: number): void =>
  demand(
    Number.isInteger(layer) && layer >= 0 && layer < layers,
    () => `BatchICL was asked for layer ${quote(layer)} of a model with ${layers}.`,
    `Choose 0 to ${layers - 1}.`,
  );

/**
 * BatchICL's answers to prompts of any kind: every test alone, n one-shot passes, then a pass with
 * the averaged attention.
 *
 * @param prompts shapes as in PromptTensors
 * @param forward a forward pass of the trained model, its test token last
 * @returns what `forward` returns for B m prompts with one test; the caller disposes it
 */
export const batchAnswers = <P extends PromptTensors, R extends Tensor>(
  layer: number,
  prompts: P,
  forward: (prompts: P, hook: Hook) => R,
): R =>
  tf.tidy(() => {
    const each = oneTestEach(prompts);
    const [oneShot, firstOnly] = [oneExampleEach(each), chosenExamples(each, [0])];
    return averagedAttention(
      layer,
      prompts.x.shape[1],
      (hook) => forward(oneShot, hook),
      (hook) => forward(firstOnly, hook),
    );
  });

/**
 * BatchICL over a model that has seen one-shot prompts (AR trained on all positions has).
 *
 * @param model the trained model; stays the caller's
 * @param layer which block's attention output is averaged, from 0; chosen on held-out prompts
 * @throws CourseError when the model has no such layer
 */
export function batchICL(model: InContextModel, layer: number): Predictor {
  checkModel(model);
  checkBatchLayer(layer, model.transformer.size.layers);
  return {
    name: 'BatchICL',
    predict: (prompts: Prompts) =>
      tf.tidy(() => {
        const { B, m } = promptSizes(prompts);
        const answers = batchAnswers(
          layer,
          prompts,
          (given, hook) => model.forward(given, hook).tests,
        );
        return answers.reshape([B, m]); // [B, m]
      }),
  };
}

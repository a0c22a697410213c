/**
 * How well a classifier does: accuracy, cross-entropy, its divergence from the posterior
 * predictive, and how often two agree. The divergence KL(P || A) = sum_c P_c ln(P_c / A_c),
 * averaged over tests, is what A's expected cross-entropy has above the least that is possible; it
 * is 0 only where A says what the examples allow to say, no more and no less.
 */
import { tf } from '../core/backend';
import { demand } from '../core/errors';
import type { Tensor3D } from '@tensorflow/tfjs';

import { checkedAnswers, type Predictor, type Prompts } from '../model/prompts';
import { crossEntropy, logProbabilitiesOf, type Classifier } from './classifier';

/**
 * The share of tests that are answered rightly.
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError when the prompts do not fit the predictor
 */
export function accuracy(predictor: Predictor, prompts: Prompts): number {
  return tf.tidy(
    () => checkedAnswers(predictor, prompts).equal(prompts.yTest).toFloat().mean().dataSync()[0]!,
  );
}

/**
 * Mean cross-entropy of the right classes, in nats.
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError when the prompts do not fit the classifier
 */
export function crossEntropyOf(classifier: Classifier, prompts: Prompts): number {
  return tf.tidy(
    () => crossEntropy(logProbabilitiesOf(classifier, prompts), prompts.yTest).dataSync()[0]!,
  );
}

/**
 * KL(P || A) from the logarithms of two sets of probabilities, mean over tests, in nats.
 *
 * @param p [B, m, C]
 * @param a [B, m, C]
 * @throws CourseError when the shapes differ
 */
export function divergence(p: Tensor3D, a: Tensor3D): number {
  demand(
    p.shape.join() === a.shape.join(),
    () => `Probabilities [${p.shape}] and [${a.shape}] were compared.`,
    'Give equal shapes.',
  );
  return tf.tidy(() => p.exp().mul(p.sub(a)).sum(2).mean().dataSync()[0]!);
}

/**
 * KL(P || A) of a classifier from a reference, mean over tests, in nats.
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError when the prompts do not fit, or the two have different classes
 */
export function divergenceFrom(
  reference: Classifier,
  classifier: Classifier,
  prompts: Prompts,
): number {
  return tf.tidy(() =>
    divergence(logProbabilitiesOf(reference, prompts), logProbabilitiesOf(classifier, prompts)),
  );
}

/**
 * The share of tests at which two predictors answer the same.
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError when the prompts do not fit one of them
 */
export function agreement(a: Predictor, b: Predictor, prompts: Prompts): number {
  return tf.tidy(
    () =>
      checkedAnswers(a, prompts).equal(checkedAnswers(b, prompts)).toFloat().mean().dataSync()[0]!,
  );
}

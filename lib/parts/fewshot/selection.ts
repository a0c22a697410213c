/**
 * Algorithm selection: of a list of classifiers, take the one that answers the examples best, and
 * let it answer the test. Two ways: for each context by leaving one example out at a time, or (an
 * oracle) for a whole kind of tasks by the labels of the tests.
 * Reference: Wu et al. (ICLR 2025), who name the idea and leave its details open; the list decides
 * what it can do, so it is stated.
 */
import { tf } from '../../core/backend';
import { checkList, checkText } from '../../core/checks';
import { demand, positiveInteger, quote } from '../../core/errors';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import { promptSizes, type Prompts } from '../../model/prompts';
import {
  checkClassifier,
  likeliest,
  logProbabilitiesOf,
  oneHot,
  type Classifier,
} from '../../classifiers/classifier';
import { accuracy } from '../../classifiers/measures';
import { argMax, argMin } from '../../core/numerics';

/**
 * Leave-one-out loss of a classifier on each context: every example is answered from the others.
 *
 * @param prompts shapes as in Prompts, n at least 2
 * @returns one mean cross-entropy for each prompt, in nats
 * @throws CourseError when there is one example only, and quoting what is no classifier or no answer
 *   of one
 */
export function leaveOneOutLosses(classifier: Classifier, prompts: Prompts): number[] {
  const { n } = promptSizes(prompts, 2);
  return tf.tidy(() => {
    const losses = Array.from({ length: n }, (_, i) => {
      const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
      const held: Prompts = {
        x: prompts.x.gather(others, 1),
        y: prompts.y.gather(others, 1),
        xTest: prompts.x.slice([0, i, 0], [-1, 1, -1]),
        yTest: prompts.y.slice([0, i], [-1, 1]),
      };
      return logProbabilitiesOf(classifier, held)
        .mul(oneHot(held.yTest, classifier.classes))
        .sum([1, 2])
        .neg(); // [B]
    });
    return Array.from((tf.stack(losses, 1).mean(1) as Tensor).dataSync());
  });
}

/** Refuses what is no list with classifiers. */
function checkClassifiers(list: readonly Classifier[]): void {
  checkList('A selection', list, 'classifiers', () => true);
  demand(
    list.length > 0,
    () => 'A selection among no classifiers was asked for.',
    'Give at least one.',
  );
  list.forEach(checkClassifier);
}

/**
 * A classifier that takes, for each context, the classifier with the least leave-one-out loss (the
 * first of equals); with one example the first classifier answers.
 *
 * @throws CourseError when the list is empty, holds what is no classifier, or its classifiers have
 *   different classes
 */
export function selectedByContext(
  list: readonly Classifier[],
  name = 'selection by context',
): Classifier {
  checkClassifiers(list);
  checkText('The name of a selection', name);
  const { classes } = list[0]!;
  positiveInteger('classes', classes);
  demand(
    list.every((one) => one.classes === classes),
    () =>
      `The classifiers of a selection have ${list.map((one) => quote(one.classes)).join(', ')} classes.`,
    'Give classifiers of the same classes.',
  );
  /** @returns [B, m, C] */
  const logProbabilities = (prompts: Prompts): Tensor3D => {
    if (promptSizes(prompts).n < 2) return logProbabilitiesOf(list[0]!, prompts);
    const losses = list.map((one) => leaveOneOutLosses(one, prompts));
    const chosen = losses[0]!.map((_, b) => {
      const own = losses.map((of) => of[b]!);
      return argMin(own);
    });
    return tf.tidy(() => {
      // [classifiers, B, m, C]
      const answers = tf.stack(list.map((one) => logProbabilitiesOf(one, prompts)));
      const pick = tf
        .oneHot(tf.tensor1d(chosen, 'int32'), list.length)
        .transpose()
        .toFloat() as Tensor2D; // [classifiers, B]
      return answers.mul(pick.expandDims(2).expandDims(3)).sum(0) as Tensor3D; // [B, m, C]
    });
  };
  return {
    name,
    classes,
    logProbabilities,
    predict: (prompts) => likeliest({ logProbabilities }, prompts),
  };
}

/**
 * The classifier of a list that answers these prompts best, chosen by their test labels, which no
 * predictor sees.
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError when the list is empty or holds what is no classifier, or the prompts do not fit
 */
export function selectedByOracle(list: readonly Classifier[], prompts: Prompts): Classifier {
  checkClassifiers(list);
  const scores = list.map((one) => accuracy(one, prompts));
  return list[argMax(scores)]!;
}

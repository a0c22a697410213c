/**
 * How much an answer depends on the order of the examples, for prompts of numbers or of any other
 * kind whose format is given.
 */
import { checkList, checkReadable, checkRows } from '../core/checks';
import { tf } from '../core/backend';
import { demand, positiveInteger } from '../core/errors';
import { allPermutations, stream } from '../core/random';
import type { Tensor2D } from '@tensorflow/tfjs';

import {
  checkOrder,
  checkPredictor,
  type Predictor,
  type PromptFormat,
  type Prompts,
} from '../model/prompts';
import type { Choice } from '../model/prompttensors';
import { formatOrNumbers } from './format';
import { deviation, mean } from './statistics';

/** Up to how many examples all orderings are tried; above, they are sampled. */
const ALL_ORDERINGS_UP_TO = 5;

/**
 * The orderings to try: all n! for small n, `count` random ones above (the given order first).
 *
 * @throws CourseError when n < 2: one example has one ordering
 */
export function orderingsOf(n: number, count = 24, seed = 0): number[][] {
  positiveInteger('n', n, 0, 1e6);
  positiveInteger('count', count, 1, 1e6);
  positiveInteger('seed', seed, 0);
  demand(
    n >= 2,
    () => `Orders of n = ${n} examples were asked for.`,
    'With fewer than two examples there is only one order; take a larger n.',
  );
  if (n <= ALL_ORDERINGS_UP_TO) return allPermutations(n);
  const random = stream(seed, 'orders', n);
  const given = Array.from({ length: n }, (_, i) => i);
  return [given, ...Array.from({ length: count - 1 }, () => random.permutation(n))];
}

/** What `read` makes of the answers under each ordering. */
function underOrderings<P, T extends tf.TensorContainer>(
  predictor: Predictor<P>,
  prompts: P,
  orderings: readonly Choice[],
  format: PromptFormat<P>,
  read: (answers: Tensor2D) => T,
): T[] {
  checkPredictor(predictor);
  const n = format.examples(prompts);
  checkList('Orderings', orderings, 'lists of numbers', Array.isArray, 1);
  return orderings.map((ordering) => {
    const own = Array.isArray(ordering[0]) ? ordering : [ordering];
    for (const order of own as readonly (readonly number[])[]) checkOrder(order, n);
    return tf.tidy(() => {
      const answers = predictor.predict(format.choose(prompts, ordering));
      checkReadable('What a predictor answers', answers);
      return read(answers);
    });
  });
}

/**
 * Answers under every ordering.
 *
 * @param prompts   shapes as in Prompts, or of the kind that `format` describes
 * @param orderings each for all prompts, or a list with an ordering for each prompt
 * @returns values[ordering][prompt * m + test], as the predictor gives them
 * @throws CourseError when the prompts do not fit the predictor, or what is no ordering is given
 */
export function predictionsByOrdering(
  predictor: Predictor,
  prompts: Prompts,
  orderings: readonly Choice[],
): number[][];
export function predictionsByOrdering<P>(
  predictor: Predictor<P>,
  prompts: P,
  orderings: readonly Choice[],
  format: PromptFormat<P>,
): number[][];
export function predictionsByOrdering<P>(
  predictor: Predictor<P>,
  prompts: P,
  orderings: readonly Choice[],
  format?: PromptFormat<P>,
): number[][] {
  const read = (answers: Tensor2D): number[] => Array.from(answers.dataSync());
  return underOrderings(predictor, prompts, orderings, formatOrNumbers(format), read);
}

/**
 * Which answers an ordering changes, for answers that are classes or options.
 *
 * @param byOrdering from predictionsByOrdering
 * @returns for every ordering but the first, 1 where its answer is not that of the first, else 0
 * @throws CourseError when the rows are not of one length
 */
export function changedAnswers(byOrdering: readonly (readonly number[])[]): number[][] {
  checkRows('Answers by ordering', byOrdering);
  return byOrdering
    .slice(1)
    .map((answers) => answers.map((answer, k) => (answer === byOrdering[0]![k] ? 0 : 1)));
}

/** How answers move with the order of the examples. */
export interface Sensitivity {
  /**
   * Standard deviation over orderings, averaged over prompts and tests, in units of the answers'
   * own scale: sqrt(d) for numbers.
   */
  readonly deviation: number;
  /** The largest difference between two orderings, in the same units. */
  readonly largest: number;
  /**
   * Error by ordering, averaged over prompts (squared error / d for numbers): the spread is what
   * order alone does to the loss.
   */
  readonly errors: readonly number[];
}

/**
 * Permutation sensitivity: all orderings for small n, sampled ones above.
 *
 * @param prompts shapes as in Prompts, or of the kind that `format` describes
 * @param count   how many orderings are sampled
 * @throws CourseError when the prompts do not fit the predictor or have fewer than two examples
 */
export function permutationSensitivity(
  predictor: Predictor,
  prompts: Prompts,
  count?: number,
  seed?: number,
): Sensitivity;
export function permutationSensitivity<P>(
  predictor: Predictor<P>,
  prompts: P,
  count: number | undefined,
  seed: number | undefined,
  format: PromptFormat<P>,
): Sensitivity;
export function permutationSensitivity<P>(
  predictor: Predictor<P>,
  prompts: P,
  count = 24,
  seed = 0,
  given?: PromptFormat<P>,
): Sensitivity {
  const format = formatOrNumbers(given);
  const orderings = orderingsOf(format.examples(prompts), count, seed);
  const scale = format.scale(prompts);
  const found = underOrderings(predictor, prompts, orderings, format, (answers) => ({
    values: Array.from(answers.dataSync()),
    errors: Array.from(format.errors(answers, prompts).dataSync()),
  }));
  const perAnswer = found[0]!.values.map((_, k) => found.map(({ values }) => values[k]!));
  const ranges = perAnswer.map((values) => Math.max(...values) - Math.min(...values));
  const unit = Math.sqrt(scale);
  return {
    deviation: mean(perAnswer.map(deviation)) / unit,
    largest: Math.max(...ranges) / unit,
    errors: found.map(({ errors }) => mean(errors) / scale),
  };
}

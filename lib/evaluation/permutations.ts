/**
 * How much an answer depends on the order of the examples.
 */
import { tf } from '../core/backend';
import { demand } from '../core/errors';
import { allPermutations, stream } from '../core/random';
import { promptSizes, reorder, type Predictor, type Prompts } from '../model/prompts';
import { deviation, mean } from './statistics';

/** Up to how many examples all orders are tried; above, they are sampled. */
export const ALL_ORDERINGS_UP_TO = 5;

/**
 * The orders to try: all n! for small n, `count` random ones above (the given order first).
 *
 * @throws CourseError when n < 2: one example has one order
 */
export function orderingsOf(n: number, count = 24, seed = 0): number[][] {
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

/**
 * Predictions under every order.
 *
 * @param prompts shapes as in Prompts
 * @returns values[order][prompt * m + test], in the units of y
 * @throws CourseError when the prompts do not fit the predictor or have fewer than two examples
 */
export function predictionsByOrdering(
  predictor: Predictor,
  prompts: Prompts,
  orders: readonly (readonly number[])[],
): number[][] {
  return orders.map((order) =>
    tf.tidy(() => {
      const { x, y } = reorder(prompts, order);
      return Array.from(predictor.predict({ ...prompts, x, y }).dataSync());
    }),
  );
}

/** How answers move with the order. */
export interface Sensitivity {
  /**
   * Standard deviation over orders, averaged over prompts and tests, in units of y's own scale
   * sqrt(d).
   */
  readonly deviation: number;
  /** The largest difference between two orders, in the same units. */
  readonly largest: number;
  /**
   * Squared error / d by order, averaged over prompts: the spread is what order alone does to the
   * loss.
   */
  readonly errors: readonly number[];
}

/**
 * Permutation sensitivity: all orders for small n, sampled ones above.
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError when the prompts do not fit the predictor or have fewer than two examples
 */
export function permutationSensitivity(
  predictor: Predictor,
  prompts: Prompts,
  count = 24,
  seed = 0,
): Sensitivity {
  const { n, d } = promptSizes(prompts);
  const byOrder = predictionsByOrdering(predictor, prompts, orderingsOf(n, count, seed));
  const answers = prompts.yTest.dataSync();
  const scale = Math.sqrt(d);
  const perAnswer = Array.from(answers, (_, k) => byOrder.map((row) => row[k]!));
  return {
    deviation: mean(perAnswer.map(deviation)) / scale,
    largest:
      Math.max(...perAnswer.map((values) => Math.max(...values) - Math.min(...values))) / scale,
    errors: byOrder.map((row) => mean(row.map((value, k) => (value - answers[k]!) ** 2)) / d),
  };
}

/**
 * Two ways to make the answers of any model permutation-invariant, that is, the same for every
 * ordering of the examples (the second approximately): sort the examples into an ordering that
 * their values alone decide, or average the answers over several orderings.
 */
import { tf } from '../core/backend';
import { positiveInteger } from '../core/errors';
import { stream } from '../core/random';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';

import {
  checkPredictor,
  promptSizes,
  reorder,
  requireFinite,
  type Predictor,
  type Prompts,
} from './prompts';

/**
 * The same prompts with each prompt's examples sorted by their inputs (first coordinate, then the
 * second ..., then the label).
 *
 * @param prompts shapes as in Prompts
 * @returns prompts of the same shapes; x and y are new tensors that the caller disposes, the tests
 *   are shared
 * @throws CourseError when the prompts do not fit together
 */
export function canonicalOrder(prompts: Prompts): Prompts {
  const { B, n, d } = promptSizes(prompts);
  requireFinite(prompts);
  const [x, y] = [prompts.x.dataSync(), prompts.y.dataSync()];
  const [xSorted, ySorted] = [new Float32Array(B * n * d), new Float32Array(B * n)];
  for (let b = 0; b < B; b++) {
    const differ = (i: number, j: number): number => {
      for (let k = 0; k < d; k++) {
        const by = x[(b * n + i) * d + k]! - x[(b * n + j) * d + k]!;
        if (by !== 0) return by;
      }
      return y[b * n + i]! - y[b * n + j]!;
    };
    const order = Array.from({ length: n }, (_, i) => i).sort(differ);
    order.forEach((i, position) => {
      xSorted.set(x.subarray((b * n + i) * d, (b * n + i + 1) * d), (b * n + position) * d);
      ySorted[b * n + position] = y[b * n + i]!;
    });
  }
  return { ...prompts, x: tf.tensor3d(xSorted, [B, n, d]), y: tf.tensor2d(ySorted, [B, n]) };
}

/** A predictor that gets every prompt in canonical order. */
export function inCanonicalOrder(predictor: Predictor): Predictor {
  checkPredictor(predictor);
  return {
    name: `${predictor.name}, canonical order`,
    predict: (prompts) =>
      tf.tidy(() => {
        const { x, y } = canonicalOrder(prompts);
        return predictor.predict({ ...prompts, x, y });
      }),
  };
}

/**
 * A task whose prompts come in canonical order; `sample` as the task's, its tensors are the
 * caller's.
 */
export const sampledInCanonicalOrder = <T extends { sample(...given: never[]): Prompts }>(
  task: T,
): T => ({
  ...task,
  sample: (...given: never[]): Prompts => {
    const drawn = task.sample(...given);
    const { x, y } = canonicalOrder(drawn);
    tf.dispose([drawn.x, drawn.y]);
    return { ...drawn, x, y };
  },
});

/**
 * A predictor whose answer is the mean over `count` random orderings (the same for every prompt):
 * `count` forward passes instead of one.
 *
 * @throws CourseError when count is no positive integer
 */
export function averagedOverOrderings(predictor: Predictor, count: number, seed = 0): Predictor {
  checkPredictor(predictor);
  positiveInteger('The number of orderings', count, 1, 1e6);
  positiveInteger('seed', seed, 0);
  return {
    name: `${predictor.name}, mean of ${count} orders`,
    predict: (prompts) =>
      tf.tidy(() => {
        const random = stream(seed, 'orders to average', prompts.x.shape[1]);
        const answers = Array.from({ length: count }, () => {
          const { x, y } = reorder(prompts, random.permutation(prompts.x.shape[1]));
          return predictor.predict({ ...prompts, x, y }) as Tensor;
        });
        return tf.stack(answers).mean(0) as Tensor2D; // [B, m]
      }),
  };
}

/**
 * A two-layer ReLU network trained on each prompt's examples alone, by gradient descent. Baseline
 * of Garg et al. (2022), section 4. All prompts of a batch are trained side by side.
 */
import { tf } from '../core/backend';
import { checkNumbers } from '../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../core/errors';
import { stream } from '../core/random';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import { promptSizes, requireFinite, type Predictor, type Prompts } from '../model/prompts';

/** How the network is trained. */
export interface DescentConfig {
  /** Hidden units, r. */
  readonly hidden: number;
  readonly steps: number;
  readonly rate: number;
  /** Which start; the same for every prompt. */
  readonly seed: number;
  /** The start itself, W [d, hidden] row after row and a [hidden], in place of the seed's. */
  readonly start?: { readonly W: ArrayLike<number>; readonly a: ArrayLike<number> };
}

/** The start: W [d, r] ~ N(0, 1) and a [r] ~ N(0, 2 / r), as the course draws its own networks. */
function startOf(
  d: number,
  hidden: number,
  seed: number,
): { readonly W: Float32Array; readonly a: Float32Array } {
  const random = stream(seed, 'two-layer network', d, hidden);
  return { W: random.normals(d * hidden), a: random.normals(hidden, Math.sqrt(2 / hidden)) };
}

/** Refuses a start without the numbers of both layers. */
function checkStart(start: NonNullable<DescentConfig['start']>): void {
  knownKeys('The start of a two-layer network', start, ['W', 'a']);
  checkNumbers('W of the start', start.W, 1);
  checkNumbers('a of the start', start.a, 1);
}

/**
 * A two-layer network y = a . relu(W' x), trained by plain gradient descent on the mean squared
 * error / 2 of the examples.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function twoLayerNetwork(given: Partial<DescentConfig> = {}): Predictor {
  knownKeys('A two-layer network', given, ['hidden', 'steps', 'rate', 'seed', 'start']);
  const {
    hidden,
    steps,
    rate,
    seed,
    start: begun,
  } = { hidden: 100, steps: 1000, rate: 0.002, seed: 0, ...given };
  positiveInteger('hidden', hidden);
  positiveInteger('steps', steps);
  finiteNumber('rate', rate, 'a positive number', (x) => x > 0);
  positiveInteger('seed', seed, 0);
  if (begun !== undefined) checkStart(begun);
  const predict = (prompts: Prompts): Tensor2D => {
    requireFinite(prompts);
    return tf.tidy(() => {
      const { B, n, d } = promptSizes(prompts);
      const start = begun ?? startOf(d, hidden, seed);
      demand(
        start.W.length === d * hidden && start.a.length === hidden,
        () => `A start of ${start.W.length} and ${start.a.length} numbers was given.`,
        `For d = ${d} and hidden = ${hidden} give W ${d * hidden} and a ${hidden} numbers.`,
      );
      let W = tf.tensor3d(Float32Array.from(start.W), [1, d, hidden]).tile([B, 1, 1]); // [B, d, r]
      let a = tf.tensor3d(Float32Array.from(start.a), [1, hidden, 1]).tile([B, 1, 1]); // [B, r, 1]
      const [x, y] = [prompts.x, prompts.y.expandDims(2)];
      for (let step = 0; step < steps; step++)
        [W, a] = tf.tidy(() => {
          const z = x.matMul(W); // [B, n, r]
          const h = z.relu();
          const miss = h.matMul(a).sub(y).div(n); // [B, n, 1]
          const back = miss.mul(a.transpose([0, 2, 1])).mul(z.greater(0)); // [B, n, r]
          const descended = (t: tf.Tensor, gradient: tf.Tensor): Tensor3D =>
            t.sub(gradient.mul(rate)) as Tensor3D;
          return [
            descended(W, x.transpose([0, 2, 1]).matMul(back)),
            descended(a, h.transpose([0, 2, 1]).matMul(miss)),
          ]; // [B, d, r], [B, r, 1]
        });
      return prompts.xTest.matMul(W).relu().matMul(a).squeeze([2]) as Tensor2D; // [B, m]
    });
  };
  return { name: 'two-layer network', predict };
}

/**
 * Adam with decoupled weight decay, its whole state in the open, so that a checkpoint resumes to
 * the last bit.
 * Reference: Kingma and Ba (2015), algorithm 1; Loshchilov and Hutter (2019) for the decay. The
 * numbers are PyTorch's.
 */
import { tf } from '../core/backend';
import { finiteNumber, knownKeys } from '../core/errors';
import type { Tensor, Tensor1D, Variable } from '@tensorflow/tfjs';

import type { Parameters } from '../model/transformer';

/** Adam's settings. */
export interface AdamConfig {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled weight decay per step, times the learning rate. */
  readonly weightDecay: number;
}

const ADAM: AdamConfig = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** The optimiser's state: first and second moments, and the number of steps made. */
export class Adam {
  readonly config: AdamConfig;
  /** Moments by the parameter's name; they belong to the optimiser. */
  readonly first: Record<string, Variable> = {};
  readonly second: Record<string, Variable> = {};
  steps = 0;

  /**
   * @param parameters what is optimised; stays the caller's
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(
    private readonly parameters: Parameters,
    given: Partial<AdamConfig> = {},
  ) {
    knownKeys('Adam', given, Object.keys(ADAM));
    this.config = { ...ADAM, ...given };
    for (const name of ['beta1', 'beta2'] as const)
      finiteNumber(name, this.config[name], 'a number from 0 to below 1', (x) => x >= 0 && x < 1);
    finiteNumber('epsilon', this.config.epsilon, 'a positive number', (x) => x > 0);
    finiteNumber('weightDecay', this.config.weightDecay, 'a number of at least 0', (x) => x >= 0);
    for (const [name, parameter] of Object.entries(parameters)) {
      for (const moments of [this.first, this.second])
        moments[name] = tf.tidy(() => tf.variable(tf.zerosLike(parameter), false));
    }
  }

  /**
   * What changes from step to step, as a tensor, so that a compiled step can be fed with it; counts
   * the step.
   *
   * @param learningRate the step size now
   * @returns [4]: learning rate, 1 - beta1^t, sqrt(1 - beta2^t), share of the weight kept; the
   *   caller disposes it
   */
  next(learningRate: number): Tensor1D {
    const { beta1, beta2, weightDecay } = this.config;
    this.steps += 1;
    return tf.tensor1d([
      learningRate,
      1 - beta1 ** this.steps,
      Math.sqrt(1 - beta2 ** this.steps),
      1 - learningRate * weightDecay,
    ]);
  }

  /**
   * One update. A parameter without a gradient keeps its value.
   *
   * @param gradients by the parameter's name, of its shape; the caller disposes them
   * @param now       [4], from `next`
   */
  update(gradients: Readonly<Record<string, Tensor>>, now: Tensor): void {
    const { beta1, beta2, epsilon } = this.config;
    tf.tidy(() => {
      const numbers = tf.split(now.reshape([4]), 4) as Tensor[]; // 4 x [1]
      const [rate, correction1, correction2, kept] = numbers;
      const size = rate!.div(correction1!); // [1]
      for (const [name, gradient] of Object.entries(gradients)) {
        const [parameter, m, v] = [this.parameters[name]!, this.first[name]!, this.second[name]!];
        const newM = m.mul(beta1).add(gradient.mul(1 - beta1));
        const newV = v.mul(beta2).add(gradient.mul(gradient).mul(1 - beta2));
        const direction = newM.div(newV.sqrt().div(correction2!).add(epsilon));
        m.assign(newM);
        v.assign(newV);
        parameter.assign(parameter.mul(kept!).sub(direction.mul(size)));
      }
    });
  }

  /** Frees the moments. */
  dispose(): void {
    for (const moments of [this.first, this.second])
      for (const moment of Object.values(moments)) moment.dispose();
  }
}

/**
 * MAML, the gradient-based meta-learner: a small network makes a few steps of gradient descent on
 * the examples, from an initialisation that is learned. Inner steps: W <- W - alpha dL/dW with the
 * cross-entropy L over the examples, its gradient written out.
 * Reference: Finn et al. (2017). First order: the outer gradient takes the inner gradients as
 * constants.
 */
import { tf } from '../../core/backend';
import { finiteNumber, positiveInteger } from '../../core/errors';
import type { Tensor3D } from '@tensorflow/tfjs';

import type { DenseWeights } from '../../model/layers';
import type { Prompts } from '../../model/prompts';
import { ClassifierNetwork, oneHot, type NetworkSizes } from '../../classifiers/classifier';
import { SLOPE } from '../../classifiers/embedding';

/** Settings of MAML. */
export interface MAMLConfig extends NetworkSizes {
  readonly kind: 'maml';
  readonly hidden: number;
  /** Inner steps. */
  readonly steps: number;
  /** Inner learning rate, alpha. */
  readonly rate: number;
  /** 1: first order; 2: the outer gradient goes through the inner steps. */
  readonly order: 1 | 2;
}

/** Weights of the network, one set for each prompt: [B, in, out] and [B, 1, out]. */
type Adapted = readonly [Tensor3D, Tensor3D, Tensor3D, Tensor3D];
/** Four tensors as one set of weights. */
const adapted = (four: readonly tf.Tensor[]): Adapted => four as unknown as Adapted;

/**
 * Weights and inputs of a batched dense layer: every prompt has weights of its own.
 *
 * @param x      [B, count, in]
 * @param weight [B, in, out]
 * @param bias   [B, 1, out]
 * @returns [B, count, out]; the caller disposes it
 */
const denseOfEach = (x: Tensor3D, weight: Tensor3D, bias: Tensor3D): Tensor3D =>
  tf.tidy(() => x.matMul(weight).add(bias) as Tensor3D); // [B, count, out]

/**
 * Leaves the value and stops gradients.
 *
 * @param x any shape
 * @returns the same shape; the caller disposes it
 */
const stopped = <T extends tf.Tensor>(x: T): T =>
  tf.customGrad((given) => ({
    value: (given as tf.Tensor).clone(),
    gradFunc: (g: tf.Tensor) => tf.zerosLike(g),
  }))(x) as T;

/** The slope of LeakyReLU, whose own derivative is 0 everywhere but at the kink. */
const slopeAt = (before: Tensor3D): Tensor3D =>
  tf.customGrad((given) => ({
    value: (given as Tensor3D)
      .greater(0)
      .toFloat()
      .mul(1 - SLOPE)
      .add(SLOPE),
    gradFunc: (g: tf.Tensor) => tf.zerosLike(g),
  }))(before) as Tensor3D;

/** The gradient-based meta-learner: d - hidden - C with LeakyReLU. */
export class MAML extends ClassifierNetwork {
  readonly name = 'MAML';
  private readonly first: DenseWeights;
  private readonly second: DenseWeights;

  /** @throws CourseError quoting a setting that is refused */
  constructor(override readonly config: MAMLConfig) {
    super(config);
    const { d, hidden, classes: C, steps, rate, order } = config;
    positiveInteger('hidden', hidden);
    positiveInteger('steps', steps, 0, 10_000);
    finiteNumber('rate', rate, 'a positive number', (x) => x > 0);
    finiteNumber('order', order, '1 or 2', (x) => x === 1 || x === 2);
    this.first = this.store.linear('first', d, hidden);
    this.second = this.store.linear('second', hidden, C);
  }

  /** @returns the start, once for each of B prompts */
  private start(B: number): Adapted {
    /** [B, in, out] of a weight, [B, 1, out] of a bias. */
    const each = (t: tf.Tensor): Tensor3D =>
      t.reshape([1, t.rank === 1 ? 1 : t.shape[0]!, t.shape.at(-1)!]).tile([B, 1, 1]);
    return [
      each(this.first.weight),
      each(this.first.bias),
      each(this.second.weight),
      each(this.second.bias),
    ];
  }

  /** One inner step on the examples; x [B, n, d], right [B, n, C]. */
  private step([W1, b1, W2, b2]: Adapted, x: Tensor3D, right: Tensor3D): Adapted {
    const n = x.shape[1];
    const before = denseOfEach(x, W1, b1); // [B, n, hidden]
    const h = tf.leakyRelu(before, SLOPE) as Tensor3D;
    const atLogits = tf
      .softmax(denseOfEach(h, W2, b2))
      .sub(right)
      .div(n) as Tensor3D; // [B, n, C]
    const slope = slopeAt(before); // [B, n, hidden]
    const atHidden = tf.matMul(atLogits, W2, false, true).mul(slope) as Tensor3D; // [B, n, hidden]
    const gradients = adapted([
      tf.matMul(x, atHidden, true, false), // [B, d, hidden]
      atHidden.sum(1, true), // [B, 1, hidden]
      tf.matMul(h, atLogits, true, false), // [B, hidden, C]
      atLogits.sum(1, true), // [B, 1, C]
    ]);
    const kept = this.config.order === 1 ? adapted(gradients.map(stopped)) : gradients;
    return adapted([W1, b1, W2, b2].map((w, k) => w.sub(kept[k]!.mul(this.config.rate))));
  }

  /** @returns [B, m, C]; the caller disposes it */
  override logits({ x, y, xTest }: Prompts): Tensor3D {
    return tf.tidy(() => {
      const right = oneHot(y, this.classes) as Tensor3D; // [B, n, C]
      let weights = this.start(x.shape[0]);
      for (let s = 0; s < this.config.steps; s++) weights = this.step(weights, x, right);
      const [W1, b1, W2, b2] = weights;
      const hidden = tf.leakyRelu(denseOfEach(xTest, W1, b1), SLOPE) as Tensor3D; // [B, m, hidden]
      return denseOfEach(hidden, W2, b2); // [B, m, C]
    });
  }
}

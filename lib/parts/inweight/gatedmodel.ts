/**
 * The article's model as a network: f = alpha g + (1 - alpha) h, with a perceptron g on the query
 * (in-weight), the similarity vote h on the context (in-context) and a gate alpha on all inputs.
 * Reference: Chan et al. (ICLR 2025), section 2 and the authors' code; there the temperature is
 * exp(exp(.)) by mistake, here exp(.).
 */
import { tf } from '../../core/backend';
import { positiveInteger } from '../../core/errors';
import type { Scalar, Tensor, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';

import {
  ClassifierNetwork,
  crossEntropy,
  oneHot,
  type NetworkSizes,
} from '../../classifiers/classifier';
import { mlp, through, type Layers } from '../../classifiers/embedding';
import type { Prompts } from '../../model/prompts';
import type { Parameters } from '../../model/transformer';
import { checkLayers, checkSizes } from './networksizes';
import type { SequenceObjective } from './sequencetrainer';

/** Settings of the gated model. */
export interface GatedModelConfig extends NetworkSizes {
  readonly kind: 'stylised';
  readonly L: number;
  /** Hidden units of g and of the gate. */
  readonly hidden: number;
}

/** No probability counts as less than this. */
export const LEAST_PROBABILITY = 1e-7;

type Inputs = Pick<Prompts, 'x' | 'y' | 'xTest'>;

/** g, h and the gate between them, or a stack of K such models. */
export class GatedModel extends ClassifierNetwork {
  readonly name = 'gate, g and h';
  private readonly g: Layers;
  private readonly gate: Layers;
  /** log T, [1]; T = 1 at first. */
  private readonly logTemperature: Variable;

  /** @throws CourseError quoting a size that is refused */
  constructor(override readonly config: GatedModelConfig) {
    super(config);
    checkSizes(config, 'hidden');
    const { d, classes: C, L, hidden } = config;
    positiveInteger('hidden', hidden);
    checkLayers([(L + 1) * d, hidden, C], config.stack);
    this.g = mlp(this.store, 'g', [d, hidden, C]);
    this.gate = mlp(this.store, 'gate', [(L + 1) * d, hidden, 1]);
    this.logTemperature = this.store.normal('h.logTemperature', [1], 0);
  }

  /**
   * The in-weight predictor.
   *
   * @param prompts x [B, L, d], y [B, L], xTest [B, 1, d]
   * @returns probabilities [B, 1, C]; the caller disposes them
   */
  inWeight({ xTest }: Inputs): Tensor3D {
    return tf.tidy(() => tf.softmax(through(xTest, this.g, 0)));
  }

  /**
   * The in-context predictor.
   *
   * @param prompts x [B, L, d], y [B, L], xTest [B, 1, d]
   * @returns probabilities [B, 1, C]; the caller disposes them
   */
  inContext({ x, y, xTest }: Inputs): Tensor3D {
    const [B, L] = x.shape;
    const K = this.config.stack ?? 1;
    return tf.tidy(() => {
      const distances = x.sub(xTest).square().sum(2).reshape([K, -1]); // [K, B L / K]
      const sharpness = this.logTemperature.neg().exp().reshape([K, 1]); // [K, 1]
      const shares = tf.softmax(distances.neg().mul(sharpness).reshape([B, 1, L])); // [B, 1, L]
      return tf.matMul(shares, oneHot(y, this.classes) as Tensor3D) as Tensor3D; // [B, 1, C]
    });
  }

  /**
   * The share of the in-weight predictor in the answer, alpha.
   *
   * @param prompts x [B, L, d], y [B, L], xTest [B, 1, d]
   * @returns [B, 1, 1], from 0 to 1; the caller disposes it
   */
  alpha({ x, xTest }: Inputs): Tensor3D {
    const [B, L, d] = x.shape;
    return tf.tidy(
      () =>
        through(
          tf.concat([x, xTest], 1).reshape([B, 1, (L + 1) * d]),
          this.gate,
          0,
        ).sigmoid() as Tensor3D,
    ); // [B, 1, 1]
  }

  private mixed(g: Tensor, h: Tensor, inputs: Inputs): Tensor3D {
    const alpha = this.alpha(inputs);
    return alpha.mul(g).add(tf.sub(1, alpha).mul(h)) as Tensor3D; // [B, 1, C]
  }

  /**
   * The logarithms of the mixed probabilities.
   *
   * @param inputs x [B, L, d], y [B, L], xTest [B, 1, d]
   * @returns [B, 1, C]; the caller disposes it
   */
  override logits(inputs: Inputs): Tensor3D {
    return tf.tidy(
      () =>
        this.mixed(this.inWeight(inputs), this.inContext(inputs), inputs)
          .maximum(LEAST_PROBABILITY)
          .log() as Tensor3D,
    );
  }

  /** The weights whose names begin so. */
  private named(...prefixes: readonly string[]): Parameters {
    return Object.fromEntries(
      Object.entries(this.parameters).filter(([name]) =>
        prefixes.some((prefix) => name.startsWith(prefix)),
      ),
    );
  }

  /** The parts alone: g and h each learn to answer by themselves. */
  get parts(): SequenceObjective {
    const lossOf = (probabilities: Tensor, yTest: Tensor2D): Scalar =>
      crossEntropy(probabilities.maximum(LEAST_PROBABILITY).log(), yTest);
    const loss = (prompts: Prompts): Scalar =>
      tf.tidy(() => {
        const inWeight = lossOf(this.inWeight(prompts), prompts.yTest);
        return inWeight.add(lossOf(this.inContext(prompts), prompts.yTest)) as Scalar;
      });
    return { parameters: this.named('g.', 'h.'), config: this.config, loss };
  }

  /** The gate alone: the parts stay as they are. */
  get gateOnly(): SequenceObjective {
    const loss = (prompts: Prompts): Scalar => tf.tidy(() => this.loss(prompts));
    return { parameters: this.named('gate.'), config: this.config, loss };
  }
}

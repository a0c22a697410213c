/**
 * MatchNet, the pair-wise metric meta-learner: an example votes for its class as strongly as it is
 * similar to the test input. logit_c = tau sum over examples i of class c of cos(f(x), f(x_i)).
 * Reference: Vinyals et al. (2016), here as Wu et al. (ICLR 2025) have it: a plain sum in place of
 * an attention softmax.
 */
import { tf } from '../../core/backend';
import { checkFlag } from '../../core/checks';
import { positiveInteger } from '../../core/errors';
import type { Tensor, Tensor3D, Variable } from '@tensorflow/tfjs';

import type { Prompts } from '../../model/prompts';
import { ClassifierNetwork, oneHot, type NetworkSizes } from '../../classifiers/classifier';
import { layerWidths, mlp, through, type Layers } from '../../classifiers/embedding';

/** Settings of MatchNet. */
export interface MatchNetConfig extends NetworkSizes {
  readonly kind: 'matchnet';
  /** Widths of the hidden and the last layer of f. */
  readonly widths: readonly number[];
  /**
   * true: what goes into the loss are probabilities, of which it takes the softmax again (as
   * released).
   */
  readonly doubleSoftmax?: boolean;
  /** Columns of the logits beyond the classes, never right (2 as released). */
  readonly unused?: number;
}

/**
 * Vectors of length 1.
 *
 * @param v [..., k]
 * @returns [..., k]; the caller disposes it
 */
const normalised = <T extends Tensor>(v: T): T =>
  tf.tidy(() => v.div(v.square().sum(-1, true).add(1e-12).sqrt()) as T);

/** What the released code has and the paper has not. */
interface Released {
  readonly unused?: number;
  readonly doubleSoftmax?: boolean;
  readonly rawQuery?: boolean;
}

/**
 * Refuses settings of the released code that cannot be.
 *
 * @throws CourseError quoting the setting
 */
export function checkReleased({
  unused = 0,
  doubleSoftmax = false,
  rawQuery = false,
}: Released): void {
  positiveInteger('unused', unused, 0, 1e6);
  for (const [name, value] of Object.entries({ doubleSoftmax, rawQuery })) checkFlag(name, value);
}

/**
 * What the released code makes of logits: columns that are never right, and a softmax before the
 * loss takes its own.
 *
 * @param logits [B, m, C]
 * @returns [B, m, C + unused]; the caller disposes it
 */
export const asReleased = (
  logits: Tensor3D,
  { unused = 0, doubleSoftmax = false }: Released,
): Tensor3D =>
  tf.tidy(() => {
    const padded =
      unused > 0
        ? (logits.pad([
            [0, 0],
            [0, 0],
            [0, unused],
          ]) as Tensor3D)
        : logits;
    return doubleSoftmax ? (tf.softmax(padded) as Tensor3D) : padded;
  });

/** The pair-wise metric meta-learner. */
export class MatchNet extends ClassifierNetwork {
  readonly name = 'MatchNet';
  private readonly embedding: Layers;
  /** ln tau; fixed at 0 where the released code has none. */
  private readonly logTemperature: Variable | null;

  /** @throws CourseError quoting a setting that is refused */
  constructor(override readonly config: MatchNetConfig) {
    super(config);
    checkReleased(config);
    this.embedding = mlp(this.store, 'embedding', layerWidths(config.d, config.widths));
    this.logTemperature = config.doubleSoftmax ? null : this.store.normal('logTemperature', [1], 0);
  }

  /** @returns [B, m, C]; the caller disposes it */
  override logits({ x, y, xTest }: Prompts): Tensor3D {
    return tf.tidy(() => {
      const [examples, tests] = [
        normalised(through(x, this.embedding)),
        normalised(through(xTest, this.embedding)),
      ]; // [B, n, k], [B, m, k]
      const similar = tf.matMul(tests, examples, false, true); // [B, m, n]
      const votes = similar.matMul(oneHot(y, this.classes) as Tensor3D) as Tensor3D; // [B, m, C]
      return asReleased(
        this.logTemperature ? (votes.mul(this.logTemperature.exp()) as Tensor3D) : votes,
        this.config,
      );
    });
  }
}

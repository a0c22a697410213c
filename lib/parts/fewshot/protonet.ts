/**
 * ProtoNet, the class-prototype meta-learner: the class whose mean embedding is nearest.
 * logit_c = -|p_c - f(x)|^2.
 * Reference: Snell et al. (2017), as Wu et al. (ICLR 2025) have it; their code does not embed
 * the test input.
 */
import { tf } from '../../core/backend';
import { demand } from '../../core/errors';
import type { Tensor3D } from '@tensorflow/tfjs';

import type { Prompts } from '../../model/prompts';
import { ClassifierNetwork, classMeans, type NetworkSizes } from '../../classifiers/classifier';
import { layerWidths, mlp, through, type Layers } from '../../classifiers/embedding';
import { asReleased, checkReleased } from './matchnet';

/** Settings of ProtoNet. */
export interface ProtoNetConfig extends NetworkSizes {
  readonly kind: 'protonet';
  /** Widths of the hidden and the last layer of f. */
  readonly widths: readonly number[];
  /**
   * true: the test input is compared as it is, not its embedding (as released); the last width is
   * then d.
   */
  readonly rawQuery?: boolean;
  readonly doubleSoftmax?: boolean;
  readonly unused?: number;
}

/** The class-prototype meta-learner; a class without examples has the prototype 0. */
export class ProtoNet extends ClassifierNetwork {
  readonly name = 'ProtoNet';
  private readonly embedding: Layers;

  /** @throws CourseError quoting a setting that is refused */
  constructor(override readonly config: ProtoNetConfig) {
    super(config);
    checkReleased(config);
    const widths = layerWidths(config.d, config.widths);
    demand(
      !config.rawQuery || widths.at(-1) === config.d,
      () =>
        `ProtoNet with raw queries was given a last width of ${widths.at(-1)} ` +
        `for d = ${config.d}.`,
      'Make them equal.',
    );
    this.embedding = mlp(this.store, 'embedding', widths);
  }

  /** @returns [B, m, C]; the caller disposes it */
  override logits({ x, y, xTest }: Prompts): Tensor3D {
    return tf.tidy(() => {
      const means = classMeans(through(x, this.embedding), y, this.classes); // [B, C, k]
      const tests = this.config.rawQuery ? xTest : through(xTest, this.embedding); // [B, m, k]
      const products = tf.matMul(tests, means, false, true); // [B, m, C]
      const ofMeans = means.square().sum(2).expandDims(1); // [B, 1, C]
      const squares = ofMeans.add(tests.square().sum(2, true)); // [B, m, C]
      const distances = squares.sub(products.mul(2)) as Tensor3D; // [B, m, C]
      return asReleased(distances.neg(), this.config);
    });
  }
}

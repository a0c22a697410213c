/**
 * CNP, the amortization-based meta-learner: all examples are summed up in one vector of fixed size,
 * from which a network answers. r = rho(mean_i phi([x_i, y_i])), logits = psi([r, x]).
 * Reference: Garnelo et al. (2018), as Wu et al. (ICLR 2025) have it.
 */
import { tf } from '../../core/backend';
import type { Tensor3D } from '@tensorflow/tfjs';

import type { Prompts } from '../../model/prompts';
import { ClassifierNetwork, oneHot, type NetworkSizes } from '../../classifiers/classifier';
import { mlp, through, type Layers } from '../../classifiers/embedding';
import { asReleased, checkReleased } from './matchnet';

/** Settings of CNP. */
export interface CNPConfig extends NetworkSizes {
  readonly kind: 'cnp';
  /** Width of every hidden layer and of r. */
  readonly width: number;
  readonly unused?: number;
}

/** The amortization-based meta-learner. */
export class CNP extends ClassifierNetwork {
  readonly name = 'CNP';
  private readonly phi: Layers;
  private readonly rho: Layers;
  private readonly psi: Layers;

  /** @throws CourseError quoting a setting that is refused */
  constructor(override readonly config: CNPConfig) {
    super(config);
    checkReleased(config);
    const { d, classes: C, width } = config;
    this.phi = mlp(this.store, 'phi', [d + C, width, width]);
    this.rho = mlp(this.store, 'rho', [width, width, width]);
    this.psi = mlp(this.store, 'psi', [width + d, width, C]);
  }

  /** @returns [B, m, C]; the caller disposes it */
  override logits({ x, y, xTest }: Prompts): Tensor3D {
    const m = xTest.shape[1];
    return tf.tidy(() => {
      const labels = oneHot(y, this.classes) as Tensor3D; // [B, n, C]
      const pairs = tf.concat([x, labels], 2) as Tensor3D; // [B, n, d + C]
      const average = through(pairs, this.phi).mean(1, true) as Tensor3D; // [B, 1, width]
      const r = through(average, this.rho); // [B, 1, width]
      return asReleased(
        through(tf.concat([r.tile([1, m, 1]), xTest], 2) as Tensor3D, this.psi),
        this.config,
      ); // [B, m, C]
    });
  }
}

/**
 * CNP, the amortization-based meta-learner: all examples are summed up in one vector of fixed size,
 * from which a network answers. r = rho(mean_i phi([x_i, y_i])), logits = psi([r, x]). For drawings
 * x may be a convolutional embedding, which phi and psi share.
 * Reference: Garnelo et al. (2018), as Wu et al. (ICLR 2025) have it.
 */
import { tf } from '../../core/backend';
import type { Tensor3D } from '@tensorflow/tfjs';

import type { Prompts } from '../../model/prompts';
import { ClassifierNetwork, oneHot, type NetworkSizes } from '../../classifiers/classifier';
import { convolutions, embedded, type Convolutions } from '../../classifiers/convolution';
import { mlp, through, type Layers } from '../../classifiers/embedding';
import { asReleased, checkReleased } from './matchnet';

/** Settings of CNP. */
export interface CNPConfig extends NetworkSizes {
  readonly kind: 'cnp';
  /** Width of every hidden layer and of r. */
  readonly width: number;
  /**
   * Filters of the first of two convolutions over square drawings, whose embedding of `width`
   * numbers takes the place of x; left out: x as it is.
   */
  readonly filters?: number;
  readonly unused?: number;
}

/** The amortization-based meta-learner. */
export class CNP extends ClassifierNetwork {
  readonly name = 'CNP';
  private readonly convolutions: Convolutions | null;
  private readonly phi: Layers;
  private readonly rho: Layers;
  private readonly psi: Layers;

  /** @throws CourseError quoting a setting that is refused */
  constructor(override readonly config: CNPConfig) {
    super(config);
    checkReleased(config);
    const { d, classes: C, width, filters } = config;
    this.convolutions =
      filters === undefined ? null : convolutions(this.store, 'drawing', d, filters, width);
    const k = this.convolutions ? width : d;
    this.phi = mlp(this.store, 'phi', [k + C, width, width]);
    this.rho = mlp(this.store, 'rho', [width, width, width]);
    this.psi = mlp(this.store, 'psi', [width + k, width, C]);
  }

  /** What phi and psi see of inputs: [B, n, d] as it is, or [B, n, width]. */
  private seen(x: Tensor3D): Tensor3D {
    return this.convolutions ? embedded(x, this.convolutions) : x;
  }

  /** @returns [B, m, C]; the caller disposes it */
  override logits({ x, y, xTest }: Prompts): Tensor3D {
    const m = xTest.shape[1];
    return tf.tidy(() => {
      const labels = oneHot(y, this.classes) as Tensor3D; // [B, n, C]
      const pairs = tf.concat([this.seen(x), labels], 2) as Tensor3D; // [B, n, d + C]
      const average = through(pairs, this.phi).mean(1, true) as Tensor3D; // [B, 1, width]
      const r = through(average, this.rho); // [B, 1, width]
      return asReleased(
        through(tf.concat([r.tile([1, m, 1]), this.seen(xTest)], 2) as Tensor3D, this.psi),
        this.config,
      ); // [B, m, C]
    });
  }
}

/**
 * RMSNorm: vectors divided by their root mean square; nothing is centred or shifted.
 * Reference: Zhang and Sennrich (2019, arXiv 1910.07467).
 */
import { checkTensor } from '../core/checks';
import { demand } from '../core/errors';
import { tf } from '../core/backend';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs';

import { NORM_EPSILON, rowsFor, scaleBy } from './layers';

/**
 * x / sqrt(mean(x^2) + 1e-5) over the last axis. With y for this and s for 1 over the square root,
 * its gradient is (g - y mean(g y)) s.
 */
const divided = (x: Tensor): Tensor =>
  tf.customGrad((given, save) => {
    const rows = given as Tensor;
    const scale = rows.mul(rows).mean(-1, true).add(NORM_EPSILON).rsqrt(); // [rows, 1]
    const value = rows.mul(scale);
    (save as tf.GradSaveFunc)([value, scale]);
    const gradFunc = (g: Tensor, saved: Tensor[]): Tensor => {
      const [y, s] = saved as [Tensor, Tensor];
      return g.sub(y.mul(g.mul(y).mean(-1, true))).mul(s);
    };
    return { value, gradFunc };
  })(x);

/**
 * x / sqrt(mean(x^2) + 1e-5) * gain over the last axis.
 *
 * @param x    [..., C]
 * @param gain [C]
 * @returns [..., C]; the caller disposes it
 * @throws CourseError when the shapes do not fit
 */
export function rmsNorm<T extends Tensor>(x: T, gain: Tensor1D): T {
  checkTensor('x', x);
  checkTensor('A gain', gain);
  demand(
    x.rank > 0 && gain.rank > 0 && gain.shape.at(-1) === x.shape.at(-1),
    () => `An RMSNorm with the gain [${gain.shape}] was given [${x.shape}].`,
    'Give x [..., C] and the gain [C].',
  );
  const C = (gain.shape as readonly number[]).at(-1)!;
  return tf.tidy(() => {
    const rows = rowsFor(x, gain.shape.slice(0, -1), C); // [rows, C]
    return scaleBy(divided(rows), gain).reshape(x.shape) as T; // [..., C]
  });
}

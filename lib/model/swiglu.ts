/**
 * SwiGLU: one dense layer of the MLP, through the Swish function, is the gate of another.
 * Reference: Shazeer (2020, arXiv 2002.05202).
 */
import { checkTensor } from '../core/checks';
import { demand } from '../core/errors';
import { tf } from '../core/backend';
import type { Tensor } from '@tensorflow/tfjs';

/**
 * silu(gate) * up with silu(a) = a s(a) and the sigmoid s. The slope of silu is s + a s (1 - s).
 *
 * @param gate any shape
 * @param up   the same shape
 * @returns the same shape; the caller disposes it
 * @throws CourseError when the shapes differ
 */
export function swiglu<T extends Tensor>(gate: T, up: T): T {
  checkTensor('gate', gate);
  checkTensor('up', up);
  demand(
    gate.shape.join() === up.shape.join(),
    () => `A gate [${gate.shape}] was given for [${up.shape}].`,
    'Give two tensors of the same shape.',
  );
  return tf.customGrad((givenGate, givenUp, save) => {
    const [a, u] = [givenGate as Tensor, givenUp as Tensor];
    const s = a.sigmoid();
    const silu = a.mul(s);
    (save as unknown as tf.GradSaveFunc)([s, silu, u]);
    const gradFunc = (g: Tensor, saved: Tensor[]): Tensor[] => {
      const [sigmoid, opened, held] = saved as [Tensor, Tensor, Tensor];
      const slope = sigmoid.add(opened.sub(opened.mul(sigmoid)));
      return [g.mul(held).mul(slope), g.mul(opened)];
    };
    return { value: silu.mul(u), gradFunc };
  })(gate, up) as T;
}

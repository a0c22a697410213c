/**
 * The elementary layers of GPT-2: dense layer, LayerNorm, GELU.
 * Reference: Radford et al. (2019); LayerNorm, Ba et al. (2016); GELU (tanh form), Hendrycks and
 * Gimpel (2016).
 */
import { checkTensor } from '../core/checks';
import { demand, plainObject } from '../core/errors';
import { tf } from '../core/backend';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/**
 * A weight matrix and a bias: x W + b, or x W where the bias may be null and is. In a stack of K
 * networks that are run at once, every shape begins with K.
 */
export interface DenseWeights<Bias extends Tensor1D | null = Tensor1D> {
  /** [in, out] */
  readonly weight: Tensor2D;
  /** [out] */
  readonly bias: Bias;
}

/** Gain and bias of a LayerNorm, both [C]; the bias is null where it may be an RMSNorm, and is. */
export interface NormWeights<Bias extends Tensor1D | null = Tensor1D> {
  readonly gain: Tensor1D;
  readonly bias: Bias;
}

/**
 * The sum over rows as a product with a row of ones, which TensorFlow does several times faster
 * than its sum.
 *
 * @param x [rows, out] (or [K, rows, out])
 * @returns [1, out] (or [K, 1, out]); the caller disposes it
 */
const sumOfRows = (x: Tensor): Tensor =>
  tf.ones([...x.shape.slice(0, -2), 1, x.shape.at(-2)!]).matMul(x); // [1, out]

/** One row for all: [out] as it is, a stack's [K, out] as [K, 1, out]. */
const asRow = (b: Tensor): Tensor => (b.rank === 1 ? b : b.expandDims(1));

/**
 * x with its last axis as rows of C numbers: [rows, C], or [K, rows, C] where the weights are a
 * stack of K.
 */
export const rowsFor = (x: Tensor, stack: readonly number[], C: number): Tensor =>
  x.reshape([...stack, -1, C]); // [rows, C]

/** rows + bias, whose gradient is the sum of rows: [rows, out], [out] -> [rows, out]. */
const addBias = (rows: Tensor, bias: Tensor1D): Tensor =>
  tf.customGrad((x, b) => ({
    value: (x as Tensor).add(asRow(b as Tensor)),
    gradFunc: (g: Tensor) => [g, sumOfRows(g).reshape(bias.shape)], // [rows, out], [out]
  }))(rows, bias);

/**
 * x W + b on the last axis.
 *
 * @param x [..., in]
 * @returns [..., out]; the caller disposes it
 * @throws CourseError when the shapes do not fit
 */
export function dense<T extends Tensor>(x: T, weights: DenseWeights<Tensor1D | null>): T {
  checkTensor('x', x);
  plainObject('The weights of a dense layer', weights);
  const { weight, bias } = weights;
  checkTensor('A weight', weight);
  if (bias !== null) checkTensor('A bias', bias);
  const inputs = weight.shape.at(-2);
  demand(
    inputs !== undefined &&
      x.shape.at(-1) === inputs &&
      (bias === null || bias.shape.at(-1) === weight.shape.at(-1)),
    () =>
      `A dense layer with the weight [${weight.shape}] and ` +
      `${bias === null ? 'no bias' : `the bias [${bias.shape}]`} was given [${x.shape}].`,
    'Give x [..., in], the weight [in, out] and the bias [out].',
  );
  const [C, out] = (weight.shape as readonly number[]).slice(-2) as [number, number];
  return tf.tidy(() => {
    const rows = rowsFor(x, weight.shape.slice(0, -2), C); // [rows, in]
    const product = rows.matMul(weight); // [rows, out]
    const y = bias === null ? product : addBias(product, bias); // [rows, out]
    return y.reshape([...x.shape.slice(0, -1), out]) as T; // [..., out]
  });
}

/** Added to a variance or a mean square before its root is taken. */
export const NORM_EPSILON = 1e-5;

/**
 * (x - mean) / sqrt(variance + 1e-5) over the last axis. With y for this and s for the square root,
 * its gradient is (g - mean(g) - y mean(g y)) / s.
 *
 * @param x [..., C]
 * @returns [..., C]; the caller disposes it
 */
const normalise = (x: Tensor): Tensor =>
  tf.customGrad((given, save) => {
    const centred = (given as Tensor).sub((given as Tensor).mean(-1, true)); // [rows, C]
    const scale = centred.mul(centred).mean(-1, true).add(NORM_EPSILON).rsqrt(); // [rows, 1]
    const value = centred.mul(scale);
    (save as tf.GradSaveFunc)([value, scale]);
    const gradFunc = (g: Tensor, saved: Tensor[]): Tensor => {
      const [y, s] = saved as [Tensor, Tensor];
      const alongY = y.mul(g.mul(y).mean(-1, true)); // [rows, C]
      return g.sub(g.mean(-1, true)).sub(alongY).mul(s);
    };
    return { value, gradFunc };
  })(x);

/**
 * (x - mean) / sqrt(variance + 1e-5) * gain + bias over the last axis.
 *
 * @param x [..., C]
 * @returns [..., C]; the caller disposes it
 */
export function layerNorm<T extends Tensor>(x: T, weights: NormWeights): T {
  checkTensor('x', x);
  plainObject('The weights of a LayerNorm', weights);
  const { gain, bias } = weights;
  checkTensor('A gain', gain);
  checkTensor('A bias', bias);
  demand(
    x.rank > 0 && gain.shape.at(-1) === x.shape.at(-1) && bias.shape.join() === gain.shape.join(),
    () =>
      `A LayerNorm with the gain [${gain.shape}] and the bias [${bias.shape}] was given ` +
      `[${x.shape}].`,
    'Give x [..., C], and gain and bias [C].',
  );
  const C = (gain.shape as readonly number[]).at(-1)!;
  return tf.tidy(() => {
    const rows = rowsFor(x, gain.shape.slice(0, -1), C); // [rows, C]
    return addBias(scaleBy(normalise(rows), gain), bias).reshape(x.shape) as T; // [..., C]
  });
}

/** What keeps tensors for the gradient; tfjs types it as one more input. */
const saver = (save: unknown): tf.GradSaveFunc => save as tf.GradSaveFunc;

/** rows * gain, whose gradient in the gain is a sum of rows: [rows, C], [C] -> [rows, C]. */
export const scaleBy = (rows: Tensor, gain: Tensor1D): Tensor =>
  tf.customGrad((x, w, save) => {
    saver(save)([x as Tensor, w as Tensor]);
    return {
      value: (x as Tensor).mul(asRow(w as Tensor)),
      gradFunc: (g: Tensor, saved: Tensor[]) => [
        g.mul(asRow(saved[1]!)),
        sumOfRows(g.mul(saved[0]!)).reshape(gain.shape),
      ],
    };
  })(rows, gain);

const GELU_SCALE = 2 * Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715 * GELU_SCALE;

/**
 * u / 2 * (1 + tanh(sqrt(2 / pi) (u + 0.044715 u^3))): GPT-2's GELU. As (1 + tanh z) / 2 =
 * sigmoid(2 z), it is u s(z(u)) with the sigmoid s and z = u (c + a u^2); its gradient is s + u s
 * (1 - s) (c + 3 a u^2).
 *
 * @param u any shape
 * @returns the same shape; the caller disposes it
 */
export function gelu<T extends Tensor>(u: T): T {
  checkTensor('u', u);
  return tf.customGrad((given, save) => {
    const x = given as Tensor;
    const square = x.mul(x);
    const s = x.mul(square.mul(GELU_CUBE).add(GELU_SCALE)).sigmoid();
    const value = x.mul(s);
    (save as tf.GradSaveFunc)([square, s, value]);
    const gradFunc = (g: Tensor, saved: Tensor[]): Tensor => {
      const [uu, gate, out] = saved as [Tensor, Tensor, Tensor];
      const slope = uu.mul(3 * GELU_CUBE).add(GELU_SCALE);
      return g.mul(gate.add(slope.mul(out.sub(out.mul(gate)))));
    };
    return { value, gradFunc };
  })(u) as T;
}

/**
 * u / 2 * (1 + erf(u / sqrt(2))): GELU without the tanh approximation, as GPT-NeoX has it.
 *
 * @param u any shape
 * @returns the same shape; the caller disposes it
 */
export const exactGelu = <T extends Tensor>(u: T): T =>
  tf.tidy(() => u.mul(u.mul(Math.SQRT1_2).erf().add(1).mul(0.5)) as T);

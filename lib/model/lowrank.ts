/**
 * Low-rank updates of dense layers: x (W + s A B) is computed as x W + s (x A) B, so that neither
 * A B nor a gradient of W is ever made.
 * Reference: Hu et al. (2021, arXiv 2106.09685, LoRA).
 */
import { tf } from '../core/backend';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';

/** The factors of an update of a matrix [in, width]. */
export interface LowRankFactors {
  /** A, [in, rank] */
  readonly a: Tensor2D;
  /** B, [rank, width] */
  readonly b: Tensor2D;
}

/** Some neighbouring outputs of a dense layer, and their update; null where they have none. */
export interface LowRankPart {
  readonly width: number;
  readonly factors: LowRankFactors | null;
}

/** The update of a dense layer: of all its outputs, part by part. */
export interface LowRankUpdate {
  /** What A B is multiplied by: alpha / rank. */
  readonly scale: number;
  readonly parts: readonly LowRankPart[];
}

/** The parts side by side; those without an update are 0: [rows, out]. */
function joinedParts(
  rows: number,
  { parts }: LowRankUpdate,
  product: (factors: LowRankFactors) => Tensor2D,
): Tensor2D {
  const all = parts.map(({ width, factors }) =>
    factors ? product(factors) : tf.zeros<tf.Rank.R2>([rows, width]),
  );
  return all.length === 1 ? all[0]! : tf.concat(all, 1);
}

/**
 * What an update adds to a dense layer's output.
 *
 * @param x [rows, in]
 * @returns [rows, out]; the caller disposes it
 */
export const lowRankProduct = (x: Tensor2D, update: LowRankUpdate): Tensor2D =>
  tf.tidy(() =>
    joinedParts(x.shape[0], update, ({ a, b }) =>
      tf.matMul<Tensor2D>(x.matMul<Tensor2D>(a).mul(update.scale), b),
    ),
  );

/**
 * A weight matrix with its update.
 *
 * @param weight [in, out]; stays the caller's
 * @returns [in, out]; the caller disposes it
 */
export const mergedWeight = (weight: Tensor, update: LowRankUpdate): Tensor =>
  tf.tidy(() =>
    weight.add(joinedParts(weight.shape[0]!, update, ({ a, b }) => a.matMul(b).mul(update.scale))),
  );

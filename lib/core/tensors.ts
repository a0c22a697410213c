/**
 * Ranks of tensors that the type checker cannot know, such as those of variables in a table.
 */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';

/**
 * The same tensor, typed as a vector; the shape is not checked.
 *
 * @param x [n]; stays the caller's
 */
export const asTensor1D = (x: Tensor): Tensor1D => x as Tensor1D;

/**
 * The same tensor, typed as a matrix; the shape is not checked.
 *
 * @param x [rows, columns]; stays the caller's
 */
export const asTensor2D = (x: Tensor): Tensor2D => x as Tensor2D;

/**
 * log det of small matrices, by elimination: with the first row and column taken out,
 *
 *   log det K = log K_11 + log det(K' - K'_1 K'_1^T / K_11),
 *
 * in operations that have gradients. The greedy search of `greedyDeterminant` takes the same steps.
 */
import { tf } from '../../../../core/backend';
import { checkTensor } from '../../../../core/checks';
import { demand } from '../../../../core/errors';
import type { Tensor, Tensor1D, Tensor3D } from '@tensorflow/tfjs';

/** What a pivot is at least, so that two equal rows have a finite logarithm. */
const LEAST = 1e-6;

/**
 * log det of each matrix.
 *
 * @param kernels [M, k, k], symmetric, without negative eigenvalues
 * @returns [M]; the caller disposes it
 * @throws CourseError when the matrices are not square
 */
export function logDeterminants(kernels: Tensor3D): Tensor1D {
  checkTensor('Kernels', kernels, 3, '[sets, k, k]');
  const [, k, columns] = kernels.shape;
  demand(
    k === columns && k >= 1,
    () => `Kernels have the shape [${kernels.shape.join(', ')}].`,
    'Give square matrices.',
  );
  return tf.tidy(() => {
    let left: Tensor = kernels; // [M, i, i]
    const logs: Tensor[] = [];
    for (let i = k; i >= 1; i--) {
      const pivot = left.slice([0, 0, 0], [-1, 1, 1]).maximum(LEAST); // [M, 1, 1]
      logs.push(pivot.log().reshape([-1])); // [M]
      if (i === 1) break;
      const column = left.slice([0, 1, 0], [-1, i - 1, 1]); // [M, i - 1, 1]
      const row = left.slice([0, 0, 1], [-1, 1, i - 1]); // [M, 1, i - 1]
      left = left.slice([0, 1, 1], [-1, i - 1, i - 1]).sub(column.mul(row).div(pivot));
    }
    return tf.addN(logs) as Tensor1D; // [M]
  });
}

/**
 * The dual form of attention without softmax. What attention adds to a linear layer W_0 is a change of
 * its weights that the examples make, one outer product each:
 *
 *   W_0 q + sum_i v_i (k_i . q) = (W_0 + dW) q,   dW = sum_i v_i k_i'.
 *
 * A step of gradient descent on sum_i loss(W k_i) changes W in the same form, with v_i = -eta times the
 * gradient of the loss at the output. Which v_i a network has, the identity does not say.
 * References: Irie et al. (2022, arXiv 2202.05798); Dai et al. (2023, arXiv 2212.10559).
 */
import { checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';

/**
 * The change of weights that attention without softmax amounts to.
 *
 * @param values n rows of the numbers that are written
 * @param keys   n rows of the numbers that are compared
 * @returns dW, one row for each number of a value, one column for each of a key
 * @throws CourseError when these are no rows of numbers, or not as many
 */
export function dualUpdate(
  values: readonly (readonly number[])[],
  keys: readonly (readonly number[])[],
): number[][] {
  checkRows('Values', values);
  checkRows('Keys', keys);
  demand(
    values.length === keys.length,
    () => `${values.length} values were given with ${keys.length} keys.`,
    'Give one of each for every example.',
  );
  return values[0]!.map((_, r) =>
    keys[0]!.map((__, c) => values.reduce((sum, v, i) => sum + v[r]! * keys[i]![c]!, 0)),
  );
}

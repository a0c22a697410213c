/**
 * Smeared keys: the key of a token is a mixture of its own and of the token before it,
 * k_t <- g k_t + (1 - g) k_(t-1), with g = sigmoid(a) of each head. A head can then find the token
 * after a word by looking for the word itself, which else takes two layers.
 * Reference: Olsson et al. (2022), "In-context learning and induction heads", argument 2.
 */
import { tf } from '../core/backend';
import { checkTensor } from '../core/checks';
import { demand } from '../core/errors';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';

/**
 * @param k         keys, [B, H, T, D]
 * @param a         by head, before the sigmoid, [H]
 * @param continues 1 where the token before belongs to the same example, else 0, [T]
 * @returns [B, H, T, D]; the caller disposes it
 * @throws CourseError when the shapes do not fit, or it is not said which tokens continue an example
 */
export function smeared(k: Tensor4D, a: Tensor1D, continues: Tensor1D | undefined): Tensor4D {
  for (const [name, tensor] of Object.entries({ k, a })) checkTensor(name, tensor);
  demand(
    continues !== undefined,
    () => 'A transformer with smeared keys was not told which tokens continue an example.',
    'Give `continues` with the mask.',
  );
  checkTensor('continues', continues);
  demand(
    k.rank === 4 &&
      a.shape.join() === `${k.shape[1]}` &&
      continues.shape.join() === `${k.shape[2]}`,
    () => `Keys [${k.shape}] were smeared by a [${a.shape}] and continues [${continues.shape}].`,
    'Give keys [B, H, T, D], a [H] and continues [T].',
  );
  const [, H, T] = k.shape;
  return tf.tidy(() => {
    const before = tf.concat(
      [k.slice([0, 0, 0], [-1, -1, 1]), k.slice([0, 0, 0], [-1, -1, T - 1])],
      2,
    ); // [B, H, T, D]
    const share = tf
      .sub(1, tf.sigmoid(a))
      .reshape([H, 1, 1])
      .mul(continues.reshape([T, 1])); // [H, T, 1]
    return k.add(before.sub(k).mul(share)); // [B, H, T, D]
  });
}

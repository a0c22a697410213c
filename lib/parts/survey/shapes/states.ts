/** The states of tokens after each block of a transformer, as its hooks see them, by layer. */
import { tf } from '../../../core/backend';
import type { Tensor } from '@tensorflow/tfjs';

/** The layer whose output has this name among the inner values of a transformer; else null. */
export function layerOf(name: string): number | null {
  const found = /^blocks\.(\d+)\.out$/.exec(name);
  return found ? Number(found[1]) : null;
}

/** The layer of whose attention this is the name among the inner values of a transformer; else null. */
export function attentionLayerOf(name: string): number | null {
  const found = /^blocks\.(\d+)\.attention\.weights$/.exec(name);
  return found ? Number(found[1]) : null;
}

/** The states of each row at one of its tokens: [B, T, C] -> [B][C]. */
export const statesAt = (states: Tensor, places: readonly number[]): number[][] =>
  tf.tidy(() => {
    const wanted = tf.tensor2d(
      places.map((t, b) => [b, t]),
      undefined,
      'int32',
    ); // [B, 2]
    return tf.gatherND(states, wanted).arraySync() as number[][]; // [B, C]
  });

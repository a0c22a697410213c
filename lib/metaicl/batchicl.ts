/**
 * BatchICL (Zhang et al., arXiv 2401.06469) on episodes; the procedure is in model/batchicl.
 */
import { tf } from '../core/backend';
import type { Tensor3D } from '@tensorflow/tfjs';

import { averagedAttention, checkBatchLayer } from '../model/batchicl';
import { oneTestPerEpisode, type EpisodeModel, type OptionScorer } from './episodemodel';
import type { Episodes } from './episodes';

/**
 * BatchICL over a trained episode model.
 *
 * @param layer which block's attention output is averaged, from 0
 * @throws CourseError when the model has no such layer
 */
export function batchICLOnEpisodes(model: EpisodeModel, layer: number): OptionScorer {
  checkBatchLayer(layer, model.transformer.size.layers);
  /** @returns [B, m, K] */
  const scores = (episodes: Episodes): Tensor3D =>
    tf.tidy(() => {
      const each = oneTestPerEpisode(episodes); // B m episodes with one test
      const [rows, n, d] = each.x.shape;
      const single = (t: Tensor3D): Tensor3D => t.reshape([rows * n, 1, t.shape[2]]); // [B m n, 1, width]
      const repeated = <T extends tf.Tensor>(t: T): T =>
        t
          .expandDims(1)
          .tile([1, n, ...t.shape.slice(1).map(() => 1)])
          .reshape([rows * n, ...t.shape.slice(1)]) as T; // [B m n, 1, ...]
      const oneShot: Episodes = {
        x: single(each.x),
        y: single(each.y),
        xTest: each.xTest.tile([1, n, 1]).reshape([rows * n, 1, d]), // [B m n, 1, d]
        options: repeated(each.options),
        right: repeated(each.right),
        there: repeated(each.there),
      };
      const firstOnly: Episodes = {
        ...each,
        x: each.x.slice([0, 0, 0], [-1, 1, -1]),
        y: each.y.slice([0, 0, 0], [-1, 1, -1]),
      };
      const answers = averagedAttention(
        layer,
        n,
        (hook) => model.forward(oneShot, hook),
        (hook) => model.forward(firstOnly, hook),
      );
      return answers.reshape(episodes.there.shape); // [B, m, K]
    });
  return { name: 'BatchICL', scores };
}

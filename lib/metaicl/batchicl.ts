/**
 * BatchICL (Zhang et al., arXiv 2401.06469) on episodes; the procedure is in model/batchicl.
 */
import { tf } from '../core/backend';

import { batchAnswers, checkBatchLayer } from '../model/batchicl';
import { checkEpisodeModel, type EpisodeModel } from './episodemodel';
import { optionScorer, type OptionScorer } from './scorer';

/**
 * BatchICL over a trained episode model.
 *
 * @param layer which block's attention output is averaged, from 0
 * @throws CourseError when what is given is no episode model, or it has no such layer
 */
export function batchICLOnEpisodes(model: EpisodeModel, layer: number): OptionScorer {
  checkEpisodeModel(model);
  checkBatchLayer(layer, model.transformer.size.layers);
  return optionScorer('BatchICL', (episodes) =>
    tf.tidy(() => {
      const answers = batchAnswers(layer, episodes, (given, hook) => model.forward(given, hook));
      return answers.reshape(episodes.there.shape); // [B, m, K]
    }),
  );
}

/** The language models that experiments read or adapt. */
import { loadLanguageModel, type LoadedModel } from '../../language/folder';
import { freshLanguageModel } from '../../language/ownmodel';
import { smolLM2Folder } from '../../language/pretrained';
import { downloadedModel, ownTokenizer } from './texts';

/** Sizes of the random model, which only shows that the machinery runs. */
const RANDOM = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1024 } as const;

/**
 * The model of a config.
 *
 * @param name 'smollm2', owner/model/main, or null: random weights for our own words
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when it was not downloaded
 */
export function modelToRead(name: string | null): LoadedModel {
  if (name === null) return freshLanguageModel(ownTokenizer(), RANDOM, 0);
  if (name === 'smollm2') return loadLanguageModel(smolLM2Folder());
  return downloadedModel(name);
}

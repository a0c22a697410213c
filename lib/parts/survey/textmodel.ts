/**
 * A language model that an experiment asks about texts of its own: SmolLM2, or one of random weights,
 * to see the machinery run.
 */
import type { Requirements, Variant } from '../../experiments/experiment';
import { BASE_MB } from '../../experiments/kind';
import { maybe, oneOf, section, text, whole } from '../../experiments/settings';
import { loadLanguageModel, type LoadedModel } from '../../language/folder';
import { freshLanguageModel } from '../../language/ownmodel';
import { smolLM2Folder } from '../../language/pretrained';
import { tokenizerOf, wordTokenizerJson } from '../../language/tokenizer';

/** Who is asked. */
export interface TextVariant extends Variant {
  readonly model: 'smollm2' | 'random';
}

/** A variant of these settings. */
export const TEXT_VARIANT = section('who is asked', {
  key: text('names its files'),
  name: text('how tables call it'),
  model: oneOf('the model', 'smollm2', 'random'),
  seeds: maybe(whole('seeds, where the experiment’s number is not meant', 1, 10_000)),
});

/**
 * What a run needs.
 *
 * @param megabytes of SmolLM2: its weights in 32 bits, and the states or gradients of a batch
 */
export const textRequirements =
  (megabytes: number) =>
  (_: unknown, { model }: TextVariant): Requirements => ({
    memoryMB: BASE_MB + (model === 'smollm2' ? megabytes : 150),
    diskMB: 1,
  });

/**
 * Loads SmolLM2, or makes a model of random weights, and frees it after use.
 *
 * @param fresh makes the model of random weights
 */
export function withTextModel(
  model: TextVariant['model'],
  fresh: () => LoadedModel,
  use: (loaded: LoadedModel) => void,
): void {
  const loaded = model === 'random' ? fresh() : loadLanguageModel(smolLM2Folder());
  try {
    use(loaded);
  } finally {
    loaded.model.dispose();
  }
}

/** The token that begins every text of a model; one of random weights has none. */
export const beginOf = (model: TextVariant['model']): string =>
  model === 'random' ? '' : '<|endoftext|>';

/** A model of random weights that knows some words. */
export function randomModelOf(words: readonly string[], title: string): LoadedModel {
  const size = { width: 16, layers: 1, heads: 2, mlpRatio: 2, maxPositions: 512 };
  return freshLanguageModel(tokenizerOf(wordTokenizerJson([...words]), title), size, 0);
}

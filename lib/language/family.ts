/** What a family of language models is: how its config.json and its weights are read. */
import type { NamedArray } from '../core/safetensors';
import type { Architecture } from '../model/architecture';
import type { TransformerSize } from '../model/config';
import type { ConfigSettings } from './settings';

/** The families, by their name in config.json. */
export type Family = 'gpt2' | 'gpt_neo' | 'gpt_neox' | 'llama';

/** What makes a language model, apart from its weights. */
export interface LanguageModelConfig {
  readonly family: Family;
  /** Words (tokens) it knows, V. */
  readonly vocabulary: number;
  readonly size: TransformerSize;
  readonly architecture: Architecture;
  /** Layers whose tokens attend to the last `window` positions only, or null. */
  readonly local: { readonly window: number; readonly layers: readonly boolean[] } | null;
  /** true: input and output embeddings of the words are the same. */
  readonly tied: boolean;
  /** The token that ends a text, or null. */
  readonly end: number | null;
}

/** Gives the array of a name in the folder's files. */
export type Arrays = (name: string) => NamedArray;

/** For each parameter of ours, a function that reads it. */
export type WeightReaders = Readonly<Record<string, () => NamedArray>>;

/** How the folders of a family are read. */
export interface FamilyReader {
  /**
   * Our config of a config.json.
   *
   * @param where how error messages call the file
   * @throws CourseError when a setting is missing, or the model does what is not built here
   */
  config(given: ConfigSettings, where: string): Omit<LanguageModelConfig, 'family'>;
  /** Our parameters from the family's arrays. */
  weights(get: Arrays, config: LanguageModelConfig): WeightReaders;
}

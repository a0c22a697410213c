/**
 * Families of language models as Hugging Face folders hold them, each in a file of its own. Their
 * configs and weights are converted to the names and shapes of the course's transformer, which runs
 * them all.
 */
import { checkFlag, checkIndices, checkList, checkMemory } from '../core/checks';
import { CourseError, knownKeys, lookUp, plainObject, positiveInteger } from '../core/errors';
import { checkArchitecture } from '../model/architecture';
import { sizeOf } from '../model/config';
import type { Arrays, Family, FamilyReader, LanguageModelConfig, WeightReaders } from './family';
import { GPT2_FAMILY } from './gpt2';
import { GPT_NEO_FAMILY } from './gptneo';
import { GPT_NEOX_FAMILY } from './gptneox';
import { LLAMA_FAMILY } from './llama';
import { ConfigSettings, type Json } from './settings';

const FAMILIES: Readonly<Record<Family, FamilyReader>> = {
  gpt2: GPT2_FAMILY,
  gpt_neo: GPT_NEO_FAMILY,
  gpt_neox: GPT_NEOX_FAMILY,
  llama: LLAMA_FAMILY,
};

/**
 * Our config of a config.json.
 *
 * @param where how error messages call the file
 * @throws CourseError when the family is unknown, a setting is missing, or the model does what is
 *   not built here
 */
export function configOf(json: unknown, where: string): LanguageModelConfig {
  const given = (typeof json === 'object' && json !== null ? json : {}) as Json;
  const family = given['model_type'];
  if (typeof family !== 'string' || !Object.hasOwn(FAMILIES, family))
    throw new CourseError(
      `${where} is of the architecture ${JSON.stringify(family ?? null)}, which is not built here.`,
      `Use a model of one of: ${Object.keys(FAMILIES).join(', ')}.`,
    );
  return {
    family: family as Family,
    ...FAMILIES[family as Family].config(new ConfigSettings(given, where), where),
  };
}

/**
 * Refuses a config of which no language model can be made.
 *
 * @throws CourseError quoting the setting, or the memory that its words would need
 */
export function checkConfig(config: LanguageModelConfig): void {
  const known = ['family', 'vocabulary', 'size', 'architecture', 'local', 'tied', 'end'];
  knownKeys('A language model config', config, known);
  const { family, vocabulary: V, local, tied, end } = config;
  lookUp('family of language models', FAMILIES, family);
  positiveInteger('The vocabulary of a language model', V);
  const size = sizeOf(config.size);
  const { width: C, layers } = size;
  checkMemory(() => `The embeddings of ${V} words of width ${C}`, V * C * (tied ? 1 : 2));
  checkArchitecture(config.architecture, size);
  checkFlag("'tied' of a language model", tied);
  if (end !== null) checkIndices('The token that ends a text', [end]);
  if (local === null) return;
  plainObject("'local' of a language model", local);
  positiveInteger("'window' of a language model", local.window);
  const isFlag = (value: unknown): boolean => typeof value === 'boolean';
  checkList('Layers with a window', local.layers, 'true or false for each layer', isFlag, layers);
}

/** For each parameter of ours, a function that reads it from a family's arrays. */
export const weightReaders = (config: LanguageModelConfig, get: Arrays): WeightReaders =>
  FAMILIES[config.family].weights(get, config);

/**
 * Language models from and to Hugging Face folders: config.json, model.safetensors (or its shards),
 * tokenizer.json.
 */
import { join } from 'node:path';

import { checkText } from '../core/checks';
import { demand, plainObject } from '../core/errors';
import { writeAtomic, readJson } from '../core/files';
import { writeSafetensors } from '../core/safetensors';
import { hiddenOf } from '../model/config';
import { configOf, weightReaders } from './families';
import type { LanguageModelConfig } from './family';
import { arraysOf, checkVocabulary, madeOf } from './folderweights';
import { LanguageModel, checkLanguageModel } from './languagemodel';
import { checkTokenizer, readTokenizer, type TextTokenizer } from './tokenizer';

/** A language model with its tokenizer. */
export interface LoadedModel {
  readonly model: LanguageModel;
  readonly tokenizer: TextTokenizer;
}

/**
 * Refuses what is no language model with its tokenizer.
 *
 * @throws CourseError quoting it
 */
export function checkLoaded(loaded: LoadedModel): void {
  plainObject('A loaded language model', loaded);
  checkLanguageModel(loaded.model);
  checkTokenizer(loaded.tokenizer);
}

/**
 * The language model of a folder.
 *
 * @returns model and tokenizer; the caller disposes the model
 * @throws CourseError when a file is missing, cut or of another kind, an array is missing or of
 *   another shape, or tokenizer and model do not belong together
 */
export function loadLanguageModel(folder: string): LoadedModel {
  checkText('The folder of a language model', folder);
  const configFile = join(folder, 'config.json');
  const config = configOf(readJson(configFile), `'${configFile}'`);
  const tokenizer = readTokenizer(folder);
  checkVocabulary(folder, tokenizer, config);
  const weights = weightReaders(config, arraysOf(folder));
  return { model: madeOf(folder, weights, (store) => new LanguageModel(config, store)), tokenizer };
}

/** GPT-2's names for our weights. */
const gpt2Name = (ours: string): string =>
  ours
    .replace(/^words$/, 'transformer.wte.weight')
    .replace(/^positions$/, 'transformer.wpe.weight')
    .replace(/^normFinal/, 'transformer.ln_f')
    .replace(/^blocks\.(\d+)\.norm(\d)/, 'transformer.h.$1.ln_$2')
    .replace(/^blocks\.(\d+)\.qkv/, 'transformer.h.$1.attn.c_attn')
    .replace(/^blocks\.(\d+)\.projection/, 'transformer.h.$1.attn.c_proj')
    .replace(/^blocks\.(\d+)\.up/, 'transformer.h.$1.mlp.c_fc')
    .replace(/^blocks\.(\d+)\.down/, 'transformer.h.$1.mlp.c_proj')
    .replace(/\.gain$/, '.weight');

/** The config.json of a GPT-2. */
const gpt2ConfigJson = ({ vocabulary, size, end }: LanguageModelConfig): object => ({
  model_type: 'gpt2',
  architectures: ['GPT2LMHeadModel'],
  vocab_size: vocabulary,
  n_embd: size.width,
  n_layer: size.layers,
  n_head: size.heads,
  n_inner: hiddenOf(size),
  n_positions: size.maxPositions,
  activation_function: 'gelu_new',
  layer_norm_epsilon: 1e-5,
  tie_word_embeddings: true,
  bos_token_id: end,
  eos_token_id: end,
});

/**
 * Writes a GPT-2 as a Hugging Face folder (config.json and model.safetensors), which others can
 * read too.
 *
 * @param metadata texts to go with the weights: how they were made
 * @throws CourseError when the model is no tied GPT-2, the metadata are no texts, or a file cannot be
 *   written
 */
export function writeLanguageModel(
  folder: string,
  model: LanguageModel,
  metadata: Readonly<Record<string, string>> = {},
): void {
  checkText('The folder of a language model', folder);
  checkLanguageModel(model);
  const { config } = model;
  demand(
    config.family === 'gpt2' && config.tied,
    () => `A model of the family '${config.family}' was to be written.`,
    'Only GPT-2 with tied words is.',
  );
  const arrays = Object.fromEntries(
    Object.entries(model.parameters).map(([name, v]) => [
      gpt2Name(name),
      { shape: v.shape, data: v.dataSync<'float32'>() },
    ]),
  );
  writeSafetensors(join(folder, 'model.safetensors'), arrays, { format: 'pt', ...metadata });
  writeAtomic(join(folder, 'config.json'), `${JSON.stringify(gpt2ConfigJson(config), null, 1)}\n`);
}

/**
 * Sentence encoders from the folders of sentence-transformers: config.json, tokenizer.json and
 * weights of a BERT, and how its states become the vector of a sentence.
 */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { checkText } from '../core/checks';
import { demand } from '../core/errors';
import { readJson } from '../core/files';
import { bertConfigOf, bertWeights, type BertConfig } from './bert';
import { SentenceEncoder } from './encoder';
import { arraysOf, checkVocabulary, madeOf } from './folderweights';
import { PRETRAINED, miniLMFolder } from './pretrained';
import { ConfigSettings, settingsOf } from './settings';
import { readWordPiece } from './wordpiece';

/** A file of settings, empty where the folder does not have it. */
function settingsIn(folder: string, name: string): ConfigSettings {
  const file = join(folder, name);
  return new ConfigSettings(settingsOf(existsSync(file) ? readJson(file) : {}), `'${file}'`);
}

/** Refuses a folder whose sentences are not means of states. */
function checkPooling(folder: string): void {
  const pooling = settingsIn(folder, join('1_Pooling', 'config.json'));
  pooling.only('pooling_mode_mean_tokens', true);
  for (const other of ['cls_token', 'max_tokens', 'mean_sqrt_len_tokens', 'weightedmean_tokens'])
    pooling.only(`pooling_mode_${other}`, false);
  const file = join(folder, 'modules.json');
  const modules = existsSync(file) ? readJson(file) : [];
  for (const { type } of (Array.isArray(modules) ? modules : []) as { readonly type?: unknown }[])
    demand(
      /\.(Transformer|Pooling|Normalize)$/.test(String(type)),
      () => `'${file}' has the module ${JSON.stringify(type ?? null)}, which is not built here.`,
      'Use an encoder of Transformer, Pooling and Normalize only.',
    );
}

/** The most tokens of a text. */
function longestOf(folder: string, { size: { maxPositions } }: BertConfig): number {
  const longest = settingsIn(folder, 'sentence_bert_config.json').number(
    'max_seq_length',
    maxPositions,
  );
  demand(
    Number.isInteger(longest) && longest >= 2 && longest <= maxPositions,
    () => `'${folder}' reads texts of ${longest} tokens, and the model has ${maxPositions} places.`,
    'Use the files that came with the weights.',
  );
  return longest;
}

/**
 * The sentence encoder of a folder. What of its files is not read is the same for all of them:
 * vectors are brought to length 1 whether or not the folder says so.
 *
 * @param name how tables and figures call it; the folder's own name when left out
 * @throws CourseError when the model is no BERT or does what is not built here, a file or an array
 *   is missing or of another shape, or tokenizer and model do not belong together
 */
export function loadEncoder(folder: string, name?: string): SentenceEncoder {
  checkText('The folder of a sentence encoder', folder);
  const file = join(folder, 'config.json');
  const given = new ConfigSettings(settingsOf(readJson(file)), `'${file}'`);
  const config = bertConfigOf(given, `'${file}'`);
  checkPooling(folder);
  const tokenizer = readWordPiece(folder);
  checkVocabulary(folder, tokenizer, config);
  const called = name ?? basename(resolve(folder));
  const longest = longestOf(folder, config);
  return madeOf(
    folder,
    bertWeights(arraysOf(folder), config.size.layers),
    (store) => new SentenceEncoder(called, config, tokenizer, longest, store),
  );
}

/**
 * all-MiniLM-L6-v2, 384 numbers each sentence.
 *
 * @returns the encoder; the caller disposes it
 * @throws CourseError when it was not fetched; its remedy is the command
 */
export const loadMiniLM = (): SentenceEncoder =>
  loadEncoder(miniLMFolder(), PRETRAINED.minilm.title);

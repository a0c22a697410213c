/**
 * A checkpoint is one safetensors file: weights, optimiser moments, and as metadata the configs,
 * the step, the loss curve and the command that made it. It is written atomically: a crash leaves
 * the earlier one.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { tf } from '../core/backend';
import { checkText } from '../core/checks';
import { CourseError, demand } from '../core/errors';
import {
  checkArrays,
  readSafetensors,
  writeSafetensors,
  type NamedArray,
} from '../core/safetensors';
import type { Tensor, Variable } from '@tensorflow/tfjs';

/** Files of a newer version are refused; older ones are read. */
export const CHECKPOINT_VERSION = 1;

/** What a checkpoint says of itself. */
export interface CheckpointFacts {
  readonly version: number;
  /** Which kind of model, see kinds.ts; older files do not say it. */
  readonly kind?: string;
  /** Of the trained model. */
  readonly model: object;
  /** The training config as it was given. */
  readonly training: unknown;
  /** Steps made. */
  readonly step: number;
  /** Logged losses: [step, loss]. */
  readonly curve: readonly (readonly [number, number])[];
  /** The command that made it. */
  readonly command: string;
}

/** Arrays and facts of a checkpoint file. */
export interface Checkpoint {
  readonly arrays: Readonly<Record<string, NamedArray>>;
  readonly facts: CheckpointFacts;
}

/**
 * Writes a checkpoint atomically.
 *
 * @param variables every variable to keep, by name, of any shape; they stay the caller's
 * @throws CourseError when the disk is full or the place cannot be written; an earlier file is then
 *   untouched
 */
export function writeCheckpoint(
  file: string,
  variables: Readonly<Record<string, Variable>>,
  facts: CheckpointFacts,
): void {
  const arrays = Object.fromEntries(
    Object.entries(variables).map(([name, v]) => [
      name,
      { shape: v.shape, data: v.dataSync<'float32'>() },
    ]),
  );
  writeSafetensors(file, arrays, { facts: JSON.stringify(facts) });
}

/** The file of a job's weights: .../checkpoints/EXPERIMENT/VARIANT-SEED.safetensors. */
const OF_A_JOB = /[\\/]checkpoints[\\/]([^\\/]+)[\\/]([^\\/]+)-(\d+)\.safetensors$/;

/** How a checkpoint that is not there is made again; few are kept in the repository. */
function remedyForMissing(file: string): string {
  const job = OF_A_JOB.exec(resolve(file));
  if (!job) return 'Check the path.';
  const [, folder, variant, seed] = job;
  const name = folder!.replace(/-full$/, ' --profile full');
  const options = `--variant ${variant} --seed ${seed} --weights`;
  return `Make it with npm run experiment -- ${name} ${options}.`;
}

/**
 * Refuses weights and moments that no training that is kept has written.
 *
 * @throws CourseError naming the first array that holds NaN or an infinite number
 */
export function checkFiniteArrays(file: string, arrays: Checkpoint['arrays']): void {
  const bad = Object.keys(arrays).find((name) => !arrays[name]!.data.every(Number.isFinite));
  demand(
    bad === undefined,
    () => `'${bad}' in '${file}' holds NaN or an infinite number.`,
    'Train again with a lower learning rate, or use another copy.',
  );
}

/**
 * Reads a checkpoint.
 *
 * @throws CourseError when the file is missing, cut, corrupt, no checkpoint, holds NaN or infinite
 *   numbers (the tensor is named), or was written by a newer version
 */
export function readCheckpoint(file: string): Checkpoint {
  checkText('The path of a checkpoint', file);
  demand(existsSync(file), () => `The checkpoint '${file}' is not there.`, remedyForMissing(file));
  const { arrays, metadata } = readSafetensors(file);
  checkFiniteArrays(file, arrays);
  let facts: CheckpointFacts | null = null;
  try {
    facts = JSON.parse(metadata['facts'] ?? 'null') as CheckpointFacts | null;
  } catch {
    facts = null;
  }
  demand(
    facts !== null && typeof facts.version === 'number',
    () =>
      `'${file}' is a safetensors file, but no checkpoint of this course ` +
      '(its facts are missing or unreadable).',
    'Use a file that the trainer wrote.',
  );
  demand(
    facts.version <= CHECKPOINT_VERSION,
    () =>
      `'${file}' was written by a newer version of the course ` +
      `(format ${facts?.version}; this one reads up to ${CHECKPOINT_VERSION}).`,
    'Update the course.',
  );
  const { model, step, curve } = facts;
  demand(
    typeof model === 'object' && model !== null && Number.isInteger(step) && Array.isArray(curve),
    () => `The facts of '${file}' lack a model, a step or a loss curve.`,
    'Use a file that the trainer wrote.',
  );
  return { arrays, facts };
}

/**
 * Puts a checkpoint's numbers into variables.
 *
 * @param variables by name, of any shape; assigned in place
 * @throws CourseError when a variable is missing in the file or has another shape there; nothing is
 *   then assigned
 */
export function restoreVariables(
  file: string,
  { arrays }: Pick<Checkpoint, 'arrays'>,
  variables: Readonly<Record<string, Variable>>,
): void {
  checkArrays(arrays);
  for (const [name, variable] of Object.entries(variables)) {
    const found = arrays[name];
    if (!found || found.shape.join() !== variable.shape.join())
      throw new CourseError(
        `'${file}' is the checkpoint of another model: '${name}' is ` +
          `${found ? `[${found.shape.join(', ')}]` : 'missing'} there, ` +
          `[${variable.shape.join(', ')}] here.`,
        'Load it with the config that it was written with, or name another file.',
      );
  }
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(variables))
      variable.assign(tf.tensor(arrays[name]!.data, [...arrays[name]!.shape]) as Tensor);
  });
}

/**
 * A fresh model with a checkpoint's weights.
 *
 * @returns the model that was given; the caller disposes it
 * @throws CourseError when the checkpoint is that of another model; the one that was given is then
 *   disposed
 */
export function restored<
  M extends { readonly parameters: Readonly<Record<string, Variable>>; dispose(): void },
>(file: string, checkpoint: Checkpoint, model: M): M {
  try {
    restoreVariables(file, checkpoint, model.parameters);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

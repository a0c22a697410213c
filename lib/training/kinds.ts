/**
 * The kinds of checkpoints: each module of the course makes those of its own models known here,
 * with the call that opens them. New files name their kind; older ones are recognised by their
 * configs.
 */
import { CourseError, demand, plainObject } from '../core/errors';
import { readCheckpoint, type Checkpoint, type CheckpointFacts } from './checkpoint';

/** A kind of checkpoints. */
export interface CheckpointKind<M extends object> {
  /** Its tag, in words that go on from "the checkpoint of ...". */
  readonly kind: string;
  /** The call that opens such files, for error messages. */
  readonly call: string;
  /** Whether facts without a tag are of this kind. */
  fits(facts: Pick<CheckpointFacts, 'model' | 'training'>): boolean;
  /** The model with its weights; the caller disposes it. */
  open(file: string, checkpoint: Checkpoint): M;
}

/** A model from a checkpoint, and what the file says of itself. */
export interface Loaded<M extends object = object> {
  readonly kind: string;
  readonly model: M;
  readonly facts: CheckpointFacts;
}

const KINDS = new Map<string, CheckpointKind<object>>();

/** The kind of a checkpoint by its tag or, without one, by its configs; undefined when unknown. */
export function kindOf(
  facts: Pick<CheckpointFacts, 'kind' | 'model' | 'training'>,
): string | undefined {
  plainObject('The facts of a checkpoint', facts);
  if (typeof facts.kind === 'string') return facts.kind;
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
  if (!isObject(facts.model) || !isObject(facts.training)) return undefined;
  return [...KINDS.values()].find((one) => one.fits(facts))?.kind;
}

/** A checkpoint and its kind. */
function readKind(file: string): { checkpoint: Checkpoint; kind: CheckpointKind<object> } {
  const checkpoint = readCheckpoint(file);
  const name = kindOf(checkpoint.facts);
  const kind = KINDS.get(name ?? '');
  demand(
    kind !== undefined,
    () => `'${file}' is the checkpoint of ${name ?? 'a model'} that is not known here.`,
    'Open it with the version of the course that wrote it.',
  );
  return { checkpoint, kind };
}

/**
 * Makes a kind of checkpoints known.
 *
 * @returns the call that opens files of this kind; it throws a CourseError when the file is
 *   missing, cut, corrupt, no checkpoint, of another kind (which it names) or written by a newer
 *   version
 * @throws CourseError when another kind has this name
 */
export function checkpointKind<M extends object>(
  own: CheckpointKind<M>,
): (file: string) => Loaded<M> {
  demand(
    !KINDS.has(own.kind),
    () => `Two kinds of checkpoints are called '${own.kind}'.`,
    'Give each a name of its own.',
  );
  KINDS.set(own.kind, own);
  return (file) => {
    const { checkpoint, kind } = readKind(file);
    if (kind.kind !== own.kind)
      throw new CourseError(
        `'${file}' is the checkpoint of ${kind.kind}, not of ${own.kind}.`,
        `Open it with ${kind.call}, or name another file.`,
      );
    return { kind: own.kind, model: own.open(file, checkpoint), facts: checkpoint.facts };
  };
}

/**
 * The model of any checkpoint of the course, whatever its kind.
 *
 * @returns its kind, the model (the caller disposes it), and what the file says of itself
 * @throws CourseError when the file is missing, cut, corrupt, no checkpoint, of a kind that is not
 *   known, or written by a newer version
 */
export function load(file: string): Loaded {
  const { checkpoint, kind } = readKind(file);
  return { kind: kind.kind, model: kind.open(file, checkpoint), facts: checkpoint.facts };
}

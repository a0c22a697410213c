/**
 * Prompts as named tensors, whatever an example and a test hold: which examples are kept, and each
 * test as a prompt of its own.
 */
import { checkReadable, checkTensor } from '../core/checks';
import { demand, plainObject } from '../core/errors';
import { tf } from '../core/backend';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs';

/**
 * The tensors of B prompts with n examples and m tests. `x` and `y` belong to the examples and
 * begin [B, n]; all others belong to the tests and begin [B, m].
 */
export interface PromptTensors {
  readonly x: Tensor3D;
  readonly y: Tensor;
  readonly xTest: Tensor3D;
}

/** Examples by their numbers: a list for all prompts, or a list for each of them. */
export type Choice = readonly number[] | readonly (readonly number[])[];

/** The choice for prompt b. */
export const choiceFor = (which: Choice, b: number): readonly number[] => {
  const own = which[b];
  return Array.isArray(own) ? (own as readonly number[]) : (which as readonly number[]);
};

const isOfExamples = (name: string): boolean => name === 'x' || name === 'y';

/**
 * The same prompts with their tensors changed: by one function those of the examples, by another
 * those of the tests.
 *
 * @param prompts shapes as in PromptTensors
 * @returns tensors of the shapes that the functions give them; the caller disposes them
 */
const mapTensors = <P extends PromptTensors>(
  prompts: P,
  ofExamples: (t: Tensor) => Tensor,
  ofTests: (t: Tensor) => Tensor,
): P =>
  Object.fromEntries(
    (Object.entries(prompts) as [string, Tensor][]).map(([name, t]) => [
      name,
      isOfExamples(name) ? ofExamples(t) : ofTests(t),
    ]),
  ) as unknown as P;

/**
 * Repeats along a new second axis that then joins the first: [B, ...] -> [B count, ...], the
 * `count` copies of an entry next to each other.
 *
 * @param t [B, ...]
 * @returns [B count, ...]; the caller disposes it
 */
const repeated = (t: Tensor, count: number): Tensor =>
  tf.tidy(() => {
    const [B, ...rest] = t.shape;
    return t
      .expandDims(1)
      .tile([1, count, ...rest.map(() => 1)])
      .reshape([B! * count, ...rest]); // [B count, ...]
  });

/**
 * Entries of the second axis as entries of the first: [B, k, ...] -> [B k, 1, ...].
 *
 * @param t [B, k, ...]
 * @returns [B k, 1, ...]; the caller disposes it
 */
const apart = (t: Tensor): Tensor => {
  const [B, k, ...rest] = t.shape;
  return t.reshape([B! * k!, 1, ...rest]);
};

/**
 * The same prompts with these of their examples, in this order.
 *
 * @param prompts shapes as in PromptTensors
 * @returns prompts whose x and y are new tensors that the caller disposes; the tests are shared
 */
export const chosenExamples = <P extends PromptTensors>(prompts: P, which: Choice): P => {
  const forEach = Array.isArray(which[0]);
  return mapTensors(
    prompts,
    (t) =>
      tf.tidy(() =>
        tf.gather(t, tf.tensor(which as number[], undefined, 'int32'), 1, forEach ? 1 : 0),
      ),
    (t) => t,
  );
};

/**
 * Every test as a prompt of its own: B m prompts with one test each.
 *
 * @param prompts shapes as in PromptTensors
 * @returns the examples' tensors [B m, n, ...], the tests' [B m, 1, ...]; the caller disposes them
 * @throws CourseError naming what is no tensor, a disposed one, or one that does not begin like the
 *   others
 */
export const oneTestEach = <P extends PromptTensors>(prompts: P): P => {
  plainObject('Prompts', prompts);
  for (const name of ['x', 'y', 'xTest'] as const)
    checkTensor(`'${name}' of the prompts`, prompts[name]);
  for (const [name, tensor] of Object.entries(prompts))
    checkReadable(`'${name}' of the prompts`, tensor);
  const [B, n] = prompts.x.shape;
  const m = prompts.xTest.shape[1];
  for (const [name, { shape }] of Object.entries(prompts) as [string, Tensor][]) {
    const count = isOfExamples(name) ? n : m;
    demand(
      shape[0] === B && shape[1] === count,
      () => `'${name}' of the prompts is [${shape.join(', ')}], and should begin [${B}, ${count}].`,
      'Give x and y [B, n, ...] and the tensors of the tests [B, m, ...].',
    );
  }
  return mapTensors(prompts, (t) => repeated(t, m), apart);
};

/**
 * Every example as the only one of a prompt of its own: one-shot prompts, n for each of B prompts,
 * next to each other.
 *
 * @param prompts shapes as in PromptTensors
 * @returns the examples' tensors [B n, 1, ...], the tests' [B n, m, ...]; the caller disposes them
 */
export const oneExampleEach = <P extends PromptTensors>(prompts: P): P => {
  const n = prompts.x.shape[1];
  return mapTensors(prompts, apart, (t) => repeated(t, n));
};

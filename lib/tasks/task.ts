/**
 * A task is a source of prompts. Samplers fill plain arrays number by number; this turns them into
 * prompts.
 */
import { tf } from '../core/backend';
import { checkFunction, checkMemory, checkStream, checkText } from '../core/checks';
import {
  demand,
  finiteNumber,
  knownKeys,
  plainObject,
  positiveInteger,
  quote,
} from '../core/errors';
import type { Stream } from '../core/random';
import type { Prompts } from '../model/prompts';

/** How many prompts to draw, and how large. */
export interface SampleSizes {
  readonly B: number;
  readonly n: number;
  /** Test inputs per prompt. */
  readonly m: number;
  /** Curriculum: only the first `active` coordinates of the inputs are not zero (default: all). */
  readonly active?: number;
}

/** A source of prompts. */
export interface Task {
  readonly name: string;
  /** Numbers in an input. */
  readonly d: number;
  /**
   * What squared errors are divided by: d, or the mean square of a label where that is another
   * number.
   */
  readonly scale: number;
  /**
   * true: the tests depend on the end of the prompt, so that a shorter prompt is made of its last
   * examples; else it is made of its first.
   */
  readonly ordered?: boolean;
  /** The same stream gives the same prompts. The caller disposes the tensors. */
  sample(random: Stream, sizes: SampleSizes): Prompts;
}

/**
 * One prompt's function: its label for the input that begins at `from` of x; i is the index of the
 * example, tests from n on. Labels are computed once each, in this order.
 */
export type Rule = (x: Float32Array, from: number, i: number) => number;

/** What differs between samplers: the inputs, and the function a prompt is about. */
export interface Sampler {
  readonly d: number;
  /** Writes the d numbers of input i to x, from `from` on; by default they are N(0, 1). */
  readonly input?: (random: Stream, x: Float32Array, from: number, i: number) => void;
  /** Draws what belongs to a whole prompt. `input` may replace the sampler's for this prompt. */
  readonly prompt: (
    random: Stream,
    sizes: SampleSizes,
  ) => { readonly label: Rule; readonly input?: Sampler['input'] };
  /** Standard deviation of the noise on the examples' labels; tests have none. */
  readonly noise?: number;
}

const normalInput =
  (d: number): NonNullable<Sampler['input']> =>
  (random, x, from) => {
    for (let k = 0; k < d; k++) x[from + k] = random.normal();
  };

/** How a sampler draws inputs, where a prompt does not say otherwise. */
export const inputOf = ({ input, d }: Sampler): NonNullable<Sampler['input']> =>
  input ?? normalInput(d);

/**
 * Prompts of a sampler.
 *
 * @returns x [B, n, d] and so on, in the units of the sampler; the caller disposes them
 * @throws CourseError when a size is unknown or no positive integer, or memory does not suffice
 */
function samplePrompts(sampler: Sampler, random: Stream, sizes: SampleSizes): Prompts {
  const { d, noise = 0 } = sampler;
  checkStream(random);
  knownKeys('The sizes of prompts', sizes, ['B', 'n', 'm', 'active']);
  const { B, n, m, active = d } = sizes;
  for (const [name, value] of Object.entries({ B, n, m, active })) positiveInteger(name, value);
  const count = n + m;
  checkMemory(
    () => `Prompts of B = ${B}, n = ${n}, m = ${m}, d = ${d}`,
    2 * B * count * (d + 1), // as plain numbers and as tensors
  );
  const [x, y] = [new Float32Array(B * count * d), new Float32Array(B * count)];
  for (let b = 0; b < B; b++) {
    const { label, input = inputOf(sampler) } = sampler.prompt(random, sizes);
    for (let i = 0; i < count; i++) {
      const from = (b * count + i) * d;
      input(random, x, from, i);
      x.fill(0, from + Math.min(active, d), from + d);
      y[b * count + i] = label(x, from, i) + (i < n && noise > 0 ? noise * random.normal() : 0);
    }
  }
  return tf.tidy(() => {
    const [xs, xTests] = tf.split(tf.tensor3d(x, [B, count, d]), [n, m], 1) as [
      tf.Tensor3D,
      tf.Tensor3D,
    ]; // [B, n, d], [B, m, d]
    const [ys, yTests] = tf.split(tf.tensor2d(y, [B, count]), [n, m], 1) as [
      tf.Tensor2D,
      tf.Tensor2D,
    ]; // [B, n], [B, m]
    return { x: xs, y: ys, xTest: xTests, yTest: yTests };
  });
}

/** A task with its sampler. */
export interface SampledTask extends Task {
  readonly sampler: Sampler;
}

/**
 * Refuses what is no sampler, or a task without one.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkSampler(sampler: Sampler): void {
  plainObject('A sampler of prompts', sampler);
  const { d, noise, input, prompt } = sampler;
  positiveInteger('d', d);
  checkFunction("'prompt' of a sampler", prompt);
  if (input !== undefined) checkFunction("'input' of a sampler", input);
  if (noise !== undefined) finiteNumber('noise', noise, 'a number of at least 0', (x) => x >= 0);
}

/**
 * Refuses what is no task with a sampler.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkTask(task: SampledTask): void {
  plainObject('A task', task);
  checkText('The name of a task', task.name);
  finiteNumber('scale', task.scale, 'a positive number', (x) => x > 0);
  checkSampler(task.sampler);
  demand(
    task.d === task.sampler.d,
    () => `A task has d = ${quote(task.d)}, its sampler d = ${task.sampler.d}.`,
    'Make it with tasks.taskFrom.',
  );
}

/**
 * The task of a sampler.
 *
 * @throws CourseError when what is given is no sampler, or scale no positive number
 */
export function taskFrom(name: string, scale: number, sampler: Sampler): SampledTask {
  checkText('The name of a task', name);
  finiteNumber('scale', scale, 'a positive number', (x) => x > 0);
  checkSampler(sampler);
  const sample: Task['sample'] = (random, sizes) => samplePrompts(sampler, random, sizes);
  return { name, d: sampler.d, scale, sampler, sample };
}

/** x . w for the input that begins at `from`; called for each label, so nothing is checked. */
export function product(x: Float32Array, from: number, w: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < w.length; k++) sum += x[from + k]! * w[k]!;
  return sum;
}

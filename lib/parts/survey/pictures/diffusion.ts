/**
 * Denoising diffusion. A picture x_0, its channels at -1 and 1, is mixed with noise in T steps,
 *
 *   x_t = sqrt(a_t) x_0 + sqrt(1 - a_t) e,     e ~ N(0, I),     a_t = cos^2((t / T + s) / (1 + s) pi / 2)
 *
 * (divided by its value at t = 0), and a model is trained to say x_0 from x_t and t. To draw a picture,
 * one starts from noise and goes back, at each step to the normal distribution of x_{t-1} given x_t and
 * the picture that the model names.
 * References: Ho et al. (2020, arXiv 2006.11239), equations 4, 6 and 7; Nichol and Dhariwal (2021, arXiv
 * 2102.09672), equation 17, for the schedule. Deviation: the model says x_0 in place of the noise, which
 * Ho et al. (section 3.2) consider too.
 */
import {
  checkFunction,
  checkMemory,
  checkNumbers,
  checkRows,
  checkStream,
} from '../../../core/checks';
import { demand, plainObject, positiveInteger, shareNumber } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** Steps of noise that the course takes. */
export const NOISE_STEPS = 50;

/** Keeps the first steps from being too small. */
const OFFSET = 0.008;

/**
 * What is left of the picture after each step, a_0 = 1 to a_T.
 *
 * @param T steps of noise
 * @returns [T + 1]
 * @throws CourseError when T is not positive
 */
export function noiseSchedule(T: number): number[] {
  positiveInteger('The number of steps of noise', T, 1, 10_000);
  const of = (t: number): number =>
    Math.cos((((t / T + OFFSET) / (1 + OFFSET)) * Math.PI) / 2) ** 2;
  return Array.from({ length: T + 1 }, (_, t) => Math.max(of(t) / of(0), 1e-5));
}

/**
 * A picture mixed with noise.
 *
 * @param x0    channels at -1 and 1
 * @param left  a_t
 * @param noise standard normal, as many
 * @throws CourseError when these are no numbers, or not as many
 */
export function noised(x0: readonly number[], left: number, noise: ArrayLike<number>): number[] {
  checkNumbers('Channels', x0);
  if (!(noise instanceof Float32Array)) checkNumbers('Noise', noise);
  shareNumber('What is left', left);
  demand(
    noise.length === x0.length,
    () => `${noise.length} numbers of noise were given for ${x0.length} channels.`,
    'Give one for each.',
  );
  return x0.map((x, i) => Math.sqrt(left) * x + Math.sqrt(1 - left) * noise[i]!);
}

/** Refuses what does not fall from 1 to above 0. */
function checkSchedule(schedule: readonly number[]): void {
  checkNumbers('A schedule of noise', schedule, 2);
  demand(
    schedule[0] === 1 && schedule.every((a, t) => a > 0 && (t === 0 || a < schedule[t - 1]!)),
    () => `A schedule of noise was [${schedule.slice(0, 3).join(', ')} ...].`,
    'Take one of noiseSchedule: it falls from 1 and stays above 0.',
  );
}

/** Mean and standard deviation of x_{t-1} given x_t and x_0: weights of both, and the deviation. */
export interface BackStep {
  readonly clean: number;
  readonly noisy: number;
  readonly deviation: number;
}

/**
 * The step back from t to t - 1.
 *
 * @param schedule of noiseSchedule
 * @throws CourseError when t is no step of it
 */
export function backStep(schedule: readonly number[], t: number): BackStep {
  checkSchedule(schedule);
  positiveInteger('t', t, 1, schedule.length - 1);
  const [now, before] = [schedule[t]!, schedule[t - 1]!];
  const kept = now / before; // alpha_t
  return {
    clean: (Math.sqrt(before) * (1 - kept)) / (1 - now),
    noisy: (Math.sqrt(kept) * (1 - before)) / (1 - now),
    deviation: Math.sqrt(((1 - before) * (1 - kept)) / (1 - now)),
  };
}

/**
 * Draws pictures: from noise back to x_0.
 *
 * @param count  how many, and `size` numbers each
 * @param clean  what a model says x_0 is, for x_t [count][size] and t
 * @param watch  is told of every x_t, the noise first
 * @returns [count][size]
 * @throws CourseError when there is no stream, or a number is refused
 */
export function denoise(
  random: Stream,
  schedule: readonly number[],
  drawn: { readonly count: number; readonly size: number },
  clean: (noisy: readonly (readonly number[])[], t: number) => readonly (readonly number[])[],
  watch: (noisy: readonly (readonly number[])[], t: number) => void = () => undefined,
): number[][] {
  checkStream(random);
  checkSchedule(schedule);
  checkFunction('What says x_0', clean);
  checkFunction('What watches', watch);
  plainObject('What is drawn', drawn);
  const { count, size } = drawn;
  positiveInteger('count', count, 1, 1e6);
  positiveInteger('size', size, 1, 1e6);
  checkMemory(() => `${count} pictures of ${size} channels`, 4 * count * size);
  let x = Array.from({ length: count }, () => [...random.normals(size)]);
  for (let t = schedule.length - 1; t >= 1; t--) {
    watch(x, t);
    const step = backStep(schedule, t);
    const named = clean(x, t);
    checkRows('What was said of x_0', named);
    demand(
      named.length === count && named.every(({ length }) => length === size),
      () => `${named.length} pictures were said to be x_0 of ${count}.`,
      'Say as many channels for each.',
    );
    x = x.map((row, r) => {
      const noise = random.normals(size, step.deviation);
      return row.map((value, i) => step.clean * named[r]![i]! + step.noisy * value + noise[i]!);
    });
  }
  watch(x, 0);
  return x;
}

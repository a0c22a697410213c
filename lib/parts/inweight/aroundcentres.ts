/**
 * Classes as random directions: the centre of a class has length 1, and an input of it is the centre
 * with noise on each number.
 * Reference: Chan et al. (ICLR 2025), section 4.
 */
import { checkMemory } from '../../core/checks';
import { positiveInteger } from '../../core/errors';
import { stream, type Stream } from '../../core/random';

/** Inputs of classes: those of the data generator first, then some that are never trained on. */
export interface ClassInputs {
  readonly name: string;
  /** Numbers in an input. */
  readonly d: number;
  /** Classes, with those never trained on. */
  readonly classes: number;
  /** Whether classes have drawings that training does not show. */
  readonly drawn: boolean;
  /** An input of class c; `unseen`: one of the drawings that training does not show. */
  draw(c: number, random: Stream, unseen: boolean): Float32Array;
}

/** More classes than this are no experiment. */
export const MOST_CLASSES = 2e5;

/** values + noise; a plain loop, as sequences are made by the thousand. */
export function noisy(values: Float32Array, noise: number, random: Stream): Float32Array {
  const made = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++)
    made[i] = noise > 0 ? values[i]! + noise * random.normal() : values[i]!;
  return made;
}

/**
 * Centres of length 1 in random directions.
 *
 * @throws CourseError quoting a number that is refused, or when memory does not suffice
 */
export function centres(classes: number, d: number, seed: number): Float32Array[] {
  positiveInteger('The number of centres', classes, 1, MOST_CLASSES);
  positiveInteger('d', d);
  checkMemory(() => `${classes} centres of d = ${d}`, classes * d);
  const random = stream(seed, 'centres');
  return Array.from({ length: classes }, () => {
    const direction = random.normals(d);
    const length = Math.sqrt(direction.reduce((sum, x) => sum + x * x, 0));
    return direction.map((x) => x / length);
  });
}

/** Inputs around centres: sigma is `noise`. */
export function aroundCentres(
  { d, noise }: { readonly d: number; readonly noise: number },
  classes: number,
  seed: number,
): ClassInputs {
  const all = centres(classes, positiveInteger('d', d), seed);
  return {
    name: 'centres',
    d,
    classes,
    drawn: false,
    draw: (c, random) => noisy(all[c]!, noise, random),
  };
}

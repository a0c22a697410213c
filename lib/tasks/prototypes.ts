/**
 * The prototype kind of classification: each class has a centre, inputs scatter around both, and an
 * input belongs to the nearer centre (not to the one that it came from), so that labels have no
 * noise and the boundary is the bisector of the centres.
 * Reference: Wu et al. (ICLR 2025). Their code takes exactly half of the inputs from each centre;
 * here each input draws its centre.
 */
import { finiteNumber, knownKeys } from '../core/errors';
import { taskFrom, type SampledTask } from './task';

/** What makes one such kind differ from another. */
export interface PrototypesConfig {
  /** Standard deviation of an input around its centre, in each coordinate. */
  readonly spread: number;
}

const PROTOTYPES: PrototypesConfig = { spread: 1 };

/**
 * Prompts whose labels are classes, 0 or 1, by the nearer of two hidden centres w_0, w_1 ~ N(0, I);
 * d = 2.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function prototypes(given: Partial<PrototypesConfig> = {}): SampledTask {
  knownKeys('The prototype kind', given, Object.keys(PROTOTYPES));
  const { spread } = { ...PROTOTYPES, ...given };
  finiteNumber('spread', spread, 'a positive number', (x) => x > 0);
  return taskFrom('prototype', 1, {
    d: 2,
    prompt: (random) => {
      const centres = [random.normals(2), random.normals(2)] as const;
      const distance = (x: Float32Array, from: number, [a, b]: Float32Array): number =>
        (x[from]! - a!) ** 2 + (x[from + 1]! - b!) ** 2;
      return {
        input: (own, x, from) => {
          const [a, b] = centres[own.integer(2)]!;
          x.set([a! + spread * own.normal(), b! + spread * own.normal()], from);
        },
        label: (x, from) => (distance(x, from, centres[1]) < distance(x, from, centres[0]) ? 1 : 0),
      };
    },
  });
}

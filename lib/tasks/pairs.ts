/**
 * The pair-wise kind of classification: similarity to single points decides. Each class has a few
 * anchors of length 1; an input belongs to the class whose anchors have the larger summed inner
 * products with it.
 * Reference: Wu et al. (ICLR 2025). With S_c the sum of the anchors of class c, the class is 1
 * exactly where x . (S_1 - S_0) > 0: the boundary is a line through the origin in a random
 * direction.
 */
import { finiteNumber, knownKeys, positiveInteger } from '../core/errors';
import type { Stream } from '../core/random';
import { product, taskFrom, type SampledTask } from './task';

/** What makes one such kind differ from another. */
export interface PairsConfig {
  /**
   * Anchors per class; with 0, all inputs are of class 0, as in the released mixture by mistake.
   */
  readonly anchors: number;
  /**
   * Which norm of an anchor is 1: the 2-norm, or the 3-norm as in the released code, which makes
   * little difference.
   */
  readonly norm: 2 | 3;
  /** Standard deviation of each coordinate of an input. */
  readonly spread: number;
}

const PAIRS: PairsConfig = { anchors: 4, norm: 2, spread: 1 };

function anchor(random: Stream, norm: number): [number, number] {
  const [a, b] = [random.normal(), random.normal()];
  const length = (Math.abs(a) ** norm + Math.abs(b) ** norm) ** (1 / norm);
  return [a / length, b / length];
}

/**
 * Prompts whose labels are classes, 0 or 1, by summed similarity to hidden anchors; d = 2.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function pairwise(given: Partial<PairsConfig> = {}): SampledTask {
  knownKeys('The pair-wise kind', given, Object.keys(PAIRS));
  const { anchors, norm, spread } = { ...PAIRS, ...given };
  positiveInteger('anchors', anchors, 0);
  finiteNumber('norm', norm, '2 or 3', (x) => x === 2 || x === 3);
  finiteNumber('spread', spread, 'a positive number', (x) => x > 0);
  return taskFrom('pair-wise', 1, {
    d: 2,
    input: (random, x, from) => x.set([spread * random.normal(), spread * random.normal()], from),
    prompt: (random) => {
      const direction: [number, number] = [0, 0]; // S_1 - S_0
      for (const sign of [-1, 1])
        for (let j = 0; j < anchors; j++) {
          const [a, b] = anchor(random, norm);
          direction[0] += sign * a;
          direction[1] += sign * b;
        }
      return { label: (x, from) => (product(x, from, direction) > 0 ? 1 : 0) };
    },
  });
}

/**
 * The amortization kind of classification: one hidden point w, inputs around it, and the class says
 * on which side of w the sum of the coordinates lies (0 above, 1 below). The mean of the inputs
 * alone estimates w, without a single label.
 * Reference: Wu et al. (ICLR 2025). In the released mixture the first two inputs of each prompt are
 * demonstrations beside w whose labels are mostly exchanged; `demonstrations: 'reversed'` does the
 * same, 'right' corrects it.
 */
import { finiteNumber, knownKeys, lookUp } from '../core/errors';
import type { Stream } from '../core/random';
import { taskFrom, type SampledTask } from './task';

/** What makes one such kind differ from another. */
export interface ThresholdsConfig {
  /** Standard deviation of an input around w, in each coordinate. */
  readonly spread: number;
  /**
   * Whether the first two inputs of a prompt lie beside w, one on each side, and how they are
   * labelled.
   */
  readonly demonstrations: 'none' | 'reversed' | 'right';
}

const THRESHOLDS: ThresholdsConfig = { spread: 1, demonstrations: 'none' };

const DEMONSTRATIONS: Readonly<
  Record<ThresholdsConfig['demonstrations'], readonly [number, number] | null>
> = {
  none: null,
  reversed: [0, 1],
  right: [1, 0],
};
/** How far the demonstrations lie from w, and how they scatter, in each coordinate. */
const ASIDE = 0.1;

/**
 * Prompts whose labels are classes: 0 where sum(x) > sum(w), else 1, with a hidden w ~ N(0, I); d =
 * 2.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function thresholds(given: Partial<ThresholdsConfig> = {}): SampledTask {
  knownKeys('The amortization kind', given, Object.keys(THRESHOLDS));
  const { spread, demonstrations } = { ...THRESHOLDS, ...given };
  finiteNumber('spread', spread, 'a positive number', (x) => x > 0);
  /** Labels of the demonstrations below and above w; null where there are none. */
  const labels = lookUp('way to demonstrate', DEMONSTRATIONS, demonstrations);
  return taskFrom('amortization', 1, {
    d: 2,
    prompt: (random) => {
      const w = random.normals(2);
      const [a, b] = [w[0]!, w[1]!];
      const firstAbove = labels ? random.integer(2) === 1 : false;
      /** Does demonstration i, 0 or 1, lie above w? */
      const above = (i: number): boolean => firstAbove === (i === 0);
      const put = (
        own: Stream,
        x: Float32Array,
        from: number,
        aside: number,
        scatter: number,
      ): void =>
        x.set([a + aside + scatter * own.normal(), b + aside + scatter * own.normal()], from);
      return {
        input: (own, x, from, i) => {
          if (labels && i < 2) put(own, x, from, above(i) ? ASIDE : -ASIDE, ASIDE);
          else put(own, x, from, 0, spread);
        },
        label: (x, from, i) => {
          if (labels && i < 2) return labels[above(i) ? 1 : 0];
          return x[from]! + x[from + 1]! > a + b ? 0 : 1;
        },
      };
    },
  });
}

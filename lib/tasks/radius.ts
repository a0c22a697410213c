/**
 * A kind of classification that no line, pair of centres or threshold fits: inside or outside of a
 * circle around the origin.
 * Reference: Wu et al. (ICLR 2025). Inputs are N(0, (0.849 r)^2 I); P(|x| < r) = 1 - exp(-1 / (2
 * 0.849^2)) = 0.5003.
 */
import { demand, finiteNumber, knownKeys } from '../core/errors';
import { taskFrom, type SampledTask } from './task';

/** What makes one such kind differ from another. */
export interface RadiusConfig {
  /** Radii are uniform between these. */
  readonly least: number;
  readonly most: number;
}

export const RADIUS: RadiusConfig = { least: 2, most: 4 };

/**
 * Deviation of an input's coordinates as a share of the radius: about 1 / sqrt(2 ln 2), so that
 * half of the inputs lie inside.
 */
export const RADIUS_SPREAD = 0.849;

/**
 * Prompts whose labels are classes: 0 outside of a circle of hidden radius, 1 inside; d = 2.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function radius(given: Partial<RadiusConfig> = {}): SampledTask {
  knownKeys('The radius kind', given, Object.keys(RADIUS));
  const { least, most } = { ...RADIUS, ...given };
  finiteNumber('least', least, 'a positive number', (x) => x > 0);
  finiteNumber('most', most, 'a positive number', (x) => x > 0);
  demand(
    least <= most,
    () => `The radii from ${least} to ${most} are no range.`,
    'Give the smaller one first.',
  );
  return taskFrom('radius', 1, {
    d: 2,
    prompt: (random) => {
      const r = least + (most - least) * random.uniform();
      return {
        input: (own, x, from) =>
          x.set([RADIUS_SPREAD * r * own.normal(), RADIUS_SPREAD * r * own.normal()], from),
        label: (x, from) => (Math.hypot(x[from]!, x[from + 1]!) > r ? 0 : 1),
      };
    },
  });
}

/**
 * The three properties of a model, measured: by permuting the examples, and by gradients of each
 * prediction with respect to each label.
 */
import { influenceMap } from '../../../evaluation/gradients';
import { permutationSensitivity } from '../../../evaluation/permutations';
import type { InContextModel } from '../../../model/incontext';
import { oneTestEach } from '../../../model/prompttensors';
import { disposePrompts, promptSizes, type Prompts } from '../../../model/prompts';
import type { Interdependence, Properties } from './symbolic';

/** Below this (in units of sqrt(d)), a change of an answer is round-off of 32-bit numbers. */
const ROUND_OFF = 1e-5;

/** An influence below this share of the strongest one counts as none. */
const NEGLIGIBLE = 1e-4;

/** Measured properties with the numbers behind them. */
export interface MeasuredProperties extends Properties {
  /** Largest change of an answer between two orders, in units of sqrt(d). */
  readonly largestChange: number;
  /** Largest |d prediction_i / d y_i|. */
  readonly largestLeak: number;
}

/**
 * Measures invariance, leakage and interdependence of a model in the 'xy' layout.
 *
 * @param prompts shapes as in Prompts, with at least two examples
 * @throws CourseError in the 'pair' layout, or with fewer than two examples
 */
export function measureProperties(model: InContextModel, prompts: Prompts): MeasuredProperties {
  const { n } = promptSizes(prompts, 2);
  const one = model.method.oneTest ? oneTestEach(prompts) : prompts;
  const influence = influenceMap(model, one);
  const { largest } = permutationSensitivity(model, one);
  if (one !== prompts) disposePrompts(one);
  const strongest = Math.max(...influence.flat());
  const diagonal = influence.slice(0, n).map((row, i) => row[i]!);
  const largestLeak = Math.max(...diagonal);
  const others = influence.slice(0, n).flatMap((row, i) => row.filter((_, j) => j !== i));
  const informed = others.filter((value) => value > NEGLIGIBLE * strongest).length;
  const interdependence: Interdependence =
    informed === others.length ? 'full' : informed > 0 ? 'partial' : 'none';
  return {
    invariant: largest < ROUND_OFF,
    leakFree: largestLeak <= NEGLIGIBLE * strongest,
    interdependence,
    largestChange: largest,
    largestLeak,
  };
}

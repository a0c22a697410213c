/**
 * How often answers are right, as the scores are and with batch calibration over the questions, and
 * by how much the right option is preferred.
 */
import { logSum } from '../../core/numerics';
import { batchCalibration } from '../../language/calibration';
import { bestOptions } from './scoring/scorer';
import { shareRight } from './scoringmeasures';
import type { ByMetric } from './titles';

/** The share of right answers as they are, and calibrated. */
export type Accuracies = readonly [number, number];

/**
 * Both shares.
 *
 * @param scores [questions, options], in nats
 * @param right  the number of the right option of each question
 */
export const accuraciesOf = (
  scores: readonly (readonly number[])[],
  right: readonly number[],
): Accuracies => [
  shareRight(bestOptions(scores), right),
  shareRight(bestOptions(batchCalibration(scores)), right),
];

/**
 * log p(right) - log p(another option) of a question, in nats.
 *
 * @param scores of the options, in nats
 * @param right  the number of the right one
 */
export const oddsAgainstRest = (scores: readonly number[], right: number): number =>
  scores[right]! - logSum(scores.filter((_, option) => option !== right));

/** Both shares as records name them; `of` is what was done, left out where it is said later. */
export const namedAccuracies = (
  of: string | null,
  [asTheyAre, calibrated]: Accuracies,
): ByMetric => {
  const ending = of === null ? '' : `, ${of}`;
  return {
    [`accuracy${ending}`]: asTheyAre,
    [`accuracy, batch calibration${ending}`]: calibrated,
  };
};

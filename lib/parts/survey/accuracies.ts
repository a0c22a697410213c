/** How often answers are right: as the scores are, and with batch calibration over the questions. */
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

/** The same as records name them; `of` is what was done, left out where it is said later. */
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

/**
 * Labels that a language model gives to a pool in context, for a cheap classifier to learn from. From
 * scores s(y | x) of the labels after a few true demonstrations, calibrated over the pool,
 *
 *   label(x) = argmax_y s(y | x),    confidence(x) = max_y softmax(s(. | x))_y,
 *
 * and of each label the rows in which it is most confident are kept, so that no label is lost.
 * References: Ding et al. (2023, arXiv 2212.10450), section 3, a language model that labels texts for
 * a small model; Zhou et al. (2024, arXiv 2309.17249) for the calibration.
 */
import { checkEach, checkIndices, checkRows } from '../../../core/checks';
import { demand, finiteNumber, plainObject } from '../../../core/errors';
import { groupedBy } from '../../../core/groups';
import { softmax } from '../../../core/numerics';
import { batchCalibration } from '../../../language/calibration';
import { bestRows } from '../choosing/pool';
import { bestOptions } from '../scoring/scorer';

/** A label that a model gave. */
export interface ModelLabel {
  /** The number of the option. */
  readonly label: number;
  /** Its calibrated probability. */
  readonly confidence: number;
}

/**
 * The labels of rows by the scores of their options, with batch calibration over these rows.
 *
 * @param scores [rows, options], in nats
 * @throws CourseError when these are no rows of numbers
 */
export function modelLabels(scores: readonly (readonly number[])[]): ModelLabel[] {
  checkRows('Scores', scores);
  const calibrated = batchCalibration(scores);
  return bestOptions(calibrated).map((label, i) => ({
    label,
    confidence: softmax(calibrated[i]!)[label]!,
  }));
}

/** Refuses what are no labels of a model. */
function checkLabels(labels: readonly ModelLabel[]): void {
  checkEach('labels', labels, 'labels of a model', (name, one) => {
    plainObject(name, one);
    const { label, confidence } = one as ModelLabel;
    checkIndices(`The label of ${name}`, [label]);
    finiteNumber(`The confidence of ${name}`, confidence);
  });
}

/** Refuses what is no share above 0. */
const checkKept = (share: number): void =>
  void finiteNumber('share', share, 'a number above 0 and at most 1', (x) => x > 0 && x <= 1);

/**
 * The rows whose labels are kept: of each label that was given the most confident share, at least
 * one; of equals the earlier.
 *
 * @param share above 0, at most 1
 * @returns their numbers, ascending
 * @throws CourseError when these are no labels or no such share
 */
export function mostConfident(labels: readonly ModelLabel[], share: number): number[] {
  checkLabels(labels);
  checkKept(share);
  const ofLabel = groupedBy([...labels.keys()], (row) => labels[row]!.label);
  return [...ofLabel.values()]
    .flatMap((rows) =>
      bestRows(
        rows.map((row) => labels[row]!.confidence),
        Math.ceil(share * rows.length - 1e-9),
      ).map((place) => rows[place]!),
    )
    .sort((a, b) => a - b);
}

/** The labels of some kept rows. */
export interface KeptLabels {
  /** The share of all rows that is kept. */
  readonly kept: number;
  /** How often a kept label is the true one. */
  readonly precision: number;
  /** The least confidence among them. */
  readonly threshold: number;
}

/**
 * How often labels are right among the most confident share of each.
 *
 * @param right the true label of each row
 * @param share above 0, at most 1
 * @throws CourseError when there is no row, not one true label for each, or the share is refused
 */
export function keptLabels(
  labels: readonly ModelLabel[],
  right: readonly number[],
  share: number,
): KeptLabels {
  const rows = mostConfident(labels, share);
  checkIndices('The right labels', right);
  demand(
    labels.length > 0 && right.length === labels.length,
    () => `${labels.length} labels of a model were given with ${right.length} true ones.`,
    'Give at least one row, and the true label of each.',
  );
  return {
    kept: rows.length / labels.length,
    precision: rows.filter((row) => labels[row]!.label === right[row]).length / rows.length,
    threshold: Math.min(...rows.map((row) => labels[row]!.confidence)),
  };
}

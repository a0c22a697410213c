/**
 * Calibration: the answers of a prompt without the preference that the prompt gives to some labels
 * whatever the question. The preference is estimated as the mean share of each label over some
 * questions, and each question's share is divided by it.
 * References: Zhao et al. (2021, arXiv 2102.09690), contextual calibration, by questions without
 * content; Zhou et al. (2024, arXiv 2309.17249), batch calibration, by the questions themselves.
 */
import { checkRows } from '../core/checks';
import { demand } from '../core/errors';
import { softmax } from '../core/numerics';

/** Questions without content, for contextual calibration. */
export const CONTENT_FREE: readonly string[] = ['N/A', '[MASK]', '...'];

/**
 * The mean share of each option: what a model prefers whatever the question. Without a preference,
 * and as many questions for each option, each has 1 / K.
 *
 * @param scores [questions, options], in nats
 * @returns [options]; adds up to 1
 * @throws CourseError when they are no rows of numbers
 */
export function meanShares(scores: readonly (readonly number[])[]): number[] {
  checkRows('Scores', scores);
  demand(scores[0]!.length > 0, () => 'Scores of no options were given.', 'Give at least one.');
  return meanOfShares(scores);
}

/** The same of rows that were checked. */
function meanOfShares(scores: readonly (readonly number[])[]): number[] {
  const shares = scores.map(softmax);
  return shares[0]!.map((_, k) => shares.reduce((sum, row) => sum + row[k]!, 0) / shares.length);
}

/** The logarithm of the mean share of each option; a share of 0 counts as the least number. */
const logPrior = (scores: readonly (readonly number[])[]): number[] =>
  meanOfShares(scores).map((share) => Math.log(Math.max(share, Number.MIN_VALUE)));

/**
 * Scores of options less the logarithm of the share that other questions give to each option.
 *
 * @param scores  of each question's options, in nats: [questions, options]
 * @param without of the same options after questions without content, in nats: [any, options]
 * @returns [questions, options], in nats; the options of a question are to be compared, not those of
 *   two questions
 * @throws CourseError when they are no rows of numbers of the same length
 */
export function contextualCalibration(
  scores: readonly (readonly number[])[],
  without: readonly (readonly number[])[],
): number[][] {
  checkRows('Scores', scores);
  checkRows('Scores without content', without);
  const options = without[0]!.length;
  demand(
    scores[0]!.length === options,
    () => `Scores of ${scores[0]!.length} options were to be calibrated by ${options}.`,
    'Score the same options after the questions without content.',
  );
  const prior = logPrior(without);
  return scores.map((row) => row.map((score, k) => score - prior[k]!));
}

/**
 * Scores of options less the logarithm of the mean share that these questions give to each.
 *
 * @param scores of each question's options, in nats: [questions, options]
 * @returns [questions, options], in nats
 * @throws CourseError when they are no rows of numbers of the same length
 */
export const batchCalibration = (scores: readonly (readonly number[])[]): number[][] =>
  contextualCalibration(scores, scores);

/**
 * How evenly a prompt spreads its answers over probing inputs, whose labels are not known: an order of
 * demonstrations after which a model gives one answer to everything is a bad one.
 *
 *   GlobalE = H(histogram over the probing set U of argmax_y p(y | C, x'))
 *   LocalE  = (1 / |U|) sum over U of H(p(. | C, x'))
 *
 * Reference: Lu et al. (2022, arXiv 2104.08786), equations 4 to 7.
 */
import { checkRows } from '../../../core/checks';
import { entropyOf, softmax } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';
import { bestOptions } from '../scoring/scorer';

/**
 * GlobalE, in nats: 0 where all answers are the same one.
 *
 * @param scores [probing inputs, options], in nats
 * @throws CourseError when they are no rows of numbers, or there is none
 */
export function globalEntropy(scores: readonly (readonly number[])[]): number {
  checkRows('Scores', scores);
  const answers = bestOptions(scores);
  return entropyOf(
    scores[0]!.map((_, y) => answers.filter((answer) => answer === y).length / answers.length),
  );
}

/**
 * LocalE, in nats: 0 where every answer is certain.
 *
 * @param scores [probing inputs, options], in nats
 * @throws CourseError when they are no rows of numbers, or there is none
 */
export function localEntropy(scores: readonly (readonly number[])[]): number {
  checkRows('Scores', scores);
  return mean(scores.map((row) => entropyOf(softmax(row))));
}

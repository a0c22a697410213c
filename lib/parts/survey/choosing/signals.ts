/**
 * What the answers to unlabelled questions say of a set of demonstrations: each signal is one number
 * of the set, and the set with the largest is taken. With p(y | C, x) after the demonstrations C,
 *
 *   mutual information  H(mean_x p(. | C, x)) - mean_x H(p(. | C, x))
 *   confidence          mean_x max_y p(y | C, x)
 *   certainty           - mean_x H(p(. | C, x))
 *
 * The first is large when the answers differ between questions and each is certain.
 * References: Sorensen et al. (2022, arXiv 2203.11364), who choose templates by the first.
 */
import { entropyOf } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';
import { checkProbabilities } from './probabilities';

/**
 * The mutual information of question and answer, in nats, from 0 to the logarithm of the number of
 * options.
 *
 * @param p [questions, options]
 * @throws CourseError when these are no probabilities
 */
export function answerInformation(p: readonly (readonly number[])[]): number {
  const inside = meanEntropy(p);
  const all = p[0]!.map((_, y) => mean(p.map((row) => row[y]!)));
  return Math.max(0, entropyOf(all) - inside); // below 0 by round-off only
}

/**
 * The mean entropy of the answers, in nats.
 *
 * @param p [questions, options]
 * @throws CourseError when these are no probabilities
 */
export function meanEntropy(p: readonly (readonly number[])[]): number {
  checkProbabilities('Probabilities', p);
  return mean(p.map(entropyOf));
}

/**
 * The mean probability of the likeliest answer.
 *
 * @param p [questions, options]
 * @throws CourseError when these are no probabilities
 */
export function meanConfidence(p: readonly (readonly number[])[]): number {
  checkProbabilities('Probabilities', p);
  return mean(p.map((row) => Math.max(...row)));
}

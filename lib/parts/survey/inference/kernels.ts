/**
 * Kernel regression: the answer is the mean of the labels, each weighed by how like its input is to
 * the question,
 *
 *   y = sum_i y_i K(h, h_i) / sum_i K(h, h_i),   K(h, h') = exp(-|h - h'|^2 / (2 b m)),
 *
 * with h the states of a network after some layer, m the mean squared distance of the question from the
 * examples and b the bandwidth.
 * References: Nadaraya (1964) and Watson (1964); Han et al. (2023, arXiv 2305.12766), who compare it
 * with what language models answer, by layer.
 */
import { checkNumbers, checkRows } from '../../../core/checks';
import { demand, finiteNumber } from '../../../core/errors';
import { dot, softmax, squaredDistance } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';
import { cosine } from '../choosing/nearest';

/**
 * The weight of each example, K over the sum of all.
 *
 * @param states    of the examples, [k, C]
 * @param asked     of the question, [C]
 * @param bandwidth b, above 0
 * @returns [k], adds up to 1
 * @throws CourseError when the shapes do not fit, or the bandwidth is not above 0
 */
export function kernelWeights(
  states: readonly (readonly number[])[],
  asked: readonly number[],
  bandwidth: number,
): number[] {
  checkRows('States of the examples', states);
  checkNumbers('The state of the question', asked, 1);
  demand(
    states[0]!.length === asked.length,
    () => `States of ${states[0]!.length} numbers were compared with one of ${asked.length}.`,
    'Take both after the same layer.',
  );
  finiteNumber('The bandwidth', bandwidth, 'a number above 0', (b) => b > 0);
  const distances = states.map((state) => squaredDistance(state, asked));
  const scale = 2 * bandwidth * mean(distances);
  return softmax(distances.map((distance) => (scale > 0 ? -distance / scale : 0)));
}

/**
 * Kernel regression from labels.
 *
 * @param labels a number of each example, [k]
 * @returns their weighted mean
 * @throws CourseError when the shapes do not fit, or the bandwidth is not above 0
 */
export function kernelRegression(
  states: readonly (readonly number[])[],
  labels: readonly number[],
  asked: readonly number[],
  bandwidth: number,
): number {
  checkNumbers('Labels', labels, 1);
  const weights = kernelWeights(states, asked, bandwidth);
  demand(
    weights.length === labels.length,
    () => `${labels.length} labels were given for ${weights.length} examples.`,
    'Give one for each.',
  );
  return dot(weights, labels);
}

/**
 * Pearson's correlation of two lists; 0 where one does not vary.
 *
 * @throws CourseError when they are not of one length, or have fewer than two numbers
 */
export function linearCorrelation(a: readonly number[], b: readonly number[]): number {
  checkNumbers('The first list', a, 2);
  checkNumbers('The second list', b, 2);
  demand(
    a.length === b.length,
    () => `Lists of ${a.length} and ${b.length} numbers were compared.`,
    'Give one number of each for every question.',
  );
  const centred = (values: readonly number[]): number[] => {
    const middle = mean(values);
    return values.map((value) => value - middle);
  };
  return cosine(centred(a), centred(b));
}

/**
 * How many true (gold) demonstrations are worth as much as others: where the curve of accuracy
 * over the number of true ones first reaches the accuracy a after the others. With a_i the best
 * accuracy after at most n_i true demonstrations, and a_i-1 < a <= a_i,
 *
 *   n = n_i-1 + (n_i - n_i-1) (a - a_i-1) / (a_i - a_i-1).
 *
 * Reference: Kim et al. (2022, arXiv 2206.08082), by whom one generated demonstration is worth
 * about 0.6 true ones.
 */
import { checkList } from '../../../core/checks';
import { demand, quote, shareNumber } from '../../../core/errors';

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;

const isPoint = (point: unknown): boolean =>
  Array.isArray(point) && point.length === 2 && Number.isSafeInteger(point[0]) && isShare(point[1]);

/**
 * The number of true demonstrations that give an accuracy.
 *
 * @param gold     the accuracy after n true demonstrations, n from 0 on ascending
 * @param accuracy after the others
 * @returns from 0, where the curve begins above the accuracy, to the largest n, where it ends below
 * @throws CourseError when the curve has no point, does not ascend from n = 0, or an accuracy is no
 *   share
 */
export function goldEquivalent(
  gold: readonly (readonly [n: number, accuracy: number])[],
  accuracy: number,
): number {
  checkList('The curve', gold, 'pairs [n, accuracy]', isPoint, 1);
  demand(
    gold.every(([n], i) => (i === 0 ? n === 0 : n > gold[i - 1]![0])),
    () => `The curve is of ${quote(gold.map(([n]) => n))} demonstrations.`,
    'Give its points from 0 demonstrations on, each number once.',
  );
  shareNumber('The accuracy', accuracy);
  let [from, low] = gold[0]!;
  if (accuracy <= low) return from;
  for (const [n, high] of gold) {
    if (high >= accuracy) return from + ((n - from) * (accuracy - low)) / (high - low);
    [from, low] = [n, Math.max(low, high)];
  }
  return from;
}

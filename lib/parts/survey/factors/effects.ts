/**
 * How much right labels matter, as two numbers:
 *
 *   sensitivity   the slope b of the least-squares line accuracy = a + b p, p the share of right labels
 *   GLER          (gold - random) / (gold - none), of accuracies: the share of what demonstrations gain
 *                 that is lost where their labels are random
 *
 * Reference: Yoo et al. (2022, arXiv 2205.12685), label-correctness sensitivity and ground-truth label
 * effect ratio.
 */
import { leastSquaresWeights } from '../../../baselines/linear';
import { checkNumbers, checkShares } from '../../../core/checks';
import { demand, finiteNumber, shareNumber } from '../../../core/errors';

/**
 * The sensitivity to right labels: what accuracy gains from all labels wrong to all labels right, by
 * the least-squares line.
 *
 * @param shares     of right labels, from 0 to 1, at least two different ones
 * @param accuracies after demonstrations with these shares
 * @throws CourseError when these are no numbers, not as many, or all shares are equal
 */
export function labelSensitivity(shares: readonly number[], accuracies: readonly number[]): number {
  checkShares('Shares of right labels', shares);
  checkNumbers('Accuracies', accuracies);
  demand(
    shares.length === accuracies.length && new Set(shares).size > 1,
    () => `${accuracies.length} accuracies were given at the shares [${shares.join(', ')}].`,
    'Give one accuracy for each share, and at least two different shares.',
  );
  return leastSquaresWeights(
    shares.map((share) => [1, share]),
    [...accuracies],
  )[1]!;
}

/** A gain below this is none of which shares can be told. */
const LEAST_GAIN = 0.01;

/**
 * The ground-truth label effect ratio: 0 where random labels do as well as true ones, 1 where they do
 * as badly as no demonstrations, more where they do worse.
 *
 * @param gold   accuracy after true demonstrations, from 0 to 1
 * @param random accuracy after the same with random labels
 * @param none   accuracy without demonstrations
 * @param least  the smallest gain gold - none of which a share is taken, above 0
 * @returns null where true demonstrations gain less than that
 * @throws CourseError when an accuracy is no number from 0 to 1, or the gain is refused
 */
export function labelEffectRatio(
  gold: number,
  random: number,
  none: number,
  least = LEAST_GAIN,
): number | null {
  shareNumber('The accuracy with true labels', gold);
  shareNumber('The accuracy with random labels', random);
  shareNumber('The accuracy without demonstrations', none);
  finiteNumber('The smallest gain', least, 'above 0', (gain) => gain > 0);
  const gain = gold - none;
  return gain < least ? null : (gold - random) / gain;
}

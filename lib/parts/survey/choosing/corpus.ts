/**
 * Demonstrations that are chosen once for all questions, from texts without labels: at random, by
 * the votes of those that they resemble (vote-k), or so that every text has a chosen one near it
 * (facility location).
 * References: Su et al. (2023, arXiv 2209.01975), algorithm 1, for fast vote-k; Nemhauser et al.
 * (1978) for the greedy search of facilities.
 */
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import { cosinesOf, nearestOthers } from './neighbours';
import { checkPool, greedily, type ChoosableText, type CorpusSelector } from './pool';

/** Drawn without repeats. */
export const atRandom: CorpusSelector = {
  name: 'random',
  selectCorpus: (pool, k, random) => {
    checkPool(pool, k);
    return { rows: random.permutation(pool.length).slice(0, k), passes: 0 };
  },
};

/**
 * The votes of texts. Every text points to its `neighbours` nearest ones. A text's score is the sum
 * over the unchosen texts v that point to it of rho^-(number of chosen ones that v points to): who has
 * a chosen text near it has little to say.
 *
 * @returns the score of a row, given the chosen ones
 */
export function votesOf(
  pool: readonly ChoosableText[],
  neighbours: number,
  rho: number,
): (row: number, chosen: readonly number[]) => number {
  const pointsTo = nearestOthers(pool, neighbours);
  return (row, chosen) =>
    pointsTo.reduce((sum, targets, v) => {
      if (chosen.includes(v) || !targets.includes(row)) return sum;
      return sum + rho ** -targets.filter((one) => chosen.includes(one)).length;
    }, 0);
}

/**
 * Fast vote-k: each next text has most votes.
 *
 * @throws CourseError when a number is refused
 */
export function voteK(neighbours = 150, rho = 10): CorpusSelector {
  positiveInteger('The number of neighbours', neighbours);
  finiteNumber('rho', rho);
  demand(rho >= 1, () => `rho is ${rho}.`, 'Give at least 1, at which votes keep their weight.');
  return {
    name: 'vote-k',
    selectCorpus: (pool, k) => {
      checkPool(pool, k);
      return { rows: greedily(pool.length, k, votesOf(pool, neighbours, rho)), passes: 0 };
    },
  };
}

/**
 * Facility location: S with a large sum over all texts of the largest (cos + 1) / 2 to one of S. The
 * greedy search gets at least 1 - 1/e of the best sum.
 */
export const facilities: CorpusSelector = {
  name: 'facility location',
  selectCorpus: (pool, k) => {
    checkPool(pool, k);
    const near = cosinesOf(pool).map((row) => row.map((cos) => (cos + 1) / 2));
    const sum = (rows: readonly number[]): number =>
      near.reduce((total, row) => total + Math.max(...rows.map((one) => row[one]!)), 0);
    return { rows: greedily(pool.length, k, (row, chosen) => sum([...chosen, row])), passes: 0 };
  },
};

/**
 * Vote-k in its full form. Fast vote-k picks the first tenth of the rows that are to be labelled.
 * With these as demonstrations the language model answers all other texts; they are sorted by how
 * sure it is, its mean log-probability of its answer, and cut into k equal bins. The bins of which it is
 * surest are left out, as many as there are first rows; from each other bin comes the text with most
 * votes, counted as in fast vote-k.
 * Reference: Su et al. (2023, arXiv 2209.01975), section 2.1 and algorithm 1. Deviation: when a tenth
 * is less than one row, one row is picked first.
 */
import { checkFunction, checkNumbers } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { checkSubject, scoresOf, type ChoosingSubject } from '../choosingsubjects';
import { SCORING_WAYS } from '../scoring/scorer';
import { votesOf, voteK } from './corpus';
import { bestRows, checkPool, type CorpusSelector } from './pool';

/**
 * How sure the language model is of each row of a pool after demonstrations: its mean log-probability
 * of a token of its answer.
 *
 * @param chosen demonstrations, rows of the pool
 * @param rows   that it is asked about
 * @returns [rows]
 */
export type Sureness = (chosen: readonly number[], rows: readonly number[]) => readonly number[];

/**
 * How sure the model of a subject is; labels are read of the demonstrations only.
 *
 * @throws CourseError when it is no subject
 */
export function surenessOf<Q>(subject: ChoosingSubject<Q>): Sureness {
  checkSubject(subject);
  return (chosen, rows) => {
    const asked = rows.map((row) => subject.askText(subject.pool[row]!.input, chosen));
    return scoresOf(subject, asked, SCORING_WAYS.directMean).map((of) => Math.max(...of));
  };
}

/**
 * Full vote-k.
 *
 * @throws CourseError when a number is refused, or how sure the model is, is no function
 */
export function fullVoteK(sureness: Sureness, neighbours = 150, rho = 10): CorpusSelector {
  checkFunction('How sure the model is', sureness);
  const first = voteK(neighbours, rho);
  return {
    name: 'full vote-k',
    selectCorpus: (pool, k, random) => {
      checkPool(pool, k);
      const chosen = [...first.selectCorpus(pool, Math.ceil(k / 10), random).rows];
      if (chosen.length === k) return { rows: chosen, passes: 0 };
      const others = [...pool.keys()].filter((row) => !chosen.includes(row));
      const sure = sureness(chosen, others);
      checkNumbers('How sure the model is', sure);
      demand(
        sure.length === others.length,
        () =>
          `The model said of ${sure.length} rows how sure it is, and ${others.length} were asked.`,
        'Give one number for each.',
      );
      const leastSure = bestRows(
        sure.map((value) => -value),
        others.length,
      ).map((i) => others[i]!);
      const votes = votesOf(pool, neighbours, rho);
      const size = Math.max(1, Math.floor(others.length / k));
      for (let from = 0; chosen.length < k; from += size) {
        const inBin = leastSure.slice(from, from + size);
        const found = inBin.map((row) => votes(row, chosen));
        chosen.push(inBin[bestRows(found, 1)[0]!]!);
      }
      return { rows: chosen, passes: others.length };
    },
  };
}

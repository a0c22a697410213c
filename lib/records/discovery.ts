/**
 * Many claims at once: of a hundred claims about nothing, five have a 95 % interval on one side of
 * their bound. Benjamini and Hochberg (1995) bound the expected share of such among all that are
 * decided, the false-discovery rate.
 */
import { checkList } from '../core/checks';
import { FEWEST_SEEDS, type VerdictWord } from './effects';
import { checkVerdicts, type Verdict } from './verdicts';

/**
 * Adjusted p-values: a claim is decided at a false-discovery rate of q where its own is at most q.
 *
 * @param ps p-values, each from 0 to 1
 * @returns one for each, in their order: the least m p(k) / k over all ranks k from its own on
 * @throws CourseError when one is no number from 0 to 1
 */
export function adjustedP(ps: readonly number[]): number[] {
  checkList('The p-values', ps, 'numbers from 0 to 1', isShare);
  const order = ps.map((_, i) => i).sort((a, b) => ps[b]! - ps[a]!);
  const adjusted = [...ps];
  let least = 1;
  order.forEach((i, fromTop) => {
    least = Math.min(least, (ps.length / (ps.length - fromTop)) * ps[i]!);
    adjusted[i] = least;
  });
  return adjusted;
}

const isShare = (p: unknown): boolean => typeof p === 'number' && p >= 0 && p <= 1;

/** The rate that is kept: that of the 95 % intervals. */
const RATE = 0.05;

/**
 * The words of verdicts when the false-discovery rate over all of them is kept at 5 %: what is
 * decided by its own interval only becomes undecided. Exact statements, and claims with too few
 * seeds, keep their words.
 *
 * @throws CourseError when they are no verdicts
 */
export function adjustedWords(verdicts: readonly Verdict[]): VerdictWord[] {
  checkVerdicts(verdicts);
  const tested = verdicts.flatMap(({ effect }, i) =>
    effect && effect.p !== null && effect.seeds >= FEWEST_SEEDS ? [{ i, p: effect.p }] : [],
  );
  const adjusted = adjustedP(tested.map(({ p }) => p));
  const words = verdicts.map(({ verdict }) => verdict);
  tested.forEach(({ i }, k) => {
    if (adjusted[k]! > RATE) words[i] = 'undecided';
  });
  return words;
}

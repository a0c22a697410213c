/**
 * Distributions over C labels, and what answering with one costs.
 */
import { checkShares } from '../../../core/checks';
import { entropyOf } from '../../../core/numerics';
import { demand, finiteNumber, positiveInteger, quote, shareNumber } from '../../../core/errors';

/** Shannon entropy in nats. */
export function entropy(p: readonly number[]): number {
  checkShares('Probabilities', p);
  return entropyOf(p);
}

/** Expected cross-entropy of answering `guess` where labels come from `truth`, in nats. */
export function expectedCrossEntropy(truth: readonly number[], guess: readonly number[]): number {
  checkShares('The probabilities of labels', truth);
  checkShares('The probabilities of answers', guess);
  demand(
    guess.length === truth.length && truth.every((x, c) => x === 0 || guess[c]! > 0),
    () => `Answers ${quote(guess)} were given where labels come from ${quote(truth)}.`,
    'Give each label that can come a probability above 0.',
  );
  return truth.reduce((sum, x, c) => sum - (x > 0 ? x * Math.log(guess[c]!) : 0), 0);
}

/** sum_c |p_c - q_c|, from 0 to 2. */
export const distanceL1 = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, x, c) => sum + Math.abs(x - q[c]!), 0);

/** All weight on one label, but a share q on the next one: the label noise of the generator. */
export function noisyLabel(C: number, c: number, q = 0): number[] {
  positiveInteger('C', C, 1, 1e7);
  positiveInteger('c', c, 0, C - 1);
  shareNumber('q', q);
  return Array.from({ length: C }, (_, label) =>
    label === c ? 1 - q : label === (c + 1) % C ? q : 0,
  );
}

/**
 * Refuses a floor that C labels cannot all have.
 *
 * @throws CourseError quoting it
 */
export function checkedFloor(eps: number, C: number): number {
  finiteNumber('eps', eps, 'a number above 0', (x) => x > 0);
  demand(
    eps * C <= 1,
    () => `${C} labels cannot all have a probability of at least ${eps}.`,
    'Give an eps of at most 1 / C.',
  );
  return eps;
}

/**
 * The distribution that answers best on average where labels come with these frequencies, among
 * those with every entry at least eps: entries that would fall below eps are set to it, the others
 * keep their proportions, until none falls below.
 *
 * @param frequencies of each label; they sum to 1
 * @throws CourseError when eps C > 1
 */
export function clippedMinimiser(frequencies: readonly number[], eps: number): number[] {
  checkShares('Frequencies', frequencies);
  checkedFloor(eps, frequencies.length);
  const low = new Set<number>();
  for (;;) {
    const rest = frequencies.reduce((sum, x, c) => sum + (low.has(c) ? 0 : x), 0);
    const scale = rest > 0 ? (1 - eps * low.size) / rest : 0;
    const next = frequencies.map((x, c) => (low.has(c) ? eps : x * scale));
    const fallen = next.flatMap((x, c) => (!low.has(c) && x < eps ? [c] : []));
    if (fallen.length === 0) return next;
    for (const c of fallen) low.add(c);
  }
}

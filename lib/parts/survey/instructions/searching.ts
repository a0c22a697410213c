/**
 * Search for the best of K candidates whose value is only seen one noisy evaluation at a time, with
 * a budget of evaluations. Of the candidate i, n_i evaluations have the mean m_i.
 *
 *   uniform              each candidate in turn
 *   UCB                  the candidate with the largest m_i + c sqrt(ln N / n_i), N = sum_i n_i
 *   successive halving   log2(K) rounds of equal budgets, each shared by the candidates that are left;
 *                        after each the better half is left
 *
 * References: Zhou et al. (2022, arXiv 2211.01910, APE), who search instructions so; Auer, Cesa-Bianchi
 * and Fischer (2002) for UCB; Karnin, Koren and Somekh (2013) and Jamieson and Talwalkar (2016, arXiv
 * 1502.07943) for successive halving.
 */
import { checkFunction, checkRows, checkStream } from '../../../core/checks';
import { finiteNumber, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** One noisy evaluation of a candidate, higher is better. */
export type Evaluate = (candidate: number) => number;

/** What a search did. */
export interface Searched {
  /** After each evaluation the candidate of the highest mean so far. */
  readonly best: readonly number[];
  /** Evaluations of each candidate. */
  readonly counts: readonly number[];
}

/** The most candidates, and the most evaluations. */
const [MOST_CANDIDATES, MOST_EVALUATIONS] = [1e4, 1e6];

/** What is known of the candidates; of equal means the one of more evaluations is the best. */
class Tally {
  readonly counts: number[];
  readonly best: number[] = [];
  private readonly sums: number[];

  constructor(
    candidates: number,
    readonly budget: number,
    private readonly evaluate: Evaluate,
  ) {
    positiveInteger('The number of candidates', candidates, 1, MOST_CANDIDATES);
    positiveInteger('The budget', budget, 1, MOST_EVALUATIONS);
    checkFunction('The evaluation of a candidate', evaluate);
    this.counts = new Array<number>(candidates).fill(0);
    this.sums = new Array<number>(candidates).fill(0);
  }

  get spent(): number {
    return this.best.length;
  }

  get left(): number {
    return this.budget - this.spent;
  }

  /** -Infinity of a candidate that was not evaluated. */
  meanOf(i: number): number {
    return this.counts[i] === 0 ? -Infinity : this.sums[i]! / this.counts[i]!;
  }

  /** The better ones first. */
  ranked(among: readonly number[]): number[] {
    const worse = (i: number, j: number): number =>
      this.meanOf(j) === this.meanOf(i)
        ? this.counts[j]! - this.counts[i]!
        : this.meanOf(j) - this.meanOf(i);
    return [...among].sort((i, j) => worse(i, j) || i - j);
  }

  /**
   * Evaluates a candidate, while there is budget.
   *
   * @param among those that may be the best
   */
  take(i: number, among: readonly number[]): void {
    if (this.left === 0) return;
    this.sums[i]! += finiteNumber('The value of an evaluation', this.evaluate(i));
    this.counts[i]!++;
    this.best.push(this.ranked(among)[0]!);
  }
}

const searched = ({ best, counts }: Tally): Searched => ({ best, counts });

/**
 * Every candidate in turn, again and again.
 *
 * @param candidates how many, K
 * @param budget     evaluations, all of which are spent
 * @throws CourseError when a number is refused, or an evaluation gives no finite one
 */
export function uniformSearch(candidates: number, budget: number, evaluate: Evaluate): Searched {
  const tally = new Tally(candidates, budget, evaluate);
  const all = [...tally.counts.keys()];
  while (tally.left > 0) tally.take(tally.spent % candidates, all);
  return searched(tally);
}

/**
 * Upper confidence bounds: every candidate once, then the one of the largest bound.
 *
 * @param candidates how many, K
 * @param budget     evaluations, all of which are spent
 * @param c          how much a candidate that was seldom evaluated is favoured
 * @throws CourseError when a number is refused, or an evaluation gives no finite one
 */
export function ucbSearch(candidates: number, budget: number, evaluate: Evaluate, c = 1): Searched {
  finiteNumber('c', c, 'a number of at least 0', (x) => x >= 0);
  const tally = new Tally(candidates, budget, evaluate);
  const all = [...tally.counts.keys()];
  const bound = (i: number): number =>
    tally.meanOf(i) + c * Math.sqrt(Math.log(tally.spent) / tally.counts[i]!);
  while (tally.left > 0) {
    const next =
      tally.spent < candidates
        ? tally.spent
        : all.reduce((best, i) => (bound(i) > bound(best) ? i : best));
    tally.take(next, all);
  }
  return searched(tally);
}

/**
 * Successive halving. Each round evaluates all candidates that are left equally often, at least once
 * while there is budget; what is left of the budget at the end goes to those of the last round.
 *
 * @param candidates how many, K
 * @param budget     evaluations, all of which are spent
 * @throws CourseError when a number is refused, or an evaluation gives no finite one
 */
export function halvingSearch(candidates: number, budget: number, evaluate: Evaluate): Searched {
  const tally = new Tally(candidates, budget, evaluate);
  const rounds = Math.max(1, Math.ceil(Math.log2(candidates)));
  let among = [...tally.counts.keys()];
  for (let round = 0; round < rounds; round++) {
    const times = Math.max(1, Math.floor(budget / (rounds * among.length)));
    for (let time = 0; time < times; time++) for (const i of among) tally.take(i, among);
    if (round < rounds - 1) among = tally.ranked(among).slice(0, Math.ceil(among.length / 2));
  }
  for (let i = 0; tally.left > 0; i++) tally.take(among[i % among.length]!, among);
  return searched(tally);
}

/**
 * Evaluations out of a table: each gives the value of the next row of the candidate, in an order
 * drawn for it, and every row once before one comes again.
 *
 * @param values [candidates, rows]
 * @throws CourseError when there is no stream, or there are no rows of finite numbers
 */
export function tableEvaluations(random: Stream, values: readonly (readonly number[])[]): Evaluate {
  checkStream(random);
  checkRows('Values', values);
  positiveInteger('The number of rows', values[0]!.length);
  const orders = values.map((row) => random.permutation(row.length));
  const asked = values.map(() => 0);
  return (candidate) => {
    positiveInteger('The candidate', candidate, 0, values.length - 1);
    const order = orders[candidate]!;
    return values[candidate]![order[asked[candidate]!++ % order.length]!]!;
  };
}

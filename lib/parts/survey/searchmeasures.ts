/**
 * What is measured of searches for an instruction: they are replayed many times on a table of what
 * each candidate is worth on each row, and what the best so far is worth is read off at some budgets.
 */
import type { Stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import {
  halvingSearch,
  tableEvaluations,
  ucbSearch,
  uniformSearch,
  type Evaluate,
} from './instructions/searching';
import type { ByMetric, PutAfter } from './titles';

/** How much is searched. */
export interface SearchSizes {
  /** Evaluations, ascending. */
  readonly budgets: readonly number[];
  readonly replays: number;
  /** c of UCB. */
  readonly exploration: number;
}

/** As records name the searches. */
export const SEARCHES = ['uniform', 'UCB', 'successive halving'] as const;
export type SearchName = (typeof SEARCHES)[number];

/** The best so far after each budget, with new evaluations for each search. */
function bestAfter(
  search: SearchName,
  candidates: number,
  { budgets, exploration }: SearchSizes,
  fresh: () => Evaluate,
): number[] {
  const at = (best: readonly number[]): number[] => budgets.map((budget) => best[budget - 1]!);
  const most = Math.max(...budgets);
  if (search === 'uniform') return at(uniformSearch(candidates, most, fresh()).best);
  if (search === 'UCB') return at(ucbSearch(candidates, most, fresh(), exploration).best);
  // its rounds depend on the budget, so that each budget has a search of its own
  return budgets.map((budget) => halvingSearch(candidates, budget, fresh()).best.at(-1)!);
}

/**
 * Replays all searches.
 *
 * @param values  of the candidates, [candidates, rows]
 * @param ofBest  numbers of each candidate, by metric
 * @returns for each budget the mean over replays of the numbers of the best so far
 */
export function replaySearches(
  values: readonly (readonly number[])[],
  ofBest: Readonly<Record<string, readonly number[]>>,
  sizes: SearchSizes,
  random: Stream,
): ReadonlyMap<number, ByMetric> {
  const found = Object.fromEntries(SEARCHES.map((search) => [search, [] as number[][]]));
  for (let replay = 0; replay < sizes.replays; replay++) {
    const order = random.permutation(values.length); // of equals none is the first in all replays
    const table = order.map((i) => values[i]!);
    for (const search of SEARCHES) {
      const fresh = (): Evaluate => tableEvaluations(random, table);
      const best = bestAfter(search, values.length, sizes, fresh);
      found[search]!.push(best.map((place) => order[place]!));
    }
  }
  const numbersAt = (b: number): ByMetric =>
    Object.fromEntries(
      SEARCHES.flatMap((search) =>
        Object.entries(ofBest).map(([metric, numbers]) => [
          `${metric}, ${search}`,
          mean(found[search]!.map((best) => numbers[best[b]!]!)),
        ]),
      ),
    );
  return new Map(sizes.budgets.map((budget, b) => [budget, numbersAt(b)]));
}

/** The means over several tables at each budget. */
export function sayMeans(
  searches: readonly ReadonlyMap<number, ByMetric>[],
  budgets: readonly number[],
  sayAt: PutAfter,
): void {
  for (const budget of budgets)
    for (const metric of Object.keys(searches[0]!.get(budget)!))
      sayAt(budget, metric, mean(searches.map((one) => one.get(budget)![metric]!)));
}

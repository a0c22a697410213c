/**
 * The search for a good order when every order has its price: each evaluation reads one prompt. No
 * order is evaluated twice. The survey (Dong et al., 2022) leaves this search open.
 *
 *   at random     orders as they are drawn
 *   local         from a random order to the first better neighbour; at a local optimum from a new one
 *   beam          demonstrations are put in front of each other, the best beginnings are kept
 *   guided        orders by a signal that needs no labels, the highest first
 */
import { checkFunction, checkStream, checkWord } from '../../../core/checks';
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import { allPermutations, shuffled, type Stream } from '../../../core/random';
import { checkOrder } from '../../../model/prompts';

/** How good a prompt with these demonstrations in this order is; more is better. */
export type Evaluation = (order: readonly number[]) => number;

/** What a search found. */
export interface SearchResult {
  /** The best whole order among those that were evaluated; the earlier of equals. */
  readonly order: readonly number[];
  readonly value: number;
  /** The best value after each evaluation of a whole order. */
  readonly best: readonly number[];
  /** How many evaluations were spent, those of parts of orders included. */
  readonly evaluations: number;
}

/** Remembers values, and stops a search when its evaluations are spent. */
class Evaluator {
  private readonly known = new Map<string, number>();
  private readonly best: number[] = [];
  private order: readonly number[] = [];

  constructor(
    private readonly k: number,
    private readonly most: number,
    private readonly evaluation: Evaluation,
  ) {}

  get spent(): boolean {
    return this.known.size >= this.most;
  }

  has(order: readonly number[]): boolean {
    return this.known.has(order.join());
  }

  /** The value; -Infinity of an order that is not known when all evaluations are spent. */
  of(order: readonly number[]): number {
    const known = this.known.get(order.join());
    if (known !== undefined) return known;
    if (this.spent) return -Infinity;
    const value = this.evaluation(order);
    finiteNumber('The value of an order', value);
    this.known.set(order.join(), value);
    if (order.length < this.k) return value; // only whole orders are results
    const before = this.best.at(-1) ?? -Infinity;
    if (value > before) this.order = order;
    this.best.push(Math.max(value, before));
    return value;
  }

  get result(): SearchResult {
    const { order, best, known } = this;
    return { order, value: best.at(-1)!, best, evaluations: known.size };
  }
}

function evaluatorOf(k: number, most: number, evaluation: Evaluation): Evaluator {
  positiveInteger('The number of demonstrations', k, 1, 8);
  positiveInteger('The number of evaluations', most);
  checkFunction('The evaluation of an order', evaluation);
  return new Evaluator(k, most, evaluation);
}

/** Evaluates orders one after another. */
function inTurn(evaluator: Evaluator, orders: readonly (readonly number[])[]): SearchResult {
  for (const order of orders) if (!evaluator.spent) evaluator.of(order);
  return evaluator.result;
}

/**
 * Orders at random, none twice.
 *
 * @param k    demonstrations, at most 8
 * @param most evaluations
 * @throws CourseError when a number is refused, a value is none, or there is no stream
 */
export function searchAtRandom(
  k: number,
  most: number,
  evaluation: Evaluation,
  random: Stream,
): SearchResult {
  const evaluator = evaluatorOf(k, most, evaluation);
  checkStream(random);
  const orders = allPermutations(k);
  return inTurn(evaluator, shuffled(random, orders));
}

/** Moves from an order to its neighbours. */
export type Move = 'swap' | 'insert';

/**
 * The neighbours of an order: two demonstrations change places, or one moves to another place.
 *
 * @throws CourseError when the order is none, or the move is refused
 */
export function neighboursOf(order: readonly number[], move: Move): number[][] {
  checkWord('The move between orders', move, ['swap', 'insert']);
  checkOrder(order);
  const places = [...order.keys()];
  if (move === 'swap')
    return places.flatMap((i) =>
      places.slice(i + 1).map((j) => {
        const next = [...order];
        [next[i], next[j]] = [order[j]!, order[i]!];
        return next;
      }),
    );
  const found = places.flatMap((i) =>
    places.map((j) => {
      const rest = order.filter((_, at) => at !== i);
      return [...rest.slice(0, j), order[i]!, ...rest.slice(j)];
    }),
  );
  const different = new Map(found.map((one) => [one.join(), one]));
  different.delete(order.join());
  return [...different.values()];
}

/**
 * Local search: the first neighbour that is better, in random order, until there is none; then again
 * from a random order that was not evaluated.
 *
 * @param k    demonstrations, at most 8
 * @param most evaluations
 * @throws CourseError when a number or the move is refused, or there is no stream
 */
export function searchLocally(
  k: number,
  most: number,
  evaluation: Evaluation,
  random: Stream,
  move: Move = 'swap',
): SearchResult {
  const evaluator = evaluatorOf(k, most, evaluation);
  checkStream(random);
  checkWord('The move of a local search', move, ['swap', 'insert']);
  const all = allPermutations(k);
  const starts = shuffled(random, all);
  for (const start of starts) {
    if (evaluator.spent) break;
    if (evaluator.has(start)) continue;
    let here: readonly number[] | undefined = start;
    while (here !== undefined && !evaluator.spent) {
      const value = evaluator.of(here);
      const near = neighboursOf(here, move);
      here = shuffled(random, near).find((one) => evaluator.of(one) > value);
    }
  }
  return evaluator.result;
}

/**
 * Beam search from the question outwards: the demonstration next to the question first, then one in
 * front of it, and so on; the `width` best are kept at each length. Evaluates parts of orders too, and
 * a part counts as an evaluation.
 *
 * @param k    demonstrations, at most 8
 * @param most evaluations
 * @throws CourseError when a number is refused, a value is none, or the evaluations end before one
 *   whole order
 */
export function searchByBeam(
  k: number,
  most: number,
  evaluation: Evaluation,
  width = 2,
): SearchResult {
  const evaluator = evaluatorOf(k, most, evaluation);
  positiveInteger('The width of a beam', width);
  let kept: readonly (readonly number[])[] = [[]];
  for (let length = 1; length <= k; length++) {
    const longer = kept.flatMap((order) =>
      Array.from({ length: k }, (_, demonstration) => demonstration)
        .filter((one) => !order.includes(one))
        .map((one) => [one, ...order]),
    );
    const valued = longer.map((order) => ({ order, value: evaluator.of(order) }));
    kept = valued
      .sort((a, b) => b.value - a.value)
      .slice(0, width)
      .map(({ order }) => order);
  }
  const { result } = evaluator;
  demand(
    result.order.length === k,
    () => `${most} evaluations end before a beam over ${k} demonstrations has a whole order.`,
    'Allow more evaluations.',
  );
  return result;
}

/**
 * The orders that a signal puts first.
 *
 * @param signal of an order, for example its GlobalE; it is not counted
 * @param k      demonstrations, at most 8
 * @param most   evaluations
 * @throws CourseError when a number is refused, or a value or a signal is none
 */
export function searchGuided(
  k: number,
  most: number,
  evaluation: Evaluation,
  signal: Evaluation,
): SearchResult {
  const evaluator = evaluatorOf(k, most, evaluation);
  checkFunction('The signal of an order', signal);
  const orders = allPermutations(k).map((order) => {
    const value = signal(order);
    finiteNumber('The signal of an order', value);
    return { order, value };
  });
  return inTurn(
    evaluator,
    orders.sort((a, b) => b.value - a.value).map(({ order }) => order),
  );
}

/**
 * Which rows to label: uncertain ones that stand for other uncertain ones. With p without
 * demonstrations, a row is as uncertain as u = 1 - max_y p(y | x), and the more uncertain half is
 * hard. A row covers itself and each hard row that has it among its m nearest. The greedy search
 * takes hard rows, each the largest
 *
 *   sum over the hard rows that it covers of 10^-(how many chosen rows cover them already),
 *
 * so that what is not covered yet decides first.
 * Reference: Mavromatis et al. (2023, arXiv 2310.20046), AdaICL with its dynamic weights. They ask the
 * model again after each phase of labelling; here uncertainty is that without demonstrations.
 */
import { checkNumbers } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { bestRows, checkPool, greedily, type ChoosableText } from './pool';
import { nearestOthers } from './neighbours';
import { checkProbabilities } from './probabilities';

/** What a row that is covered once counts beside one that is not. */
const AGAIN = 0.1;

/**
 * How uncertain each answer is, 1 - max p.
 *
 * @param p [questions, options]
 * @throws CourseError when these are no probabilities
 */
export function uncertainties(p: readonly (readonly number[])[]): number[] {
  checkProbabilities('Probabilities', p);
  return p.map((row) => 1 - Math.max(...row));
}

/**
 * The rows to label, the first choice first. When there are more to choose than hard rows, the most
 * uncertain of the others follow.
 *
 * @param uncertainty of each row of the pool
 * @param budget      how many
 * @param neighbours  m
 * @throws CourseError when the pool has fewer rows, or not one uncertainty for each
 */
export function coverUncertain(
  pool: readonly ChoosableText[],
  uncertainty: readonly number[],
  budget: number,
  neighbours: number,
): number[] {
  checkPool(pool, budget);
  checkNumbers('Uncertainties', uncertainty);
  positiveInteger('The number of neighbours', neighbours);
  demand(
    uncertainty.length === pool.length,
    () => `${uncertainty.length} uncertainties were given for ${pool.length} rows.`,
    'Give one of each row.',
  );
  const order = bestRows(uncertainty, pool.length);
  const hard = order.slice(0, Math.ceil(pool.length / 2)).sort((a, b) => a - b);
  const nearest = nearestOthers(pool, neighbours);
  // by place in the list of hard rows: the places of those that it covers
  const covers = hard.map((row) =>
    [...hard.keys()].filter((h) => hard[h] === row || nearest[hard[h]!]!.includes(row)),
  );
  const gain = (place: number, chosen: readonly number[]): number =>
    covers[place]!.reduce(
      (sum, h) => sum + AGAIN ** chosen.filter((one) => covers[one]!.includes(h)).length,
      0,
    );
  const chosen = greedily(hard.length, Math.min(budget, hard.length), gain);
  const rest = order.slice(hard.length, hard.length + budget - chosen.length);
  return [...chosen.map((place) => hard[place]!), ...rest];
}

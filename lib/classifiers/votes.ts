/**
 * The similarity vote: how alike a query is to each of some
 * points, and how that adds up by label.
 */
import { softmax, squaredDistance } from '../core/numerics';

/**
 * How alike a query is to each point: the softmax of -|point - query|^2 / temperature.
 *
 * @param points null where there is none, which is like nothing
 * @returns shares that sum to 1, one per point
 */
export const similarities = (
  points: readonly (readonly number[] | null)[],
  query: readonly number[],
  temperature: number,
): number[] =>
  softmax(
    points.map((point) => (point ? -squaredDistance(point, query) / temperature : -Infinity)),
  );

/** The weights summed up by label, one sum for each of C labels. */
export function votes(weights: readonly number[], y: readonly number[], C: number): number[] {
  const sums = new Array<number>(C).fill(0);
  weights.forEach((weight, i) => {
    sums[y[i]!]! += weight;
  });
  return sums;
}

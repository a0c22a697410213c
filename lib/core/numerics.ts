/**
 * Small arithmetic on plain numbers that several modules share.
 */
import { checkList } from './checks';
import { drawByShare, type Stream } from './random';

/** Whether each number is larger than the one before. */
export const ascends = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);

/** The place of the largest number, the first of several. */
export const argMax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** The place of the smallest number, the first of several. */
export const argMin = (values: readonly number[]): number => values.indexOf(Math.min(...values));

/** |a - b|^2 */
export const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

/** a . b */
export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/**
 * The k points nearest to x, by their numbers, nearest first. Of points that are equally near,
 * `tie` says which comes first (below 0: the first of the two given); left out, their own order.
 */
export function nearest(
  points: readonly (readonly number[])[],
  x: readonly number[],
  k = 1,
  tie: (i: number, j: number) => number = (i, j) => i - j,
): number[] {
  const distances = points.map((point) => squaredDistance(point, x));
  return [...points.keys()].sort((i, j) => distances[i]! - distances[j]! || tie(i, j)).slice(0, k);
}

/** What a softmax can take: -Infinity is a share of 0. */
const isScore = (value: unknown): boolean => typeof value === 'number' && value < Infinity;

/** Probabilities of scores (logits): exp(score) over the sum of all. */
export function softmax(scores: readonly number[]): number[] {
  checkList('Scores', scores, 'numbers below infinity', isScore, 1);
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - most));
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}

/** ln(e^a + e^b + ...), without overflow. */
export function logSum(values: readonly number[]): number {
  const most = Math.max(...values);
  return most === -Infinity
    ? most
    : most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** The logarithm of the share of each score: score - ln(e^score_1 + e^score_2 + ...). */
export const logSoftmax = (scores: readonly number[]): number[] => {
  const total = logSum(scores);
  return scores.map((score) => score - total);
};

/** The number of a score, drawn from softmax(scores / temperature). */
export const drawByScore = (random: Stream, scores: readonly number[], temperature = 1): number =>
  drawByShare(
    random,
    softmax(scores.map((score) => score / temperature)).map((share, i) => [i, share] as const),
  );

/** H(p) = -sum p ln p, in nats. */
export const entropyOf = (p: readonly number[]): number =>
  p.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0);

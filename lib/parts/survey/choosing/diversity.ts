/**
 * Demonstrations that look like the question and not like each other: maximal marginal relevance,
 * and the set of the largest determinant (a determinantal point process).
 * References: Carbonell and Goldstein (1998) and Ye et al. (2023, arXiv 2211.13892) for MMR; Ye et
 * al. (2023, arXiv 2302.05698, CEIL), equations 3 to 5, for the kernel; Chen et al. (2018, arXiv
 * 1709.05135), algorithm 1, for the greedy search.
 */
import { checkRows } from '../../../core/checks';
import { demand, finiteNumber, positiveInteger, shareNumber } from '../../../core/errors';
import { cosine } from './nearest';
import { bestRows, checkQuestion, greedily, type QuestionSelector } from './pool';

/**
 * Each next row has the largest share * cos(question, row) - (1 - share) * max cos(row, chosen).
 *
 * @param share of likeness to the question; 1 is the nearest by angle
 * @throws CourseError when the share is none
 */
export function marginalRelevance(share = 0.5): QuestionSelector {
  shareNumber('The share of likeness', share);
  return {
    name: 'marginal relevance',
    select: (question, pool, k) => {
      checkQuestion(question, pool, k);
      const likeness = pool.map(({ vector }) => cosine(question.vector, vector));
      const repeated = (row: number, chosen: readonly number[]): number =>
        Math.max(...chosen.map((one) => cosine(pool[row]!.vector, pool[one]!.vector)));
      const gain = (row: number, chosen: readonly number[]): number =>
        share * likeness[row]! - (chosen.length > 0 ? (1 - share) * repeated(row, chosen) : 0);
      return { rows: greedily(pool.length, k, gain), passes: 0 };
    },
  };
}

/** What is left of a row's square, below which it is in the span of the chosen ones. */
const NOTHING = 1e-10;

/**
 * The greedy search for k rows S whose det(K_S) is large: each next row multiplies the determinant
 * most. Cholesky factors grow by one column for each choice, so that it takes O(N k²). When no row
 * can keep the determinant above 0, the rows of the largest K_ii follow.
 *
 * @param kernel K, [N, N], symmetric, without negative eigenvalues
 * @returns the chosen rows, the first choice first
 * @throws CourseError when the kernel is not square, or there are fewer than k rows
 */
export function greedyDeterminant(kernel: readonly (readonly number[])[], k: number): number[] {
  checkRows('The kernel', kernel);
  positiveInteger('The number of rows', k);
  const N = kernel.length;
  demand(
    kernel[0]!.length === N && N >= k,
    () => `${k} rows were to be chosen by a kernel of ${N} × ${kernel[0]!.length}.`,
    'Give a square kernel with at least as many rows.',
  );
  const factors = kernel.map((): number[] => []);
  const left = kernel.map((row, i) => row[i]!); // d_i², what a row adds to the determinant
  const chosen: number[] = [];
  while (chosen.length < k) {
    const open = left.map((square, i) => (chosen.includes(i) ? -Infinity : square));
    const j = bestRows(open, 1)[0]!;
    if (open[j]! <= NOTHING) break;
    const d = Math.sqrt(left[j]!);
    for (let i = 0; i < N; i++) {
      if (i === j || chosen.includes(i)) continue;
      const inner = factors[i]!.reduce((sum, value, c) => sum + value * factors[j]![c]!, 0);
      const e = (kernel[j]![i]! - inner) / d;
      factors[i]!.push(e);
      left[i]! -= e * e;
    }
    chosen.push(j);
  }
  const rest = bestRows(
    kernel.map((row, i) => (chosen.includes(i) ? -Infinity : row[i]!)),
    k - chosen.length,
  );
  return [...chosen, ...rest];
}

/** From -1 to 1 to 0 to 1. */
const asShare = (cos: number): number => (cos + 1) / 2;

/**
 * The greedy set under K_ij = r_i S_ij r_j with S_ij = (cos(x_i, x_j) + 1) / 2 and
 * r_i = exp((s_i - max s) / (2 scale)), in the order of likeness.
 *
 * @param likeness to the question, s, from 0 to 1
 * @param vectors  of the rows
 */
export function determinantalRows(
  likeness: readonly number[],
  vectors: readonly (readonly number[])[],
  scale: number,
  k: number,
): number[] {
  const most = Math.max(...likeness);
  const r = likeness.map((s) => Math.exp((s - most) / (2 * scale)));
  const kernel = vectors.map((a, i) =>
    vectors.map((b, j) => r[i]! * asShare(cosine(a, b)) * r[j]!),
  );
  return greedyDeterminant(kernel, k).sort((i, j) => r[j]! - r[i]! || i - j);
}

/**
 * Refuses what is no scale of likeness against diversity.
 *
 * @throws CourseError quoting it
 */
export function checkScale(scale: number): void {
  finiteNumber('The scale', scale);
  demand(scale > 0, () => `The scale is ${scale}.`, 'Give a number above 0.');
}

/**
 * The set of a large determinant with s_i = (cos(x, x_i) + 1) / 2; the rows are given in the order of
 * their likeness.
 *
 * @param scale small: likeness counts most; large: diversity
 * @throws CourseError when the scale is not above 0
 */
export function determinantal(scale = 0.1): QuestionSelector {
  checkScale(scale);
  return {
    name: 'determinant',
    select: (question, pool, k) => {
      checkQuestion(question, pool, k);
      const likeness = pool.map(({ vector }) => asShare(cosine(question.vector, vector)));
      const vectors = pool.map(({ vector }) => vector);
      return { rows: determinantalRows(likeness, vectors, scale, k), passes: 0 };
    },
  };
}

/**
 * Demonstrations that look like the question: nearest by distance or by angle between vectors of a
 * sentence encoder (KATE), or by the words that they share (BM25).
 * References: Liu et al. (2022, arXiv 2101.06804); Robertson and Zaragoza (2009) for BM25.
 */
import { checkText, checkTexts } from '../../../core/checks';
import { dot, squaredDistance } from '../../../core/numerics';
import {
  bestRows,
  checkQuestion,
  type ChoosableText,
  type PoolRow,
  type QuestionSelector,
} from './pool';

/**
 * The cosine of the angle between two vectors, from -1 to 1; 0 where one of them is 0.
 *
 * @param a [C]
 * @param b [C]
 */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

/** A selector of the k rows that resemble the question most; no pass of the language model. */
const byResemblance = (
  name: string,
  resemblances: (question: ChoosableText, pool: readonly PoolRow[]) => readonly number[],
): QuestionSelector => ({
  name,
  select: (question, pool, k) => {
    checkQuestion(question, pool, k);
    return { rows: bestRows(resemblances(question, pool), k), passes: 0 };
  },
});

/** argmin ||e(x) - e(x_i)||. */
export const nearestByDistance = byResemblance('nearest, distance', ({ vector }, pool) =>
  pool.map((row) => -squaredDistance(vector, row.vector)),
);

/** argmax cos(e(x), e(x_i)); the same as by distance when all vectors have length 1. */
export const nearestByAngle = byResemblance('nearest, cosine', ({ vector }, pool) =>
  pool.map((row) => cosine(vector, row.vector)),
);

/** Words in lower case. */
export const lowerWords = (text: string): readonly string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** How fast a word that is repeated stops counting, and how much long texts are discounted. */
const [K1, B] = [1.5, 0.75];

/**
 * BM25 of each text for a question: the sum over the question's words w of
 *
 *   ln(1 + (N - N_w + 1/2) / (N_w + 1/2)) * f (k1 + 1) / (f + k1 (1 - b + b |text| / mean length))
 *
 * with f the number of times that the text has w, N texts, N_w of them with w; k1 = 1.5, b = 0.75.
 *
 * @throws CourseError when these are no texts
 */
export function bm25(question: string, texts: readonly string[]): number[] {
  checkText('The question', question);
  checkTexts('Texts', texts);
  const documents = texts.map(lowerWords);
  const N = documents.length;
  const meanLength = documents.reduce((sum, words) => sum + words.length, 0) / Math.max(N, 1);
  const scores = new Array<number>(N).fill(0);
  for (const word of lowerWords(question)) {
    const found = documents.map((words) => words.filter((one) => one === word).length);
    const Nw = found.filter((f) => f > 0).length;
    const rarity = Math.log(1 + (N - Nw + 0.5) / (Nw + 0.5));
    found.forEach((f, i) => {
      const length = 1 - B + (B * documents[i]!.length) / (meanLength || 1);
      scores[i]! += (rarity * f * (K1 + 1)) / (f + K1 * length);
    });
  }
  return scores;
}

/** The rows that share the rarest words with the question. */
export const nearestByWords = byResemblance('BM25', ({ input }, pool) =>
  bm25(
    input,
    pool.map((row) => row.input),
  ),
);

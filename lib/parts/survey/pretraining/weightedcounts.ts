/**
 * Documents as vectors of weighted counts (tf-idf): how often each token or word occurs, times the
 * logarithm of the inverse share of documents in which it does.
 * Reference: Salton and Buckley (1988, doi 10.1016/0306-4573(88)90021-0).
 */
import { checkTexts } from '../../../core/checks';
import { demand } from '../../../core/errors';

/**
 * Weighted counts of documents whose tokens are numbered.
 *
 * @param size how many tokens there are, V
 * @returns [N, V], of length 1
 * @throws CourseError when a document has no token that sets it apart
 */
export function weightedCounts(
  documents: readonly (readonly number[])[],
  size: number,
): number[][] {
  const counts = documents.map((tokens) => {
    const row = new Array<number>(size).fill(0);
    for (const token of tokens) row[token]!++;
    return row;
  });
  const weights = Array.from({ length: size }, (_, token) => {
    const having = counts.filter((row) => row[token]! > 0).length;
    return having === 0 ? 0 : Math.log(documents.length / having);
  });
  return counts.map((row) => {
    const vector = row.map((count, token) => count * weights[token]!);
    const length = Math.hypot(...vector);
    demand(
      length > 0,
      () => 'A document has only tokens that every document has.',
      'Give documents that differ.',
    );
    return vector.map((value) => value / length);
  });
}

/**
 * Texts as vectors by their words: what stands between characters that are no letter and no digit, in
 * small letters.
 *
 * @returns [N, V] for V different words, of length 1
 * @throws CourseError when there are fewer than two texts, or one has no word that sets it apart
 */
export function wordVectors(texts: readonly string[]): number[][] {
  checkTexts('Texts', texts, 2);
  const numbers = new Map<string, number>();
  const documents = texts.map((text) =>
    (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => {
      if (!numbers.has(word)) numbers.set(word, numbers.size);
      return numbers.get(word)!;
    }),
  );
  return weightedCounts(documents, numbers.size);
}

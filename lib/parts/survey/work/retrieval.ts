/**
 * Retrieval before an answer: the passages that score best for a query stand before the text, and the
 * model, which is not trained for it, predicts the words x_i that follow,
 *
 *   p(x_i | d(q_j); x_1 .. x_(i-1)),    q_j = the last words of the text at the start of stride j,
 *
 * where the passage d(q_j) is retrieved again after every s words and replaces the one before. After
 * each retrieval the whole text has to be read again, which is what a short stride costs.
 * Reference: in-context retrieval-augmented language models (Ram et al., 2023, arXiv 2302.00083),
 * section 3.
 */
import {
  checkEach,
  checkIndices,
  checkNumbers,
  checkRows,
  checkText,
  checkTexts,
} from '../../../core/checks';
import { demand, positiveInteger, quote } from '../../../core/errors';
import { bestRows } from '../choosing/pool';
import { cosine } from '../choosing/nearest';

/**
 * Cosines of a query's vector with those of passages.
 *
 * @param query   [C]
 * @param vectors [N][C]
 * @throws CourseError when these are no vectors of one width
 */
export function cosines(
  query: readonly number[],
  vectors: readonly (readonly number[])[],
): number[] {
  checkNumbers("The query's vector", query, 1);
  checkRows('Vectors of passages', vectors);
  demand(
    vectors[0]!.length === query.length,
    () => `A query of ${query.length} numbers was compared with passages of ${vectors[0]!.length}.`,
    'Give vectors of one encoder.',
  );
  return vectors.map((vector) => cosine(query, vector));
}

/**
 * The passages with the highest scores, the best first; of equals the earlier.
 *
 * @param scores one for each passage
 * @throws CourseError when these are no scores, or there are not so many passages
 */
export function bestPassages(scores: readonly number[], count: number): number[] {
  checkNumbers('Scores of passages', scores, 1);
  positiveInteger('The number of passages', count, 1, scores.length);
  return bestRows(scores, count);
}

/**
 * Recall at k: the share of queries whose own passage is among the first k that were found.
 *
 * @param found for each query passages, the best first
 * @param gold  for each query its own passage
 * @throws CourseError when there is no query, they are not as many, or fewer than k were found
 */
export function recallAt(
  found: readonly (readonly number[])[],
  gold: readonly number[],
  k: number,
): number {
  checkEach(
    'What was found',
    found,
    'lists of passages',
    (name, one) => checkIndices(name, one),
    1,
  );
  checkIndices('The passages of queries', gold);
  demand(
    gold.length === found.length,
    () => `${found.length} searches were compared with ${gold.length} passages.`,
    'Give for each search its own passage.',
  );
  positiveInteger('The number of passages', k, 1, Math.min(...found.map(({ length }) => length)));
  return found.filter((list, q) => list.slice(0, k).includes(gold[q]!)).length / found.length;
}

/**
 * Passages before a text: the best one last, next to the text.
 *
 * @param passages the best first; there may be none
 * @throws CourseError when these are no texts
 */
export function afterPassages(passages: readonly string[], text: string): string {
  checkTexts('Passages', passages);
  checkText('The text', text);
  return (
    [...passages]
      .reverse()
      .map((passage) => `${passage}\n\n`)
      .join('') + text
  );
}

/**
 * The last words of a text, as a query.
 *
 * @param count of words; a shorter text is given whole
 * @throws CourseError when it has no words, or the number is refused
 */
export function lastWords(text: string, count: number): string {
  checkText('The text', text);
  const words = text.split(/\s+/).filter((word) => word !== '');
  demand(words.length > 0, () => `The text ${quote(text)} has no words.`, 'Give a text.');
  positiveInteger('The number of words', count);
  return words.slice(-count).join(' ');
}

/**
 * For each sentence of a text the sentence at whose beginning its passage was retrieved, where this
 * is done every `stride` sentences.
 *
 * @returns [sentences]
 * @throws CourseError when a number is refused
 */
export function retrievedAt(sentences: number, stride: number): number[] {
  positiveInteger('The number of sentences', sentences, 1, 1e4);
  positiveInteger('The stride', stride);
  return Array.from({ length: sentences }, (_, j) => j - (j % stride));
}

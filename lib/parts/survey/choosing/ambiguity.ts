/**
 * Demonstrations that settle what the model is undecided about. Without demonstrations the two
 * likeliest labels of a question are the ambiguous ones, A. Of the pool, the nearest first, only
 * rows are taken that pass one filter after another:
 *
 *   gold           their own label is in A
 *   misclassified  and the model is wrong about them without demonstrations
 *   predicted      and its wrong answer is in A as well
 *
 * Where too few pass, rows that pass all filters but the last follow, and so on. With two labels the
 * first and the last filter let everything pass.
 * Reference: Gao et al. (2023, arXiv 2309.07900), AMBIG-ICL.
 */
import { checkIndices, checkList, checkWord } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';

/** A row of a pool: the numbers of its label and of the model's answer without demonstrations. */
export interface AnsweredRow {
  readonly gold: number;
  readonly predicted: number;
}

/** How many filters are used; each stands for those before it too. */
export const AMBIGUITY_FILTERS = ['gold', 'misclassified', 'predicted'] as const;

/** The last filter that is used. */
export type AmbiguityFilter = (typeof AMBIGUITY_FILTERS)[number];

/** How many of the filters a row passes, one after another. */
function passed({ gold, predicted }: AnsweredRow, ambiguous: readonly number[]): number {
  const passes = [ambiguous.includes(gold), predicted !== gold, ambiguous.includes(predicted)];
  const failed = passes.indexOf(false);
  return failed < 0 ? passes.length : failed;
}

/**
 * The k rows, the nearest first.
 *
 * @param nearest   all rows that may be taken, the nearest first
 * @param answered  of each row of the pool
 * @param ambiguous numbers of the two likeliest labels of the question
 * @param upTo      the last filter that is used
 * @throws CourseError when there are fewer than k rows, or what is given are no rows and labels
 */
export function ambiguousRows(
  nearest: readonly number[],
  answered: readonly AnsweredRow[],
  ambiguous: readonly number[],
  k: number,
  upTo: AmbiguityFilter,
): number[] {
  checkList('The rows of the pool', answered, 'rows with their answers', () => true);
  for (const row of answered) {
    plainObject('A row of the pool', row);
    positiveInteger("'gold' of a row", row.gold, 0);
    positiveInteger("'predicted' of a row", row.predicted, 0);
  }
  checkIndices('The nearest rows', nearest, answered.length - 1);
  checkIndices('The ambiguous labels', ambiguous, Infinity, 1);
  positiveInteger('The number of demonstrations', k);
  checkWord('The last filter', upTo, AMBIGUITY_FILTERS);
  demand(
    k <= nearest.length,
    () => `${k} demonstrations were to be chosen from ${nearest.length} rows.`,
    'Choose fewer, or give more rows.',
  );
  const filters = AMBIGUITY_FILTERS.indexOf(upTo) + 1;
  const level = nearest.map((row) => Math.min(filters, passed(answered[row]!, ambiguous)));
  return [...nearest.keys()]
    .sort((i, j) => level[j]! - level[i]! || i - j)
    .slice(0, k)
    .sort((i, j) => i - j)
    .map((i) => nearest[i]!);
}

/**
 * The numbers of the two likeliest options; of equals the earlier.
 *
 * @param p [options]
 */
export const likeliestTwo = (p: readonly number[]): number[] =>
  [...p.keys()].sort((a, b) => p[b]! - p[a]! || a - b).slice(0, 2);

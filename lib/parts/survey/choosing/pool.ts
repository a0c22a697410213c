/**
 * A pool of labelled texts to choose demonstrations from, the question that they are chosen for, and
 * what every way to choose answers: rows of the pool, and what it cost to find them.
 */
import { checkEach, checkNumbers, checkText } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** A text as the ways to choose see it. */
export interface ChoosableText {
  readonly input: string;
  /** Of a sentence encoder, [C]; the same C for all texts. */
  readonly vector: readonly number[];
}

/** A labelled text of a pool. */
export interface PoolRow extends ChoosableText {
  readonly output: string;
}

/** Chosen demonstrations. */
export interface ChosenRows {
  /** Rows of the pool, the first choice first. */
  readonly rows: readonly number[];
  /** Forward passes of the language model that it took. */
  readonly passes: number;
}

/** A way to choose demonstrations for each question (instance level). */
export interface QuestionSelector {
  readonly name: string;
  /**
   * @param k how many
   * @throws CourseError when the pool has fewer rows, or what is given is no question and no pool
   */
  select(question: ChoosableText, pool: readonly PoolRow[], k: number): ChosenRows;
}

/** A way to choose demonstrations once, for all questions (corpus level). */
export interface CorpusSelector {
  readonly name: string;
  /**
   * Labels need not be known: they are not read, so that the chosen rows may be labelled afterwards.
   *
   * @param random of the choices that are drawn
   * @throws CourseError when the pool has fewer than k rows, or is none
   */
  selectCorpus(pool: readonly ChoosableText[], k: number, random: Stream): ChosenRows;
}

function checkChoosable(name: string, text: ChoosableText): void {
  plainObject(name, text);
  checkText(`The text of ${name}`, text.input);
  checkNumbers(`The vector of ${name}`, text.vector, 1);
}

/**
 * Refuses a pool that has too few rows or vectors of several lengths.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkPool(pool: readonly ChoosableText[], k: number): void {
  positiveInteger('The number of demonstrations', k);
  checkEach('pool', pool, 'texts with their vectors', (name, row) =>
    checkChoosable(name, row as ChoosableText),
  );
  demand(
    pool.length >= k,
    () => `${k} demonstrations were to be chosen from ${pool.length} rows.`,
    'Choose fewer, or give more rows.',
  );
  const C = pool[0]!.vector.length;
  const other = pool.findIndex(({ vector }) => vector.length !== C);
  demand(
    other < 0,
    () => `Row ${other} of the pool has ${pool[other]!.vector.length} numbers, row 0 has ${C}.`,
    'Take all vectors from one encoder.',
  );
}

/**
 * Refuses a question whose vector does not fit the pool's.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkQuestion(
  question: ChoosableText,
  pool: readonly ChoosableText[],
  k: number,
): void {
  checkPool(pool, k);
  checkChoosable('the question', question);
  const C = pool[0]!.vector.length;
  demand(
    question.vector.length === C,
    () => `The question has ${question.vector.length} numbers, the rows of the pool have ${C}.`,
    'Take all vectors from one encoder.',
  );
}

/**
 * The k best by a number, the best first; of equals the earlier.
 *
 * @param values one for each row
 */
export const bestRows = (values: readonly number[], k: number): number[] =>
  [...values.keys()].sort((i, j) => values[j]! - values[i]! || i - j).slice(0, k);

/**
 * So many rows with the labels in balance: in each round the best row that is left of each label, the
 * best of them first.
 *
 * @param values one for each row
 * @param labels of the rows
 */
export function bestOfEachLabel(
  values: readonly number[],
  labels: readonly number[],
  count: number,
): number[] {
  const order = bestRows(values, values.length);
  const roundOf = order.map(
    (row, place) => order.slice(0, place).filter((one) => labels[one] === labels[row]).length,
  );
  return [...order.keys()]
    .sort((a, b) => roundOf[a]! - roundOf[b]! || a - b)
    .slice(0, count)
    .map((place) => order[place]!);
}

/**
 * Chooses one row after another, each the best given those before; of equals the earlier.
 *
 * @param gain of a row, given the chosen ones
 */
export function greedily(
  rows: number,
  k: number,
  gain: (row: number, chosen: readonly number[]) => number,
): number[] {
  const chosen: number[] = [];
  while (chosen.length < k) {
    const gains = Array.from({ length: rows }, (_, row) =>
      chosen.includes(row) ? -Infinity : gain(row, chosen),
    );
    chosen.push(bestRows(gains, 1)[0]!);
  }
  return chosen;
}

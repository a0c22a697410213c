/**
 * What retrievers learn from: how well each of some candidates, as the only demonstration, helps the
 * language model with rows of a pool whose answers are known,
 *
 *   h(e, x) = log p(y | e, x) / sum_y' p(y' | e, x).
 *
 * The model is asked once, N L questions for N rows and L candidates each; all retrievers train on the
 * same table. Questions with the same candidate stand together, so that it is read once.
 * Reference: Rubin et al. (2022, arXiv 2112.08633), section 4, equation 1; shares of the options are
 * those of Li et al. (2023, arXiv 2305.04320) for classification. Deviation: half of the candidates
 * are drawn, so that rows that do not resemble the question are learned from too; in the papers all
 * are found by BM25 or by the retriever itself, in pools of many thousand rows.
 */
import {
  checkEach,
  checkIndices,
  checkList,
  checkNumbers,
  checkRows,
  checkStream,
} from '../../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../../core/errors';
import { logSum } from '../../../../core/numerics';
import type { Stream } from '../../../../core/random';
import { checkSubject, labelNumber, scoresOf, type ChoosingSubject } from '../../choosingsubjects';
import { nearestByAngle } from '../nearest';
import { bestRows, checkPool, type PoolRow } from '../pool';

/** What a language model said about one task. */
export interface HelpTable {
  readonly pool: readonly PoolRow[];
  /** What the task is, [T], as the encoder of questions sees it. */
  readonly task: readonly number[];
  /** Rows of the pool that took the part of the question, [N]. */
  readonly rows: readonly number[];
  /** The candidates of each, rows of the pool, [N, L]. */
  readonly candidates: readonly (readonly number[])[];
  /** h of each candidate, in nats, [N, L]. */
  readonly helpfulness: readonly (readonly number[])[];
  /** Questions that the language model was asked for it. */
  readonly passes: number;
}

/**
 * Candidates of a row: one half its nearest rows, the other drawn among the rest; never itself.
 *
 * @param L how many
 */
export function candidatesOf(
  pool: readonly PoolRow[],
  row: number,
  L: number,
  random: Stream,
): number[] {
  const others = [...pool.keys()].filter((i) => i !== row);
  const rows = others.map((i) => pool[i]!);
  const near = nearestByAngle.select(pool[row]!, rows, Math.ceil(L / 2)).rows;
  const rest = [...others.keys()].filter((i) => !near.includes(i));
  const drawn = random.permutation(rest.length).slice(0, L - near.length);
  return [...near, ...drawn.map((i) => rest[i]!)].map((i) => others[i]!);
}

/** The logarithm of each right option's share, for rows of a pool after demonstrations. */
export function logsOfRight<Q>(
  subject: ChoosingSubject<Q>,
  asked: readonly { readonly row: number; readonly after: readonly number[] }[],
): number[] {
  const scores = scoresOf(
    subject,
    asked.map(({ row, after }) => subject.askText(subject.pool[row]!.input, after)),
  );
  return scores.map((of, i) => {
    return of[labelNumber(subject, asked[i]!.row)]! - logSum(of);
  });
}

/** A list in parts of some lengths. */
export function inParts<T>(list: readonly T[], lengths: readonly number[]): T[][] {
  let from = 0;
  return lengths.map((length) => list.slice(from, (from += length)));
}

/**
 * Asks the language model about rows of a pool.
 *
 * @param rows of the pool
 * @param L    candidates of each
 * @throws CourseError when there are fewer other rows, or what is given is no subject, no rows or no
 *   stream
 */
export function askHelpfulness<Q>(
  subject: ChoosingSubject<Q>,
  rows: readonly number[],
  L: number,
  random: Stream,
): HelpTable {
  checkSubject(subject);
  const { pool, instruction: task } = subject;
  positiveInteger('The number of candidates', L, 2);
  checkPool(pool, L + 1);
  checkIndices('Rows that are asked about', rows, pool.length - 1, 1);
  checkStream(random);
  const candidates = rows.map((row) => candidatesOf(pool, row, L, random));
  const asked = rows.flatMap((row, n) => candidates[n]!.map((e) => ({ row, after: [e] })));
  const logs = logsOfRight(subject, asked);
  return {
    pool,
    task,
    rows,
    candidates,
    helpfulness: inParts(
      logs,
      candidates.map(({ length }) => length),
    ),
    passes: asked.length,
  };
}

/** The candidates of a row in the order of the language model, the most helpful first. */
export const ranked = ({ candidates, helpfulness }: HelpTable, n: number): number[] =>
  bestRows(helpfulness[n]!, helpfulness[n]!.length).map((i) => candidates[n]![i]!);

/** A part of a table: some of its rows. */
export function partOfTable(table: HelpTable, parts: readonly number[]): HelpTable {
  const candidates = parts.map((n) => table.candidates[n]!);
  return {
    ...table,
    rows: parts.map((n) => table.rows[n]!),
    candidates,
    helpfulness: parts.map((n) => table.helpfulness[n]!),
    passes: candidates.flat().length,
  };
}

/**
 * Refuses what is no table of a model's answers.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkHelpTable(name: string, value: unknown): asserts value is HelpTable {
  plainObject(name, value);
  const { pool, task, rows, candidates, helpfulness } = value as HelpTable;
  checkPool(pool, 2);
  checkNumbers(`${name}.task`, task);
  checkIndices(`${name}.rows`, rows, pool.length - 1, 1);
  const within = (one: string, of: unknown): void => checkIndices(one, of, pool.length - 1, 2);
  checkEach(`${name}.candidates`, candidates, 'lists of rows', within, 1);
  checkRows(`${name}.helpfulness`, helpfulness);
  const [N, L] = [rows.length, candidates[0]!.length];
  demand(
    candidates.length === N && helpfulness.length === N,
    () =>
      `${name} has ${N} rows, ${candidates.length} lists of candidates and ` +
      `${helpfulness.length} of what they help.`,
    'Give one list of each for each row.',
  );
  demand(
    [...candidates, ...helpfulness].every(({ length }) => length === L),
    () => `Lists of ${name} differ in length.`,
    'Give each row as many candidates, and a number for each.',
  );
}

/**
 * Refuses what are no tables of one kind of vectors.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkHelpTables(tables: readonly HelpTable[]): void {
  checkList('Tables', tables, 'what a language model said of tasks', () => true, 1);
  tables.forEach((table, t) => checkHelpTable(`tables[${t}]`, table));
  const [C, T] = [tables[0]!.pool[0]!.vector.length, tables[0]!.task.length];
  const other = tables.findIndex(
    ({ pool, task }) => pool[0]!.vector.length !== C || task.length !== T,
  );
  demand(
    other < 0,
    () => `tables[${other}] has vectors of another length than tables[0].`,
    'Take all vectors from one encoder.',
  );
}

/** Refuses a number of helpful candidates that a table's lists cannot give. */
export const checkTop = (top: number, tables: readonly HelpTable[]): void =>
  void positiveInteger(
    'The number of helpful candidates',
    top,
    1,
    Math.floor(Math.min(...tables.map(({ candidates }) => candidates[0]!.length)) / 2),
  );

/**
 * What a demonstration says, and where it stands: the k demonstrations of a prompt are read in
 * rotations, so that each stands at many positions. With z_dp a number of demonstration d at position
 * p, such as its influence on a question, the squares around the mean are those of demonstrations, of
 * positions, and a rest (where the two interact):
 *
 *   sum_dp (z_dp - z)^2 = k sum_d (z_d. - z)^2 + k sum_p (z_.p - z)^2 + rest.
 *
 * To a reader of a set all of them are of demonstrations. With c rotations in place of k the
 * demonstrations d, d + k/c, d + 2k/c, ... share their c positions; the squares are those within such
 * groups.
 */
import { checkEach, checkFunction, checkRows } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';

/** More demonstrations than this are no prompt. */
const MOST = 1e4;

/** Parts of a sum of squares, as shares of it; all are 0 where nothing varies. */
export interface VarianceShares {
  readonly demonstration: number;
  readonly position: number;
  readonly rest: number;
}

/** Of each rotation a number of each question and position. */
export type ByRotation = readonly (readonly (readonly number[])[])[];

/**
 * Rotations of k demonstrations: which one stands at each position.
 *
 * @param count how many, evenly spaced; k: all
 * @returns [count][k]; the first is 0, 1, ..., k - 1
 * @throws CourseError when k is not divided by the count
 */
export function rotations(k: number, count: number): number[][] {
  positiveInteger('The number of demonstrations', k, 1, MOST);
  positiveInteger('The number of rotations', count, 1, k);
  demand(
    k % count === 0,
    () => `${k} demonstrations were to be read in ${count} rotations.`,
    'Give a number of rotations that divides the number of demonstrations.',
  );
  return Array.from({ length: count }, (_, r) =>
    Array.from({ length: k }, (_, p) => (p + k - (r * k) / count) % k),
  );
}

/** Refuses what are no numbers of rotations. */
function checkByRotation(byRotation: ByRotation): { k: number; questions: number; count: number } {
  checkEach(
    'Numbers of rotations',
    byRotation,
    'rows of numbers',
    (name, rows) => checkRows(name, rows),
    1,
  );
  const [count, questions, k] = [
    byRotation.length,
    byRotation[0]!.length,
    byRotation[0]![0]!.length,
  ];
  demand(
    byRotation.every((rows) => rows.length === questions && rows[0]!.length === k) && k > 0,
    () => 'Numbers of rotations are of unequal numbers of questions or positions.',
    'Ask the same questions after every rotation.',
  );
  demand(
    k % count === 0,
    () => `Numbers of ${count} rotations are of ${k} positions.`,
    'Take them after each of factors.rotations.',
  );
  return { k, questions, count };
}

/** The tables of one question, [demonstrations][positions], of those that share their positions. */
function tablesOf(byRotation: ByRotation, question: number, k: number): number[][][] {
  const count = byRotation.length;
  const step = k / count;
  return Array.from({ length: step }, (_, first) =>
    Array.from({ length: count }, (_, d) =>
      Array.from({ length: count }, (_, p) => {
        const r = (p - d + count) % count; // demonstration d stands at position d + r
        return byRotation[r]![question]![first + p * step]!;
      }),
    ),
  );
}

const squares = (values: readonly number[], around: number): number =>
  values.reduce((sum, value) => sum + (value - around) ** 2, 0);

/**
 * The shares of demonstrations, of positions and of the rest in how much numbers vary, over all
 * questions.
 *
 * @param byRotation [rotations][questions][positions], after each of `rotations(k, count)`
 * @throws CourseError when they are no such numbers
 */
export function varianceShares(byRotation: ByRotation): VarianceShares {
  const { k, questions, count } = checkByRotation(byRotation);
  const sums = { all: 0, demonstration: 0, position: 0 };
  for (let q = 0; q < questions; q++)
    for (const table of tablesOf(byRotation, q, k)) {
      const middle = mean(table.flat());
      sums.all += squares(table.flat(), middle);
      sums.demonstration += count * squares(table.map(mean), middle);
      const columns = table.map((_, p) => mean(table.map((row) => row[p]!)));
      sums.position += count * squares(columns, middle);
    }
  const of = (part: number): number => (sums.all > 0 ? part / sums.all : 0);
  const rest = Math.max(0, sums.all - sums.demonstration - sums.position);
  return {
    demonstration: of(sums.demonstration),
    position: of(sums.position),
    rest: of(rest),
  };
}

/**
 * The mean over questions and demonstrations at each position, without what the demonstrations that
 * stood there say: where a demonstration stood at some positions only, its mean over these is put
 * level with that of all.
 *
 * @param byRotation [rotations][questions][positions], after each of `rotations(k, count)`
 * @param of         what is taken the mean of; left out: the size |z| of each number
 * @returns k numbers
 * @throws CourseError when they are no such numbers
 */
export function positionMeans(
  byRotation: ByRotation,
  of: (value: number) => number = Math.abs,
): number[] {
  const { k, count } = checkByRotation(byRotation);
  checkFunction("'of'", of);
  const plain = Array.from({ length: k }, (_, p) =>
    mean(byRotation.flatMap((rows) => rows.map((row) => of(row[p]!)))),
  );
  const step = k / count;
  const all = mean(plain);
  return plain.map((value, p) => {
    const group = plain.filter((_, other) => other % step === p % step);
    return value - mean(group) + all;
  });
}

/**
 * Numbers of rotations by demonstration in place of position: the mean over the positions at which
 * each stood.
 *
 * @returns [questions][demonstrations]
 * @throws CourseError when they are no such numbers
 */
export function demonstrationMeans(byRotation: ByRotation): number[][] {
  const { k, questions, count } = checkByRotation(byRotation);
  const orders = rotations(k, count);
  return Array.from({ length: questions }, (_, q) =>
    Array.from({ length: k }, (_, d) =>
      mean(orders.map((order, r) => byRotation[r]![q]![order.indexOf(d)]!)),
    ),
  );
}

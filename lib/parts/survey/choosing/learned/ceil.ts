/**
 * CEIL: sets of demonstrations are scored as sets. Under a determinantal process that is conditional
 * on the question,
 *
 *   log det K_S = (1 / scale) sum_{i in S} s_i + log det C_S,     up to a constant,
 *
 * with s_i = (cos(E_Q(x), E_P(e_i)) + 1) / 2 and C_ij = (cos(E_P(e_i), E_P(e_j)) + 1) / 2. The
 * encoders begin as EPR's. The language model is asked after some sets for each row, and the better of
 * two sets is to have the larger determinant, see losses.ts. A set is found greedily.
 * Reference: Ye et al. (2023, arXiv 2302.05698), section 3. Deviations: sets are drawn among the
 * candidates of the row, where the paper draws some of them from the process itself; the encoder of
 * rows is trained too, which the paper's code holds fixed.
 */
import { checkEach, checkIndices, checkRows, checkStream } from '../../../../core/checks';
import { demand, finiteNumber, plainObject, positiveInteger } from '../../../../core/errors';
import { shuffled, type Stream } from '../../../../core/random';
import type { Scalar, Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import { checkSubject, type ChoosingSubject } from '../../choosingsubjects';
import { checkScale } from '../diversity';
import { bestRows } from '../pool';
import { checkDualWeights, checkFits, type DualWeights } from './weights';
import { checkHelpTable, inParts, logsOfRight, type HelpTable } from './helpfulness';
import { logDeterminants } from './logdeterminant';
import { setRankingLoss } from './losses';
import {
  picked,
  retrieverTraining,
  rowsByNumber,
  trainRetriever,
  type RetrieverLoss,
  type RetrieverTraining,
} from './trainretriever';

/** What a language model said after sets of demonstrations. */
export interface SetTable extends HelpTable {
  /** Sets of each row of the table, [N, M, k]. */
  readonly sets: readonly (readonly (readonly number[])[])[];
  /** The logarithm of the right option's share after each, [N, M]. */
  readonly ofSets: readonly (readonly number[])[];
}

/**
 * Asks the language model after M sets of k candidates of each row, drawn without repeats in a set.
 *
 * @param table of single candidates of the same subject
 * @throws CourseError when there are fewer candidates, or what is given is no subject, no table or no
 *   stream
 */
export function askSets<Q>(
  subject: ChoosingSubject<Q>,
  table: HelpTable,
  M: number,
  k: number,
  random: Stream,
): SetTable {
  checkSubject(subject);
  checkHelpTable('The table', table);
  checkIndices('Rows of the table', table.rows, subject.pool.length - 1);
  positiveInteger('The number of sets', M, 2, 1e4);
  positiveInteger('The rows of a set', k, 1, table.candidates[0]!.length);
  checkStream(random);
  const sets = table.candidates.map((list) =>
    Array.from({ length: M }, () => shuffled(random, list).slice(0, k)),
  );
  const asked = table.rows.flatMap((row, n) => sets[n]!.map((after) => ({ row, after })));
  const ofSets = inParts(
    logsOfRight(subject, asked),
    sets.map(({ length }) => length),
  );
  return { ...table, sets, ofSets, passes: table.passes + asked.length };
}

/**
 * Refuses what is no table of a model's answers after sets.
 *
 * @throws CourseError quoting what is wrong
 */
function checkSetTable(table: SetTable): void {
  checkHelpTable('The table', table);
  checkRows('The table.ofSets', table.ofSets);
  const { sets, ofSets, rows, pool } = table;
  checkEach(
    'The table.sets',
    sets,
    'lists of sets',
    (name, list) =>
      checkEach(name, list, 'sets', (one, set) => checkIndices(one, set, pool.length - 1, 1), 2),
    1,
  );
  const k = sets[0]![0]!.length;
  demand(
    sets.length === rows.length &&
      ofSets.length === rows.length &&
      sets.every((list) => list.length === ofSets[0]!.length) &&
      sets.flat().every((set) => set.length === k),
    () => `The table has ${rows.length} rows, ${sets.length} lists of sets, not all of one size.`,
    'Give each row as many sets of as many rows, and a number for each set.',
  );
}

/** Settings of CEIL. */
export interface CEILTraining extends RetrieverTraining {
  /** Small: likeness counts most; large: diversity. */
  readonly scale: number;
  /** Of the hinge, for each rank between two sets. */
  readonly margin: number;
}

/** Likeness against diversity, as in the paper. */
export const CEIL_SCALE = 0.1;

/**
 * log det K_S of sets, up to a constant of each question; inside of tf.tidy.
 *
 * @param likeness s of each question and row, [N, R]
 * @param codes    of rows, at length 1, [R, C]
 * @param sets     [N, M, k]
 * @returns [N, M]
 */
export function logDetsOf(
  likeness: Tensor2D,
  codes: Tensor2D,
  sets: SetTable['sets'],
  scale: number,
): Tensor2D {
  const [N, M, k] = [sets.length, sets[0]!.length, sets[0]![0]!.length];
  const C = codes.shape[1];
  const relevant = picked(
    likeness,
    sets.map((list) => list.flat()),
  )
    .reshape([N, M, k])
    .sum(2)
    .div(scale); // [N, M]
  const inSets = rowsByNumber(codes, sets.flat(2)).reshape([N * M, k, C]); // [N M, k, C]
  const kernels = inSets.matMul(inSets, false, true).add(1).div(2) as Tensor3D; // [N M, k, k]
  return relevant.add(logDeterminants(kernels).reshape([N, M]));
}

/** The loss of a step. */
function ceilLoss(
  { sets, ofSets }: SetTable,
  temperature: number,
  scale: number,
  margin: number,
): RetrieverLoss {
  const best = sets.map((list, n) => bestRows(ofSets[n]!, list.length).map((i) => list[i]!));
  return ({ scores, codes }): Scalar => {
    const likeness = scores.mul(temperature).add(1).div(2) as Tensor2D; // [N, R]
    return setRankingLoss(logDetsOf(likeness, codes, best, scale), margin);
  };
}

/**
 * Trains CEIL on one task.
 *
 * @param from the weights that EPR learned
 * @returns the weights, for setRetrieverBy
 * @throws CourseError when the table or a setting is refused
 */
export function trainCEIL(
  table: SetTable,
  from: DualWeights,
  given: Partial<CEILTraining>,
): DualWeights {
  checkSetTable(table);
  checkDualWeights(from);
  checkFits(from, [], table.pool[0]!.vector.length);
  plainObject('The training of CEIL', given);
  const { scale = CEIL_SCALE, margin = 0.1, ...rest } = given;
  checkScale(scale);
  finiteNumber('The margin', margin, 'a number of at least 0', (x) => x >= 0);
  const { temperature } = from;
  const training = retrieverTraining({ ...rest, temperature, hidden: from.row.a.length });
  const loss = ceilLoss(table, temperature, scale, margin);
  return trainRetriever([table], false, training, loss, from);
}

/**
 * Demonstrations by encoders that were trained: the k rows of the highest score, or the set of a
 * large determinant with the score as likeness. Neither asks the language model.
 */
import { checkNumbers, checkText } from '../../../../core/checks';
import { dot } from '../../../../core/numerics';
import { checkScale, determinantalRows } from '../diversity';
import { bestRows, checkQuestion, type PoolRow, type QuestionSelector } from '../pool';
import { checkDualWeights, checkFits, encode, type DualWeights } from './weights';

/** The codes of a pool's rows, made once for each pool. */
function codesOf({
  row,
}: DualWeights): (pool: readonly PoolRow[]) => readonly (readonly number[])[] {
  const known = new WeakMap<readonly PoolRow[], readonly (readonly number[])[]>();
  return (pool) => {
    const codes = known.get(pool) ?? pool.map(({ vector }) => encode(row, vector));
    known.set(pool, codes);
    return codes;
  };
}

/**
 * The rows that fit a question best.
 *
 * @param task of the questions, [T]; none for encoders that were trained without
 * @throws CourseError when these are no weights; at a question, when its vector is of another length
 */
export function retrieverBy(
  name: string,
  weights: DualWeights,
  task: readonly number[] = [],
): QuestionSelector {
  checkText('The name of a retriever', name);
  checkDualWeights(weights);
  checkNumbers('The vector of the task', task);
  const codes = codesOf(weights);
  return {
    name,
    select: (question, pool, k) => {
      checkQuestion(question, pool, k);
      checkFits(weights, task, question.vector.length);
      const asked = encode(weights.question, question.vector, task);
      return {
        rows: bestRows(
          codes(pool).map((row) => dot(asked, row)),
          k,
        ),
        passes: 0,
      };
    },
  };
}

/**
 * The set of a large determinant, with the cosines of the codes as likeness.
 *
 * @param scale small: likeness counts most; large: diversity
 * @throws CourseError when these are no weights, or the scale is refused; at a question, when its
 *   vector is of another length
 */
export function setRetrieverBy(
  name: string,
  weights: DualWeights,
  scale: number,
): QuestionSelector {
  checkText('The name of a retriever', name);
  checkDualWeights(weights);
  checkScale(scale);
  const codes = codesOf(weights);
  return {
    name,
    select: (question, pool, k) => {
      checkQuestion(question, pool, k);
      checkFits(weights, [], question.vector.length);
      const asked = encode(weights.question, question.vector);
      const likeness = codes(pool).map((row) => (dot(asked, row) + 1) / 2);
      return { rows: determinantalRows(likeness, codes(pool), scale, k), passes: 0 };
    },
  };
}

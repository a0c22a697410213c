/**
 * Demonstrations by encoders that were trained: the k rows of the highest score, or the set of a
 * large determinant with the score as likeness. Neither asks the language model.
 */
import { dot } from '../../../../core/numerics';
import { determinantalRows } from '../diversity';
import { bestRows, checkQuestion, type PoolRow, type QuestionSelector } from '../pool';
import { encode, type DualWeights } from './dualencoder';

/** The codes of a pool's rows, made once for each pool. */
function codesOf({ row }: DualWeights): (pool: readonly PoolRow[]) => readonly (readonly number[])[] {
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
 */
export function retrieverBy(
  name: string,
  weights: DualWeights,
  task: readonly number[] = [],
): QuestionSelector {
  const codes = codesOf(weights);
  return {
    name,
    select: (question, pool, k) => {
      checkQuestion(question, pool, k);
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
 */
export function setRetrieverBy(name: string, weights: DualWeights, scale: number): QuestionSelector {
  const codes = codesOf(weights);
  return {
    name,
    select: (question, pool, k) => {
      checkQuestion(question, pool, k);
      const asked = encode(weights.question, question.vector);
      const likeness = codes(pool).map((row) => (dot(asked, row) + 1) / 2);
      return { rows: determinantalRows(likeness, codes(pool), scale, k), passes: 0 };
    },
  };
}

/**
 * What retrievers of demonstrations are trained by. Scores s say how well a row fits a question; the
 * language model has said how much the row helps. Means over the questions of a batch of
 *
 *   contrastive   log sum_m exp(s_m) - s_+                              one helpful row among others
 *   list-wise     sum_{i, j} max(0, 1 / r_i - 1 / r_j) log(1 + exp(s_j - s_i))     by its ranks r
 *   sets          sum_{i < j} max(0, (j - i) margin + d_j - d_i)        d_1 of the best set, d_2 ...
 *   distillation  KL(softmax(t) || softmax(s))                          by a teacher's scores t
 *
 * The first is also what makes Q-learning conservative: log sum_a exp(Q_a) - Q of the taken action.
 * References: Rubin et al. (2022, arXiv 2112.08633) for the first, Li et al. (2023, arXiv 2305.04320)
 * for the second, in whose code r is the rank under the retriever at that step, and a mean stands for
 * the sum; Ye et al. (2023, arXiv 2302.05698) for the third, whose code divides the d of a question by
 * their spread; Wang et al. (2024, arXiv 2307.07164) for the fourth.
 */
import { tf } from '../../../../core/backend';
import { checkList, checkTensor } from '../../../../core/checks';
import { demand, finiteNumber } from '../../../../core/errors';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';

/** Lowers a score so far that exp of it is 0. */
const HIDDEN = 1e9;

function checkScores(name: string, scores: Tensor, columns = 1): void {
  checkTensor(name, scores, 2, '[questions, rows]');
  demand(
    scores.shape[0]! >= 1 && scores.shape[1]! >= columns,
    () => `${name} have the shape [${scores.shape.join(', ')}].`,
    `Give at least one question and ${columns} rows.`,
  );
}

function checkAlike(a: Tensor, b: Tensor): void {
  demand(
    a.shape.join() === b.shape.join(),
    () => `Scores of the shape [${a.shape.join(', ')}] came with [${b.shape.join(', ')}].`,
    'Give one number for each score.',
  );
}

/**
 * The contrastive loss (InfoNCE): how improbable the positives are among all that is shown.
 *
 * @param scores    [B, M]
 * @param positives the column of each question's positive, [B]
 * @param hidden    [B, M], 1 where a row is left out for a question; left out: none is
 * @returns [] (a scalar); the caller disposes it
 * @throws CourseError when shapes do not fit, or a positive is no column
 */
export function contrastiveLoss(
  scores: Tensor2D,
  positives: readonly number[],
  hidden?: Tensor2D,
): Scalar {
  checkScores('Scores', scores);
  const [B, M] = scores.shape;
  const isColumn = (one: unknown): boolean =>
    Number.isInteger(one) && Number(one) >= 0 && Number(one) < M;
  checkList('Positives', positives, `columns from 0 to ${M - 1}`, isColumn, B);
  demand(
    positives.length === B,
    () => `${positives.length} positives were given for ${B} questions.`,
    'Give one for each.',
  );
  if (hidden !== undefined) {
    checkScores('What is hidden', hidden);
    checkAlike(scores, hidden);
  }
  return tf.tidy(() => {
    const shown = hidden === undefined ? scores : scores.sub(hidden.mul(HIDDEN)); // [B, M]
    const isPositive = tf.oneHot(tf.tensor1d([...positives], 'int32'), M).toFloat(); // [B, M]
    const ofPositive = shown.mul(isPositive).sum(1); // [B]
    return shown.logSumExp(1).sub(ofPositive).mean() as Scalar;
  });
}

/** Numbers of all pairs of columns, [M, M]. */
const ofPairs = (M: number, of: (i: number, j: number) => number): Tensor2D =>
  tf.tensor2d(
    Array.from({ length: M }, (_, i) => Array.from({ length: M }, (__, j) => of(i, j))),
    [M, M],
  );

/** x_j - x_i of all pairs of columns: [B, M] to [B, M, M]. */
const differences = (x: Tensor2D): Tensor => x.expandDims(1).sub(x.expandDims(2));

/**
 * The list-wise loss: each pair in the wrong order costs the more, the nearer to the top it is.
 *
 * @param scores [B, L], columns in the order of the language model, the most helpful row first
 * @returns [] (a scalar); the caller disposes it
 * @throws CourseError when these are no scores
 */
export function listwiseLoss(scores: Tensor2D): Scalar {
  checkScores('Scores', scores);
  return tf.tidy(() => {
    const L = scores.shape[1];
    const weights = ofPairs(L, (i, j) => Math.max(0, 1 / (i + 1) - 1 / (j + 1))); // [L, L]
    const costs = differences(scores).softplus().mul(weights); // [B, L, L]
    return costs.sum([1, 2]).mean() as Scalar;
  });
}

/**
 * The hinge on sets: each better one is to lie above each worse one by the margin for each rank
 * between them.
 *
 * @param logDets [B, M], of sets in the order of the language model, the most helpful first
 * @returns [] (a scalar); the caller disposes it
 * @throws CourseError when these are no scores, or the margin is below 0
 */
export function setRankingLoss(logDets: Tensor2D, margin: number): Scalar {
  checkScores('Scores of sets', logDets);
  finiteNumber('The margin', margin, 'a number of at least 0', (x) => x >= 0);
  return tf.tidy(() => {
    const M = logDets.shape[1];
    const margins = ofPairs(M, (i, j) => margin * (j - i)); // [M, M]
    const isPair = ofPairs(M, (i, j) => Number(i < j)); // [M, M]
    const costs = differences(logDets).add(margins).relu().mul(isPair); // [B, M, M]
    return costs.sum([1, 2]).mean() as Scalar;
  });
}

/**
 * How far the shares of rows are from a teacher's, in nats.
 *
 * @param scores  [B, L]
 * @param teacher [B, L]
 * @returns [] (a scalar); the caller disposes it
 * @throws CourseError when these are no scores of the same shape
 */
export function distillationLoss(scores: Tensor2D, teacher: Tensor2D): Scalar {
  checkScores('Scores', scores);
  checkScores('Scores of the teacher', teacher);
  checkAlike(scores, teacher);
  return tf.tidy(() => {
    const logs = teacher.logSoftmax(1); // [B, L]
    return logs
      .exp()
      .mul(logs.sub(scores.logSoftmax(1)))
      .sum(1)
      .mean() as Scalar;
  });
}

/**
 * UDR: one retriever for many tasks, told which task a question is from. It learns the whole order
 * of each row's candidates under the language model, and to tell the best of them from the others of
 * the batch:
 *
 *   share * list-wise loss + (1 - share) * contrastive loss,
 *
 * see losses.ts. A step takes the rows of one task.
 * Reference: Li et al. (2023, arXiv 2305.04320), section 3, where the task is told by an instruction
 * in words. Deviation: candidates are not mined anew with the retriever, because that would ask the
 * language model again.
 */
import { tf } from '../../../../core/backend';
import { plainObject, shareNumber } from '../../../../core/errors';
import type { Scalar } from '@tensorflow/tfjs';

import type { DualWeights } from './weights';
import { checkHelpTables, type HelpTable } from './helpfulness';
import { contrastiveLoss, listwiseLoss } from './losses';
import {
  picked,
  pickedAlike,
  retrieverTraining,
  trainRetriever,
  type RetrieverLoss,
  type RetrieverTraining,
  type TaskBatch,
} from './trainretriever';

/** Settings of UDR. */
export interface UDRTraining extends RetrieverTraining {
  /** Of the list-wise loss; the rest is the contrastive one's. */
  readonly share: number;
}

/**
 * The contrastive loss of each question's best row against all rows of the batch but its own.
 *
 * @returns [] (a scalar)
 */
export function bestAgainstBatch({ table, lists, scores }: TaskBatch): Scalar {
  const batch = [...new Set(lists.flat())];
  const hidden = table.rows.map((own) => batch.map((row) => Number(row === own)));
  return contrastiveLoss(
    pickedAlike(scores, batch),
    lists.map((list) => batch.indexOf(list[0]!)),
    tf.tensor2d(hidden),
  );
}

/** The loss of a step. */
const udrLoss =
  (share: number): RetrieverLoss =>
  (batch): Scalar => {
    const ranking = listwiseLoss(picked(batch.scores, batch.lists));
    return ranking.mul(share).add(bestAgainstBatch(batch).mul(1 - share));
  };

/**
 * Trains one retriever on several tasks.
 *
 * @returns the weights, for retrieverBy with the vector of a task
 * @throws CourseError when a table or a setting is refused
 */
export function trainUDR(tables: readonly HelpTable[], given: Partial<UDRTraining>): DualWeights {
  checkHelpTables(tables);
  plainObject('The training of UDR', given);
  const { share = 0.5, ...rest } = given;
  shareNumber('The share of the list-wise loss', share);
  return trainRetriever(tables, true, retrieverTraining(rest), udrLoss(share));
}

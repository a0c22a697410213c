/**
 * EPR: a retriever learns from single demonstrations. Of the candidates of each row the `top` that
 * help the language model most are positives, the `top` that help least are negatives; a step draws
 * one of each for all rows, and each row has to tell its positive from the others of the batch:
 *
 *   -log exp(s_+) / (exp(s_+) + sum_- exp(s_-)).
 *
 * Reference: Rubin et al. (2022, arXiv 2112.08633), section 4, with five positives among 50. In small
 * pools the same row is a positive of several questions; a question's own row and its other positives
 * are no negatives here.
 */
import { tf } from '../../../../core/backend';
import { plainObject } from '../../../../core/errors';
import type { Scalar } from '@tensorflow/tfjs';

import type { DualWeights } from './weights';
import { checkHelpTables, checkTop, type HelpTable } from './helpfulness';
import { contrastiveLoss } from './losses';
import {
  pickedAlike,
  retrieverTraining,
  trainRetriever,
  type RetrieverLoss,
  type RetrieverTraining,
} from './trainretriever';

/** Settings of EPR. */
export interface EPRTraining extends RetrieverTraining {
  /** Positives, and negatives, among the candidates. */
  readonly top: number;
}

/** Helpful candidates among 12; the paper has 5 among 50. */
export const TOP = 3;

/** The loss of a step. */
const eprLoss =
  (top: number): RetrieverLoss =>
  ({ table, lists, scores }, random): Scalar => {
    const positives = lists.map((list) => list[random.integer(top)]!);
    const negatives = lists.map((list) => list.at(-1 - random.integer(top))!);
    const batch = [...positives, ...negatives]; // [2 N]
    const hidden = table.rows.map((own, n) =>
      batch.map((row, c) =>
        Number(c !== n && (row === own || lists[n]!.slice(0, top).includes(row))),
      ),
    );
    return contrastiveLoss(pickedAlike(scores, batch), [...positives.keys()], tf.tensor2d(hidden));
  };

/**
 * Trains EPR; of several tasks one retriever that is not told which.
 *
 * @returns the weights, for retrieverBy
 * @throws CourseError when a table or a setting is refused
 */
export function trainEPR(tables: readonly HelpTable[], given: Partial<EPRTraining>): DualWeights {
  checkHelpTables(tables);
  plainObject('The training of EPR', given);
  const { top = TOP, ...rest } = given;
  checkTop(top, tables);
  return trainRetriever(tables, false, retrieverTraining(rest), eprLoss(top));
}

/**
 * LLM-R: a reward model learns what the language model said, and two encoders learn from the reward
 * model, by
 *
 *   KL(softmax(reward) || softmax(s)) + 0.2 * contrastive loss of the row of the highest reward.
 *
 * A second round takes as candidates what the retriever of the first finds.
 * Reference: Wang et al. (2024, arXiv 2307.07164), section 3. Deviation: the language model is asked
 * in the first round only; the reward model alone judges the candidates of the second.
 */
import { tf } from '../../../../core/backend';
import { plainObject, positiveInteger } from '../../../../core/errors';
import type { Scalar } from '@tensorflow/tfjs';

import type { DualWeights } from './weights';
import { TOP, type EPRTraining } from './epr';
import { checkHelpTable, checkTop, type HelpTable } from './helpfulness';
import { distillationLoss } from './losses';
import { retrieverBy } from './retriever';
import { trainReward, type Reward } from './rewardmodel';
import { picked, retrieverTraining, trainRetriever, type RetrieverLoss } from './trainretriever';
import { bestAgainstBatch } from './udr';

/** Settings of LLM-R; the reward model is trained by the same. */
export interface LLMRTraining extends EPRTraining {
  readonly rounds: number;
}

/** How much the contrastive loss counts beside the divergence. */
const CONTRASTIVE = 0.2;

/** The loss of a step; tables hold rewards in the place of what the language model said. */
const llmrLoss: RetrieverLoss = (batch): Scalar => {
  const { table, lists, scores } = batch;
  const rewards = table.helpfulness.map((of) => [...of].sort((a, b) => b - a)); // as the lists
  const distilled = distillationLoss(picked(scores, lists), tf.tensor2d(rewards));
  return distilled.add(bestAgainstBatch(batch).mul(CONTRASTIVE));
};

/** A table with rewards of some candidates. */
const rewarded = (
  table: HelpTable,
  candidates: HelpTable['candidates'],
  reward: Reward,
): HelpTable => ({
  ...table,
  candidates,
  helpfulness: candidates.map((of, n) => reward(table.rows[n]!, of)),
});

/** As many candidates as before, found by a retriever; never a row itself. */
function retrieved({ pool, rows, candidates }: HelpTable, weights: DualWeights): number[][] {
  const retriever = retrieverBy('round', weights);
  return rows.map((row) => {
    const L = candidates[0]!.length;
    const found = retriever.select(pool[row]!, pool, L + 1).rows;
    return found.filter((i) => i !== row).slice(0, L);
  });
}

/**
 * Trains LLM-R on one task.
 *
 * @returns the weights after each round, for retrieverBy
 * @throws CourseError when the table or a setting is refused
 */
export function trainLLMR(table: HelpTable, given: Partial<LLMRTraining>): DualWeights[] {
  checkHelpTable('The table', table);
  plainObject('The training of LLM-R', given);
  const { top = TOP, rounds = 2, ...rest } = given;
  checkTop(top, [table]);
  positiveInteger('rounds', rounds, 1, 100);
  const training = retrieverTraining(rest);
  const reward = trainReward(table, top, training);
  const found: DualWeights[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = found.at(-1);
    const candidates = before === undefined ? table.candidates : retrieved(table, before);
    const seen = rewarded(table, candidates, reward);
    found.push(trainRetriever([seen], false, training, llmrLoss, before));
  }
  return found;
}

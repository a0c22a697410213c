/**
 * A reward model: it sees question and row together, and the answers of both, and learns which
 * candidates help the language model. It is more exact than two encoders, but at the time of a
 * question the answer is not known, so that it can only teach:
 *
 *   reward(x, y, e, y') = w . tanh(W [x * e, x, e, y = y', cos(x, e)] + b),
 *
 * trained by the contrastive loss of one positive among the least helpful candidates.
 * Reference: Wang et al. (2024, arXiv 2307.07164), section 3.2. Deviation: the paper's is a
 * cross-encoder over the words of both.
 */
import { tf } from '../../../../core/backend';
import { dot } from '../../../../core/numerics';
import { stream } from '../../../../core/random';
import type { Tensor2D } from '@tensorflow/tfjs';

import type { Parameters } from '../../../../model/transformer';
import type { PoolRow } from '../pool';
import { descend } from './descent';
import { atLength1 } from './weights';
import { ranked, type HelpTable } from './helpfulness';
import { contrastiveLoss } from './losses';
import type { RetrieverTraining } from './trainretriever';

/** What the reward model sees of a row in the place of a question, and a candidate, [3 C + 2]. */
export function crossFeatures(question: PoolRow, row: PoolRow): readonly number[] {
  const [x, e] = [atLength1(question.vector), atLength1(row.vector)];
  const root = Math.sqrt(x.length); // brings the product to a length of about 1
  const same = question.output === row.output ? 1 : -1;
  return [...x.map((value, c) => root * value * e[c]!), ...x, ...e, same, dot(x, e)];
}

/** Rewards of rows of a pool for one of them in the place of the question. */
export type Reward = (question: number, rows: readonly number[]) => number[];

/** The network while it is trained. */
const freshReward = (inputs: number, hidden: number, seed: number): Parameters => {
  const random = stream(seed, 'weights of a reward model');
  return tf.tidy(() => ({
    W: tf.variable(tf.tensor2d(random.normals(inputs * hidden), [inputs, hidden])),
    b: tf.variable(tf.zeros([1, hidden])),
    w: tf.variable(tf.tensor2d(random.normals(hidden, 1 / Math.sqrt(hidden)), [hidden, 1])),
  }));
};

/**
 * Rewards; inside of tf.tidy.
 *
 * @param features [M, F]
 * @returns [M, 1]
 */
const rewards = ({ W, b, w }: Parameters, features: Tensor2D): Tensor2D =>
  features.matMul(W!).add(b!).tanh().matMul(w!) as Tensor2D;

/**
 * Trains a reward model on one task; it leaves no tensor.
 *
 * @param top how many of the most and of the least helpful candidates are positives and negatives
 */
export function trainReward(
  table: HelpTable,
  top: number,
  { seed, steps, learningRate, hidden }: RetrieverTraining,
): Reward {
  const { pool, rows } = table;
  const featuresOf = (question: number, of: readonly number[]): (readonly number[])[] =>
    of.map((row) => crossFeatures(pool[question]!, pool[row]!));
  const lists = rows.map((_, n) => ranked(table, n));
  const all = lists.map((list, n) => featuresOf(rows[n]!, list)); // [N][L][F]
  const network = freshReward(all[0]![0]!.length, hidden, seed);
  const random = stream(seed, 'steps of a reward model');
  try {
    descend(network, steps, learningRate, () => {
      const shown = all.map((of) => [of[random.integer(top)]!, ...of.slice(-top)]);
      const features = tf.tensor2d(shown.flat().map((one) => [...one]));
      const scores = rewards(network, features).reshape([rows.length, 1 + top]); // [N, 1 + top]
      return contrastiveLoss(scores as Tensor2D, new Array<number>(rows.length).fill(0));
    });
    const [W, b, w] = ['W', 'b', 'w'].map((name) => network[name]!.arraySync() as number[][]);
    const columns = b![0]!.map((_, h) => W!.map((of) => of[h]!));
    return (question, of) =>
      featuresOf(question, of).map((features) =>
        columns.reduce((sum, column, h) => {
          return sum + w![h]![0]! * Math.tanh(dot(features, column) + b![0]![h]!);
        }, 0),
      );
  } finally {
    tf.dispose(network);
  }
}

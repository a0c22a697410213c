/**
 * Anchor re-weighting: the attention of the target to the label word of demonstration k is multiplied by
 * exp(beta), with a number for each layer, head and demonstration, which is learned on labelled questions
 * after the same demonstrations. No weight of the model changes; rows are not made to sum to 1 again.
 * Reference: Wang et al. (2023, arXiv 2305.14160), section 3.1.
 */
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';

import { tf } from '../../../core/backend';
import { checkEach, checkIndices, checkRows, type Check } from '../../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../../../core/errors';
import type { Hook } from '../../../model/transformer';
import { Adam } from '../../../training/adam';
import { attentionLayerOf } from '../shapes/states';
import { checkRun, type TargetRun } from './targetrun';

/** beta by layer, head and demonstration, [L][H][K]. */
export type AnchorWeights = readonly (readonly (readonly number[])[])[];

/** The hook of beta as tensors [H, K], one for each layer. */
function hookOf(betas: readonly Tensor[], { anchors, target, length: T }: TargetRun): Hook {
  const places = anchors.map(({ at }) => at);
  return (name, value) => {
    const l = attentionLayerOf(name);
    if (l === null) return undefined;
    const columns = tf.oneHot(tf.tensor1d(places, 'int32'), T).toFloat(); // [K, T]
    const [H] = betas[l]!.shape as [number];
    const more = tf.exp(betas[l]!).sub(1).matMul(columns).reshape([1, H, 1, T]); // [1, H, 1, T]
    const row = tf
      .oneHot(tf.tensor1d([target], 'int32'), T)
      .toFloat()
      .reshape([1, 1, T, 1]); // [1, 1, T, 1]
    return value.mul(more.mul(row).add(1)); // [1, H, T, T]
  };
}

/**
 * A hook that re-weights the attention of a run's target to its label words.
 *
 * @param weights [L][H][K] for a run of K demonstrations
 * @throws CourseError when it is no run, or the weights are not of its layers, heads and demonstrations
 */
export function reweighting(weights: AnchorWeights, run: TargetRun): Hook {
  checkRun(run);
  const checkLayer: Check = (name, rows) => checkRows(name, rows, 1);
  checkEach('Weights of label words', weights, 'weights by head', checkLayer, 1);
  const shape = [weights.length, weights[0]!.length, weights[0]![0]!.length];
  const needed = [run.layers, run.heads, run.anchors.length];
  demand(
    shape.join() === needed.join(),
    () =>
      `Weights [${shape.join(', ')}] of label words were given to a run of [${needed.join(', ')}].`,
    'Give a number for each layer, head and demonstration.',
  );
  return (name, value) =>
    tf.tidy(() => {
      const betas = weights.map((rows) => tf.tensor2d(rows.map((row) => [...row]))); // [H, K] each
      return hookOf(betas, run)(name, value);
    });
}

/** How the weights are learned. */
export interface ReweightingConfig {
  /** Rounds through the questions. */
  readonly rounds: number;
  readonly learningRate: number;
}

/** The paper's rate, and fewer rounds. */
export const REWEIGHTING: ReweightingConfig = { rounds: 2, learningRate: 0.01 };

/**
 * Learns the weights, one question at a time, from beta = 0: the loss is the cross-entropy of the right
 * option among the options.
 *
 * @param runs  with as many demonstrations each, of one model; they stay the caller's
 * @param right the number of the right option of each
 * @returns [L][H][K]
 * @throws CourseError when there are no runs or not as many demonstrations in each, or a setting is
 *   refused
 */
export function learnedWeights(
  runs: readonly TargetRun[],
  right: readonly number[],
  given: Partial<ReweightingConfig> = {},
): number[][][] {
  checkEach('Runs', runs, 'runs of prompts', (_, run) => checkRun(run as TargetRun), 1);
  knownKeys('Re-weighting', given, Object.keys(REWEIGHTING));
  const { rounds, learningRate } = { ...REWEIGHTING, ...given };
  positiveInteger('The number of rounds', rounds);
  finiteNumber('learningRate', learningRate, 'a number above 0', (x) => x > 0);
  const { layers: L, heads: H, anchors, options } = runs[0]!;
  const K = anchors.length;
  checkIndices('Right options', right, options.length - 1);
  demand(
    right.length === runs.length &&
      K > 0 &&
      runs.every((run) => run.layers === L && run.heads === H && run.anchors.length === K),
    () => `${runs.length} runs with ${right.length} answers have unequal demonstrations.`,
    'Give runs with as many demonstrations each, at least one, and the answer of each.',
  );
  const betas: Record<string, Variable> = Object.fromEntries(
    Array.from({ length: L }, (_, l) => [`${l}`, tf.tidy(() => tf.variable(tf.zeros([H, K])))]),
  );
  const all = Object.values(betas);
  const adam = new Adam(betas);
  try {
    for (let round = 0; round < rounds; round++)
      runs.forEach((run, q) =>
        tf.tidy(() => {
          const loss = (): Scalar => {
            const logits = run.logits(hookOf(all, run)).gather([...options]); // [options]
            return tf.logSoftmax(logits).slice([right[q]!], [1]).sum().neg() as Scalar;
          };
          const { grads } = tf.variableGrads(loss, all);
          const byName = Object.fromEntries(
            Object.entries(betas).map(([name, beta]) => [name, grads[beta.name]!]),
          );
          adam.update(byName, adam.next(learningRate));
        }),
      );
    return all.map((beta) => beta.arraySync() as number[][]);
  } finally {
    tf.dispose(all);
    tf.dispose([adam.first, adam.second]);
  }
}

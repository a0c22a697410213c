/**
 * Where information flows: how much the loss of the answer depends on the attention of one token to
 * another,
 *
 *   I_l = | sum_h A_{h,l} * dL / dA_{h,l} |,    elementwise, [T, T],
 *
 * and its means over three kinds of pairs: from words to label words, from label words to the target,
 * and between all others.
 * Reference: Wang et al. (2023, arXiv 2305.14160), section 2.1.
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs';

import { tf } from '../../../core/backend';
import { checkIndices, checkRows } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';
import { attentionLayerOf } from '../shapes/states';
import { checkRun, type TargetRun } from './targetrun';

/** Mean saliency of three kinds of pairs of tokens in one layer. */
export interface InformationFlow {
  /** From the tokens before a label word to it, S_wp. */
  readonly toLabels: number;
  /** From label words to the target, S_pq. */
  readonly toTarget: number;
  /** Between all other pairs, S_ww. */
  readonly others: number;
}

/**
 * The saliency of attention in each layer for the loss of an option. All heads of a layer share one
 * mask of ones, by which their attention is multiplied: its gradient is the sum over heads.
 *
 * @param option whose token counts as right
 * @returns [L][T][T]: rows read, columns are read
 * @throws CourseError when it is no run, or has no such option
 */
export function attentionSaliency(run: TargetRun, option: number): number[][][] {
  checkRun(run);
  positiveInteger('The number of an option', option, 0, run.options.length - 1);
  const { length: T, layers: L } = run;
  return tf.tidy(() => {
    const ones = Array.from({ length: L }, () => tf.ones([1, 1, T, T]));
    const loss = (...masks: Tensor[]): Scalar => {
      const logits = run.logits((name, value) => {
        const l = attentionLayerOf(name);
        return l === null ? undefined : value.mul(masks[l]!); // [1, H, T, T]
      });
      return tf.logSoftmax(logits).slice([run.options[option]!], [1]).sum().neg() as Scalar;
    };
    return tf
      .grads(loss)(ones)
      .map((gradient) => gradient.abs().reshape([T, T]).arraySync() as number[][]); // [T, T]
  });
}

/**
 * The three means of a layer, over pairs of a token and an earlier one.
 *
 * @param saliency [T][T]
 * @param anchors  places of label words
 * @param target   the place of the last token, after all of them
 * @throws CourseError when these are no rows of a square, a place is beyond it, there is no anchor, or a
 *   kind has no pair
 */
export function informationFlow(
  saliency: readonly (readonly number[])[],
  anchors: readonly number[],
  target: number,
): InformationFlow {
  checkRows('Saliencies', saliency);
  const T = saliency.length;
  demand(
    saliency[0]!.length === T,
    () => `Saliencies of ${T} tokens have ${saliency[0]!.length} columns.`,
    'Give one layer of what attentionSaliency returned.',
  );
  checkIndices('The places of label words', anchors, T - 1, 1);
  positiveInteger('The place of the target', target, 0, T - 1);
  const kinds: Record<keyof InformationFlow, number[]> = { toLabels: [], toTarget: [], others: [] };
  for (let i = 0; i < T; i++)
    for (let j = 0; j < i; j++) {
      const toTarget = i === target && anchors.includes(j);
      const kind = anchors.includes(i) ? 'toLabels' : toTarget ? 'toTarget' : 'others';
      kinds[kind].push(saliency[i]![j]!);
    }
  demand(
    Object.values(kinds).every(({ length }) => length > 0),
    () =>
      `Label words at [${anchors.join(', ')}] and the target ${target} leave a kind without pairs.`,
    'Give label words that stand before the target and after some token.',
  );
  return {
    toLabels: mean(kinds.toLabels),
    toTarget: mean(kinds.toTarget),
    others: mean(kinds.others),
  };
}

/**
 * Answers read off attention: the more the target attends to the label words of a class, the likelier
 * is the class, in layers where the answer is taken from them.
 * Reference: Wang et al. (2023, arXiv 2305.14160), section 2.3.
 */
import type { Tensor } from '@tensorflow/tfjs';

import { tf } from '../../../core/backend';
import { checkIndices, checkNumbers, checkRows } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { areaUnderCurve } from '../../../evaluation/areaundercurve';
import { mean } from '../../../evaluation/statistics';
import { attentionLayerOf } from '../shapes/states';
import { checkRun, type TargetRun } from './targetrun';

/**
 * The attention of the target to each label word.
 *
 * @returns [L][H][K] for K demonstrations
 * @throws CourseError when it is no run, or there are no demonstrations
 */
export function anchorAttention(run: TargetRun): number[][][] {
  checkRun(run);
  const places = run.anchors.map(({ at }) => at);
  demand(
    places.length > 0,
    () => 'Attention to label words was asked of a prompt without demonstrations.',
    'Give at least one.',
  );
  const found: number[][][] = [];
  const look = (name: string, value: Tensor): void => {
    if (attentionLayerOf(name) === null) return;
    const [, H, , T] = value.shape as [number, number, number, number];
    const row = value.slice([0, 0, run.target, 0], [1, -1, 1, -1]).reshape([H, T]); // [H, T]
    found.push(row.gather(places, 1).arraySync() as number[][]); // [H, K]
  };
  tf.tidy(() => void run.logits(look));
  return found;
}

/**
 * A score for each option: the sum of the attention to its label words.
 *
 * @param attention [K]
 * @param options   of the demonstrations, [K]
 * @param count     how many options there are
 * @throws CourseError when not each demonstration has an option
 */
export function anchorScores(
  attention: readonly number[],
  options: readonly number[],
  count: number,
): number[] {
  checkNumbers('Attention to label words', attention, 1);
  positiveInteger('The number of options', count);
  checkIndices('Options of demonstrations', options, count - 1);
  demand(
    options.length === attention.length,
    () => `Attention to ${attention.length} label words was given with ${options.length} options.`,
    'Give the option of each.',
  );
  const sums = new Array<number>(count).fill(0);
  attention.forEach((share, k) => (sums[options[k]!]! += share));
  return sums;
}

/**
 * How well scores tell each option from the rest: the mean area under the curve over options that are
 * the answer to some questions and not to all.
 *
 * @param scores  [questions][options]
 * @param answers the option that counts as the answer of each
 * @returns 0.5 where no option is the answer to some questions only
 * @throws CourseError when there are no scores, or not each question has an answer
 */
export function optionAreas(
  scores: readonly (readonly number[])[],
  answers: readonly number[],
): number {
  checkRows('Scores', scores, 1);
  checkIndices('Answers', answers, scores[0]!.length - 1);
  demand(
    scores.length === answers.length,
    () => `${scores.length} questions have ${answers.length} answers.`,
    'Give the answer of each.',
  );
  const areas = scores[0]!.flatMap((_, option) => {
    const positive = answers.map((answer) => answer === option);
    if (!positive.includes(true) || !positive.includes(false)) return [];
    return [
      areaUnderCurve(
        scores.map((row) => row[option]!),
        positive,
      ),
    ];
  });
  return areas.length === 0 ? 0.5 : mean(areas);
}

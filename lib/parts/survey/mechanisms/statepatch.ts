/**
 * The state of the target after each block, and its replacement by another: what demonstrations leave
 * there is a vector for the task, which can be put into a prompt without demonstrations.
 * Reference: Hendel et al. (2023, arXiv 2310.15916); the small model's are those of `shapes.taskVector`.
 */
import { tf } from '../../../core/backend';
import { checkNumbers } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Hook } from '../../../model/transformer';
import { layerOf, statesAt } from '../shapes/states';
import { checkRun, type TargetRun } from './targetrun';

/**
 * The state of a run's target after each block.
 *
 * @returns [L][C]
 * @throws CourseError when it is no run
 */
export function targetStates(run: TargetRun): number[][] {
  checkRun(run);
  const states: number[][] = [];
  const look: Hook = (name, value) => {
    if (layerOf(name) !== null) states.push(statesAt(value, [run.target])[0]!); // [C]
  };
  tf.tidy(() => void run.logits(look));
  return states;
}

/**
 * A hook that replaces the state of a token after a block.
 *
 * @param state [C]
 * @param layer the block, from 0
 * @param place of the token
 * @throws CourseError when these are no state, layer or place; when it is used, if the state is not as
 *   long as the model's or the place is beyond the prompt
 */
export function patchedState(state: readonly number[], layer: number, place: number): Hook {
  checkNumbers('A state', state, 1);
  positiveInteger('A layer', layer, 0);
  positiveInteger('The place of a token', place, 0);
  return (name, value) => {
    if (layerOf(name) !== layer) return undefined;
    const [, T, C] = value.shape as [number, number, number];
    demand(
      state.length === C && place < T,
      () =>
        `A state of ${state.length} numbers was to be put at place ${place} of ${T} tokens of ${C}.`,
      'Give a state of the same model, and a place of the prompt.',
    );
    return tf.tidy(() => {
      const here = tf
        .oneHot(tf.tensor1d([place], 'int32'), T)
        .toFloat()
        .reshape([1, T, 1]); // [1, T, 1]
      const patch = tf.tensor3d([...state], [1, 1, C]);
      return value.mul(tf.sub(1, here)).add(patch.mul(here)); // [B, T, C]
    });
  };
}

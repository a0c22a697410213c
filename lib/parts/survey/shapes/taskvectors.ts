/**
 * Task vectors of the small model, under AR: the state that demonstrations leave where a label is
 * predicted, at the template token,
 *
 *   theta_l = mean over dummy inputs x' of h_l(x_1 -> y_1, ..., x_k -> y_k, x' ->).
 *
 * A question without demonstrations gets theta_l in the place of its own state after block l.
 * Reference: Hendel et al. (2023, arXiv 2310.15916).
 */
import { tf } from '../../../core/backend';
import { checkEach, checkIndices, checkRows, checkStream } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import type { Hook } from '../../../model/transformer';
import {
  askedPlace,
  checkSmallModel,
  equalExamples,
  smallLogAnswers,
  type SmallQuestion,
} from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { checkWorldContext, type Context } from '../world/posterior';
import { INPUT_WORDS } from '../world/rules';
import { TEMPLATES } from '../world/vocabulary';
import { WORDS } from '../world/words';
import type { LayerVectors } from './directions';
import { questionStates } from './smallstates';
import { layerOf } from './states';
import { checkLayer } from './steering';

const { ar: AR } = METHODS;

/**
 * The task vectors of a context: the mean over questions with random inputs.
 *
 * @param dummies how many questions
 * @returns [L][C]
 * @throws CourseError when there is no model, context or stream, or the number is refused
 */
export function taskVector(
  model: SmallModel,
  context: Context,
  random: Stream,
  dummies: number,
): number[][] {
  checkWorldContext(context);
  checkStream(random);
  positiveInteger('The number of dummy questions', dummies, 1, 1e4);
  const questions = Array.from({ length: dummies }, () => ({
    context,
    input: Array.from({ length: INPUT_WORDS }, () => random.integer(WORDS.length)),
  }));
  return questionStates(model, questions).map((states) =>
    states[0]!.map((_, c) => states.reduce((sum, state) => sum + state[c]!, 0) / dummies),
  );
}

/** A hook that puts states, [L][B or 1][C], in the place of those at the template token. */
function patchingHook(states: readonly LayerVectors[], layers: readonly number[]): Hook {
  return (name, value) => {
    const l = layerOf(name);
    if (l === null) return;
    checkLayer(states, l);
    if (!layers.includes(l)) return;
    const [B, T, C] = value.shape as [number, number, number];
    const rows = states[l]!;
    demand(
      rows[0]!.length === C,
      () => `A state of ${C} numbers was to be replaced by ${rows[0]!.length} numbers.`,
      'Give the vectors of the same model.',
    );
    return tf.tidy(() => {
      const place = askedPlace(T);
      const patch = tf.tensor3d(rows.flat(), [rows.length, 1, C]); // [B or 1, 1, C]
      const before = value.slice([0, 0, 0], [-1, place, -1]); // [B, place, C]
      const after = value.slice([0, place + 1, 0], [-1, -1, -1]); // [B, T - place - 1, C]
      return tf.concat([before, patch.tile([B / rows.length, 1, 1]), after], 1); // [B, T, C]
    });
  };
}

/**
 * The logarithm of the probability that each label word gets when the state at the template token
 * is replaced after some blocks, by the same vector in all questions.
 *
 * @param questions with as many examples each; without any the vectors alone know the task
 * @param vectors   [L][C]
 * @param layers    after which the state is replaced
 * @returns [questions][labels], in the order of world.LABELS, in nats
 * @throws CourseError when there is no model, question or layer, the vectors are of another model,
 *   or not all questions have as many examples
 */
export function patchedAnswers(
  model: SmallModel,
  questions: readonly SmallQuestion[],
  vectors: LayerVectors,
  layers: readonly number[],
): number[][] {
  checkSmallModel(model);
  checkRows('Vectors', vectors);
  checkIndices('Layers', layers, vectors.length - 1);
  const states = vectors.map((vector) => [[...vector]]); // [L][1][C]
  return smallLogAnswers(model, AR, questions, TEMPLATES[0]!, patchingHook(states, layers));
}

/**
 * The same with a state of its own for each question, as of the same question after demonstrations.
 *
 * @param questions with as many examples each
 * @param states    [L][questions][C], as of questionStates
 * @param layers    after which the state is replaced
 * @returns [questions][labels], in the order of world.LABELS, in nats
 * @throws CourseError when there is no model, question or layer, the states are those of other
 *   questions or of another model, or not all questions have as many examples
 */
export function exchangedAnswers(
  model: SmallModel,
  questions: readonly SmallQuestion[],
  states: readonly LayerVectors[],
  layers: readonly number[],
): number[][] {
  checkSmallModel(model);
  equalExamples(questions);
  checkEach('States', states, 'states by layer', (name, rows) => checkRows(name, rows), 1);
  demand(
    states.every((rows) => rows.length === questions.length),
    () => `States of ${states[0]!.length} questions were given to ${questions.length} others.`,
    'Give one state for each layer and question.',
  );
  checkIndices('Layers', layers, states.length - 1);
  return smallLogAnswers(model, AR, questions, TEMPLATES[0]!, patchingHook(states, layers));
}

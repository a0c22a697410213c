/**
 * Fine-tuning of the attention of a small model on demonstrations, as it is compared with in-context
 * learning: one step of gradient descent after each demonstration, in their order, on the
 * cross-entropy of its label where it is asked without any context,
 *
 *   W <- W - rate * d loss(x_i, y_i) / dW,   W: the weights of keys and values of all layers.
 *
 * The sum of the steps is the update. Its control is a random update that is as long in each layer.
 * Reference: Dai et al. (2023, arXiv 2212.10559), who tune keys and values too, for one epoch.
 */
import { tf } from '../../../core/backend';
import { checkEach, checkFunction, checkRows, checkStream } from '../../../core/checks';
import { demand, finiteNumber } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { checkSmallModel, questionTokens, askedPlace } from '../small/smallanswers';
import { disposeLayout, documentLayout } from '../small/layout';
import type { SmallModel } from '../small/smallmodel';
import { checkWorldContext, type Example } from '../world/posterior';
import { TEMPLATES, tokenIndex } from '../world/vocabulary';
import type { Tensor2D, Variable } from '@tensorflow/tfjs';

/** What is added to the weights of queries, keys and values of each layer: [layers][C][3 C]. */
export type AttentionUpdate = readonly (readonly (readonly number[])[])[];

const weightsOf = (model: SmallModel): Variable<tf.Rank.R2>[] =>
  model.transformer.blocks.map(({ qkv }) => qkv.weight as Variable<tf.Rank.R2>);

/** Adds to the weights; each term is disposed by the caller. */
const add = (model: SmallModel, terms: readonly Tensor2D[], factor: number): void =>
  weightsOf(model).forEach((weight, l) =>
    tf.tidy(() => weight.assign(weight.add(terms[l]!.mul(factor)))),
  );

/** Runs something with the weights as they were, and gives them their values back. */
function restoring<T>(model: SmallModel, use: (before: readonly Tensor2D[]) => T): T {
  const before = weightsOf(model).map((weight) => weight.clone());
  try {
    return use(before);
  } finally {
    weightsOf(model).forEach((weight, l) => weight.assign(before[l]!));
    tf.dispose(before);
  }
}

/** The gradients of the loss of one example, asked without context, 0 for queries: [C, 3C] each. */
function gradientsOf(
  model: SmallModel,
  tokens: Tensor2D,
  label: number,
  layout: Layout,
): Tensor2D[] {
  const C = model.transformer.size.width;
  const weights = weightsOf(model);
  return tf.tidy(() => {
    const keep = tf.concat([tf.zeros([C]), tf.ones([2 * C])]); // [3C]
    const { grads, value } = tf.variableGrads(() => {
      const logits = model.logits(tokens, layout); // [1, T, V]
      const [, T, V] = logits.shape;
      const asked = logits.slice([0, askedPlace(T), 0], [1, 1, V]).reshape([V]); // [V]
      return tf.logSoftmax(asked).gather([label]).sum().neg() as tf.Scalar;
    }, weights);
    value.dispose();
    return weights.map((weight) => grads[weight.name]!.mul(keep) as Tensor2D); // [C, 3C]
  });
}

type Layout = ReturnType<typeof documentLayout>;

/**
 * The update that demonstrations make, one step of gradient descent each.
 *
 * @param model as it was before, also afterwards
 * @param rate  the learning rate
 * @returns [layers][C][3 C], 0 for queries
 * @throws CourseError when there is no model or demonstration, or the rate is not above 0
 */
export function tunedUpdate(
  model: SmallModel,
  examples: readonly Example[],
  rate: number,
): AttentionUpdate {
  checkSmallModel(model);
  checkWorldContext({ examples });
  demand(examples.length > 0, () => 'No demonstration was given.', 'Give at least one.');
  finiteNumber('rate', rate, 'a positive number', (x) => x > 0);
  const layout = documentLayout(METHODS.ar, 0, 1);
  try {
    return restoring(model, (before) => {
      for (const { input, label } of examples)
        tf.tidy(() => {
          const question = { context: { examples: [] }, input };
          const row = questionTokens(question, label, TEMPLATES[0]!, layout);
          const tokens = tf.tensor2d([row], undefined, 'int32'); // [1, T]
          add(model, gradientsOf(model, tokens, tokenIndex(label), layout), -rate);
        });
      return weightsOf(model).map((weight, l) =>
        tf.tidy(() => weight.sub<Tensor2D>(before[l]!).arraySync()),
      );
    });
  } finally {
    disposeLayout(layout);
  }
}

/** Refuses what is no update. */
const checkUpdate = (update: AttentionUpdate): void =>
  checkEach('An update', update, 'matrices', (name, rows) => checkRows(name, rows), 1);

/**
 * A random update with normal numbers where another has any but 0, as long as it in each layer.
 *
 * @throws CourseError when it is no update, or what is given is no stream
 */
export function randomUpdate(update: AttentionUpdate, random: Stream): AttentionUpdate {
  checkUpdate(update);
  checkStream(random);
  return update.map((rows) => {
    const drawn = rows.map((row) => row.map((value) => (value === 0 ? 0 : random.normal())));
    const factor = Math.hypot(...rows.flat()) / (Math.hypot(...drawn.flat()) || 1);
    return drawn.map((row) => row.map((value) => factor * value));
  });
}

/**
 * Runs something with an update added to the weights of attention, and takes it back.
 *
 * @param use is not to dispose the model
 * @returns what it returns
 * @throws CourseError when there is no model, or the update does not fit it
 */
export function withUpdate<T>(model: SmallModel, update: AttentionUpdate, use: () => T): T {
  checkSmallModel(model);
  checkUpdate(update);
  checkFunction('What is run with an update', use);
  const { layers, width: C } = model.transformer.size;
  demand(
    update.length === layers &&
      update.every((rows) => rows.length === C && rows[0]!.length === 3 * C),
    () =>
      `An update of ${update.length} matrices of ${update[0]!.length} x ${update[0]![0]!.length} ` +
      `was given to a model of ${layers} layers of width ${C}.`,
    'Give one that was made with this model.',
  );
  const terms = update.map((rows) => tf.tensor2d(rows as number[][])); // [C, 3C]
  return restoring(model, () => {
    try {
      add(model, terms, 1);
    } finally {
      tf.dispose(terms);
    }
    return use();
  });
}

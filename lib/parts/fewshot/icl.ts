/**
 * The in-context learner: a transformer without positions over one token per example, [x, class,
 * 0], and one per test, [x, 0, 1]. Examples see each other, a test sees the examples and itself.
 * Its answers do not depend on the order of the examples.
 * Reference: Wu et al. (ICLR 2025), whose network is in publishedicl.ts; here with LayerNorm, a
 * read-in, and a choice of attention.
 */
import { tf } from '../../core/backend';
import { checkTensor } from '../../core/checks';
import { demand, lookUp, positiveInteger } from '../../core/errors';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import type { SizeName, TransformerSize } from '../../model/config';
import { dense, type DenseWeights } from '../../model/layers';
import { METHODS, type Method } from '../../model/methods';
import { ForwardPass } from '../../model/forward';
import { none } from '../../model/positions';
import type { Prompts } from '../../model/prompts';
import { Transformer } from '../../model/transformer';
import { ClassifierNetwork, oneHot, type NetworkSizes } from '../../classifiers/classifier';

/** Settings of the in-context learner. */
export interface ICLConfig extends NetworkSizes {
  readonly kind: 'icl';
  readonly size: SizeName | Partial<TransformerSize>;
  /**
   * 'linear': a softmax over the features of queries and one over the tokens for keys, no softmax
   * of their product.
   */
  readonly attention: 'softmax' | 'linear';
}

const WITHOUT_POSITIONS: Method = { ...METHODS.prefix, name: 'ICL', positions: none };
const NAMES: Readonly<Record<ICLConfig['attention'], string>> = {
  softmax: 'ICL',
  linear: 'ICL, linear attention',
};

/**
 * Linear attention over a context and tests that do not see each other: softmax over the features
 * of q, softmax of k over the tokens that are seen, out = q / sqrt(D) (k' v).
 *
 * @param q [B, H, n + m, D], the n tokens of the context first
 * @param k [B, H, n + m, D]
 * @param v [B, H, n + m, D]
 * @param n tokens of the context, at least 1
 * @returns [B, H, n + m, D]; the caller disposes it
 * @throws CourseError when these are no such tensors, their shapes differ, or n is no such number
 */
export function linearAttention(q: Tensor4D, k: Tensor4D, v: Tensor4D, n: number): Tensor4D {
  for (const [name, t] of Object.entries({ q, k, v })) checkTensor(name, t, 4, '[B, H, n + m, D]');
  demand(
    k.shape.join() === q.shape.join() && v.shape.join() === q.shape.join(),
    () => `Attention was given q [${q.shape}], k [${k.shape}], v [${v.shape}].`,
    'Give tensors of one shape.',
  );
  positiveInteger('n', n, 1, q.shape[2]);
  const D = q.shape[3];
  const m = q.shape[2] - n;
  /** The first n tokens and the m others: [B, H, n, D], [B, H, m, D]. */
  const parts = (t: Tensor): [Tensor4D, Tensor4D] =>
    [t.slice([0, 0, 0, 0], [-1, -1, n, -1]), t.slice([0, 0, n, 0], [-1, -1, m, -1])] as [
      Tensor4D,
      Tensor4D,
    ];
  return tf.tidy(() => {
    const asked = tf.softmax(q).mul(1 / Math.sqrt(D)); // [B, H, n + m, D]
    const raised = tf.exp(k.sub(k.max(2, true))); // [B, H, n + m, D]
    if (m === 0) {
      const all = tf.matMul(raised, v, true, false); // [B, H, D, D]
      return asked.div(raised.sum(2, true)).matMul(all) as Tensor4D; // [B, H, n, D]
    }
    const [[askContext, askTests], [keys, keysOfTests], [values, valuesOfTests]] = [
      parts(asked),
      parts(raised),
      parts(v),
    ];
    const total = keys.sum(2, true); // [B, H, 1, D]
    const summed = tf.matMul(keys, values, true, false); // [B, H, D, D]
    const context = askContext.div(total).matMul(summed); // [B, H, n, D]
    const weights = askTests.div(total.add(keysOfTests)); // [B, H, m, D]
    const own = weights.mul(keysOfTests).sum(3, true).mul(valuesOfTests); // [B, H, m, D]
    return tf.concat([context, weights.matMul(summed).add(own)], 2) as Tensor4D; // [B, H, n + m, D]
  });
}

/** The in-context learner. */
export class ICL extends ClassifierNetwork {
  readonly name: string;
  readonly transformer: Transformer;
  private readonly readIn: DenseWeights;
  private readonly readOut: DenseWeights;

  /** @throws CourseError quoting a setting that is refused */
  constructor(override readonly config: ICLConfig) {
    super(config);
    const { d, classes: C } = config;
    this.name = lookUp('kind of attention', NAMES, config.attention);
    this.transformer = new Transformer(config.size, this.store);
    const { width } = this.transformer.size;
    this.readIn = this.store.linear('readIn', d + C + 1, width);
    this.readOut = this.store.linear('readOut', width, C);
  }

  /** @returns final states of the tests, [B, m, width] */
  private finals(examples: Tensor3D, tests: Tensor3D): Tensor3D {
    const [B, n, width] = examples.shape;
    const m = tests.shape[1];
    const { layers, maxPositions } = this.transformer.size;
    if (this.config.attention === 'softmax') {
      const nowhere = tf.zeros([maxPositions, width]) as Tensor2D;
      const pass = new ForwardPass(WITHOUT_POSITIONS, this.transformer, nowhere, 1);
      return pass
        .finals(examples.reshape([B, n, 1, width]), tests.reshape([B, m, 1, width]))
        .tests.reshape([B, m, width]); // [B, m, width]
    }
    let h = tf.concat([examples, tests], 1) as Tensor3D; // [B, n + m, width]
    for (let l = 0; l < layers; l++) {
      const [q, k, v] = this.transformer.queriesKeysValues(h, l);
      h = this.transformer.block(h, linearAttention(q, k, v, n), l);
    }
    return this.transformer.finalOf(h).slice([0, n, 0], [-1, m, -1]); // [B, m, width]
  }

  /** @returns [B, m, C]; the caller disposes it */
  override logits({ x, y, xTest }: Prompts): Tensor3D {
    const [B, n] = y.shape;
    const m = xTest.shape[1];
    const C = this.classes;
    return tf.tidy(() => {
      const examples = dense(
        tf.concat([x, oneHot(y, C) as Tensor3D, tf.zeros([B, n, 1])], 2) as Tensor3D,
        this.readIn,
      ); // [B, n, width]
      const tests = dense(
        tf.concat([xTest, tf.zeros([B, m, C]), tf.ones([B, m, 1])], 2) as Tensor3D,
        this.readIn,
      ); // [B, m, width]
      return dense(this.finals(examples, tests), this.readOut); // [B, m, C]
    });
  }
}

/**
 * The in-context learner as released: tokens [x, class padded to 4] are the residual stream itself,
 * 8 layers of linear attention (one head, no bias, no output projection) and MLP, no LayerNorm, no
 * positions; each test is a prompt of its own whose token all others see, and the answer is a
 * linear function of it.
 * Reference: the code of Wu et al. (ICLR 2025).
 */
import { tf } from '../../core/backend';
import { positiveInteger } from '../../core/errors';
import type { Rank, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { dense, exactGelu, type DenseWeights } from '../../model/layers';
import type { Prompts } from '../../model/prompts';
import { ClassifierNetwork, oneHot, type NetworkSizes } from '../../classifiers/classifier';
import { linearAttention } from './icl';

/** Settings of the released network. */
export interface PublishedICLConfig extends NetworkSizes {
  readonly kind: 'icl as published';
  readonly layers: number;
  /** Columns of labels and logits beyond the classes, never right. */
  readonly unused: number;
}

interface Block {
  readonly query: Tensor2D;
  readonly key: Tensor2D;
  readonly value: Tensor2D;
  readonly up: DenseWeights;
  readonly down: DenseWeights;
}

/** The released in-context learner. */
export class PublishedICL extends ClassifierNetwork {
  readonly name = 'ICL as published';
  private readonly blocks: readonly Block[];
  private readonly readOut: Tensor2D;

  /** @throws CourseError quoting a setting that is refused */
  constructor(override readonly config: PublishedICLConfig) {
    super(config);
    const { d, classes, unused, layers } = config;
    positiveInteger('layers', layers, 1, 1000);
    positiveInteger('unused', unused, 0, 1e6);
    const width = d + classes + unused;
    const matrix = (name: string, columns: number): Tensor2D =>
      this.store.normal<Rank.R2>(name, [width, columns], 1 / Math.sqrt(3 * width));
    this.blocks = Array.from({ length: layers }, (_, l) => ({
      query: matrix(`blocks.${l}.query`, width),
      key: matrix(`blocks.${l}.key`, width),
      value: matrix(`blocks.${l}.value`, width),
      up: this.store.linear(`blocks.${l}.up`, width, 4 * width),
      down: this.store.linear(`blocks.${l}.down`, 4 * width, width),
    }));
    this.readOut = matrix('readOut', classes + unused);
  }

  /** One block on sequences [K, T, width]. */
  private block(h: Tensor3D, { query, key, value, up, down }: Block): Tensor3D {
    const [K, T, width] = h.shape;
    const flat = h.reshape([K * T, width]); // [K T, width]
    /** [K, 1, T, width] */
    const head = (matrix: Tensor2D): Tensor4D => flat.matMul(matrix).reshape([K, 1, T, width]);
    const attended = h.add(
      linearAttention(head(query), head(key), head(value), T).reshape([K, T, width]),
    ) as Tensor3D; // [K, T, width]
    return attended.add(dense(exactGelu(dense(attended, up)), down));
  }

  /** @returns [B, m, C + unused]; the caller disposes it */
  override logits({ x, y, xTest }: Prompts): Tensor3D {
    const [B, n, d] = x.shape;
    const m = xTest.shape[1];
    const columns = this.classes + this.config.unused;
    return tf.tidy(() => {
      const examples = tf.concat([x, oneHot(y, columns) as Tensor3D], 2); // [B, n, width]
      const tests = tf.concat([xTest, tf.zeros([B, m, columns])], 2); // [B, m, width]
      const each = examples
        .expandDims(1)
        .tile([1, m, 1, 1])
        .reshape([B * m, n, d + columns]); // [B m, n, width]
      const test = tests.reshape([B * m, 1, d + columns]); // [B m, 1, width]
      const prompts = tf.concat([each, test], 1) as Tensor3D; // [B m, n + 1, width]
      const last = this.blocks
        .reduce((h, block) => this.block(h, block), prompts)
        .slice([0, n, 0], [-1, 1, -1]); // [B m, 1, width]
      return last
        .reshape([B * m, d + columns])
        .matMul(this.readOut)
        .reshape([B, m, columns]); // [B, m, C + unused]
    });
  }
}

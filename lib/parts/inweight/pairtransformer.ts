/**
 * The article's transformer: tokens x^1, y^1, ..., x^L, y^L, x; both tokens of a pair at one
 * position; two causal blocks; the logits are a linear function of the last token.
 * Reference: Chan et al. (ICLR 2025), section 4 and the authors' code: width 64, one head,
 * sinusoidal positions of period 30.
 */
import { tf } from '../../core/backend';
import { checkIndices } from '../../core/checks';
import { demand, finiteNumber, plainObject } from '../../core/errors';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';

import { ClassifierNetwork, oneHot, type NetworkSizes } from '../../classifiers/classifier';
import { mlp, through, type Layers } from '../../classifiers/embedding';
import { maskBias } from '../../model/attention';
import { sizeOf, type TransformerSize } from '../../model/config';
import { dense, type DenseWeights } from '../../model/layers';
import type { Prompts } from '../../model/prompts';
import { Transformer, type Hook } from '../../model/transformer';
import { checkLayers, checkSizes } from './networksizes';

/** Settings of the transformer. */
export interface PairTransformerConfig extends NetworkSizes {
  readonly kind: 'pairs';
  /** Examples in a context, L. */
  readonly L: number;
  readonly size: Pick<TransformerSize, 'width' | 'layers' | 'heads' | 'mlpRatio'>;
  /**
   * Hidden layers between input and token; with none, and d equal to the width, the input is the
   * token.
   */
  readonly hidden: readonly number[];
  /** Base of the sinusoids (10000 in Vaswani et al. 2017). */
  readonly period: number;
}

/** Half the article's width; everything else as there. */
export const PAIR_TRANSFORMER: Omit<PairTransformerConfig, keyof NetworkSizes | 'L'> = {
  kind: 'pairs',
  size: { width: 32, layers: 2, heads: 1, mlpRatio: 4 },
  hidden: [],
  period: 30,
};

/**
 * sin and cos of each position, [positions, width]: column 2k is sin(position / period^(2k /
 * width)), the next one its cos.
 */
function sinusoids(positions: readonly number[], width: number, period: number): Float32Array {
  const values = new Float32Array(positions.length * width);
  positions.forEach((position, t) => {
    for (let k = 0; k < width; k++) {
      const angle = position / period ** ((k - (k % 2)) / width);
      values[t * width + k] = k % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  });
  return values;
}

/** Refuses settings of the transformer before it is made. */
function checkPairs(config: PairTransformerConfig): void {
  demand(
    config.L !== 0,
    () => 'A transformer for an empty context was asked for (L = 0).',
    'Give L of at least 1.',
  );
  checkSizes(config, 'size', 'hidden', 'period');
  const { d, classes: C, size, hidden, period, stack } = config;
  finiteNumber('period', period, 'a number above 1', (x) => x > 1);
  plainObject('size', size);
  const { width } = sizeOf({ ...size, maxPositions: 1 });
  checkIndices('hidden', hidden);
  demand(!hidden.includes(0), () => 'A hidden layer of 0 units was asked for.', 'Leave it out.');
  checkLayers([d, ...hidden, width], stack);
  checkLayers([C, width, C], stack);
}

/** The transformer of the work on in-context and in-weight learning, or a stack of K of them. */
export class PairTransformer extends ClassifierNetwork {
  readonly name = 'transformer';
  readonly transformer: Transformer;
  private readonly toToken: Layers | null;
  private readonly label: DenseWeights;
  private readonly head: DenseWeights;
  /** Makes them, [2L + 1, width]: numbers, so that a compiled pass has no tensor from outside. */
  private readonly positions: () => Tensor2D;
  /** Makes it, [2L + 1, 2L + 1]. */
  private readonly causal: () => Tensor2D;

  /** @throws CourseError quoting a size that is refused */
  constructor(override readonly config: PairTransformerConfig) {
    super(config);
    checkPairs(config);
    const { d, classes: C, L, hidden, period } = config;
    const size = { ...config.size, maxPositions: 1 };
    const { width } = size;
    const T = 2 * L + 1;
    this.transformer = new Transformer(size, this.store);
    this.toToken =
      d === width && hidden.length === 0 ? null : mlp(this.store, 'input', [d, ...hidden, width]);
    this.label = this.store.linear('label', C, width);
    this.head = this.store.linear('head', width, C);
    const at = Array.from({ length: T }, (_, t) => t >> 1);
    const [waves, mask] = [
      sinusoids(at, width, period),
      at.map((_, i) => at.map((__, j) => j <= i)),
    ];
    this.positions = () => tf.tensor2d(waves, [T, width]);
    this.causal = () => maskBias(mask);
  }

  /** Tokens with their positions: [B, 2L + 1, width]. */
  private tokens({ x, y, xTest }: Pick<Prompts, 'x' | 'y' | 'xTest'>): Tensor3D {
    const [B, L] = x.shape;
    const { width } = this.config.size;
    const all = tf.concat([x, xTest], 1) as Tensor3D; // [B, L + 1, d]
    const inputs = this.toToken ? through(all, this.toToken) : all; // [B, L + 1, width]
    const labels = dense(oneHot(y, this.classes) as Tensor3D, this.label); // [B, L, width]
    const pairs = tf
      .stack([inputs.slice([0, 0, 0], [-1, L, -1]), labels], 2)
      .reshape([B, 2 * L, width]); // [B, 2L, width]
    const query = inputs.slice([0, L, 0], [-1, 1, -1]); // [B, 1, width]
    return tf.concat([pairs, query], 1).add(this.positions()) as Tensor3D; // [B, 2L + 1, width]
  }

  /**
   * Scores of the classes before the softmax, a plain function of tensors.
   *
   * @param prompts x [B, L, d], y [B, L], xTest [B, 1, d]
   * @param hook    sees and may replace every inner value, see Transformer.forward
   * @returns [B, 1, C]; the caller disposes it
   * @throws CourseError when the context has another length, or there are more tests
   */
  override logits(prompts: Pick<Prompts, 'x' | 'y' | 'xTest'>, hook?: Hook): Tensor3D {
    const [L, m] = [prompts.x.shape[1], prompts.xTest.shape[1]];
    demand(
      L === this.config.L && m === 1,
      () =>
        `The transformer was made for contexts of L = ${this.config.L} and one test, ` +
        `and got ${L} examples and ${m} tests.`,
      'Make sequences of that length.',
    );
    return tf.tidy(() => {
      const tokens = this.tokens(prompts); // [B, 2L + 1, width]
      const final = this.transformer.forward(tokens, this.causal(), hook); // [B, 2L + 1, width]
      return dense(final.slice([0, 2 * L, 0], [-1, 1, -1]), this.head); // [B, 1, C]
    });
  }

  /**
   * Attention of the last token to each token, by block.
   *
   * @param prompts shapes as in Prompts
   * @returns [block][prompt][token], mean over heads
   */
  attentionOfQuery(prompts: Prompts): number[][][] {
    const maps: number[][][] = [];
    tf.tidy(() => {
      this.logits(prompts, (name, value) => {
        if (!name.endsWith('attention.weights')) return;
        const T = value.shape[2]!;
        maps.push(
          value
            .slice([0, 0, T - 1, 0], [-1, -1, 1, -1])
            .mean(1)
            .squeeze([1])
            .arraySync() as number[][],
        ); // [B, T]
      });
    });
    return maps;
  }
}

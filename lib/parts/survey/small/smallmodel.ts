/**
 * The small language model of the survey: a pre-LayerNorm transformer that is trained on TaskWorld.
 * It has three pieces that let it find, in minutes, what a large model finds in weeks: smeared keys,
 * a start from which attention compares tokens, and a bias by distance in place of positions.
 * References: Radford et al. (2019) for the transformer, Olsson et al. (2022) for smeared keys,
 * Trockman and Kolter (2023) for the aligned start.
 */
import { tf } from '../../../core/backend';
import { positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';
import { sizeOf, type TransformerSize } from '../../../model/config';
import { GPT2 } from '../../../model/architecture';
import { ParameterStore } from '../../../model/parameterstore';
import { Transformer, type Hook, type Parameters } from '../../../model/transformer';
import type { Tensor1D, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';
import { VOCABULARY } from '../world/vocabulary';
import { align } from './alignedstart';
import { BUCKETS, distanceBias, startingBias } from './distances';
import { PLACES, type LayoutTensors } from './layout';

/** How a small model is built. */
export interface SmallModelConfig {
  readonly size: TransformerSize;
  readonly seed: number;
  /** Keys hold a share of the key before. */
  readonly smearedKeys: boolean;
  /** Attention starts by comparing tokens. */
  readonly alignedStart: boolean;
}

/** The sizes that the course trains: 211,000 parameters in the middle. */
export const SMALL_SIZES: Readonly<Record<'small' | 'middle' | 'large', TransformerSize>> = {
  small: { width: 32, layers: 4, heads: 4, mlpRatio: 4, maxPositions: 1 },
  middle: { width: 64, layers: 4, heads: 4, mlpRatio: 4, maxPositions: 1 },
  large: { width: 96, layers: 4, heads: 4, mlpRatio: 4, maxPositions: 1 },
};

/** A head that smears much, sigmoid(-1) = .27 of its own key, and one that smears little. */
const [MUCH, LITTLE] = [-1, 3];

/** A transformer over the tokens of TaskWorld. */
export class SmallModel {
  readonly name = 'small model';
  readonly parameters: Parameters;
  readonly transformer: Transformer;
  private readonly store: SmallStore;
  private readonly words: Variable<tf.Rank.R2>;
  private readonly places: Variable<tf.Rank.R2>;
  private readonly biases: readonly Variable<tf.Rank.R2>[];

  /** @throws CourseError quoting a size or a seed that is refused */
  constructor(readonly config: SmallModelConfig) {
    positiveInteger('seed', config.seed, 0);
    const { width: C, layers: L, heads: H } = sizeOf(config.size);
    this.store = new SmallStore(config.seed, undefined, 'fan-in');
    const { smearedKeys, alignedStart } = config;
    this.transformer = new Transformer(config.size, this.store, { ...GPT2, smearedKeys });
    this.words = this.store.normal('words', [VOCABULARY.length, C], 1 / Math.sqrt(C));
    this.places = this.store.normal('places', [PLACES, C], 0.5);
    this.biases = Array.from({ length: L }, (_, l) => this.store.biasByDistance(l, H));
    for (const { smear } of this.transformer.blocks)
      if (smear) tf.tidy(() => (smear as Variable).assign(tf.tensor1d(startingSmear(H))));
    if (alignedStart) align(this.transformer, stream(config.seed, 'aligned start'));
    this.parameters = this.store.all;
  }

  /**
   * Scores of the next word, at each token of the layout.
   *
   * @param tokens in the order of the layout, [B, T], int32
   * @param hook   gets and may replace every inner value, see Transformer.forward
   * @returns [B, T, V]; the caller disposes it
   */
  logits(tokens: Tensor2D, layout: LayoutTensors, hook?: Hook): Tensor3D {
    return tf.tidy(() => this.logitsOf(this.embedded(tokens, layout), layout, hook));
  }

  /**
   * Tokens as vectors, each with that of its place.
   *
   * @param tokens [B, T], int32
   * @param layout the place of each token, [T], int32
   * @returns [B, T, C]; the caller disposes it
   */
  embedded(tokens: Tensor2D, layout: Pick<LayoutTensors, 'places'>): Tensor3D {
    const { width: C } = this.transformer.size;
    const [B, T] = tokens.shape;
    return tf.tidy(() => {
      const flat = tokens.reshape([B * T]) as Tensor1D; // [B T]
      const words = this.words.gather(flat).reshape([B, T, C]); // [B, T, C]
      const places = this.places.gather(layout.places); // [T, C]
      return words.mul(Math.sqrt(C) / 2).add(places) as Tensor3D; // [B, T, C]
    });
  }

  /**
   * Final states of a sequence of vectors, whether they stand for tokens or not.
   *
   * @param embedded [B, T, C]
   * @returns [B, T, C]; the caller disposes it
   */
  finalsOf(embedded: Tensor3D, layout: Omit<LayoutTensors, 'places'>, hook?: Hook): Tensor3D {
    const { buckets, mask, continues } = layout;
    return tf.tidy(() => {
      const bias = this.biases.map((b) => distanceBias(b, buckets, mask)); // [1, H, T, T] each
      return this.transformer.forward(embedded, { bias, continues }, hook); // [B, T, C]
    });
  }

  /**
   * Scores of the next word at each vector of a sequence, whether it stands for a token or not.
   *
   * @param embedded [B, T, C]
   * @param hook     gets and may replace every inner value, see Transformer.forward
   * @returns [B, T, V]; the caller disposes it
   */
  logitsOf(embedded: Tensor3D, layout: Omit<LayoutTensors, 'places'>, hook?: Hook): Tensor3D {
    const [B, T, C] = embedded.shape;
    return tf.tidy(
      () =>
        this.finalsOf(embedded, layout, hook)
          .reshape([B * T, C])
          .matMul(this.words, false, true)
          .reshape([B, T, VOCABULARY.length]), // [B, T, V]
    );
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

/** Weights of the small model, with those of its bias by distance. */
class SmallStore extends ParameterStore {
  biasByDistance(l: number, H: number): Variable<tf.Rank.R2> {
    return this.add<tf.Rank.R2>(`blocks.${l}.distances`, [H, BUCKETS], () => startingBias(H));
  }
}

/** Half of the heads smear much. */
const startingSmear = (H: number): number[] =>
  Array.from({ length: H }, (_, h) => (h < H / 2 ? LITTLE : MUCH));

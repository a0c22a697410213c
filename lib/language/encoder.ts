/**
 * A sentence encoder: BERT's transformer, whose norms come after each sum, all tokens attending to
 * all; the mean of the final states, brought to length 1, is the vector of a sentence. The cosine of
 * two sentences is the product of their vectors.
 * Reference: Devlin et al. (2019, arXiv 1810.04805); Reimers and Gurevych (2019, arXiv 1908.10084).
 */
import { tf } from '../core/backend';
import { checkText, checkTexts } from '../core/checks';
import type { Rank, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { FORBIDDEN, attentionMixture, attentionWeights, joinHeads } from '../model/attention';
import { hiddenOf } from '../model/config';
import { dense, exactGelu, layerNorm, type DenseWeights, type NormWeights } from '../model/layers';
import { ParameterStore } from '../model/parameterstore';
import type { Parameters } from '../model/transformer';
import type { BertConfig } from './bert';
import type { WordPiece } from './wordpiece';

/** The weights of one block. */
interface EncoderBlock {
  /** Queries, keys and values in one: [C, 3C]. */
  readonly qkv: DenseWeights;
  readonly projection: DenseWeights;
  readonly norm1: NormWeights;
  readonly up: DenseWeights;
  readonly down: DenseWeights;
  readonly norm2: NormWeights;
}

/** Tokens that go through the model at once, padding included. */
const TOKENS_AT_ONCE = 1024;

/** Texts of like length together, by their numbers, as many as go through at once. */
function batchesByLength(tokens: readonly (readonly number[])[]): number[][] {
  const batches: number[][] = [];
  const order = [...tokens.keys()].sort((a, b) => tokens[a]!.length - tokens[b]!.length);
  for (const i of order) {
    const batch = batches.at(-1);
    if (batch && (batch.length + 1) * tokens[i]!.length <= TOKENS_AT_ONCE) batch.push(i);
    else batches.push([i]);
  }
  return batches;
}

/** Texts to unit vectors, by a BERT with mean pooling. */
export class SentenceEncoder {
  private readonly tables: Readonly<Record<'words' | 'positions' | 'kinds', Tensor2D>>;
  private readonly norm: NormWeights;
  private readonly blocks: readonly EncoderBlock[];

  /**
   * @param name    how tables and figures call it
   * @param longest the most tokens of a text, [CLS] and [SEP] included; its end is left out
   * @param store   makes the weights and is then the encoder's; those of loadEncoder are a folder's;
   *                left out, all are 0, to be assigned
   */
  constructor(
    readonly name: string,
    readonly config: BertConfig,
    private readonly tokenizer: WordPiece,
    readonly longest: number,
    private readonly store = new ParameterStore(null),
  ) {
    checkText('The name of a sentence encoder', name);
    const { vocabulary, size, kinds } = config;
    const { width: C, layers, maxPositions } = size;
    const hidden = hiddenOf(size);
    this.tables = {
      words: store.normal<Rank.R2>('words', [vocabulary, C]),
      positions: store.normal<Rank.R2>('positions', [maxPositions, C]),
      kinds: store.normal<Rank.R2>('kinds', [kinds, C]),
    };
    this.norm = store.norm('norm', C);
    this.blocks = Array.from({ length: layers }, (_, l) => ({
      qkv: store.dense(`blocks.${l}.qkv`, C, 3 * C),
      projection: store.dense(`blocks.${l}.projection`, C, C),
      norm1: store.norm(`blocks.${l}.norm1`, C),
      up: store.dense(`blocks.${l}.up`, C, hidden),
      down: store.dense(`blocks.${l}.down`, hidden, C),
      norm2: store.norm(`blocks.${l}.norm2`, C),
    }));
  }

  /** Numbers in a vector, C. */
  get width(): number {
    return this.config.size.width;
  }

  /** All weights by name, each of its layer's shape; they belong to the encoder. */
  get parameters(): Parameters {
    return this.store.all;
  }

  /**
   * One block: attention, then the MLP, each added to its input and normed.
   *
   * @param h    [B, T, C]
   * @param bias [B, 1, 1, T], 0 for tokens and -1e9 for padding
   * @returns [B, T, C]
   */
  private block(h: Tensor3D, bias: Tensor4D, weights: EncoderBlock): Tensor3D {
    const { size, epsilon } = this.config;
    const { width: C, heads: H } = size;
    const [B, T] = h.shape;
    const byHead = dense(h, weights.qkv)
      .reshape([B, T, 3 * H, C / H])
      .transpose([0, 2, 1, 3]);
    const [q, k, v] = tf.split(byHead, 3, 1) as [Tensor4D, Tensor4D, Tensor4D]; // [B, H, T, D] each
    const heads = attentionMixture(attentionWeights(q, k, bias), v); // [B, H, T, D]
    const attended = h.add(dense(joinHeads(heads), weights.projection)) as Tensor3D; // [B, T, C]
    const middle = layerNorm(attended, weights.norm1, epsilon); // [B, T, C]
    const fromMlp = dense(exactGelu(dense(middle, weights.up)), weights.down); // [B, T, C]
    return layerNorm(middle.add(fromMlp) as Tensor3D, weights.norm2, epsilon); // [B, T, C]
  }

  /**
   * The vectors of a batch.
   *
   * @param tokens [B, T], padded at the end
   * @param real   [B, T], 1 for tokens and 0 for padding
   * @returns [B, C], each of length 1
   */
  private vectors(tokens: Tensor2D, real: Tensor2D): Tensor2D {
    const [B, T] = tokens.shape;
    const { words, positions, kinds } = this.tables;
    return tf.tidy(() => {
      const places = positions.slice([0, 0], [T, -1]).add(kinds.slice([0, 0], [1, -1])); // [T, C]
      const embedded = tf.gather(words, tokens).add(places) as Tensor3D; // [B, T, C]
      const bias = real.sub(1).mul(-FORBIDDEN).reshape([B, 1, 1, T]) as Tensor4D;
      let h = layerNorm(embedded, this.norm, this.config.epsilon); // [B, T, C]
      for (const weights of this.blocks) h = tf.tidy(() => this.block(h, bias, weights));
      const sums = real.expandDims(1).matMul(h).squeeze([1]); // [B, C]: the means but for a factor
      return sums.div(sums.norm(2, 1, true).maximum(1e-12)) as Tensor2D; // [B, C]
    });
  }

  /**
   * The vectors of texts of like length. A graph of it would need a fifth less time, but batches of
   * new texts have new shapes, and recording them takes more than that.
   *
   * @returns [B, C]
   */
  private batch(tokens: readonly (readonly number[])[]): Tensor2D {
    const [B, T] = [tokens.length, Math.max(...tokens.map(({ length }) => length))];
    const [numbers, real] = [new Int32Array(B * T), new Float32Array(B * T)];
    tokens.forEach((text, b) => {
      numbers.set(text, b * T);
      real.fill(1, b * T, b * T + text.length);
    });
    return tf.tidy(() =>
      this.vectors(tf.tensor2d(numbers, [B, T], 'int32'), tf.tensor2d(real, [B, T])),
    );
  }

  /**
   * The vectors of texts, in their order. The end of a text of more than `longest` tokens is left
   * out.
   *
   * @param texts any number; an empty text has a vector too
   * @returns [number, C], each row of length 1; the caller disposes it
   * @throws CourseError when what is given are no texts
   */
  encode(texts: readonly string[]): Tensor2D {
    checkTexts('Texts', texts);
    if (texts.length === 0) return tf.zeros([0, this.width]);
    const tokens = texts.map((text) => this.tokenizer.encode(text, this.longest));
    const batches = batchesByLength(tokens);
    const rows = new Int32Array(texts.length);
    batches.flat().forEach((text, row) => (rows[text] = row));
    return tf.tidy(() => {
      const parts = batches.map((batch) => this.batch(batch.map((i) => tokens[i]!)));
      return tf.gather(tf.concat(parts), tf.tensor1d(rows, 'int32'));
    });
  }

  /** Frees the weights; the encoder is unusable afterwards. */
  dispose(): void {
    for (const parameter of Object.values(this.store.all)) parameter.dispose();
  }
}

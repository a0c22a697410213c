/**
 * A distiller of demonstrations: a small transformer g_phi that reads the tokens of k demonstrations
 * and, after them, m learned queries q_1 .. q_m, and whose final states at the queries become vectors
 *
 *   Z = (z_1 .. z_m),  z_j = W g_phi(demonstrations, q_1 .. q_j) + b,
 *
 * that stand before a question of another model in place of the demonstrations. Demonstrations are
 * read in both directions. A query reads all of them, the queries before it, and itself, so that z_j
 * does not depend on how many vectors follow.
 * Reference: Li et al. (2024, arXiv 2403.06914), section 3 (MEND).
 */
import { tf } from '../../../core/backend';
import { checkReadable } from '../../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../../core/errors';
import { biasOf } from '../../../model/attention';
import { sizeOf, type TransformerSize } from '../../../model/config';
import { dense, type DenseWeights } from '../../../model/layers';
import { ParameterStore } from '../../../model/parameterstore';
import { Transformer, type Parameters } from '../../../model/transformer';
import type { Tensor1D, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { VOCABULARY } from '../world/vocabulary';

/** How a distiller is built. */
export interface DistillerConfig {
  /** Channels C, those of the model that reads the vectors. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** The most vectors, M. */
  readonly vectors: number;
  readonly seed: number;
}

/** The distiller of the course, but for its width and seed. */
export const DISTILLER: Omit<DistillerConfig, 'width' | 'seed'> = {
  layers: 2,
  heads: 4,
  vectors: 4,
};

/** The most demonstrations. */
export const MOST_DEMONSTRATIONS = 8;

/** The most tokens that are read. */
const MOST_TOKENS = HEADER_TOKENS + MOST_DEMONSTRATIONS * LINE_TOKENS;

/** The standard deviation of words, positions and queries at the start. */
const EMBEDDED = 0.5;

/** Channels of the MLP, in widths. */
const MLP_RATIO = 4;

/** The size of a distiller's transformer. */
export const distillerSize = ({
  width,
  layers,
  heads,
  vectors,
}: Omit<DistillerConfig, 'seed'>): TransformerSize =>
  sizeOf({ width, layers, heads, mlpRatio: MLP_RATIO, maxPositions: MOST_TOKENS + vectors });

/** Numbers beside the blocks: words, positions, queries, and the map of the final states. */
export const distillerOthers = ({ width: C, vectors: M }: Omit<DistillerConfig, 'seed'>): number =>
  C * (VOCABULARY.length + MOST_TOKENS + M + C + 1);

/** A transformer from demonstrations to vectors. */
export class Distiller {
  readonly name = 'distiller';
  readonly parameters: Parameters;
  readonly transformer: Transformer;
  private readonly store: ParameterStore;
  private readonly words: Variable<tf.Rank.R2>;
  private readonly positions: Variable<tf.Rank.R2>;
  private readonly queries: Variable<tf.Rank.R2>;
  private readonly output: DenseWeights;

  /** @throws CourseError quoting a setting that is unknown or refused */
  constructor(readonly config: DistillerConfig) {
    knownKeys('The config of a distiller', config, [...Object.keys(DISTILLER), 'width', 'seed']);
    const { vectors: M, seed } = config;
    positiveInteger('vectors', M, 1, 64);
    positiveInteger('seed', seed, 0);
    const size = distillerSize(config);
    const { width: C } = size;
    this.store = new ParameterStore(seed, undefined, 'fan-in');
    this.transformer = new Transformer(size, this.store);
    this.words = this.store.normal('words', [VOCABULARY.length, C], EMBEDDED);
    this.positions = this.store.normal('positions', [MOST_TOKENS, C], EMBEDDED);
    this.queries = this.store.normal('queries', [M, C], EMBEDDED);
    this.output = this.store.dense('output', C, C);
    this.parameters = this.store.all;
  }

  /**
   * The first m vectors of some demonstrations.
   *
   * @param tokens header and lines of demonstrations, [B, S], int32, S = 4 + 6 k
   * @param m      vectors, from 1 to the config's
   * @returns Z, [B, m, C]; the caller disposes it
   * @throws CourseError when the tokens are none or too many, or there are not so many vectors
   */
  vectors(tokens: Tensor2D, m: number): Tensor3D {
    checkReadable('The tokens of demonstrations', tokens);
    const [B, S] = tokens.shape;
    demand(
      tokens.rank === 2 && S <= MOST_TOKENS && S % LINE_TOKENS === HEADER_TOKENS % LINE_TOKENS,
      () => `The tokens of demonstrations were [${tokens.shape}].`,
      `Give [B, 4 + 6 k], k at most ${MOST_DEMONSTRATIONS}.`,
    );
    positiveInteger('The number of vectors', m, 1, this.config.vectors);
    const { width: C } = this.config;
    return tf.tidy(() => {
      const words = this.words.gather(tokens.reshape([B * S]) as Tensor1D).reshape([B, S, C]);
      const read = words.add(this.positions.slice([0, 0], [S, C])); // [B, S, C]
      const asked = this.queries.slice([0, 0], [m, C]).expandDims(0).tile([B, 1, 1]); // [B, m, C]
      const all = tf.concat([read, asked], 1) as Tensor3D; // [B, S + m, C]
      const final = this.transformer.forward(all, readingMask(S, m)); // [B, S + m, C]
      return dense(final.slice([0, S, 0], [-1, m, -1]), this.output); // [B, m, C]
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

/** S demonstration tokens read each other; a query reads them, those before it and itself. */
const readingMask = (S: number, m: number): Tensor2D =>
  biasOf(
    Array.from({ length: S + m }, (_, r) =>
      Array.from({ length: S + m }, (__, c) => c < S || (r >= S && c <= r)),
    ),
  ); // [S + m, S + m]

/** Refuses what is no distiller for a model of this width. */
export function checkDistiller(distiller: Distiller, width: number): void {
  demand(
    distiller instanceof Distiller,
    () => 'The distiller must be a shapes.Distiller.',
    'Make one, or load it with shapes.loadDistiller.',
  );
  demand(
    distiller.config.width === width,
    () => `A distiller of width ${distiller.config.width} was given to a model of width ${width}.`,
    'Give both one width.',
  );
}

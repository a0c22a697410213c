/**
 * A distiller of demonstrations: a model g_phi that reads the tokens of k demonstrations and, after
 * them, m learned queries q_1 .. q_m, and whose final states at the queries become vectors
 *
 *   Z = (z_1 .. z_m),  z_j = W g_phi(demonstrations, q_1 .. q_j) + b,
 *
 * that stand before a question to another model, the reader, in place of the demonstrations. It reads
 * from left to right, so that z_j does not depend on how many vectors follow. It is a small model of
 * its own, which begins with the weights of the reader: from random weights it would have to find out
 * first how to learn from demonstrations.
 * Reference: Li et al. (2024, arXiv 2403.06914), MEND.
 */
import { tf } from '../../../core/backend';
import { checkMadeBy, checkReadable } from '../../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../../core/errors';
import { dense, type DenseWeights } from '../../../model/layers';
import { ParameterStore } from '../../../model/parameterstore';
import type { Parameters } from '../../../model/transformer';
import type { Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';
import { checkSmallModel } from '../small/smallanswers';
import { SmallModel, type SmallModelConfig } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { readingLayout } from './distilledlayout';

/** How a distiller is built. */
export interface DistillerConfig {
  /** The small model that reads the demonstrations; as wide as the one that reads the vectors. */
  readonly encoder: SmallModelConfig;
  /** The most vectors, M. */
  readonly vectors: number;
  readonly seed: number;
}

/** The most vectors of the course's distiller, M. */
export const DISTILLED_VECTORS = 4;

/** The standard deviation of queries at the start, about that of embedded tokens. */
const QUERY_SCALE = 0.5;

/** A model from demonstrations to vectors. */
export class Distiller {
  readonly name = 'distiller';
  readonly parameters: Parameters;
  private readonly encoder: SmallModel;
  private readonly store: ParameterStore;
  private readonly queries: Variable<tf.Rank.R2>;
  private readonly output: DenseWeights;

  /** @throws CourseError quoting a setting that is unknown or refused */
  constructor(readonly config: DistillerConfig) {
    knownKeys('The config of a distiller', config, ['encoder', 'vectors', 'seed']);
    const { encoder, vectors: M, seed } = config;
    positiveInteger('vectors', M, 1, 64);
    positiveInteger('seed', seed, 0);
    this.encoder = new SmallModel(encoder);
    const { width: C } = encoder.size;
    this.store = new ParameterStore(seed, undefined, 'fan-in');
    this.queries = this.store.normal('queries', [M, C], QUERY_SCALE);
    this.output = this.store.dense('output', C, C);
    this.parameters = { ...this.encoder.parameters, ...this.store.all };
  }

  /**
   * The first m vectors of some demonstrations.
   *
   * @param tokens header and lines of demonstrations, [B, S], int32, S = 4 + 6 k
   * @param m      vectors, from 1 to the config's
   * @returns Z, [B, m, C]; the caller disposes it
   * @throws CourseError when the tokens are none, or there are not so many vectors
   */
  vectors(tokens: Tensor2D, m: number): Tensor3D {
    checkReadable('The tokens of demonstrations', tokens);
    const [B, S] = tokens.shape;
    const k = (S - HEADER_TOKENS) / LINE_TOKENS;
    demand(
      tokens.rank === 2 && Number.isInteger(k) && k >= 0,
      () => `The tokens of demonstrations were [${tokens.shape}].`,
      'Give [B, 4 + 6 k].',
    );
    positiveInteger('The number of vectors', m, 1, this.config.vectors);
    return tf.tidy(() => {
      const layout = readingLayout(k, m);
      const read = this.encoder.embedded(tokens, layout); // [B, S, C]
      const asked = this.queries.slice([0, 0], [m, -1]).expandDims(0).tile([B, 1, 1]); // [B, m, C]
      const all = tf.concat([read, asked], 1) as Tensor3D; // [B, S + m, C]
      const final = this.encoder.finalsOf(all, layout); // [B, S + m, C]
      return dense(final.slice([0, S, 0], [-1, m, -1]), this.output); // [B, m, C]
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.encoder.dispose();
    this.store.dispose();
  }
}

/**
 * A distiller for a small model, which begins with its weights.
 *
 * @param reader stays the caller's
 * @param seed   of the queries and the map of the final states
 * @returns the distiller; the caller disposes it
 * @throws CourseError when there is no model, or a number is refused
 */
export function distillerFor(
  reader: SmallModel,
  seed: number,
  vectors = DISTILLED_VECTORS,
): Distiller {
  checkSmallModel(reader);
  const distiller = new Distiller({ encoder: reader.config, vectors, seed });
  for (const [name, weight] of Object.entries(reader.parameters))
    distiller.parameters[name]!.assign(weight);
  return distiller;
}

/**
 * Refuses what is no distiller for a reader.
 *
 * @throws CourseError quoting both widths where they differ
 */
export function checkDistiller(distiller: Distiller, reader: SmallModel): void {
  checkMadeBy(
    'The distiller',
    distiller,
    Distiller,
    'shapes.Distiller',
    'Make one, or load it with shapes.loadDistiller.',
  );
  const [own, width] = [distiller.config.encoder, reader.config].map(({ size }) => size.width);
  demand(
    own === width,
    () => `A distiller of width ${own} was given to a model of width ${width}.`,
    'Make it with shapes.distillerFor.',
  );
}

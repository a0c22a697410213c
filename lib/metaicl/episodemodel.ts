/**
 * A transformer over episodes: one token per example, made of its text's vector and its answer's;
 * one per test. What it answers is a vector, and every option is scored by its product with it. All
 * methods run on it, as on prompts of numbers.
 */
import { tf } from '../core/backend';
import { compile } from '../core/compile';
import { checkMadeBy, checkMemory } from '../core/checks';
import { demand, knownKeys, positiveInteger } from '../core/errors';
import type { Rank, Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';

import { FORBIDDEN } from '../model/attention';
import { sizeOf, type SizeName, type TransformerSize } from '../model/config';
import { dense, type DenseWeights } from '../model/layers';
import { methodOf, type Method, type MethodKey } from '../model/methods';
import { ForwardPass } from '../model/forward';
import { oneTestEach } from '../model/prompttensors';
import type { Blocks } from '../model/structured';
import { ParameterStore } from '../model/parameterstore';
import { Transformer, assignAll, type Hook, type Parameters } from '../model/transformer';
import { restored } from '../training/checkpoint';
import { checkpointKind } from '../training/kinds';
import { ANSWER_SIZE, checkEpisodes, type Episodes } from './episodetensors';
import { likeliestOption, type OptionScorer } from './scorer';

/** Everything that makes an episode model. */
export interface EpisodeModelConfig {
  readonly method: MethodKey;
  readonly size: SizeName | Partial<TransformerSize>;
  /** Numbers of a text's vector. */
  readonly d: number;
  readonly seed: number;
}

/**
 * Cross-entropy of the right options, mean over the tests that have one.
 *
 * @param scores [B, m, K]
 * @param right  [B, m, K], as in Episodes
 * @returns [] (a scalar), in nats; the caller disposes it
 */
export const episodeCrossEntropy = (scores: Tensor3D, right: Tensor3D): Scalar =>
  tf.tidy(() => tf.logSoftmax(scores).mul(right).sum().neg().div(right.sum().maximum(1)) as Scalar);

/** A transformer that answers episodes, under one of the methods. */
export class EpisodeModel implements OptionScorer {
  readonly name: string;
  readonly method: Method;
  readonly transformer: Transformer;
  readonly pass: ForwardPass;
  private readonly store: ParameterStore;
  private readonly readIn: DenseWeights;
  private readonly readOut: DenseWeights;
  private readonly scorer = compile(
    (x, y, xTest, options, there) =>
      this.forward({ x, y, xTest, options, there, right: there } as Episodes),
    { eagerFirst: 2 },
  );

  /** @throws CourseError quoting a setting that is unknown or refused */
  constructor(readonly config: EpisodeModelConfig) {
    knownKeys('An episode model config', config, ['method', 'size', 'd', 'seed']);
    positiveInteger('d', config.d);
    const { width } = sizeOf(config.size);
    checkMemory(() => `Texts of d = ${config.d} numbers read in to ${width}`, config.d * width);
    this.method = methodOf(config.method);
    this.name = this.method.name;
    this.store = new ParameterStore(config.seed);
    this.transformer = new Transformer(config.size, this.store);
    const { width: C, maxPositions } = this.transformer.size;
    this.readIn = this.store.linear('readIn', config.d + ANSWER_SIZE + 1, C);
    const positionTable = this.store.normal<Rank.R2>('positions', [maxPositions, C]);
    this.readOut = this.store.linear('readOut', C, ANSWER_SIZE);
    this.pass = new ForwardPass(this.method, this.transformer, positionTable, 1);
  }

  /** All weights by name, each of its layer's shape; they belong to the model. */
  get parameters(): Parameters {
    return this.store.all;
  }

  /** Token vectors read in: [B, count, width] -> [B, count, 1, C]. */
  private enter(tokens: Tensor): Tensor4D {
    const [B, count] = tokens.shape as [number, number];
    return dense(tokens as Tensor3D, this.readIn).reshape([
      B,
      count,
      1,
      this.transformer.size.width,
    ]); // [B, count, 1, C]
  }

  /**
   * Scores of the options.
   *
   * @param episodes shapes as in Episodes; a method that reads one test at a time gets one
   * @param hook     sees and may replace every inner value, see Transformer.forward
   * @returns [B, m, K]; -1e9 where there is no option; the caller disposes it
   * @throws CourseError when there are more examples than positions, too many tests for the method,
   *   or the episodes do not fit together or the model
   */
  forward(episodes: Episodes, hook?: Hook): Tensor3D {
    this.checkTaken(episodes);
    return tf.tidy(() => {
      const { examples, tests } = this.readIns(episodes);
      return this.scoresAt(this.pass.finals(examples, tests, hook).tests, episodes);
    });
  }

  /** Examples [B, n, 1, C] and tests [B, m, 1, C], read in. */
  private readIns({ x, y, xTest }: Episodes): { examples: Tensor4D; tests: Tensor4D } {
    const [B, n] = x.shape;
    const m = xTest.shape[1];
    const noAnswer = tf.zeros([B, m, ANSWER_SIZE]);
    return {
      examples: this.enter(tf.concat([x, y, tf.zeros([B, n, 1])], 2)), // [B, n, 1, C]
      tests: this.enter(tf.concat([xTest, noAnswer, tf.ones([B, m, 1])], 2)), // [B, m, 1, C]
    };
  }

  /**
   * Examples and tests as InvICL's structured form gets them.
   *
   * @param episodes shapes as in Episodes
   * @returns examples [B, n, 1, C] and tests [B, m, 1, C]; the caller disposes them
   * @throws CourseError when the model is not under InvICL
   */
  blocks(episodes: Episodes): { readonly examples: Blocks; readonly tests: Blocks } {
    const { examples, tests } = this.readIns(episodes);
    return this.pass.blocks(examples, tests);
  }

  /**
   * Scores of the options out of the tests' final states.
   *
   * @param finals [B, m, 1, C]
   * @returns [B, m, K]; -1e9 where there is no option; the caller disposes it
   */
  scoresAt(finals: Tensor4D, { options, there }: Pick<Episodes, 'options' | 'there'>): Tensor3D {
    const [B, m, K, a] = options.shape;
    return tf.tidy(() => {
      const answer = dense(finals.reshape([B * m, -1]) as Tensor2D, this.readOut); // [B m, a]
      const scores = options.reshape([B * m, K, a]).matMul(answer.expandDims(2)); // [B m, K, 1]
      const missing = tf.sub(1, there).mul(FORBIDDEN); // [B, m, K]
      return scores.reshape([B, m, K]).add(missing) as Tensor3D; // [B, m, K]
    });
  }

  /** Refuses episodes that do not fit together, or whose texts are not of d numbers. */
  private checkTaken(episodes: Episodes): void {
    checkEpisodes(episodes);
    const { d } = this.config;
    demand(
      episodes.x.shape[2] === d,
      () => `The texts have ${episodes.x.shape[2]} numbers, the model was made for ${d}.`,
      'Use the features that the model was trained with.',
    );
  }

  /** A method that reads one test at a time gets each test as an episode of its own. */
  private asMethodTakes(episodes: Episodes): Episodes {
    return this.method.oneTest && episodes.xTest.shape[1] > 1 ? oneTestEach(episodes) : episodes;
  }

  /**
   * Cross-entropy of the right options, mean over tests.
   *
   * @param episodes shapes as in Episodes
   * @returns [] (a scalar), in nats; the caller disposes it
   */
  loss(episodes: Episodes): Scalar {
    this.checkTaken(episodes);
    return tf.tidy(() => {
      const given = this.asMethodTakes(episodes);
      return episodeCrossEntropy(this.forward(given), given.right);
    });
  }

  /**
   * Scores of the options, in graphs once a shape has come twice.
   *
   * @param episodes shapes as in Episodes
   * @returns [B, m, K]; -1e9 where there is no option; the caller disposes it
   * @throws CourseError as forward does
   */
  scores(episodes: Episodes): Tensor3D {
    this.checkTaken(episodes);
    return tf.tidy(() => {
      const { x, y, xTest, options, there } = this.asMethodTakes(episodes);
      const scores = this.scorer.run(x, y, xTest, options, there);
      return scores.reshape(episodes.there.shape); // [B, m, K]
    });
  }

  /**
   * The likeliest options.
   *
   * @param episodes shapes as in Episodes
   * @returns [B, m]; the caller disposes it
   * @throws CourseError as scores does
   */
  predict(episodes: Episodes): Tensor2D {
    return likeliestOption(this, episodes);
  }

  /** Frees the weights and the graphs; the model is unusable afterwards. */
  dispose(): void {
    this.scorer.dispose();
    for (const parameter of Object.values(this.store.all)) parameter.dispose();
  }
}

/**
 * Refuses what is no model that answers episodes.
 *
 * @throws CourseError quoting it
 */
export const checkEpisodeModel = (model: unknown): void =>
  checkMadeBy(
    'A model',
    model,
    EpisodeModel,
    'metaicl.EpisodeModel',
    'Make one, or open one with metaicl.loadEpisodeModel.',
  );

/**
 * The same weights under another method.
 *
 * @returns a new model that owns copies of the weights; the caller disposes it
 * @throws CourseError quoting an unknown method, or what is no episode model
 */
export function episodesUnderMethod(model: EpisodeModel, method: MethodKey): EpisodeModel {
  checkEpisodeModel(model);
  const { config, parameters } = model;
  const other = new EpisodeModel({ ...config, method });
  assignAll(other.parameters, parameters);
  return other;
}

const open = checkpointKind({
  kind: 'a model on episodes of texts',
  call: 'metaicl.loadEpisodeModel',
  fits: ({ model }) => 'method' in model && 'd' in model && !('layout' in model),
  open: (file, checkpoint) =>
    restored(file, checkpoint, new EpisodeModel(checkpoint.facts.model as EpisodeModelConfig)),
});

/**
 * The episode model of a checkpoint, with its weights.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadEpisodeModel = (file: string): EpisodeModel => open(file).model;

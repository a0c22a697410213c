/**
 * A small language model of the language about pictures. It can be given vectors in place of words, as
 * a picture is shown to it. Three pieces let it learn in minutes to look a name up: keys are smeared and
 * attention begins by comparing, as in the small model of the survey, and each vector holds shares of
 * the four before it, channel by channel (So et al., 2021, arXiv 2109.08668, in their simplest form).
 */
import { tf } from '../../../core/backend';
import { checkMadeBy, checkReadable, checkTensor } from '../../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';
import { GPT2 } from '../../../model/architecture';
import { causalBias } from '../../../model/attention';
import { sizeOf, type TransformerSize } from '../../../model/config';
import { ParameterStore } from '../../../model/parameterstore';
import { anglesAt, type Rotary } from '../../../model/rotary';
import { Transformer, type Hook, type Parameters } from '../../../model/transformer';
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import type { Tensor1D, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';
import { align } from '../small/alignedstart';
import { CAPTION_WORDS } from './captionwords';

/** How such a model is built. */
export interface CaptionLanguageConfig {
  readonly size: TransformerSize;
  readonly seed: number;
}

/** The size that the course trains. */
export const CAPTION_LANGUAGE_SIZE: TransformerSize = {
  width: 64,
  layers: 3,
  heads: 4,
  mlpRatio: 4,
  maxPositions: 1,
};

/** A head that smears much, and one that smears little, before the sigmoid. */
const [SMEARS_MUCH, SMEARS_LITTLE] = [-1, 3];

/** How many vectors before it each vector holds shares of. */
const SHIFTS = 4;

/** A language model that reads words, or vectors in their place. */
export class CaptionLanguage {
  readonly name = 'language model';
  readonly transformer: Transformer;
  readonly parameters: Parameters;
  private readonly store: ParameterStore;
  private readonly words: Variable<tf.Rank.R2>;
  private readonly before: Variable<tf.Rank.R2>;
  private readonly rotary: Rotary;

  /** @throws CourseError quoting a size or a seed that is refused */
  constructor(readonly config: CaptionLanguageConfig) {
    knownKeys('The config of a language model of captions', config, ['size', 'seed']);
    positiveInteger('seed', config.seed, 0);
    const { width: C, heads: H } = sizeOf(config.size);
    // half of the coordinates says where a token stands, the others what it is
    this.rotary = { dims: Math.max(2, 2 * Math.floor(C / H / 4)), base: 1000 };
    this.store = new ParameterStore(config.seed, undefined, 'fan-in');
    const architecture = { ...GPT2, smearedKeys: true, rotary: this.rotary };
    this.transformer = new Transformer(config.size, this.store, architecture);
    this.words = this.store.normal('words', [CAPTION_WORDS.length, C], 1 / Math.sqrt(C));
    this.before = this.store.normal('before', [SHIFTS, C], 0.5);
    const startingSmear = Array.from({ length: H }, (_, h) =>
      h < H / 2 ? SMEARS_LITTLE : SMEARS_MUCH,
    );
    for (const { smear } of this.transformer.blocks)
      if (smear) tf.tidy(() => (smear as Variable).assign(tf.tensor1d(startingSmear)));
    align(this.transformer, stream(config.seed, 'aligned start'));
    this.parameters = this.store.all;
  }

  /**
   * Words as vectors.
   *
   * @param tokens [B, T], int32
   * @returns [B, T, C]; the caller disposes it
   * @throws CourseError when they are no such tensor
   */
  embedded(tokens: Tensor2D): Tensor3D {
    checkReadable('Words', tokens);
    demand(
      tokens.rank === 2,
      () => `Words have the shape [${tokens.shape.join(', ')}].`,
      'Give [B, T].',
    );
    const [B, T] = tokens.shape;
    const C = this.transformer.size.width;
    return tf.tidy(() => {
      const flat = tokens.reshape([B * T]).toInt() as Tensor1D; // [B T]
      const rows = tf.oneHot(flat, CAPTION_WORDS.length).toFloat().matMul(this.words); // [B T, C]
      return rows.mul(Math.sqrt(C) / 2).reshape([B, T, C]); // [B, T, C]
    });
  }

  /** Each vector with shares of those before it, channel by channel: [B, T, C] -> [B, T, C]. */
  private withBefore(embedded: Tensor3D): Tensor3D {
    const [B, T, C] = embedded.shape;
    const padded = tf.concat([tf.zeros([B, SHIFTS, C]), embedded], 1); // [B, SHIFTS + T, C]
    const shares = Array.from({ length: SHIFTS }, (_, d) =>
      padded.slice([0, SHIFTS - 1 - d, 0], [-1, T, -1]).mul(this.before.slice([d, 0], [1, C])),
    );
    return tf.addN([embedded, ...shares]) as Tensor3D; // [B, T, C]
  }

  /**
   * Scores of the next word after each vector, whether it stands for a word or for a part of a picture.
   *
   * @param embedded [B, T, C]
   * @param hook     gets and may replace every inner value, see Transformer.forward
   * @returns [B, T, V]; the caller disposes it
   * @throws CourseError when they are no such tensor
   */
  logitsOf(embedded: Tensor3D, hook?: Hook): Tensor3D {
    checkTensor('Vectors', embedded, 3, '[B, T, C]');
    const [B, T, C] = embedded.shape;
    demand(
      C === this.transformer.size.width,
      () =>
        `Vectors [${embedded.shape.join(', ')}] were given to a model of width ` +
        `${this.transformer.size.width}.`,
      'Give vectors of its width.',
    );
    return tf.tidy(() => {
      const continues = tf.range(0, T).greater(0).toFloat() as Tensor1D; // [T]
      const angles = anglesAt(tf.range(0, T), this.rotary);
      const options = { bias: causalBias(T), angles, continues };
      return this.transformer
        .forward(this.withBefore(embedded), options, hook)
        .reshape([B * T, C])
        .matMul(this.words, false, true)
        .reshape([B, T, CAPTION_WORDS.length]); // [B, T, V]
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

/** Refuses what is no such language model. */
export const checkCaptionLanguage = (language: CaptionLanguage): void =>
  checkMadeBy(
    'The language model',
    language,
    CaptionLanguage,
    'captions.CaptionLanguage',
    'Load one with captions.loadCaptionLanguage.',
  );

const open = checkpointKind({
  kind: 'a language model of captions',
  call: 'captions.loadCaptionLanguage',
  fits: ({ model }) => 'captionLanguage' in model,
  open: (file, checkpoint) =>
    restored(
      file,
      checkpoint,
      new CaptionLanguage(
        (checkpoint.facts.model as { captionLanguage: CaptionLanguageConfig }).captionLanguage,
      ),
    ),
});

/**
 * The language model of a recorded run.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadCaptionLanguage = (file: string): CaptionLanguage => open(file).model;

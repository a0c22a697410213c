/**
 * A small vision transformer that fills holes: patches are read in, masked ones are replaced by one
 * learned vector, every patch gets the embedding of its position, and each state says for every
 * channel of its patch how likely it is to be on.
 * References: Dosovitskiy et al. (2021, arXiv 2010.11929) for the patches; He et al. (2022, arXiv
 * 2111.06377) for masked autoencoders. As in Painter (Wang et al., 2023, arXiv 2212.02499) masked
 * patches go through all layers; He et al.'s encoder leaves them out.
 */
import { tf } from '../../../core/backend';
import { checkTensor } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import { sizeOf, type TransformerSize } from '../../../model/config';
import { dense, type DenseWeights } from '../../../model/layers';
import { ParameterStore } from '../../../model/parameterstore';
import { Transformer, type Hook, type Parameters } from '../../../model/transformer';
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { PATCHES, PATCH_SIZE } from './canvas';

/** How such a model is built. */
export interface PictureModelConfig {
  readonly size: TransformerSize;
  readonly seed: number;
  /** Steps of noise that it is told apart, for a denoiser; 0 for a model that fills holes. */
  readonly noiseSteps: number;
}

/** The size that the course trains; a position for each patch of a canvas. */
export const PICTURE_SIZE: TransformerSize = {
  width: 64,
  layers: 4,
  heads: 4,
  mlpRatio: 2,
  maxPositions: 4,
};

/** The standard deviation of the embeddings of places at the start, as large as what is read. */
const PLACE_SCALE = 0.5;

/** What such a model reads. */
export interface PatchInputs {
  /** [B, T, PATCH_SIZE]; of masked patches nothing is read. */
  readonly patches: Tensor3D;
  /** [B, T, 1]: 1 where a patch is masked, 0 elsewhere. */
  readonly masked: Tensor3D;
  /** Where each of the T / PATCHES pictures is, [B, N] or [1, N], whole numbers. */
  readonly quadrants: Tensor2D;
  /** [T, T], added to the scores of attention; 0 where all may be read. */
  readonly bias: Tensor;
  /** [B], the step of noise; only for a denoiser. */
  readonly noise?: Tensor;
}

/** A vision transformer that fills holes. */
export class PictureModel {
  readonly transformer: Transformer;
  readonly config: PictureModelConfig;
  private readonly store: ParameterStore;
  private readonly reading: DenseWeights;
  private readonly hole: Tensor2D;
  private readonly quadrants: Tensor2D;
  private readonly places: Tensor2D;
  private readonly noise: Tensor2D | null;
  private readonly out: DenseWeights;

  /**
   * @param given size, seed and steps of noise
   * @throws CourseError when one of them is refused
   */
  constructor(given: PictureModelConfig) {
    plainObject('The config of a model on pictures', given);
    positiveInteger('seed', given.seed, 0);
    positiveInteger('noiseSteps', given.noiseSteps, 0, 10_000);
    const size = sizeOf(given.size);
    this.config = { ...given, size };
    this.store = new ParameterStore(given.seed, undefined, 'fan-in');
    const C = size.width;
    this.reading = this.store.dense('reading', PATCH_SIZE, C);
    this.hole = this.store.normal<tf.Rank.R2>('hole', [1, C]);
    this.quadrants = this.store.normal<tf.Rank.R2>(
      'quadrants',
      [size.maxPositions, C],
      PLACE_SCALE,
    );
    this.places = this.store.normal<tf.Rank.R2>('places', [PATCHES, C], PLACE_SCALE);
    this.noise =
      given.noiseSteps > 0
        ? this.store.normal<tf.Rank.R2>('noise', [given.noiseSteps, C], 0.3)
        : null;
    this.transformer = new Transformer(size, this.store);
    this.out = this.store.dense('out', C, PATCH_SIZE);
  }

  /** The weights by name, each of its layer's shape; they stay the model's. */
  get parameters(): Parameters {
    return this.store.all;
  }

  /**
   * The states that enter the first layer.
   *
   * @returns [B, T, C]; the caller disposes it
   * @throws CourseError when the patches are none, or steps of noise are missing or not asked for
   */
  embedded({ patches, masked, quadrants, noise }: Omit<PatchInputs, 'bias'>): Tensor3D {
    checkTensor('Patches', patches, 3);
    demand(
      patches.shape[2] === PATCH_SIZE && (noise !== undefined) === (this.noise !== null),
      () =>
        `Patches [${patches.shape}] ${noise ? 'with' : 'without'} steps of noise were given to a ` +
        `model ${this.noise ? 'of noise' : 'that fills holes'}.`,
      `Give [B, T, ${PATCH_SIZE}], and steps of noise to a denoiser only.`,
    );
    const [B, T] = patches.shape;
    const { width: C, maxPositions: P } = this.config.size;
    return tf.tidy(() => {
      const read = dense(patches, this.reading); // [B, T, C]
      const seen = read.mul(tf.sub(1, masked)).add(masked.mul(this.hole)); // [B, T, C]
      const N = T / PATCHES; // pictures
      const rows = tf.oneHot(quadrants.toInt().reshape([-1]) as tf.Tensor1D, P).toFloat(); // [B N, P]
      const where = rows.matMul(this.quadrants).reshape([-1, N, 1, C]); // [B or 1, N, 1, C]
      const all = seen.reshape([B, N, PATCHES, C]).add(where).add(this.places).reshape([B, T, C]); // [B, T, C]
      if (!noise) return all as Tensor3D;
      const steps = tf.oneHot(noise.toInt() as tf.Tensor1D, this.config.noiseSteps).toFloat(); // [B, steps]
      return all.add(steps.matMul(this.noise!).reshape([B, 1, C])) as Tensor3D; // [B, T, C]
    });
  }

  /**
   * What the final states say of the channels of their patches.
   *
   * @param h [..., C], after the last block
   * @returns [..., PATCH_SIZE]: logits of being on, or the noise for a denoiser; the caller disposes it
   */
  read<T extends Tensor>(h: T): T {
    return tf.tidy(() => dense(this.transformer.finalOf(h), this.out)) as T;
  }

  /**
   * What the model says of every patch.
   *
   * @param hook sees and may replace every inner value, see Transformer.forward
   * @returns [B, T, PATCH_SIZE]: logits of being on, or the noise for a denoiser; the caller disposes it
   * @throws CourseError when the inputs do not fit
   */
  logits(inputs: PatchInputs, hook?: Hook): Tensor3D {
    return tf.tidy(() => {
      const final = this.transformer.forward(this.embedded(inputs), inputs.bias, hook); // [B, T, C]
      return dense(final, this.out); // [B, T, PATCH_SIZE]
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

const open = checkpointKind({
  kind: 'a model on pictures',
  call: 'pictures.loadPictureModel',
  fits: ({ model }) => 'pictures' in model,
  open: (file, checkpoint) =>
    restored(
      file,
      checkpoint,
      new PictureModel(
        (checkpoint.facts.model as { readonly pictures: PictureModelConfig }).pictures,
      ),
    ),
});

/**
 * The model of a recorded run.
 *
 * @returns the model; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadPictureModel = (file: string): PictureModel => open(file).model;

/**
 * Encoders of pictures. A trunk turns the patches of a picture into vectors; a head makes of their mean
 * two vectors of a language model's width, which stand in a text where two words would stand. Only the
 * encoder is trained: the gradient comes through the language model, which stays as it is.
 * Reference: Tsimpoukelli et al. (2021, arXiv 2106.13884), "Frozen"; Dosovitskiy et al. (2021) for the
 * transformer over patches.
 */
import { tf } from '../../../core/backend';
import { checkMadeBy, checkTensor } from '../../../core/checks';
import { knownKeys, positiveInteger } from '../../../core/errors';
import { dense, type DenseWeights } from '../../../model/layers';
import { ParameterStore } from '../../../model/parameterstore';
import { Transformer, type Parameters } from '../../../model/transformer';
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import type { Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';
import { MOTIF_COLOURS, MOTIF_SHAPES } from './captionwords';
import { MOTIF_PATCHES, PATCH_NUMBERS } from './motifpictures';

/** Vectors that stand for a picture. */
export const PICTURE_VECTORS = 2;

/** Channels of a patch in the trunk. */
export const TRUNK_WIDTH = 48;

/** A transformer over patches that all see each other. */
export class PictureTrunk {
  readonly parameters: Parameters;
  private readonly cut: DenseWeights;
  private readonly places: Variable<tf.Rank.R2>;
  private readonly transformer: Transformer;

  /** @param store makes the weights and owns them */
  constructor(store: ParameterStore) {
    checkMadeBy('The store', store, ParameterStore, 'model.ParameterStore', 'Make one.');
    this.cut = store.dense('patches', PATCH_NUMBERS, TRUNK_WIDTH);
    this.places = store.normal('places', [MOTIF_PATCHES, TRUNK_WIDTH], 0.3);
    const size = { width: TRUNK_WIDTH, layers: 2, heads: 4, mlpRatio: 2, maxPositions: 1 };
    this.transformer = new Transformer(size, store);
    this.parameters = { ...store.all };
  }

  /**
   * Vectors of patches.
   *
   * @param pictures [N, MOTIF_PATCHES, PATCH_NUMBERS]
   * @returns [N, MOTIF_PATCHES, TRUNK_WIDTH]; the caller disposes it
   * @throws CourseError when they are no such tensor
   */
  states(pictures: Tensor3D): Tensor3D {
    checkTensor('Pictures', pictures, 3, '[N, MOTIF_PATCHES, PATCH_NUMBERS]');
    return tf.tidy(() =>
      this.transformer.forward(
        dense(pictures, this.cut).add(this.places) as Tensor3D,
        tf.zeros([MOTIF_PATCHES, MOTIF_PATCHES]),
      ),
    ); // [N, MOTIF_PATCHES, TRUNK_WIDTH]
  }
}

/** How an encoder is built. */
export interface PictureEncoderConfig {
  /** Channels of the language model. */
  readonly width: number;
  readonly seed: number;
}

/** Makes two vectors of a picture. */
export class PictureEncoder {
  readonly trunk: PictureTrunk;
  readonly parameters: Parameters;
  private readonly store: ParameterStore;
  private readonly head: DenseWeights;

  /** @throws CourseError quoting a width or a seed that is refused */
  constructor(readonly config: PictureEncoderConfig) {
    knownKeys('The config of an encoder of pictures', config, ['width', 'seed']);
    positiveInteger('width', config.width, 1, 4096);
    positiveInteger('seed', config.seed, 0);
    this.store = new ParameterStore(config.seed, undefined, 'fan-in');
    this.trunk = new PictureTrunk(this.store);
    this.head = this.store.dense('head', TRUNK_WIDTH, PICTURE_VECTORS * config.width);
    this.parameters = this.store.all;
  }

  /**
   * The weights of the head alone, the bridge between a trunk and a language model: [TRUNK_WIDTH, 2 C]
   * and [2 C]; they belong to the encoder.
   */
  get bridge(): Parameters {
    return Object.fromEntries(
      Object.entries(this.parameters).filter(([name]) => name.startsWith('head.')),
    );
  }

  /**
   * Two vectors for each picture.
   *
   * @param pictures [N, MOTIF_PATCHES, PATCH_NUMBERS]
   * @returns [N, PICTURE_VECTORS, C]; the caller disposes it
   * @throws CourseError when they are no such tensor
   */
  vectors(pictures: Tensor3D): Tensor3D {
    checkTensor('Pictures', pictures, 3, '[N, MOTIF_PATCHES, PATCH_NUMBERS]');
    return tf.tidy(() => {
      const pooled = this.trunk.states(pictures).mean(1) as Tensor2D; // [N, TRUNK_WIDTH]
      const { width: C } = this.config;
      return dense(pooled, this.head).reshape([pictures.shape[0], PICTURE_VECTORS, C]); // [N, 2, C]
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

/** A trunk that names colour and shape by itself, without a language. */
export class MotifClassifier {
  readonly name = 'classifier of motifs';
  readonly trunk: PictureTrunk;
  readonly parameters: Parameters;
  private readonly store: ParameterStore;
  private readonly head: DenseWeights;

  /** @throws CourseError when the seed is refused */
  constructor(readonly config: { readonly seed: number }) {
    knownKeys('The config of a classifier of motifs', config, ['seed']);
    positiveInteger('seed', config.seed, 0);
    this.store = new ParameterStore(config.seed, undefined, 'fan-in');
    this.trunk = new PictureTrunk(this.store);
    const classes = MOTIF_COLOURS.length + MOTIF_SHAPES.length;
    this.head = this.store.dense('head', TRUNK_WIDTH, classes);
    this.parameters = this.store.all;
  }

  /**
   * Scores of the colours, then of the shapes.
   *
   * @param pictures [N, MOTIF_PATCHES, PATCH_NUMBERS]
   * @returns [N, colours] and [N, shapes]; the caller disposes them
   * @throws CourseError when they are no such tensor
   */
  scores(pictures: Tensor3D): readonly [Tensor2D, Tensor2D] {
    checkTensor('Pictures', pictures, 3, '[N, MOTIF_PATCHES, PATCH_NUMBERS]');
    return tf.tidy(() => {
      const pooled = this.trunk.states(pictures).mean(1) as Tensor2D; // [N, TRUNK_WIDTH]
      const sizes = [MOTIF_COLOURS.length, MOTIF_SHAPES.length];
      const [colours, shapes] = tf.split(dense(pooled, this.head), sizes, 1);
      return [colours as Tensor2D, shapes as Tensor2D] as const;
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

const openEncoder = checkpointKind({
  kind: 'an encoder of pictures',
  call: 'captions.loadPictureEncoder',
  fits: ({ model }) => 'pictureEncoder' in model,
  open: (file, checkpoint) =>
    restored(
      file,
      checkpoint,
      new PictureEncoder(
        (checkpoint.facts.model as { pictureEncoder: PictureEncoderConfig }).pictureEncoder,
      ),
    ),
});

/**
 * The encoder of a recorded run.
 *
 * @returns the encoder; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadPictureEncoder = (file: string): PictureEncoder => openEncoder(file).model;

const openClassifier = checkpointKind({
  kind: 'a classifier of motifs',
  call: 'captions.loadMotifClassifier',
  fits: ({ model }) => 'motifClassifier' in model,
  open: (file, checkpoint) =>
    restored(
      file,
      checkpoint,
      new MotifClassifier(
        (checkpoint.facts.model as { motifClassifier: { seed: number } }).motifClassifier,
      ),
    ),
});

/**
 * The classifier of a recorded run.
 *
 * @returns the classifier; the caller disposes it
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadMotifClassifier = (file: string): MotifClassifier => openClassifier(file).model;

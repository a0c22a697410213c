/**
 * Pictures that a language model looks at from inside. A resampler makes a few vectors of all patches;
 * before each layer of the language model, which stays as it is, every word attends to those of the
 * picture that stands last before it:
 *
 *   x <- x + tanh(a) XAttn(x, pictures),   x <- x + tanh(b) MLP(x),   a = b = 0 at first,
 *
 * so that training begins with the language model as it was.
 * Reference: Alayrac et al. (2022, arXiv 2204.14198), "Flamingo"; Jaegle et al. (2021) for the resampler.
 */
import { tf } from '../../../core/backend';
import { checkTensor } from '../../../core/checks';
import { finiteNumber, knownKeys, positiveInteger } from '../../../core/errors';
import { FORBIDDEN, attentionMixture, attentionWeights, joinHeads } from '../../../model/attention';
import { dense, gelu, layerNorm, type DenseWeights, type NormWeights } from '../../../model/layers';
import { ParameterStore } from '../../../model/parameterstore';
import type { Hook, Parameters } from '../../../model/transformer';
import { restored } from '../../../training/checkpoint';
import { checkpointKind } from '../../../training/kinds';
import type { Tensor, Tensor1D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs';
import { PictureTrunk, TRUNK_WIDTH } from './pictureencoder';

/** Vectors that the resampler makes of a picture. */
export const RESAMPLED = 4;

/** Heads of every attention to pictures. */
const HEADS = 4;

/** How such layers are built. */
export interface GatedPicturesConfig {
  /** Channels and layers of the language model. */
  readonly width: number;
  readonly layers: number;
  readonly seed: number;
  /** What a and b are at first: 0 shuts the gates. */
  readonly gate: number;
}

/** Queries, keys and values of an attention from one sequence to another. */
interface CrossWeights {
  readonly queries: DenseWeights<null>;
  readonly keys: DenseWeights<null>;
  readonly values: DenseWeights<null>;
  readonly projection: DenseWeights<null>;
}

/** The layers before a layer of the language model. */
interface GatedLayer {
  readonly norm: NormWeights;
  readonly cross: CrossWeights;
  readonly normMlp: NormWeights;
  readonly up: DenseWeights;
  readonly down: DenseWeights;
  /** a and b, [2]. */
  readonly gates: Variable<tf.Rank.R1>;
}

/** [B, T, C] as heads, [B, HEADS, T, C / HEADS]. */
const byHeads = (x: Tensor3D): Tensor4D => {
  const [B, T, C] = x.shape;
  return x.reshape([B, T, HEADS, C / HEADS]).transpose([0, 2, 1, 3]); // [B, HEADS, T, D]
};

/** What `from` reads of `to`: [B, T, C], [B, S, W] and a bias [B, 1, T, S] or [1] -> [B, T, C]. */
const crossed = (from: Tensor3D, to: Tensor3D, weights: CrossWeights, bias: Tensor): Tensor3D => {
  const [q, k, v] = [
    byHeads(dense(from, weights.queries)),
    byHeads(dense(to, weights.keys)),
    byHeads(dense(to, weights.values)),
  ];
  const read = joinHeads(attentionMixture(attentionWeights(q, k, bias), v)); // [B, T, C]
  return dense(read, weights.projection);
};

/** A resampler and gated layers. */
export class GatedPictures {
  readonly parameters: Parameters;
  private readonly store: ParameterStore;
  private readonly trunk: PictureTrunk;
  private readonly latents: Variable<tf.Rank.R2>;
  private readonly resampler: { readonly cross: CrossWeights; readonly norm: NormWeights };
  private readonly layers: readonly GatedLayer[];

  /** @throws CourseError quoting a setting that is refused */
  constructor(readonly config: GatedPicturesConfig) {
    knownKeys('The config of gated layers', config, ['width', 'layers', 'seed', 'gate']);
    const { width: C, layers: L, seed, gate } = config;
    positiveInteger('width', C, HEADS, 4096);
    positiveInteger('layers', L, 1, 64);
    positiveInteger('seed', seed, 0);
    finiteNumber('gate', gate);
    const store = new ParameterStore(seed, undefined, 'fan-in');
    const cross = (name: string, from: number, to: number): CrossWeights => ({
      queries: store.product(`${name}.queries`, from, from),
      keys: store.product(`${name}.keys`, to, from),
      values: store.product(`${name}.values`, to, from),
      projection: store.product(`${name}.projection`, from, from),
    });
    this.store = store;
    this.trunk = new PictureTrunk(store);
    this.latents = store.normal('latents', [RESAMPLED, TRUNK_WIDTH], 1);
    this.resampler = {
      cross: cross('resampler', TRUNK_WIDTH, TRUNK_WIDTH),
      norm: store.norm('resampler.norm', TRUNK_WIDTH),
    };
    this.layers = Array.from({ length: L }, (_, l) => ({
      norm: store.norm(`gated.${l}.norm`, C),
      cross: cross(`gated.${l}`, C, TRUNK_WIDTH),
      normMlp: store.norm(`gated.${l}.normMlp`, C),
      up: store.dense(`gated.${l}.up`, C, 2 * C),
      down: store.dense(`gated.${l}.down`, 2 * C, C),
      gates: store.constant(`gated.${l}.gates`, 2, gate),
    }));
    this.parameters = store.all;
  }

  /**
   * A few vectors for each picture.
   *
   * @param pictures [N, MOTIF_PATCHES, PATCH_NUMBERS]
   * @returns [N, RESAMPLED, TRUNK_WIDTH]; the caller disposes it
   * @throws CourseError when they are no such tensor
   */
  resampled(pictures: Tensor3D): Tensor3D {
    checkTensor('Pictures', pictures, 3, '[N, MOTIF_PATCHES, PATCH_NUMBERS]');
    return tf.tidy(() => {
      const states = this.trunk.states(pictures); // [N, MOTIF_PATCHES, TRUNK_WIDTH]
      const asked = tf.tile(this.latents.expandDims<Tensor3D>(0), [pictures.shape[0], 1, 1]); // [N, R, W]
      const read = crossed(asked, states, this.resampler.cross, tf.zeros([1]));
      return layerNorm(asked.add(read) as Tensor3D, this.resampler.norm); // [N, R, W]
    });
  }

  /** What is added before layer l: [B, T, C] -> [B, T, C], times the opening of the gates. */
  private before(x: Tensor3D, visual: Tensor3D, seen: Tensor, l: number, open: number): Tensor3D {
    const { norm, cross, normMlp, up, down, gates } = this.layers[l]!;
    const [a, b] = tf.split(gates.tanh().mul(open) as Tensor1D, 2);
    const bias = tf.sub(1, seen).mul(FORBIDDEN).expandDims(1); // [B, 1, T, S]
    const sees = seen.max(-1, true); // [B, T, 1], 0 before the first picture
    const read = crossed(layerNorm(x, norm), visual, cross, bias).mul(sees);
    const looked = x.add(read.mul(a!)) as Tensor3D;
    const mlp = dense(gelu(dense(layerNorm(looked, normMlp), up)), down).mul(sees);
    return looked.add(mlp.mul(b!)) as Tensor3D;
  }

  /**
   * The hook that puts the layers before those of a language model.
   *
   * @param visual [B, S, TRUNK_WIDTH], vectors of the pictures of each text
   * @param seen   [B, T, S]: 1 where a word sees a vector, else 0
   * @param open   what the opening tanh(a) of every gate is multiplied with
   * @returns for CaptionLanguage.logitsOf
   * @throws CourseError when they are no such tensors, or `open` is no number
   */
  hook(visual: Tensor3D, seen: Tensor3D, open = 1): Hook {
    checkTensor('Vectors of pictures', visual, 3, '[B, S, TRUNK_WIDTH]');
    checkTensor('What is seen', seen, 3, '[B, T, S]');
    finiteNumber('open', open);
    return (name, value) => {
      const l =
        name === 'embedded' ? 0 : 1 + Number(/^blocks\.(\d+)\.out$/u.exec(name)?.[1] ?? NaN);
      return this.layers[l] ? this.before(value as Tensor3D, visual, seen, l, open) : undefined;
    };
  }

  /** tanh(a) and tanh(b) of every layer. */
  openings(): [number, number][] {
    return this.layers.map(({ gates }) => {
      const [a, b] = gates.dataSync();
      return [Math.tanh(a!), Math.tanh(b!)];
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.store.dispose();
  }
}

const open = checkpointKind({
  kind: 'gated layers that look at pictures',
  call: 'captions.loadGatedPictures',
  fits: ({ model }) => 'gatedPictures' in model,
  open: (file, checkpoint) =>
    restored(
      file,
      checkpoint,
      new GatedPictures(
        (checkpoint.facts.model as { gatedPictures: GatedPicturesConfig }).gatedPictures,
      ),
    ),
});

/**
 * The gated layers of a recorded run.
 *
 * @returns the layers; the caller disposes them
 * @throws CourseError when the file is missing, cut, corrupt, or of another kind of model
 */
export const loadGatedPictures = (file: string): GatedPictures => open(file).model;

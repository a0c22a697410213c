/**
 * Texts with pictures, read by a language model that is given sight in one of two ways: vectors of an
 * encoder in place of words (Frozen), or gated layers that look at pictures from inside (Flamingo).
 */
import { tf } from '../../../core/backend';
import { checkIndices, checkMadeBy, checkReadable, checkTensor } from '../../../core/checks';
import { demand, plainObject } from '../../../core/errors';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { checkCaptionLanguage, type CaptionLanguage } from './captionlanguage';
import { GatedPictures, RESAMPLED } from './gatedpictures';
import { PICTURE_VECTORS, PictureEncoder } from './pictureencoder';

/** How a language model sees: by vectors in place of words, or by gated layers. */
export type Sight = PictureEncoder | GatedPictures;

/** Texts of one layout, with their pictures. */
export interface PictureBatch {
  /** [B, T], int32; two tokens '<picture>' where a picture stands. */
  readonly tokens: Tensor2D;
  /** [B K, MOTIF_PATCHES, PATCH_NUMBERS], the K pictures of a text one after another. */
  readonly pictures: Tensor3D;
  /** Where the pictures begin, K places, the same in all texts. */
  readonly places: readonly number[];
}

/** Refuses what is no way to see. */
function checkSight(sight: Sight): void {
  if (!(sight instanceof GatedPictures))
    checkMadeBy(
      'Sight',
      sight,
      PictureEncoder,
      'captions.PictureEncoder or captions.GatedPictures',
      'Load one with captions.loadPictureEncoder.',
    );
}

/** Refuses texts whose pictures do not fit. */
function checkPictureBatch(batch: PictureBatch): void {
  plainObject('Texts with pictures', batch);
  const { tokens, pictures, places } = batch;
  checkReadable('Words', tokens);
  checkTensor('Pictures', pictures, 3, '[B K, MOTIF_PATCHES, PATCH_NUMBERS]');
  const [B, T] = tokens.shape;
  checkIndices('Places of pictures', places, T! - PICTURE_VECTORS, 1);
  demand(
    tokens.rank === 2 && pictures.shape[0] === B * places.length,
    () =>
      `${pictures.shape[0]} pictures were given to texts [${tokens.shape.join(', ')}] with ` +
      `${places.length} places.`,
    'Give each text as many pictures as it has places.',
  );
}

/** [B, rows, columns] of one matrix for all texts. */
const forEachText = (matrix: readonly (readonly number[])[], B: number): Tensor3D =>
  tf.tile(tf.tensor2d(matrix as number[][]).expandDims<Tensor3D>(0), [B, 1, 1]); // [B, rows, columns]

/** For each word the vectors of which it sees: those of the picture that stands last before it. */
const lastSeen = (T: number, places: readonly number[]): number[][] =>
  Array.from({ length: T }, (_, t) => {
    const last = places.filter((place) => place <= t).length - 1;
    return places.flatMap((__, k) => new Array<number>(RESAMPLED).fill(Number(k === last)));
  });

/** Words as vectors, with those of pictures in their places. */
function withVectors(
  embedded: Tensor3D,
  { pictures, places }: PictureBatch,
  encoder: PictureEncoder,
): Tensor3D {
  const [B, T, C] = embedded.shape;
  const slots = places.flatMap((place) => [...Array(PICTURE_VECTORS).keys()].map((i) => place + i));
  const placed = Array.from({ length: T }, (_, t) => slots.map((slot) => Number(slot === t)));
  const word = placed.map((row) => [Number(row.every((x) => x === 0))]); // [T][1]
  const vectors = encoder.vectors(pictures).reshape([B, slots.length, C]); // [B, 2 K, C]
  const there = forEachText(placed, B).matMul(vectors); // [B, T, C]
  return embedded.mul(tf.tensor2d(word)).add(there) as Tensor3D; // [B, T, C]
}

/**
 * Scores of the next word at every place of texts with pictures.
 *
 * @param sight what the language model sees with; null: it sees nothing where pictures stand
 * @param batch shapes as in PictureBatch
 * @param open  what the opening of every gate is multiplied with
 * @returns [B, T, V]; the caller disposes it
 * @throws CourseError when there is no language model or sight, or pictures and places do not fit
 */
export function sightedLogits(
  language: CaptionLanguage,
  sight: Sight | null,
  batch: PictureBatch,
  open = 1,
): Tensor3D {
  checkCaptionLanguage(language);
  if (sight !== null) checkSight(sight);
  checkPictureBatch(batch);
  const { tokens, pictures, places } = batch;
  const [B, T] = tokens.shape;
  return tf.tidy(() => {
    const embedded = language.embedded(tokens); // [B, T, C]
    if (sight === null) return language.logitsOf(embedded);
    if (sight instanceof PictureEncoder)
      return language.logitsOf(withVectors(embedded, batch, sight));
    const visual = sight
      .resampled(pictures)
      .reshape([B, places.length * RESAMPLED, -1]) as Tensor3D;
    return language.logitsOf(
      embedded,
      sight.hook(visual, forEachText(lastSeen(T, places), B), open),
    );
  });
}

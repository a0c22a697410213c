/**
 * Pictures of motifs, 16 x 16 pixels in three colours, cut into 16 patches: a shape on a dark ground,
 * moved, scaled and a little noisy, each time otherwise. A glyph of an alphabet can take the place of
 * the shape: something that no caption names.
 */
import { checkMadeBy, checkStream } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { tf } from '../../../core/backend';
import type { Stream } from '../../../core/random';
import { PIXELS as GLYPH_PIXELS, SIDE as GLYPH_SIDE } from '../../../glyphs';
import { checkMotif, MOTIF_COLOURS, type Motif } from './captionwords';

/** Side of a picture and of a patch, in pixels. */
export const [MOTIF_SIDE, PATCH_SIDE] = [16, 4] as const;
/** Patches of a picture, and numbers of a patch. */
export const [MOTIF_PATCHES, PATCH_NUMBERS] = [
  (MOTIF_SIDE / PATCH_SIDE) ** 2,
  3 * PATCH_SIDE ** 2,
] as const;

/** Red, green and blue of each colour, from 0 to 1. */
const INKS: readonly (readonly [number, number, number])[] = [
  [0.95, 0.2, 0.2],
  [0.2, 0.8, 0.25],
  [0.25, 0.35, 1],
  [0.95, 0.85, 0.15],
  [0.7, 0.25, 0.85],
  [0.95, 0.95, 0.95],
];

/** Whether a shape covers a place, in units of its size, v downwards. */
const COVERS: readonly ((u: number, v: number) => boolean)[] = [
  (u, v) => Math.max(Math.abs(u), Math.abs(v)) <= 0.85,
  (u, v) => Math.hypot(u, v) <= 1 && Math.hypot(u, v) >= 0.55,
  (u, v) => Math.min(Math.abs(u), Math.abs(v)) <= 0.28 && Math.max(Math.abs(u), Math.abs(v)) <= 1,
  (u, v) => Math.abs(v) <= 0.32 && Math.abs(u) <= 1,
  (u, v) => Math.abs(u) <= 0.32 && Math.abs(v) <= 1,
  (u, v) => Math.abs(v) <= 0.9 && Math.abs(u) <= (v + 0.9) / 1.8,
  (u, v) => Math.max(Math.abs(u), Math.abs(v)) <= 0.95 && (u <= -0.4 || v >= 0.4),
  (u, v) => Math.abs(u) + Math.abs(v) <= 1,
];

/** How much of a pixel a shape covers, from 0 to 1, by 2 x 2 points of it. */
function coverOf(shape: number, random: Stream): (x: number, y: number) => number {
  const size = 4.6 + 1.6 * random.uniform();
  const [cx, cy] = [7.5 + 3 * (random.uniform() - 0.5), 7.5 + 3 * (random.uniform() - 0.5)];
  const points = [-0.25, 0.25];
  return (x, y) =>
    points
      .flatMap((dy) => points.map((dx) => [(x + dx - cx) / size, (y + dy - cy) / size] as const))
      .filter(([u, v]) => COVERS[shape]!(u, v)).length / 4;
}

/** Ink of a drawing, pixel by pixel, one pixel of paper around it. */
const glyphCover =
  (drawing: Float32Array) =>
  (x: number, y: number): number =>
    Math.min(x, y) < 1 || Math.max(x, y) > GLYPH_SIDE
      ? 0
      : drawing[(y - 1) * GLYPH_SIDE + (x - 1)]!;

/** What covers a picture, in a colour on a dark ground with noise, row by row, three numbers each. */
function painted(
  random: Stream,
  colour: number,
  cover: (x: number, y: number) => number,
): Float32Array {
  const ground = 0.15 * random.uniform();
  const ink = INKS[colour]!.map((value) => value + 0.08 * random.normal());
  const picture = new Float32Array(3 * MOTIF_SIDE ** 2);
  for (let y = 0; y < MOTIF_SIDE; y++)
    for (let x = 0; x < MOTIF_SIDE; x++) {
      const share = cover(x, y);
      for (let c = 0; c < 3; c++) {
        const value = ground + share * (ink[c]! - ground) + 0.04 * random.normal();
        picture[3 * (y * MOTIF_SIDE + x) + c] = Math.min(1, Math.max(0, value));
      }
    }
  return picture;
}

/**
 * A picture of a motif.
 *
 * @returns row by row, red, green and blue of each pixel, from 0 to 1
 * @throws CourseError when there is no stream, or it is no motif
 */
export function motifPicture(random: Stream, motif: Motif): Float32Array {
  checkStream(random);
  checkMotif(motif);
  return painted(random, motif.colour, coverOf(motif.shape, random));
}

/**
 * A picture of a drawn character.
 *
 * @param drawing of an alphabet, 14 x 14 numbers from 0 to 1
 * @param colour  its number
 * @returns row by row, red, green and blue of each pixel, from 0 to 1
 * @throws CourseError when there is no stream, drawing or colour
 */
export function glyphPicture(random: Stream, drawing: Float32Array, colour: number): Float32Array {
  checkStream(random);
  checkDrawing('A drawing', drawing, GLYPH_PIXELS);
  positiveInteger('The colour of a glyph', colour, 0, MOTIF_COLOURS.length - 1);
  return painted(random, colour, glyphCover(drawing));
}

/** Refuses what are not so many numbers of a picture. */
function checkDrawing(name: string, drawing: Float32Array, count: number): void {
  checkMadeBy(name, drawing, Float32Array, 'Float32Array', 'Draw one.');
  demand(
    drawing.length === count,
    () => `${name} has ${drawing.length} numbers in place of ${count}.`,
    'Draw one of this size.',
  );
}

/**
 * Pictures as patches, from the left to the right and then down.
 *
 * @returns [pictures, MOTIF_PATCHES, PATCH_NUMBERS]; the caller disposes it
 * @throws CourseError when there is no picture, or one has another size
 */
export function motifPatches(pictures: readonly Float32Array[]): tf.Tensor3D {
  demand(
    Array.isArray(pictures) && pictures.length > 0,
    () => 'Patches were asked of no picture.',
    'Give a list of pictures.',
  );
  const all = new Float32Array(pictures.length * MOTIF_PATCHES * PATCH_NUMBERS);
  const across = MOTIF_SIDE / PATCH_SIDE;
  pictures.forEach((picture, p) => {
    checkDrawing(`Picture ${p}`, picture, 3 * MOTIF_SIDE ** 2);
    for (let y = 0; y < MOTIF_SIDE; y++)
      for (let x = 0; x < MOTIF_SIDE; x++) {
        const patch = across * Math.floor(y / PATCH_SIDE) + Math.floor(x / PATCH_SIDE);
        const inside = PATCH_SIDE * (y % PATCH_SIDE) + (x % PATCH_SIDE);
        const to = (p * MOTIF_PATCHES + patch) * PATCH_NUMBERS + 3 * inside;
        for (let c = 0; c < 3; c++) all[to + c] = picture[3 * (y * MOTIF_SIDE + x) + c]!;
      }
  });
  return tf.tensor3d(all, [pictures.length, MOTIF_PATCHES, PATCH_NUMBERS]);
}

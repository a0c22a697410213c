/**
 * The canvas: four pictures in a square, an example's input and output, the query, and a hole for the
 * answer. It is cut into patches, and a patch is a token. The eight layouts are the eight symmetries
 * of the square, which move the pictures and leave each of them as it is.
 * References: Bar et al. (2022, arXiv 2209.00647), figure 1; Sun et al. (2023, arXiv 2304.04748) for
 * the eight layouts.
 */
import { checkList, checkNumbers } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import {
  CHANNELS,
  PICTURE_SIDE,
  channelsOf,
  checkPicture,
  checkPicturePairs,
  type Picture,
  type PicturePair,
} from './picture';

/** Pixels along a side of a patch. */
export const PATCH = 2;

/** Patches of a picture, and numbers of a patch. */
export const PATCHES = (PICTURE_SIDE / PATCH) ** 2;
export const PATCH_SIZE = PATCH * PATCH * CHANNELS;

/** Tokens of a canvas: patches of four pictures. */
export const CANVAS_TOKENS = 4 * PATCHES;

/**
 * Where the pictures of a canvas are: quadrants of the example's input and output, of the query and of
 * the hole; 0 is top left, 1 top right, 2 bottom left, 3 bottom right.
 */
export type CanvasLayout = readonly [number, number, number, number];

/** The eight layouts. The first four have each output beside its input, the others below or above. */
export const CANVAS_LAYOUTS: readonly CanvasLayout[] = [
  [0, 1, 2, 3],
  [1, 0, 3, 2],
  [2, 3, 0, 1],
  [3, 2, 1, 0],
  [0, 2, 1, 3],
  [2, 0, 3, 1],
  [1, 3, 0, 2],
  [3, 1, 2, 0],
];

const PER_SIDE = PICTURE_SIDE / PATCH;

/**
 * A layout by its number, from 0 to 7.
 *
 * @throws CourseError when there is no such layout
 */
export const canvasLayout = (layout: number): CanvasLayout =>
  CANVAS_LAYOUTS[positiveInteger('The layout', layout, 0, CANVAS_LAYOUTS.length - 1)]!;

/** The place of number `within` of patch `patch` among the channels of a picture. */
function channelPlace(patch: number, within: number): number {
  const [top, left] = [Math.floor(patch / PER_SIDE) * PATCH, (patch % PER_SIDE) * PATCH];
  const pixel = Math.floor(within / CHANNELS);
  const [row, column] = [top + Math.floor(pixel / PATCH), left + (pixel % PATCH)];
  return (row * PICTURE_SIDE + column) * CHANNELS + (within % CHANNELS);
}

/** For every number of every patch, where it stands among the channels of a picture. */
const PLACES = Array.from({ length: PATCHES * PATCH_SIZE }, (_, i) =>
  channelPlace(Math.floor(i / PATCH_SIZE), i % PATCH_SIZE),
);

/**
 * A picture as patches, row by row; within a patch row by row, channels last.
 *
 * @returns [PATCHES x PATCH_SIZE], one patch after the other
 * @throws CourseError when it is no picture
 */
export function patchesOf(picture: Picture): number[] {
  const channels = channelsOf(picture);
  return PLACES.map((place) => channels[place]!);
}

/**
 * The channels of a picture from those of its patches.
 *
 * @param patches [PATCHES x PATCH_SIZE] probabilities
 * @returns PICTURE_SIDE x PICTURE_SIDE x 3
 * @throws CourseError when there are not as many
 */
export function unpatched(patches: readonly number[]): number[] {
  checkNumbers('Patches of a picture', patches);
  demand(
    patches.length === PLACES.length,
    () => `${patches.length} numbers were given for the patches of a picture.`,
    `Give ${PATCHES} patches of ${PATCH_SIZE}.`,
  );
  const channels = new Array<number>(PLACES.length);
  PLACES.forEach((place, i) => (channels[place] = patches[i]!));
  return channels;
}

/**
 * The patches of some pictures, one picture after the other; zeros for a hole.
 *
 * @param pictures null is a hole
 * @returns [N x PATCHES x PATCH_SIZE]
 * @throws CourseError when a picture is none
 */
export function patchesOfAll(pictures: readonly (Picture | null)[]): number[] {
  checkList('Pictures', pictures, 'pictures', (one) => one === null || Array.isArray(one));
  return pictures.flatMap((picture) =>
    picture ? patchesOf(picture) : new Array<number>(PLACES.length).fill(0),
  );
}

/**
 * The four pictures of a canvas, in the order of a layout: example's input and output, query, hole.
 *
 * @param example null leaves two holes more
 * @throws CourseError when a picture is none
 */
export function canvasPictures(
  example: PicturePair | null,
  query: Picture,
  answer: Picture | null = null,
): (Picture | null)[] {
  if (example !== null) checkPicturePairs('the example', [example]);
  checkPicture('The query', query);
  if (answer !== null) checkPicture('The answer', answer);
  return [example?.input ?? null, example?.output ?? null, query, answer];
}

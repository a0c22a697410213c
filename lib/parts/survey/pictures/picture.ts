/**
 * Small pictures, their channels, and how far an answer is from one. A pixel is one of eight colours,
 * whose three bits say which of the channels red, green and blue are on; so an index and three
 * channels of 0 and 1 say the same.
 */
import { checkEach, checkFields, checkFinite, checkList, checkNumbers } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';

/** Pixels along a side of a picture. */
export const PICTURE_SIDE = 6;

/** Channels of a pixel: red, green, blue. */
export const CHANNELS = 3;

/** Names of the eight colours: bit 0 of the index is red, bit 1 green, bit 2 blue. */
export const PIXEL_COLOURS = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
] as const;

/** Colours of shapes: those between black and white. */
export const SHAPE_COLOURS: readonly number[] = [1, 2, 3, 4, 5, 6];

/** Colours of pixels by index, row after row, PICTURE_SIDE x PICTURE_SIDE. */
export type Picture = readonly number[];

/** An input and its output. */
export interface PicturePair {
  readonly input: Picture;
  readonly output: Picture;
}

const isColour = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < PIXEL_COLOURS.length;

/**
 * Refuses what is no picture.
 *
 * @throws CourseError quoting what is none
 */
export function checkPicture(name: string, picture: unknown): asserts picture is Picture {
  checkList(name, picture, `colours from 0 to ${PIXEL_COLOURS.length - 1}`, isColour);
  const { length } = picture as Picture;
  demand(
    length === PICTURE_SIDE * PICTURE_SIDE,
    () => `${name} has ${length} pixels.`,
    `Give ${PICTURE_SIDE} rows of ${PICTURE_SIDE}, one after the other.`,
  );
}

/**
 * Refuses what is no list of pairs of pictures.
 *
 * @throws CourseError quoting what is none
 */
export function checkPicturePairs(
  name: string,
  pairs: unknown,
  least = 0,
): asserts pairs is PicturePair[] {
  checkList(
    name,
    pairs,
    'pairs of pictures',
    (one) => typeof one === 'object' && one !== null,
    least,
  );
  for (const pair of pairs as readonly PicturePair[])
    checkFields(`A pair of ${name}`, pair, { input: checkPicture, output: checkPicture });
}

/**
 * The channels of a picture, 0 or 1: red, green and blue of the first pixel, and so on.
 *
 * @returns PICTURE_SIDE x PICTURE_SIDE x 3
 * @throws CourseError when it is no picture
 */
export function channelsOf(picture: Picture): number[] {
  checkPicture('A picture', picture);
  return picture.flatMap((colour) => [colour & 1, (colour >> 1) & 1, (colour >> 2) & 1]);
}

/**
 * The picture whose channels are on where a value is at least one half.
 *
 * @param channels PICTURE_SIDE x PICTURE_SIDE x 3 probabilities
 * @throws CourseError when there are not as many numbers
 */
export function pictureOf(channels: readonly number[]): Picture {
  checkNumbers('Channels of a picture', channels);
  demand(
    channels.length === PICTURE_SIDE * PICTURE_SIDE * CHANNELS,
    () => `${channels.length} channels were given for a picture.`,
    `Give ${PICTURE_SIDE * PICTURE_SIDE * CHANNELS}: three for each pixel.`,
  );
  return Array.from({ length: PICTURE_SIDE * PICTURE_SIDE }, (_, i) =>
    [0, 1, 2].reduce((colour, bit) => colour + (channels[3 * i + bit]! >= 0.5 ? 1 << bit : 0), 0),
  );
}

/**
 * Colours of the pixels for a figure, as in '#ff8800', with as many levels of each channel.
 *
 * @param channels PICTURE_SIDE x PICTURE_SIDE x 3, from 0 to 1; what lies outside is cut
 * @returns row by row
 * @throws CourseError when there are not as many numbers, or fewer than two levels
 */
export function pixelColours(channels: readonly number[], levels = 5): string[][] {
  pictureOf(channels);
  positiveInteger('levels', levels, 2, 256);
  const hex = (share: number): string => {
    const level = Math.round(Math.min(1, Math.max(0, share)) * (levels - 1));
    return Math.round((255 * level) / (levels - 1))
      .toString(16)
      .padStart(2, '0');
  };
  return Array.from({ length: PICTURE_SIDE }, (_, row) =>
    Array.from({ length: PICTURE_SIDE }, (__, column) => {
      const at = 3 * (row * PICTURE_SIDE + column);
      return `#${hex(channels[at]!)}${hex(channels[at + 1]!)}${hex(channels[at + 2]!)}`;
    }),
  );
}

/** How far answers are from what is right. */
export interface PictureError {
  /** Mean squared error of the channels. */
  readonly squared: number;
  /** The share of pixels with the right colour, after each channel was rounded. */
  readonly pixels: number;
  /** Whether every pixel is right. */
  readonly whole: number;
}

/**
 * How far an answer is from the right picture.
 *
 * @param channels PICTURE_SIDE x PICTURE_SIDE x 3 probabilities that a channel is on
 * @throws CourseError when either is none
 */
export function pictureError(channels: readonly number[], right: Picture): PictureError {
  const [given, wanted] = [pictureOf(channels), channelsOf(right)];
  const pixels = right.filter((colour, i) => colour === given[i]).length / right.length;
  const squares = wanted.reduce((sum, value, i) => sum + (value - channels[i]!) ** 2, 0);
  return { squared: squares / wanted.length, pixels, whole: Number(pixels === 1) };
}

/**
 * The mean of some errors.
 *
 * @throws CourseError when there is none
 */
export function meanPictureError(errors: readonly PictureError[]): PictureError {
  checkEach(
    'Errors',
    errors,
    'errors of pictures',
    (name, one) =>
      checkFields(name, one, { squared: checkFinite, pixels: checkFinite, whole: checkFinite }),
    1,
  );
  const of = (key: keyof PictureError): number =>
    errors.reduce((sum, error) => sum + error[key], 0) / errors.length;
  return { squared: of('squared'), pixels: of('pixels'), whole: of('whole') };
}

/**
 * Pictures that are drawn at random: outlined and filled rectangles and triangles, and single dots, on
 * black. No two of them touch.
 */
import { checkFlag, checkStream } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { PICTURE_SIDE, SHAPE_COLOURS, type Picture } from './picture';

/** The places of a pixel's neighbours. */
function placesAround(place: number, corners: boolean): number[] {
  const [row, column] = [Math.floor(place / PICTURE_SIDE), place % PICTURE_SIDE];
  const found: number[] = [];
  for (let r = row - 1; r <= row + 1; r++)
    for (let c = column - 1; c <= column + 1; c++) {
      const beside = (r === row) !== (c === column);
      const inside = r >= 0 && r < PICTURE_SIDE && c >= 0 && c < PICTURE_SIDE;
      if (inside && (beside || (corners && r !== row && c !== column)))
        found.push(r * PICTURE_SIDE + c);
    }
  return found;
}

const AROUND = [false, true].map((corners) =>
  Array.from({ length: PICTURE_SIDE ** 2 }, (_, place) => placesAround(place, corners)),
);

/**
 * The places of a pixel's neighbours: the four beside it, or these and the four at its corners, as far
 * as they are in the picture.
 *
 * @param place of the pixel, row after row
 * @throws CourseError when there is no such pixel
 */
export function pixelNeighbours(place: number, corners: boolean): readonly number[] {
  positiveInteger('The place of a pixel', place, 0, PICTURE_SIDE ** 2 - 1);
  checkFlag('corners', corners);
  return AROUND[Number(corners)]![place]!;
}

/** The places of a shape of some size, filled or only its outline, from a corner at 0, 0. */
function shapePlaces(random: Stream): readonly (readonly [number, number])[] {
  const [height, width] = [3 + random.integer(2), 3 + random.integer(2)];
  const triangle = random.integer(3) === 0;
  const size = triangle ? 4 + random.integer(2) : 0;
  const filled = random.integer(2) === 0;
  const [turnRows, turnColumns] = [random.integer(2) === 1, random.integer(2) === 1];
  const [rows, columns] = triangle ? [size, size] : [height, width];
  const inside = (r: number, c: number): boolean =>
    r >= 0 && c >= 0 && r < rows && c < columns && (!triangle || c <= r);
  const places: [number, number][] = [];
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const inner = inside(r - 1, c) && inside(r + 1, c) && inside(r, c - 1) && inside(r, c + 1);
      if (inside(r, c) && (filled || !inner))
        places.push([
          triangle && turnRows ? rows - 1 - r : r,
          triangle && turnColumns ? columns - 1 - c : c,
        ]);
    }
  return places;
}

/** Puts places onto a picture where they touch nothing; whether there was room. */
function put(pixels: number[], random: Stream, places: ReturnType<typeof shapePlaces>): boolean {
  const rows = 1 + Math.max(...places.map(([r]) => r));
  const columns = 1 + Math.max(...places.map(([, c]) => c));
  const [top, left] = [
    random.integer(PICTURE_SIDE - rows + 1),
    random.integer(PICTURE_SIDE - columns + 1),
  ];
  const at = places.map(([r, c]) => (top + r) * PICTURE_SIDE + left + c);
  const free = at.every((place) =>
    [place, ...pixelNeighbours(place, true)].every((one) => pixels[one] === 0),
  );
  if (!free) return false;
  const colour = SHAPE_COLOURS[random.integer(SHAPE_COLOURS.length)]!;
  for (const place of at) pixels[place] = colour;
  return true;
}

/** How often a shape is tried before it is left out. */
const TRIES = 12;

/**
 * A random picture: one or two shapes, each filled or outlined, and up to two single dots, which
 * touch nothing else.
 *
 * @throws CourseError when there is no stream
 */
export function drawPicture(random: Stream): Picture {
  checkStream(random);
  const pixels = new Array<number>(PICTURE_SIDE * PICTURE_SIDE).fill(0);
  const place = (shape: () => ReturnType<typeof shapePlaces>): void => {
    for (let i = 0; i < TRIES; i++) if (put(pixels, random, shape())) return;
  };
  const [shapes, dots] = [1 + random.integer(2), random.integer(3)];
  for (let s = 0; s < shapes; s++) place(() => shapePlaces(random));
  for (let d = 0; d < dots; d++) place(() => [[0, 0]]);
  return pixels;
}

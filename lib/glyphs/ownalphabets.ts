/**
 * Alphabets that the course draws itself, so that nothing need be downloaded: each alphabet has a
 * style (strokes per character, curvature, directions, slant), a character is a few strokes in that
 * style, and a drawing is a randomly distorted copy of it.
 */
import { checkMemory } from '../core/checks';
import { knownKeys, positiveInteger } from '../core/errors';
import { stream, type Stream } from '../core/random';
import { PIXELS, SIDE, type Alphabet, type AlphabetSplit } from './alphabets';

/** A stroke: a quadratic curve by its three points, each in 0 .. 1. */
type Stroke = readonly (readonly [number, number])[];

/** What the characters of an alphabet have in common. */
interface Style {
  readonly strokes: number;
  readonly curvature: number;
  readonly directions: readonly number[];
  readonly slant: number;
}

const styleOf = (random: Stream): Style => ({
  strokes: 2 + random.integer(3),
  curvature: 0.5 * random.uniform(),
  directions: Array.from({ length: 2 + random.integer(3) }, () => Math.PI * random.uniform()),
  slant: 0.35 * random.normal(),
});

function strokeOf({ curvature, directions }: Style, random: Stream): Stroke {
  const angle = directions[random.integer(directions.length)]! + 0.1 * random.normal();
  const length = 0.3 + 0.4 * random.uniform();
  const [cx, cy] = [0.25 + 0.5 * random.uniform(), 0.25 + 0.5 * random.uniform()];
  const [dx, dy] = [(length / 2) * Math.cos(angle), (length / 2) * Math.sin(angle)];
  const side = curvature * (random.integer(2) === 0 ? 1 : -1) * length;
  return [
    [cx - dx, cy - dy],
    [cx - side * Math.sin(angle), cy + side * Math.cos(angle)],
    [cx + dx, cy + dy],
  ];
}

/** Points along a stroke. */
const along = ([a, b, c]: Stroke, count = 12): [number, number][] =>
  Array.from({ length: count }, (_, k) => {
    const t = k / (count - 1);
    const at = (i: 0 | 1): number => (1 - t) ** 2 * a![i] + 2 * t * (1 - t) * b![i] + t * t * c![i];
    return [at(0), at(1)];
  });

/**
 * Standard deviations of the distortion of a drawing: how each point moves, and how the whole is
 * turned, scaled and moved.
 */
const DISTORTION = { point: 0.035, turn: 0.12, scale: 0.08, move: 0.03 };
/** Width of the pen's ink, as the standard deviation of its profile in pixels. */
const PEN = 0.65;

/** The pixels of the drawing within 2 of a coordinate, in one direction. */
function pixelsNear(coordinate: number): number[] {
  const first = Math.max(0, Math.floor(coordinate - 2));
  const last = Math.min(SIDE - 1, Math.ceil(coordinate + 2));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** Ink of the nearest point of the distorted strokes, pixel by pixel, each from 0 to 1. */
function drawn(strokes: readonly Stroke[], slant: number, random: Stream): Float32Array {
  const turn = DISTORTION.turn * random.normal();
  const scale = 1 + DISTORTION.scale * random.normal();
  const [mx, my] = [DISTORTION.move * random.normal(), DISTORTION.move * random.normal()];
  const distorted = ([x, y]: readonly [number, number]): [number, number] => {
    const [u, v] = [x - 0.5 - slant * (y - 0.5), y - 0.5];
    return [
      0.5 + mx + scale * (Math.cos(turn) * u - Math.sin(turn) * v),
      0.5 + my + scale * (Math.sin(turn) * u + Math.cos(turn) * v),
    ];
  };
  const ink = new Float32Array(PIXELS);
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) =>
      distorted([x + DISTORTION.point * random.normal(), y + DISTORTION.point * random.normal()]),
    );
    for (const [x, y] of along(points)) {
      const [px, py] = [x * SIDE - 0.5, y * SIDE - 0.5];
      for (const row of pixelsNear(py))
        for (const column of pixelsNear(px)) {
          const value = Math.exp(-((column - px) ** 2 + (row - py) ** 2) / (2 * PEN * PEN));
          const at = row * SIDE + column;
          if (value > ink[at]!) ink[at] = value;
        }
    }
  }
  return ink;
}

/** More characters, or drawings of one, than this would take hours to draw. */
const MOST = 10_000;

/**
 * One alphabet of the course's own.
 *
 * @param index      which one, an integer of at least 0; the same index gives the same bits
 * @param characters how many characters, at most 10,000
 * @param drawings   how many drawings of each, at most 10,000
 * @throws CourseError when a number is none of these, or memory does not suffice
 */
export function ownAlphabet(index: number, characters = 20, drawings = 20): Alphabet {
  positiveInteger('index', index, 0);
  positiveInteger('characters', characters, 1, MOST);
  positiveInteger('drawings', drawings, 1, MOST);
  checkMemory(
    () => `An alphabet of ${characters} characters, each with ${drawings} drawings,`,
    characters * drawings * PIXELS,
  );
  const random = stream(index, 'alphabet');
  const style = styleOf(random);
  return {
    name: `alphabet ${index}`,
    characters: Array.from({ length: characters }, () => {
      const strokes = Array.from({ length: style.strokes }, () => strokeOf(style, random));
      return Array.from({ length: drawings }, () => drawn(strokes, style.slant, random));
    }),
  };
}

/** Where the alphabets of each part begin; each part has room for as many as lie between. */
const BEGINNINGS = { train: 0, validation: 1000, test: 2000 };
const ROOM = 1000;

/**
 * Alphabets of the course's own: to train on, to choose settings by, to test on.
 *
 * @param counts how many of each, from 1 to 1000
 * @throws CourseError when a count is unknown, missing, or no such number
 */
export function ownAlphabets(counts: {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}): AlphabetSplit {
  const parts = ['train', 'validation', 'test'] as const;
  knownKeys('Counts of alphabets', counts, parts);
  for (const part of parts) positiveInteger(part, counts[part], 1, ROOM);
  const some = (part: (typeof parts)[number]): Alphabet[] =>
    Array.from({ length: counts[part] }, (_, i) => ownAlphabet(BEGINNINGS[part] + i));
  return { train: some('train'), validation: some('validation'), test: some('test') };
}

/**
 * Where a number was measured: a point on an axis that has a name. A number of examples is thus
 * never mistaken for the size of a data set or for steps of teaching.
 */
import { demand, finiteNumber, knownKeys, quote } from '../core/errors';

/**
 * What a number is measured over: examples in the prompt, the size of the data set (its sequences,
 * N), steps of teaching, tasks of a new domain that a model adapts to, a distance of positions, or pairs of two indices.
 */
export type Axis = 'examples' | 'size' | 'steps' | 'tasks' | 'distance' | 'pair';

/** A point, by the name of its axis; at most one is given, and none where there is no axis. */
export interface Point {
  /** Examples in the prompt. */
  readonly n?: number;
  /** Sequences in the data set, N. */
  readonly size?: number;
  /** Steps of teaching. */
  readonly teachingSteps?: number;
  /** Tasks of a new domain that a model adapts to. */
  readonly tasks?: number;
  /** A distance of positions, in the unit that the experiment says. */
  readonly distance?: number;
  /** Two indices, both from 0. */
  readonly pair?: readonly [number, number];
}

/** The same in a record: the axis, and the point on it. */
export type Coordinate =
  | { readonly over: Exclude<Axis, 'pair'>; readonly at: number }
  | { readonly over: 'pair'; readonly at: readonly [number, number] }
  | { readonly over: null; readonly at: null };

const AXES: Readonly<Record<Exclude<keyof Point, 'pair'>, Exclude<Axis, 'pair'>>> = {
  n: 'examples',
  size: 'size',
  teachingSteps: 'steps',
  tasks: 'tasks',
  distance: 'distance',
};
const NUMBERS = Object.keys(AXES) as (keyof typeof AXES)[];

/** How a point on an axis is asked for. */
export const KEY_OF: Readonly<Record<Axis, keyof Point>> = {
  examples: 'n',
  size: 'size',
  steps: 'teachingSteps',
  tasks: 'tasks',
  distance: 'distance',
  pair: 'pair',
};

const isPair = (at: unknown): at is readonly [number, number] =>
  Array.isArray(at) && at.length === 2 && at.every((index) => Number.isFinite(index));

/** The coordinate over an axis, or null where it is none. */
export function coordinateFrom(over: unknown, at: unknown): Coordinate | null {
  if (over === null) return at === null ? { over, at } : null;
  if (typeof over !== 'string' || !Object.hasOwn(KEY_OF, over)) return null;
  if (over === 'pair') return isPair(at) ? { over, at: [at[0], at[1]] } : null;
  return Number.isFinite(at) ? ({ over, at } as Coordinate) : null;
}

/**
 * The coordinate that a point names.
 *
 * @throws CourseError when points on two axes are given, an axis is unknown, or its point is no
 *   finite number
 */
export function coordinateOf(point: Point): Coordinate {
  knownKeys('A point', point, [...NUMBERS, 'pair']);
  const given = [...NUMBERS, 'pair' as const].filter((key) => point[key] !== undefined);
  demand(
    given.length <= 1,
    () => `A number is measured over one axis, and ${given.join(' and ')} were given.`,
    'Give one of them.',
  );
  const key = NUMBERS.find((one) => point[one] !== undefined);
  if (key !== undefined) return { over: AXES[key], at: finiteNumber(key, point[key]!) };
  const { pair } = point;
  if (pair === undefined) return { over: null, at: null };
  demand(isPair(pair), () => `pair must be two numbers, got ${quote(pair)}.`, 'Give both.');
  return { over: 'pair', at: pair };
}

/** Whether two coordinates are the same. */
export const sameCoordinate = (a: Coordinate, b: Coordinate): boolean =>
  a.over === b.over && String(a.at) === String(b.at);

/** A coordinate in words: 'at n = 10', or nothing where there is no axis. */
export const coordinateInWords = ({ over, at }: Coordinate): string =>
  over === null ? '' : ` at ${KEY_OF[over]} = ${String(at)}`;

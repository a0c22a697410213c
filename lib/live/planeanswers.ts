/**
 * What a network and the exact answer say everywhere in a square of the plane, given points with
 * their classes: the probability of class 1 in the middle of each cell of a grid. It is computed in
 * parts, each of every fifth row, so that the first part already gives a coarse map.
 */
import type { Tensor3D } from '@tensorflow/tfjs';

import { tf } from '../core/backend';
import type { Prompts } from '../model/prompts';

/** A point of the plane and its class. */
export interface ClassPoint {
  readonly at: readonly [number, number];
  readonly label: 0 | 1;
}

/** The square reaches from -REACH to REACH in both directions and has CELLS x CELLS cells. */
export const [REACH, CELLS] = [4, 20];
export const MAP_PARTS = 5;
/** The first row of each part. */
const FIRST_ROWS = [2, 0, 4, 1, 3] as const;

/** The middle of a cell, from its number. */
export const middleOf = (k: number): number => -REACH + ((k + 0.5) * 2 * REACH) / CELLS;

/** The number of the cell that a coordinate lies in. */
export const mapCellOf = (value: number): number =>
  Math.max(0, Math.min(CELLS - 1, Math.floor(((value + REACH) * CELLS) / (2 * REACH))));

/** Probabilities of class 1: [row from below][column from the left]. */
export type Shares = readonly (readonly number[])[];

/** Logarithms of the probabilities of two classes, or scores with the same softmax: [1, m, 2]. */
export type Answerer = (prompts: Prompts) => Tensor3D;

/** The probability of class 1 in the cells of some rows. */
function sharesOf(
  answer: Answerer,
  points: readonly ClassPoint[],
  rows: readonly number[],
): Shares {
  const side = Array.from({ length: CELLS }, (_, k) => middleOf(k));
  const grid = rows.flatMap((row) => side.map((a) => [a, middleOf(row)]));
  const values = tf.tidy(() => {
    const prompts = {
      x: tf.tensor3d(
        points.flatMap(({ at }) => [...at]),
        [1, points.length, 2],
      ),
      y: tf.tensor2d([points.map(({ label }) => label)]),
      xTest: tf.tensor3d([grid]),
      yTest: tf.zeros([1, grid.length]) as tf.Tensor2D,
    };
    return tf.softmax(answer(prompts)).slice([0, 0, 1], [1, -1, 1]).dataSync();
  });
  return rows.map((_, i) => [...values.slice(i * CELLS, (i + 1) * CELLS)]);
}

/**
 * The map after the next part.
 *
 * @param before the map so far; the first part replaces all of it by a coarse one
 * @param part   0 .. MAP_PARTS - 1
 */
export function withPart(
  before: Shares,
  part: number,
  answer: Answerer,
  points: readonly ClassPoint[],
): Shares {
  const count = CELLS / MAP_PARTS;
  const rows = Array.from({ length: count }, (_, i) => MAP_PARTS * i + FIRST_ROWS[part]!);
  const found = sharesOf(answer, points, rows);
  return Array.from({ length: CELLS }, (_, row) => {
    const block = Math.floor(row / MAP_PARTS);
    return part === 0 || rows[block] === row ? found[block]! : before[row]!;
  });
}

/** The likelier class; null where both are equally likely. */
export const likelierClass = (share: number): 0 | 1 | null =>
  Math.abs(share - 0.5) < 1e-6 ? null : share > 0.5 ? 1 : 0;

/** How two maps compare. */
export interface Comparison {
  /** The share of the cells in which both give the same class. */
  readonly same: number;
  /** The largest difference of the probabilities. */
  readonly largest: number;
  /** The share of the cells to which the first map gives class 1. */
  readonly ones: number;
  /** Does the second map give a class anywhere? */
  readonly possible: boolean;
}

/** Compares the maps of a network and of the exact answer. */
export function compared(network: Shares, exact: Shares): Comparison {
  const pairs = network.flatMap((row, i) => row.map((p, j) => [p, exact[i]![j]!] as const));
  const shareOf = (holds: (p: number, q: number) => boolean): number =>
    pairs.filter(([p, q]) => holds(p, q)).length / pairs.length;
  return {
    same: shareOf((p, q) => likelierClass(p) !== null && likelierClass(p) === likelierClass(q)),
    largest: Math.max(...pairs.map(([p, q]) => Math.abs(p - q))),
    ones: shareOf((p) => likelierClass(p) === 1),
    possible: pairs.some(([, q]) => likelierClass(q) !== null),
  };
}

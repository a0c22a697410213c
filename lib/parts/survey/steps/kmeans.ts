/**
 * k-means: groups of points, each around the mean of its points (Lloyd, 1982), from centres that are
 * drawn far apart, each in proportion to the squared distance from the nearest one before (Arthur
 * and Vassilvitskii, 2007).
 */
import { checkRows, checkStream } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import { nearest, squaredDistance } from '../../../core/numerics';
import { drawByShare, type Stream } from '../../../core/random';

/** Groups of points. */
export interface Clusters {
  /** [k, C] */
  readonly centres: readonly (readonly number[])[];
  /** The group of each point. */
  readonly groups: readonly number[];
}

type Points = readonly (readonly number[])[];

const meanOf = (points: Points): number[] =>
  points[0]!.map((_, c) => points.reduce((sum, point) => sum + point[c]! / points.length, 0));

/** The squared distance of each point from the nearest centre. */
const distances = (points: Points, centres: Points): number[] =>
  points.map((point) => Math.min(...centres.map((centre) => squaredDistance(point, centre))));

/** Centres to begin with. */
function firstCentres(random: Stream, points: Points, k: number): (readonly number[])[] {
  const centres = [points[random.integer(points.length)]!];
  while (centres.length < k) {
    const far = distances(points, centres);
    const total = far.reduce((sum, distance) => sum + distance, 0);
    const shares = points.map(
      (point, i) => [point, total > 0 ? far[i]! / total : 1 / points.length] as const,
    );
    centres.push(drawByShare(random, shares));
  }
  return centres;
}

/**
 * Groups of points. A group that loses all its points keeps its centre.
 *
 * @param points     [points, C]
 * @param k          groups, at most as many as points
 * @param iterations the most; it ends when no point changes its group
 * @throws CourseError when there are no points or no stream, or a number is refused
 */
export function kMeans(random: Stream, points: Points, k: number, iterations = 50): Clusters {
  checkStream(random);
  checkRows('Points', points);
  positiveInteger('The number of groups', k, 1, points.length);
  positiveInteger('The number of iterations', iterations);
  let centres = firstCentres(random, points, k);
  let groups: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const next = points.map((point) => nearest(centres, point)[0]!);
    if (next.join() === groups.join()) break;
    groups = next;
    centres = centres.map((centre, g) => {
      const own = points.filter((_, p) => groups[p] === g);
      return own.length > 0 ? meanOf(own) : centre;
    });
  }
  return { centres, groups };
}

/**
 * What is measured of single demonstrations: how far each decides the answer, how much of that is
 * due to where it stands, and how it goes with the exact answer.
 */
import { groupedBy } from '../../core/groups';
import { shuffled, stream } from '../../core/random';
import { rankCorrelation } from '../../evaluation/ranks';
import { deviation, mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { leaveOneOut, logOddsOf } from './factors/influence';
import {
  demonstrationMeans,
  positionMeans,
  rotations,
  varianceShares,
  type ByRotation,
} from './factors/rotations';
import { drawnRows, foundOfDraws, type InfluenceSubject } from './influencesubjects';
import { putMeans, type ByMetric } from './titles';

/** How much is measured of each reading. */
export interface InfluenceSizes {
  /** Demonstrations of a prompt. */
  readonly k: number;
  /** Draws of demonstrations for each task. */
  readonly sets: number;
  /** Questions of each label on which influences are measured. */
  readonly asked: number;
  /** Rotations of the demonstrations. */
  readonly rotations: number;
}

/** So many questions of each label. */
function someOfEachLabel(right: readonly number[], each: number): number[] {
  const byLabel = groupedBy(right.keys(), (q) => right[q]!);
  return [...byLabel.values()].flatMap((own) => own.slice(0, each));
}

/** What a subject's demonstrations of one draw say, after each rotation. */
interface RotatedInfluences {
  readonly byRotation: ByRotation;
  readonly accuracy: number;
}

function rotatedInfluences(
  { right, scoresAfter }: InfluenceSubject,
  asked: readonly number[],
  rows: readonly number[],
  count: number,
): RotatedInfluences {
  const of = asked.map((q) => right[q]!);
  const found = rotations(rows.length, count).map((order) =>
    leaveOneOut(
      order.map((d) => rows[d]!),
      (shown) => logOddsOf(scoresAfter(asked, shown), of),
    ),
  );
  return {
    byRotation: found.map(({ influences }) => influences),
    accuracy: mean(found.flatMap(({ whole }) => whole.map((odds) => Number(odds > 0)))),
  };
}

/** How influences go with those of the exact answer, of single prompts and of means. */
function likeExact(byRotation: ByRotation, exact: readonly (readonly number[])[]): ByMetric {
  const orders = rotations(exact[0]!.length, byRotation.length);
  const single = byRotation.map((rows, r) =>
    rankCorrelation(
      rows.flat(),
      exact.flatMap((row) => orders[r]!.map((d) => row[d]!)),
    ),
  );
  return {
    'rank correlation with exact': mean(single),
    'rank correlation with exact, mean over rotations': rankCorrelation(
      demonstrationMeans(byRotation).flat(),
      exact.flat(),
    ),
  };
}

/** Of one subject and draw: numbers by metric, and those of each position. */
interface InfluenceOf {
  readonly all: ByMetric;
  readonly positions: readonly ByMetric[];
}

function influenceOf(
  subject: InfluenceSubject,
  reference: InfluenceSubject | null,
  s: number,
  set: number,
  sizes: InfluenceSizes,
  seed: number,
): InfluenceOf {
  const { right, labels } = subject;
  const random = stream(seed, 'order of demonstrations', subject.title, s, set);
  const rows = shuffled(random, drawnRows(subject, s, set, sizes.k, seed));
  const asked = someOfEachLabel(right, sizes.asked);
  const { byRotation, accuracy } = rotatedInfluences(subject, asked, rows, sizes.rotations);
  const bySize = positionMeans(byRotation);
  const { demonstration, position, rest } = varianceShares(byRotation);
  const ofDemonstrations = demonstrationMeans(byRotation);
  const meanWhere = (same: boolean): number =>
    mean(
      ofDemonstrations.flatMap((row, q) =>
        row.filter((_, d) => (labels[rows[d]!] === right[asked[q]!]) === same),
      ),
    );
  const exact = reference && rotatedInfluences(reference, asked, rows, 1).byRotation[0]!;
  return {
    all: {
      accuracy,
      'variance, demonstration': demonstration,
      'variance, position': position,
      'variance, place': position + rest,
      'influence, same label': meanWhere(true),
      'influence, other label': meanWhere(false),
      ...(exact ? likeExact(byRotation, exact) : {}),
    },
    positions: bySize.map((size) => ({ 'size of influence': size })),
  };
}

/** Shares of positions in the size of influences, and how far they are from equal. */
function putProfile(sizes: readonly number[], ending: string, name: string, put: Put): void {
  const all = sizes.reduce((a, b) => a + b, 0);
  if (all <= 0) return; // no demonstration changes anything
  const shares = sizes.map((size) => size / all);
  shares.forEach((share, p) => put(name, { n: p + 1 }, `share of influence${ending}`, share));
  put(name, {}, `variation over positions${ending}`, deviation(shares) / mean(shares));
}

/**
 * Measures influences of one reading of all subjects.
 *
 * @param reference the same subjects as the exact answer reads them; null: there is none
 */
export function measureInfluence(
  subjects: readonly InfluenceSubject[],
  reference: readonly InfluenceSubject[] | null,
  sizes: InfluenceSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const { drawn, found } = foundOfDraws(subjects, sizes.sets, (subject, s, set) =>
    influenceOf(subject, reference?.[s] ?? null, s, set, sizes, seed),
  );
  putMeans(
    drawn,
    found.map(({ all }) => all),
    (metric, value) => put(name, {}, metric, value),
  );
  const profiles = new Map<string, number[]>();
  for (let p = 0; p < sizes.k; p++)
    putMeans(
      drawn,
      found.map(({ positions }) => positions[p]!),
      (metric, value) => {
        put(name, { n: p + 1 }, metric, value);
        const ending = metric.slice('size of influence'.length);
        profiles.set(ending, [...(profiles.get(ending) ?? []), value]);
      },
    );
  profiles.forEach((values, ending) => putProfile(values, ending, name, put));
}

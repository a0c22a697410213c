/**
 * What is measured of prompts in which the labels are exchanged half-way: how often a reader follows
 * those after the change.
 */
import { groupedBy } from '../../core/groups';
import { mean } from '../../evaluation/statistics';
import type { Put } from '../../experiments/experiment';
import { followsLate, labelChanges } from './factors/changes';
import { drawnRows, foundOfDraws, type InfluenceSubject } from './influencesubjects';
import { bestOptions } from './scoring/scorer';
import { putMeans, type ByMetric } from './titles';

/** How much is measured of each reading. */
export interface ChangeSizes {
  /** Demonstrations of a prompt. */
  readonly k: number;
  /** Draws of demonstrations for each task. */
  readonly sets: number;
  /** Shares of the demonstrations that stand after a change of labels. */
  readonly lateShares: readonly number[];
}

/** Per cent of the demonstrations that stand after a change. */
const lateName = (late: number, k: number): number => Math.round((100 * late) / k);

/** The shares that follow late labels of one subject and draw, by per cent that stand late. */
function followedOf(
  subject: InfluenceSubject,
  s: number,
  set: number,
  { k, lateShares }: ChangeSizes,
  seed: number,
): ReadonlyMap<number, ByMetric> {
  const { right } = subject;
  const rows = drawnRows(subject, s, set, k, seed);
  const asked = [...right.keys()];
  const found = lateShares
    .flatMap((share) => labelChanges(k, Math.round(share * k)))
    .map(({ order, exchanged, late, trueLast }) => {
      const shown = order.map((d) => rows[d]!);
      const answers = bestOptions(subject.scoresAfter(asked, shown, exchanged));
      return { late, trueLast, followed: followsLate(answers, right, trueLast) };
    });
  return new Map(
    [...groupedBy(found, ({ late }) => late)].map(([late, both]) => [
      lateName(late, k),
      {
        'follows late labels': mean(both.map(({ followed }) => followed)),
        ...Object.fromEntries(
          both.map(({ trueLast, followed }) => [
            `follows late labels, ${trueLast ? 'true' : 'exchanged'} ones late`,
            followed,
          ]),
        ),
      },
    ]),
  );
}

/** Measures which labels one reading of all subjects follows after a change of labels. */
export function measureChanges(
  subjects: readonly InfluenceSubject[],
  sizes: ChangeSizes,
  name: string,
  seed: number,
  put: Put,
): void {
  const { drawn, found } = foundOfDraws(subjects, sizes.sets, (subject, s, set) =>
    followedOf(subject, s, set, sizes, seed),
  );
  for (const n of found[0]!.keys())
    putMeans(
      drawn,
      found.map((one) => one.get(n)!),
      (metric, value) => put(name, { n }, metric, value),
    );
}

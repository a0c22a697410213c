/** Measures of subjects of which several have one title: means of each title, and over titles. */
import { groupedBy } from '../../core/groups';
import { mean } from '../../evaluation/statistics';

/** A number for each metric. */
export type ByMetric = Readonly<Record<string, number>>;

/** Takes one number. */
export type PutNumber = (metric: string, value: number) => void;

/** Takes a number that is of n demonstrations, or of n evaluations. */
export type PutAfter = (n: number, metric: string, value: number) => void;

/** The mean of several measures, metric by metric. */
export const meanMeasures = (all: readonly ByMetric[]): ByMetric =>
  Object.fromEntries(
    Object.keys(all[0]!).map((metric) => [metric, mean(all.map((one) => one[metric]!))]),
  );

/** The means over the subjects of each title. */
export function meansOfTitles(
  subjects: readonly { readonly title: string }[],
  measures: readonly ByMetric[],
): ReadonlyMap<string, ByMetric> {
  const own = groupedBy([...subjects.keys()], (s) => subjects[s]!.title);
  return new Map(
    [...own].map(([title, places]) => [title, meanMeasures(places.map((s) => measures[s]!))]),
  );
}

/**
 * Says the mean over titles of each metric, then that of each title.
 *
 * @param say its second argument ends the name of a title's number; '' of the mean over titles
 */
export function putByTitle(
  byTitle: ReadonlyMap<string, ByMetric>,
  say: (metric: string, ofTitle: string, value: number) => void,
): void {
  for (const [metric, value] of Object.entries(meanMeasures([...byTitle.values()]))) {
    say(metric, '', value);
    byTitle.forEach((own, title) => say(metric, `, ${title}`, own[metric]!));
  }
}

/** Puts the mean over titles of each metric, then that of each title, of the measures of subjects. */
export const putMeans = (
  subjects: readonly { readonly title: string }[],
  measures: readonly ByMetric[],
  put: PutNumber,
): void =>
  putByTitle(meansOfTitles(subjects, measures), (metric, ofTitle, value) =>
    put(metric + ofTitle, value),
  );

/**
 * The influence of a demonstration: how much better sets with it are than sets without it,
 *
 *   I(e) = mean {a(S) : e in S} - mean {a(S) : e not in S},
 *
 * over random sets S with their shares a(S) of right answers to labelled questions.
 * Reference: Nguyen and Wong (2023, arXiv 2302.11042).
 */
import { checkIndices, checkList, checkNumbers } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';

/**
 * The influence of each row.
 *
 * @param sets       of rows, [sets][any]
 * @param accuracies of the sets
 * @param rows       how many rows there are
 * @returns [rows]
 * @throws CourseError naming a row that is in all sets or in none
 */
export function influences(
  sets: readonly (readonly number[])[],
  accuracies: readonly number[],
  rows: number,
): number[] {
  positiveInteger('The number of rows', rows, 1, 1e6);
  checkList('Sets', sets, 'lists of rows', Array.isArray, 1);
  sets.forEach((set, s) => checkIndices(`Set ${s}`, set, rows - 1));
  checkNumbers('Accuracies', accuracies);
  demand(
    accuracies.length === sets.length,
    () => `${sets.length} sets were given with ${accuracies.length} accuracies.`,
    'Give one of each set.',
  );
  return Array.from({ length: rows }, (_, row) => {
    const sorted = (inside: boolean): number[] =>
      accuracies.filter((_accuracy, s) => sets[s]!.includes(row) === inside);
    const [withRow, without] = [sorted(true), sorted(false)];
    demand(
      withRow.length > 0 && without.length > 0,
      () => `Row ${row} is in ${withRow.length} of ${sets.length} sets.`,
      'Give sets such that each row is in one of them and not in another.',
    );
    return mean(withRow) - mean(without);
  });
}

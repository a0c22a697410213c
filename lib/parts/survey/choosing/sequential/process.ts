/**
 * The choice of demonstrations as a sequence of decisions: the state is the set so far, an action adds
 * one of the other rows, the reward is the accuracy after it minus that before, and a sequence ends
 * at a fixed length. The return of a sequence is the accuracy after its set less that without
 * demonstrations, so that the best set can be found by trying all.
 * Reference: Zhang et al. (2022, arXiv 2211.04486), section 3. Deviations: a set stands in the prompt
 * in the order of its rows' numbers, so that it is a state; there is no action that stops.
 */
import { checkFunction } from '../../../../core/checks';
import { finiteNumber, plainObject, positiveInteger } from '../../../../core/errors';
import { argMax } from '../../../../core/numerics';

/** A process of decisions. */
export interface SequentialChoice {
  /** Rows to choose from. */
  readonly rows: number;
  /** Rows of a whole set. */
  readonly horizon: number;
  /** The accuracy after a set, its rows in rising order. */
  accuracy(set: readonly number[]): number;
}

/** More rows than these make a table too large. */
const MOST_ROWS = 16;

/**
 * Refuses what is no process.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkProcess(process: SequentialChoice): void {
  plainObject('The process', process);
  positiveInteger('The number of rows', process.rows, 1, MOST_ROWS);
  positiveInteger('The number of demonstrations', process.horizon, 1, process.rows);
  checkFunction('The accuracy after a set', process.accuracy);
}

/** The accuracy after a set, which has to be a number. */
export const accuracyAfter = (process: SequentialChoice, set: readonly number[]): number =>
  finiteNumber('The accuracy after a set', process.accuracy(set));

/** A set with one row more, in rising order. */
export const withRow = (set: readonly number[], row: number): number[] =>
  [...set, row].sort((a, b) => a - b);

/** What a state is called in tables. */
export const stateKey = (set: readonly number[]): string => set.join(' ');

/** The rows that are not in a set. */
export const actionsAfter = ({ rows }: SequentialChoice, set: readonly number[]): number[] =>
  Array.from({ length: rows }, (_, row) => row).filter((row) => !set.includes(row));

/** All sets of up to so many rows, the empty one first. */
export function setsUpTo(rows: number, most: number): number[][] {
  const larger = (sets: readonly number[][]): number[][] =>
    sets.flatMap((set) =>
      Array.from({ length: rows }, (_, row) => row)
        .filter((row) => row > (set.at(-1) ?? -1))
        .map((row) => [...set, row]),
    );
  const bySize = [[[]] as number[][]];
  while (bySize.length <= most) bySize.push(larger(bySize.at(-1)!));
  return bySize.flat();
}

/** A set with the accuracy after it. */
export interface ChosenSet {
  readonly set: readonly number[];
  readonly accuracy: number;
}

/**
 * The best of all sets of full size; of equals the first in order of rows.
 *
 * @throws CourseError when the process is refused
 */
export function bestSet(process: SequentialChoice): ChosenSet {
  checkProcess(process);
  const { rows, horizon } = process;
  const whole = setsUpTo(rows, horizon).filter(({ length }) => length === horizon);
  const accuracies = whole.map((set) => accuracyAfter(process, set));
  const best = argMax(accuracies);
  return { set: whole[best]!, accuracy: accuracies[best]! };
}

/** The set to which a policy leads. */
export function setOfPolicy(
  process: SequentialChoice,
  act: (set: readonly number[]) => number,
): ChosenSet {
  let set: number[] = [];
  while (set.length < process.horizon) set = withRow(set, act(set));
  return { set, accuracy: accuracyAfter(process, set) };
}

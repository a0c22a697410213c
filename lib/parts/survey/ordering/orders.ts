/**
 * Orders of demonstrations that need no search. An order lists demonstrations as they stand in the
 * prompt; the last stands next to the question.
 * References: Liu et al. (2022, arXiv 2101.06804) for nearest last; Liu et al. (2024, arXiv
 * 2402.10738) for easy to hard.
 */
import { checkNumbers } from '../../../core/checks';

/** The places of values from the least to the greatest; of equals the earlier first. */
const ascending = (values: readonly number[]): number[] =>
  [...values.keys()].sort((i, j) => values[i]! - values[j]! || i - j);

/**
 * The demonstration that is most like the question stands next to it.
 *
 * @param likeness of each demonstration to the question
 * @throws CourseError when one is no number
 */
export function nearestLast(likeness: readonly number[]): number[] {
  checkNumbers('The likeness of demonstrations', likeness, 1);
  return ascending(likeness);
}

/**
 * The demonstration that surprises the model least stands first.
 *
 * @param difficulty of each demonstration: the logarithm of its perplexity, or another number that
 *   grows with it
 * @throws CourseError when one is no number
 */
export function easyToHard(difficulty: readonly number[]): number[] {
  checkNumbers('The difficulty of demonstrations', difficulty, 1);
  return ascending(difficulty);
}

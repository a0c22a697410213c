/** Probabilities of options, as the ways to choose read them from a language model. */
import { checkRows } from '../../../core/checks';
import { demand, quote } from '../../../core/errors';

/** How far probabilities may be from adding up to 1. */
const TOLERANCE = 1e-6;

const isDistribution = (row: readonly number[]): boolean =>
  row.every((p) => p >= 0) && Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < TOLERANCE;

/**
 * Refuses what are no probabilities of options.
 *
 * @param p [questions, options]
 * @throws CourseError quoting the first row that is none
 */
export function checkProbabilities(name: string, p: readonly (readonly number[])[]): void {
  checkRows(name, p);
  const wrong = p.find((row) => !isDistribution(row));
  demand(
    wrong === undefined,
    () => `${name} must be at least 0 and add up to 1 in each row, got ${quote(wrong)}.`,
    'Take core.softmax of the scores of each question.',
  );
}

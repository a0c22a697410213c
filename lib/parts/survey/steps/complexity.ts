/**
 * Questions to demonstrate by the number of their steps: those with the most.
 * Reference: Fu et al. (2023, arXiv 2210.00720, section 3.1).
 */
import { checkEach } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import { checkStepsQuestion, type StepsQuestion } from './functions';

/**
 * The k questions with the most steps, or the fewest; of equals the earlier.
 *
 * @throws CourseError when there are fewer questions
 */
export function questionsBySteps(
  pool: readonly StepsQuestion[],
  k: number,
  order: 'most' | 'fewest' = 'most',
): StepsQuestion[] {
  checkEach('A pool', pool, 'questions', checkStepsQuestion, 1);
  positiveInteger('The number of demonstrations', k, 1, pool.length);
  const sign = order === 'most' ? -1 : 1;
  return pool
    .map((question, i) => ({ question, i }))
    .sort((a, b) => sign * (a.question.functions.length - b.question.functions.length) || a.i - b.i)
    .slice(0, k)
    .map(({ question }) => question);
}

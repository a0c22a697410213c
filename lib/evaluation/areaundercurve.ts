/**
 * The area under the receiver operating characteristic: how often a positive case has the higher score
 * of a positive and a negative one; equal scores count one half. Reference: Hanley and McNeil (1982).
 */
import { checkNumbers } from '../core/checks';
import { demand } from '../core/errors';
import { ranks } from './ranks';

/**
 * The area, from 0 to 1; 0.5 for scores that tell nothing.
 *
 * @param positive of each score, whether its case is positive
 * @throws CourseError when a score is no finite number, not each has a case, or all cases are alike
 */
export function areaUnderCurve(scores: readonly number[], positive: readonly boolean[]): number {
  checkNumbers('Scores', scores, 2);
  const places = positive.flatMap((one, i) => (one === true ? [i] : []));
  const [P, N] = [places.length, scores.length - places.length];
  demand(
    positive.length === scores.length && P > 0 && N > 0,
    () => `Of ${positive.length} cases with ${scores.length} scores ${P} are positive.`,
    'Give a case for each score, at least one positive and one negative.',
  );
  const rank = ranks(scores);
  const sum = places.reduce((total, i) => total + rank[i]!, 0);
  return (sum - (P * (P - 1)) / 2) / (P * N);
}

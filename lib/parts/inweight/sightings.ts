/**
 * How many sequences of a data set training really shows: every step draws sequences with
 * replacement, so some come twice while others have not come at all.
 */
import { positiveInteger } from '../../core/errors';

/**
 * How many different sequences of N are among so many draws with replacement, in expectation:
 * N (1 - (1 - 1/N)^draws).
 *
 * @param draws training steps times sequences in a batch
 * @throws CourseError when N or draws is no positive integer
 */
export function expectedDistinct(N: number, draws: number): number {
  positiveInteger('N', N);
  positiveInteger('draws', draws);
  return N === 1 ? 1 : -N * Math.expm1(draws * Math.log1p(-1 / N));
}

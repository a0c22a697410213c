/**
 * Checks of the centres that predictors are given.
 */
import { checkRows } from '../../core/checks';
import { demand } from '../../core/errors';

/**
 * Refuses what are no centres: [C][d], all of one length.
 *
 * @throws CourseError quoting them
 */
export const checkCentres = (centres: unknown): void => checkRows('The centres', centres);

/**
 * Refuses an input of another length than the centres.
 *
 * @throws CourseError naming both lengths
 */
export const demandWidth = (
  input: readonly number[],
  centres: readonly (readonly number[])[],
): void =>
  demand(
    input.length === centres[0]!.length,
    () => `Inputs of d = ${input.length} were given, and centres of d = ${centres[0]!.length}.`,
    'Give centres and prompts of one width.',
  );

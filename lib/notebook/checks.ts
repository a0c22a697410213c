/**
 * Checks at the end of cells, and exercises. A check that fails throws a sentence; an exercise that
 * is not yet solved says so without stopping the notebook.
 */
import { checkFlag, checkFunction, checkList, checkText } from '../core/checks';
import { CourseError } from '../core/errors';
import { Display } from './display';

/**
 * Throws the sentence unless the condition holds.
 *
 * @throws CourseError with the sentence, or when the condition is neither true nor false
 */
export function check(condition: boolean, sentence: string): void {
  checkFlag('The condition of a check', condition);
  checkText('The sentence of a check', sentence);
  if (!condition)
    throw new CourseError(
      sentence,
      'Run the notebook from its first cell; if it stays, this is a fault worth reporting.',
    );
}

const CLAIM = 'application/vnd.icl.claim+json';

/**
 * Decides the claim of the notebook's first cell from the numbers of its cells. `npm test` demands
 * that every notebook does so with the words of its first cell, so that no title says what its
 * figures do not.
 *
 * @param claim   the sentence of the first cell
 * @param holds   computed from the cells above
 * @param numbers the numbers that decide, in words
 * @throws CourseError when the claim does not hold
 */
export function titleClaim(claim: string, holds: boolean, numbers: string): void {
  checkText('The claim', claim);
  checkText('The numbers of the claim', numbers);
  check(holds, `The claim of this notebook does not hold here: ${numbers}.`);
  new Display().write({
    [CLAIM]: { claim, numbers },
    'text/plain': `The claim of the first cell holds: ${numbers}.`,
  });
}

/** The marker a stub returns until the reader has written something. */
export const TODO = Symbol('to do');

/** The state of an exercise. */
export type ExerciseState = 'to do' | 'solved' | 'not yet';

/**
 * The state of an exercise: TODO as an answer is 'to do', an error is 'not yet'.
 *
 * @throws CourseError when answer or right is no function
 */
export function exerciseState<T>(
  answer: () => T | typeof TODO,
  right: (value: T) => boolean,
): { readonly state: ExerciseState; readonly error?: string } {
  checkFunction('The answer of an exercise', answer);
  checkFunction('What says whether the answer is right', right);
  try {
    const value = answer();
    return { state: value === TODO ? 'to do' : right(value) ? 'solved' : 'not yet' };
  } catch (error) {
    return { state: 'not yet', error: error instanceof Error ? error.message : String(error) };
  }
}

const SIGNS: Readonly<Record<ExerciseState, string>> = {
  'to do': '☐ to do',
  solved: '☑ solved',
  'not yet': '☒ not yet',
};

/**
 * Shows whether an exercise is solved. The stub returns TODO; the notebook goes on either way.
 *
 * @param name   the name of the exercise
 * @param answer runs the reader's solution
 * @param right  says whether it is right
 * @param hint   what to look at when it is not
 * @throws CourseError when name or hint is no text, or answer or right no function
 */
export function exercise<T>(
  name: string,
  answer: () => T | typeof TODO,
  right: (value: T) => boolean,
  hint: string,
): void {
  checkText('The name of an exercise', name);
  checkText('The hint of an exercise', hint);
  const { state, error } = exerciseState(answer, right);
  const help = state === 'not yet' ? ` Hint: ${hint}${error ? ` It threw: ${error}` : ''}` : '';
  new Display().write({ 'text/plain': `${SIGNS[state]}: ${name}.${help}` });
}

/**
 * The same on several cases, so that no constant and no special case passes: the answer to each has
 * to be right. Goes through the cases in order and stops at the first whose answer is not.
 *
 * @param name   the name of the exercise
 * @param cases  what the reader's solution is asked
 * @param answer runs the reader's solution on one case
 * @param right  says whether its answer to that case is right
 * @param hint   what to look at when one is not
 * @throws CourseError when name or hint is no text, cases no list with one at least, or answer or
 *   right no function
 */
export function exerciseOn<C, T>(
  name: string,
  cases: readonly C[],
  answer: (given: C) => T | typeof TODO,
  right: (value: T, given: C) => boolean,
  hint: string,
): void {
  checkList('The cases of an exercise', cases, 'cases', () => true, 1);
  checkFunction('The answer of an exercise', answer);
  checkFunction('What says whether the answer is right', right);
  const solvesAll = (): boolean | typeof TODO => {
    for (const given of cases) {
      const value = answer(given);
      if (value === TODO) return TODO;
      if (!right(value, given)) return false;
    }
    return true;
  };
  exercise(name, solvesAll, (solved) => solved, hint);
}

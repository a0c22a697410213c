/**
 * Checks at the end of cells, and exercises. A check that fails throws a sentence; an exercise that is not yet
 * solved says so without stopping the notebook.
 */
import { CourseError } from '../core/errors';
import { Display } from './display';

/**
 * Throws the sentence unless the condition holds.
 *
 * @throws CourseError with the sentence
 */
export function check(condition: boolean, sentence: string): void {
  if (!condition) throw new CourseError(sentence, 'Run the notebook from its first cell; if it stays, this is a fault worth reporting.');
}

/** The marker a stub returns until the reader has written something. */
export const TODO = Symbol('to do');

/**
 * Shows whether an exercise is solved. The stub returns `exercise.TODO`; the notebook goes on either way.
 *
 * @param name   how the exercise is called
 * @param answer runs the reader's solution
 * @param right  says whether it is right
 * @param hint   what to look at when it is not
 * @returns 'to do', 'solved' or 'not yet'
 */
export function exercise<T>(
  name: string,
  answer: () => T | typeof TODO,
  right: (value: T) => boolean,
  hint: string,
): 'to do' | 'solved' | 'not yet' {
  let state: 'to do' | 'solved' | 'not yet';
  let note = '';
  try {
    const value = answer();
    state = value === TODO ? 'to do' : right(value) ? 'solved' : 'not yet';
  } catch (error) {
    state = 'not yet';
    note = ` It threw: ${(error as Error).message}`;
  }
  const sign = { 'to do': '☐ to do', solved: '☑ solved', 'not yet': '☒ not yet' }[state];
  new Display().write({ 'text/plain': `${sign}: ${name}.${state === 'not yet' ? ` Hint: ${hint}${note}` : ''}` });
  return state;
}

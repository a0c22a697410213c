/**
 * A line that shows the progress of training, the loss, and the time left; it replaces itself.
 */
import { checkFields, checkFinite, checkText, type Check } from '../core/checks';
import { positiveInteger } from '../core/errors';
import type { Progress } from '../training/steps';
import { Display } from './display';

const clock = (seconds: number): string =>
  seconds < 90
    ? `${Math.round(seconds)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

const number: Check = (name, value) => {
  if (typeof value !== 'number') checkFinite(name, value);
};

/**
 * The line for a state of training; loss and times may be NaN or infinite, as they are when training
 * fails.
 *
 * @throws CourseError when the label is no text, or naming what of the state is no number
 */
export function progressLine(label: string, state: Progress): string {
  checkText('The label of a progress line', label);
  checkFields('progress', state, { loss: number, elapsed: number, left: number });
  const { step, loss, elapsed, left } = state;
  const steps = positiveInteger('progress.steps', state.steps);
  positiveInteger('progress.step', step, 0, steps);
  const filled = Math.round((20 * step) / steps);
  const rest = step < steps ? `${clock(left)} left` : `done in ${clock(elapsed)}`;
  const bar = '█'.repeat(filled) + '░'.repeat(20 - filled);
  const words = `step ${step} of ${steps}, loss ${loss.toPrecision(3)}, ${rest}`;
  return `${label.padEnd(10)} ${bar} ${words}`;
}

/**
 * A live progress line, at most twice a second; give it to a trainer as onProgress.
 *
 * @throws CourseError when the label is no text
 */
export function progress(label: string): (state: Progress) => void {
  checkText('The label of a progress line', label);
  const display = new Display();
  let last = 0;
  return (state) => {
    const now = Date.now();
    if (now - last < 500 && state.step < state.steps) return;
    last = now;
    display.write({ 'text/plain': progressLine(label, state) });
  };
}

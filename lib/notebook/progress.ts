/**
 * A line that shows the progress of training, the loss, and the time left; it replaces itself.
 */
import type { Progress } from '../training/steps';
import { Display } from './display';

const clock = (seconds: number): string =>
  seconds < 90
    ? `${Math.round(seconds)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** The line for a state of training. */
export function progressLine(
  label: string,
  { step, steps, loss, elapsed, left }: Progress,
): string {
  const filled = Math.round((20 * step) / steps);
  const rest = step < steps ? `${clock(left)} left` : `done in ${clock(elapsed)}`;
  const bar = '█'.repeat(filled) + '░'.repeat(20 - filled);
  const state = `step ${step} of ${steps}, loss ${loss.toPrecision(3)}, ${rest}`;
  return `${label.padEnd(10)} ${bar} ${state}`;
}

/** A live progress line, at most twice a second; give it to a trainer as onProgress. */
export function progress(label: string): (state: Progress) => void {
  const display = new Display();
  let last = 0;
  return (state) => {
    const now = Date.now();
    if (now - last < 500 && state.step < state.steps) return;
    last = now;
    display.write({ 'text/plain': progressLine(label, state) });
  };
}

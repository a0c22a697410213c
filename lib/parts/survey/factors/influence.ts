/**
 * The influence of a demonstration on a question: how far the log-odds of the right option fall when
 * the demonstration is left out. With C the demonstrations, x the question and y its right option,
 *
 *   I_i = L(C) - L(C without i),    L(C) = log p(y | C, x) - max_y' log p(y' | C, x), y' not y.
 *
 * Above 0 the demonstration speaks for the right option. To a reader that counts all demonstrations
 * alike, I_i does not depend on where the demonstration stands.
 * Reference: Kossen et al. (2024, arXiv 2307.12375), by whom a model does not consider all that stands
 * in its context equally.
 */
import { checkFunction, checkIndices, checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';

/** Log-odds of questions after demonstrations, and what each demonstration adds to them. */
export interface LeftOut {
  /** Of each question after all demonstrations, in nats. */
  readonly whole: readonly number[];
  /** [questions][positions], in nats. */
  readonly influences: readonly (readonly number[])[];
}

/**
 * The log-odds of the right option of each question against the best of the others.
 *
 * @param scores [questions, options], in nats; two options at least
 * @param right  the number of the right option of each question
 * @throws CourseError when they are no scores, or not one right option for each question
 */
export function logOddsOf(
  scores: readonly (readonly number[])[],
  right: readonly number[],
): number[] {
  checkRows('Scores', scores);
  const options = scores[0]!.length;
  checkIndices('Right options', right, options - 1);
  demand(
    options > 1 && right.length === scores.length,
    () => `${scores.length} rows of ${options} scores came with ${right.length} right options.`,
    'Give the scores of at least two options, and the right one of each question.',
  );
  return scores.map((row, q) => {
    const others = row.filter((_, y) => y !== right[q]);
    return row[right[q]!]! - Math.max(...others);
  });
}

/**
 * Leaves out one demonstration after another.
 *
 * @param demonstrations in the order of the prompt; how they are called is the caller's
 * @param oddsAfter      the log-odds of all questions after some of them, in this order
 * @throws CourseError when there is no demonstration, or the log-odds are no numbers of the same
 *   questions
 */
export function leaveOneOut<Shown>(
  demonstrations: readonly Shown[],
  oddsAfter: (shown: readonly Shown[]) => readonly number[],
): LeftOut {
  demand(
    Array.isArray(demonstrations) && demonstrations.length > 0,
    () => 'No demonstration could be left out.',
    'Give at least one.',
  );
  checkFunction('The log-odds', oddsAfter);
  const whole = oddsAfter(demonstrations);
  const without = demonstrations.map((_, i) => oddsAfter(demonstrations.filter((_, j) => j !== i)));
  checkRows('Log-odds after demonstrations', [whole, ...without]);
  return { whole, influences: whole.map((odds, q) => without.map((rest) => odds - rest[q]!)) };
}

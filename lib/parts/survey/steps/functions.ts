/**
 * A toy language whose truth is known: unary functions on the digits 0 to 9, and questions about
 * their compositions, "f3 f1 f2 7" for f3(f1(f2(7))). Six functions are permutations; two map each
 * digit to any, so that some digits become one. A seed draws the functions, and which compositions
 * no document of training shows.
 * Reference: Dziri et al. (2023, arXiv 2305.18654) for compositions as a test of steps.
 */
import { checkIndices, checkMadeBy, checkStream, checkWord } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import { stream, type Stream } from '../../../core/random';

/** How many digits, functions, and permutations among these there are. */
export const [DIGITS, FUNCTIONS, PERMUTATIONS] = [10, 8, 6] as const;

/** More functions than this are no question. */
export const MOST_STEPS = 8;

/** The share of compositions of two functions or more that training leaves out. */
const LEFT_OUT = 0.25;

/** A composition that is asked about. */
export interface StepsQuestion {
  /** By their numbers, in the order in which they are applied. */
  readonly functions: readonly number[];
  readonly digit: number;
}

/** The functions of a seed. */
export class StepsLanguage {
  /** What each function makes of each digit, [functions, digits]. */
  readonly tables: readonly (readonly number[])[];

  /** @throws CourseError when the seed is refused */
  constructor(readonly seed: number) {
    const random = stream(seed, 'functions on digits');
    this.tables = Array.from({ length: FUNCTIONS }, (_, f) =>
      f < PERMUTATIONS
        ? random.permutation(DIGITS)
        : Array.from({ length: DIGITS }, () => random.integer(DIGITS)),
    );
  }

  /**
   * The result after each function, the last of them the answer.
   *
   * @throws CourseError when it is no question
   */
  results(question: StepsQuestion): number[] {
    checkStepsQuestion('A question', question);
    let value = question.digit;
    return question.functions.map((f) => (value = this.tables[f]![value]!));
  }

  /**
   * Whether no document of training holds this composition; single functions are all in training.
   *
   * @param functions by their numbers, in the order in which they are applied
   * @throws CourseError when they are no functions
   */
  leftOut(functions: readonly number[]): boolean {
    checkFunctions('Functions', functions);
    if (functions.length < 2) return false;
    return stream(this.seed, 'left out', ...functions).uniform() < LEFT_OUT;
  }
}

const checkFunctions = (name: string, functions: unknown): void => {
  checkIndices(name, functions, FUNCTIONS - 1, 1);
  demand(
    (functions as readonly number[]).length <= MOST_STEPS,
    () => `${name} are ${(functions as readonly number[]).length}, the most are ${MOST_STEPS}.`,
    'Compose fewer.',
  );
};

/**
 * Refuses what is no question.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkStepsQuestion(name: string, question: unknown): void {
  plainObject(name, question);
  const { functions, digit } = question as StepsQuestion;
  checkFunctions(`The functions of ${name.toLowerCase()}`, functions);
  positiveInteger(`The digit of ${name.toLowerCase()}`, digit, 0, DIGITS - 1);
}

/** Refuses what was not made by StepsLanguage. */
export const checkStepsLanguage = (language: unknown): void =>
  checkMadeBy(
    'The language',
    language,
    StepsLanguage,
    'steps.StepsLanguage',
    'Make one of a seed.',
  );

/** Which compositions are drawn. */
export type Compositions = 'trained' | 'left out' | 'any';

/**
 * A question at random.
 *
 * @param steps functions that are composed
 * @param which compositions; of single functions none is left out, and all are drawn
 * @throws CourseError when there is no language or stream, or the number of steps is refused
 */
export function drawStepsQuestion(
  language: StepsLanguage,
  random: Stream,
  steps: number,
  which: Compositions = 'any',
): StepsQuestion {
  checkStepsLanguage(language);
  checkStream(random);
  positiveInteger('The number of steps', steps, 1, MOST_STEPS);
  checkWord('Compositions', which, ['trained', 'left out', 'any']);
  for (;;) {
    const functions = Array.from({ length: steps }, () => random.integer(FUNCTIONS));
    const fits =
      which === 'any' || steps === 1 || language.leftOut(functions) === (which === 'left out');
    if (fits) return { functions, digit: random.integer(DIGITS) };
  }
}

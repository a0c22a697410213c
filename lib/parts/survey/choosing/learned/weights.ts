/**
 * The weights of two trained encoders as plain numbers, and the codes of texts by them; see
 * dualencoder.ts for the formula.
 */
import { checkNumbers, checkRows } from '../../../../core/checks';
import { demand, finiteNumber, plainObject } from '../../../../core/errors';
import { dot } from '../../../../core/numerics';

/** The weights of one encoder as plain numbers. */
export interface EncoderWeights {
  /** [C + T, H] */
  readonly A: readonly (readonly number[])[];
  /** [H] */
  readonly a: readonly number[];
  /** [H, C] */
  readonly B: readonly (readonly number[])[];
}

/** The weights of both. */
export interface DualWeights {
  readonly question: EncoderWeights;
  readonly row: EncoderWeights;
  readonly temperature: number;
}

/** A vector at length 1; 0 stays 0. */
export function atLength1(x: readonly number[]): readonly number[] {
  const length = Math.sqrt(dot(x, x));
  return length === 0 ? x : x.map((value) => value / length);
}

/**
 * The code of a text, at length 1.
 *
 * @param x    [C]
 * @param task [T]; none for a row
 */
export function encode(
  { A, a, B }: EncoderWeights,
  x: readonly number[],
  task: readonly number[] = [],
): readonly number[] {
  const unit = atLength1(x);
  const input = [...unit, ...atLength1(task)];
  const hidden = a.map((bias, h) =>
    Math.tanh(input.reduce((sum, value, c) => sum + value * A[c]![h]!, bias)),
  );
  const scale = 1 / Math.sqrt(unit.length * a.length);
  return atLength1(
    unit.map((value, c) => value + scale * hidden.reduce((s, h, i) => s + h * B[i]![c]!, 0)),
  );
}

/** Refuses what are no weights of an encoder. */
function checkEncoder(name: string, value: EncoderWeights): void {
  plainObject(name, value);
  const { A, a, B } = value;
  checkRows(`${name}.A`, A);
  checkNumbers(`${name}.a`, a, 1);
  checkRows(`${name}.B`, B);
  const [H, C] = [a.length, B[0]!.length];
  demand(
    B.length === H && C >= 1 && A[0]!.length === H && A.length >= C,
    () => `${name} has A [${A.length}, ${A[0]!.length}], a [${H}] and B [${B.length}, ${C}].`,
    'Take the weights of a trained retriever.',
  );
}

/**
 * Refuses what are no weights of two encoders.
 *
 * @throws CourseError naming what does not fit
 */
export function checkDualWeights(weights: DualWeights): void {
  plainObject('The weights of a retriever', weights);
  const { question, row, temperature } = weights;
  checkEncoder('The encoder of questions', question);
  checkEncoder('The encoder of rows', row);
  finiteNumber('The temperature', temperature, 'a number above 0', (x) => x > 0);
  const C = row.B[0]!.length;
  demand(
    question.B[0]!.length === C && row.A.length === C,
    () => `One encoder writes ${question.B[0]!.length} numbers, the other ${C}.`,
    'Take both from one retriever.',
  );
}

/**
 * Refuses a task, or vectors of texts, that weights were not trained for.
 *
 * @throws CourseError with the numbers of both
 */
export function checkFits({ question }: DualWeights, task: readonly number[], C: number): void {
  const own = question.B[0]!.length;
  demand(
    own === C && question.A.length === C + task.length,
    () =>
      `The retriever was trained on ${own} numbers of a text and ` +
      `${question.A.length - own} of a task, and was given ${C} and ${task.length}.`,
    'Give vectors of the encoder that it was trained with.',
  );
}

/**
 * Which iteration of an algorithm a layer resembles: with the errors of both on the same tests of
 * prompt b, r_b = answers - labels,
 *
 *   SimE = mean_b cos(r_b^layer, r_b^iteration),
 *
 * and the best-matching iteration of a layer is the one with the largest SimE.
 * Reference: Fu et al. (2023, arXiv 2310.17086), similarity of errors.
 */
import { checkEach, checkNumbers, checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { argMax } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';
import { cosine } from '../choosing/nearest';

/** One number for each test of each prompt: [prompts][tests]. */
export type ByTest = readonly (readonly number[])[];

/**
 * The cosine of two lists of numbers; 0 where one of them is 0 throughout.
 *
 * @throws CourseError when they are no numbers, or not as many
 */
export function cosineOf(a: readonly number[], b: readonly number[]): number {
  checkNumbers('The first vector', a, 1);
  checkNumbers('The second vector', b, 1);
  demand(
    a.length === b.length,
    () => `The cosine of ${a.length} and ${b.length} numbers was asked for.`,
    'Give two vectors of the same length.',
  );
  return cosine(a, b);
}

/**
 * SimE of two lists of errors.
 *
 * @throws CourseError when they are no rows of numbers, or not of the same shape
 */
export function similarityOfErrors(a: ByTest, b: ByTest): number {
  for (const [name, rows] of [
    ['The first errors', a],
    ['The second errors', b],
  ] as const)
    checkRows(name, rows);
  demand(
    a.length === b.length && a[0]!.length === b[0]!.length && a[0]!.length > 0,
    () =>
      `Errors of ${a.length} prompts with ${a[0]!.length} tests were compared with those of ` +
      `${b.length} with ${b[0]!.length}.`,
    'Ask both the same prompts.',
  );
  return mean(a.map((row, i) => cosine(row, b[i]!)));
}

/** SimE of each layer with each iteration, and for each layer the most similar iteration. */
export interface Matching {
  /** [layers][iterations]. */
  readonly similarity: readonly (readonly number[])[];
  /** The place of the largest number of each row. */
  readonly best: readonly number[];
}

/**
 * Compares the errors of layers with those of iterations.
 *
 * @param layers     [layers][prompts][tests]
 * @param iterations [iterations][prompts][tests]
 * @throws CourseError when there are none, or they are not of the same prompts
 */
export function matchIterations(
  layers: readonly ByTest[],
  iterations: readonly ByTest[],
): Matching {
  const check = (name: string, value: unknown): void => checkRows(name, value);
  checkEach('Layers', layers, 'errors', check, 1);
  checkEach('Iterations', iterations, 'errors', check, 1);
  const similarity = layers.map((a) => iterations.map((b) => similarityOfErrors(a, b)));
  return { similarity, best: similarity.map(argMax) };
}

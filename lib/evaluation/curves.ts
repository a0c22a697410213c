/**
 * Error against the number of examples: the figure of Garg et al. (2022) and of InvICL's section
 * 5.1.
 */
import { tf } from '../core/backend';
import { stream } from '../core/random';
import {
  disposePrompts,
  firstExamples,
  lastExamples,
  type Predictor,
  type Prompts,
} from '../model/prompts';
import type { Task } from '../tasks';
import { bootstrap, type Summary } from './statistics';

/** The error of one predictor at one number of examples. */
export interface CurvePoint {
  readonly n: number;
  /** Squared error / the task's scale (d for linear regression); its interval is over prompts. */
  readonly error: Summary;
}

/** What a curve is measured on. */
export interface CurveOptions {
  readonly ns: readonly number[];
  /** How many prompts. */
  readonly prompts: number;
  /** Test inputs per prompt. */
  readonly tests: number;
  readonly seed: number;
}

/**
 * Squared error of every prompt, averaged over its tests, divided by `scale`.
 *
 * @param prompts shapes as in Prompts
 * @param scale   the task's unit of squared error; d when left out
 * @returns one number per prompt
 * @throws CourseError when the prompts do not fit the predictor
 */
export function promptErrors(
  predictor: Predictor,
  prompts: Prompts,
  scale: number = prompts.x.shape[2],
): number[] {
  return tf.tidy(() =>
    Array.from(
      predictor.predict(prompts).sub(prompts.yTest).square().mean(1).div(scale).dataSync(),
    ),
  );
}

/**
 * Error against number of examples, every predictor on the same prompts: the first n examples of
 * each, or the last n where the tests belong to the end of the prompt.
 *
 * @returns by the predictor's name, a point for each n
 * @throws CourseError when the prompts do not fit a predictor
 */
export function errorCurves(
  predictors: readonly Predictor[],
  task: Task,
  { ns, prompts: B, tests, seed }: CurveOptions,
): Record<string, CurvePoint[]> {
  const prompts = task.sample(stream(seed, 'error curve'), { B, n: Math.max(...ns), m: tests });
  const curves: Record<string, CurvePoint[]> = Object.fromEntries(
    predictors.map(({ name }) => [name, []]),
  );
  for (const n of ns) {
    const shorter = task.ordered ? lastExamples(prompts, n) : firstExamples(prompts, n);
    for (const predictor of predictors)
      curves[predictor.name]!.push({
        n,
        error: bootstrap(promptErrors(predictor, shorter, task.scale), seed),
      });
    tf.dispose([shorter.x, shorter.y]);
  }
  disposePrompts(prompts);
  return curves;
}

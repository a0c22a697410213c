/**
 * Error against the number of examples: the figure of Garg et al. (2022) and of InvICL's section
 * 5.1. Prompts are of numbers, or of any other kind whose format is given.
 */
import { tf } from '../core/backend';
import { checkHas, checkList, checkReadable } from '../core/checks';
import { finiteNumber, knownKeys } from '../core/errors';
import { stream, type Stream } from '../core/random';
import { checkPredictor, type Predictor, type PromptFormat, type Prompts } from '../model/prompts';
import { formatOrNumbers } from './format';
import { bootstrap, type Summary } from './statistics';

/** The error of one predictor at one number of examples. */
export interface CurvePoint {
  readonly n: number;
  /** Error / the source's scale (d for linear regression); its interval is over prompts. */
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

/** Where prompts come from: a task, or a source of prompts of another kind. */
export interface PromptSource<P = Prompts> {
  /** What errors are divided by; the format's scale when left out. */
  readonly scale?: number;
  /**
   * Do the tests belong to the end of the prompt? A shorter prompt is then made of its last
   * examples, else of its first.
   */
  readonly ordered?: boolean;
  /** B prompts of n examples and m tests; the same stream gives the same prompts. */
  sample(random: Stream, sizes: { readonly B: number; readonly n: number; readonly m: number }): P;
}

/**
 * The error of every prompt, averaged over its tests, divided by `scale`: for prompts of numbers,
 * squared error.
 *
 * @param prompts shapes as in Prompts, or of the kind that `format` describes
 * @param scale   the task's unit of error; when left out that of the format, d for numbers
 * @returns one number per prompt
 * @throws CourseError when the prompts do not fit the predictor
 */
export function promptErrors(predictor: Predictor, prompts: Prompts, scale?: number): number[];
export function promptErrors<P>(
  predictor: Predictor<P>,
  prompts: P,
  scale: number | undefined,
  format: PromptFormat<P>,
): number[];
export function promptErrors<P>(
  predictor: Predictor<P>,
  prompts: P,
  scale?: number,
  format?: PromptFormat<P>,
): number[] {
  checkPredictor(predictor);
  if (scale !== undefined) finiteNumber('scale', scale, 'a positive number', (x) => x > 0);
  const { errors, scale: usual, examples } = formatOrNumbers(format);
  examples(prompts); // refuses what are no prompts
  return tf.tidy(() => {
    const answers = predictor.predict(prompts);
    checkReadable('What a predictor answers', answers);
    return Array.from(
      errors(answers, prompts)
        .div(scale ?? usual(prompts))
        .dataSync(),
    );
  });
}

/**
 * Error against number of examples, every predictor on the same prompts: the first n examples of
 * each, or the last n where the tests belong to the end of the prompt.
 *
 * @param source a task, or a source of the prompts that `format` describes
 * @returns by the predictor's name, a point for each n
 * @throws CourseError when the prompts do not fit a predictor
 */
export function errorCurves(
  predictors: readonly Predictor[],
  source: PromptSource,
  options: CurveOptions,
): Record<string, CurvePoint[]>;
export function errorCurves<P>(
  predictors: readonly Predictor<P>[],
  source: PromptSource<P>,
  options: CurveOptions & { readonly format: PromptFormat<P> },
): Record<string, CurvePoint[]>;
export function errorCurves<P>(
  predictors: readonly Predictor<P>[],
  source: PromptSource<P>,
  options: CurveOptions & { readonly format?: PromptFormat<P> },
): Record<string, CurvePoint[]> {
  checkList('Predictors', predictors, 'predictors', (one) => typeof one === 'object');
  predictors.forEach(checkPredictor);
  checkHas('A source of prompts', source, 'a source', 'sample');
  knownKeys('An error curve', options, ['ns', 'prompts', 'tests', 'seed', 'format']);
  const { ns, prompts: B, tests, seed } = options;
  checkList('ns', ns, 'positive integers', (n) => Number.isSafeInteger(n) && Number(n) > 0, 1);
  const format = formatOrNumbers(options.format);
  const most = Math.max(...ns);
  const curves: Record<string, CurvePoint[]> = Object.fromEntries(
    predictors.map(({ name }) => [name, []]),
  );
  tf.tidy(() => {
    const prompts = source.sample(stream(seed, 'error curve'), { B, n: most, m: tests });
    format.examples(prompts); // refuses what are no prompts
    for (const n of ns)
      tf.tidy(() => {
        const first = source.ordered ? most - n : 0;
        const shorter = format.choose(
          prompts,
          Array.from({ length: n }, (_, i) => first + i),
        );
        for (const predictor of predictors)
          curves[predictor.name]!.push({
            n,
            error: bootstrap(promptErrors(predictor, shorter, source.scale, format), seed),
          });
      });
  });
  return curves;
}

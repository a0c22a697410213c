/**
 * The prompt as data: n labelled examples, m inputs to label. And the one interface of everything
 * that predicts, from prompts of numbers or of texts.
 */
import type * as tfTypes from '@tensorflow/tfjs';

import { checkHas, checkIndices, checkTensor, checkText } from '../core/checks';
import { CourseError, demand, plainObject, quote } from '../core/errors';
import { chosenExamples, type Choice } from './prompttensors';

/**
 * A batch of B prompts with n examples and m test inputs each; inputs have d numbers, labels one.
 * The test inputs are blind to each other: each is answered as if it stood alone.
 */
export interface Prompts {
  /** Example inputs, [B, n, d]. */
  readonly x: tfTypes.Tensor3D;
  /** Example labels, [B, n]. */
  readonly y: tfTypes.Tensor2D;
  /** Test inputs, [B, m, d]. */
  readonly xTest: tfTypes.Tensor3D;
  /** Test labels, [B, m]. */
  readonly yTest: tfTypes.Tensor2D;
}

/**
 * Anything that reads prompts and answers their tests: a network, least squares, a nearest
 * neighbour, a language model. P is the kind of prompts: numbers, unless it says otherwise.
 */
export interface Predictor<P = Prompts> {
  /** How figures and tables call it. */
  readonly name: string;
  /**
   * Answers the tests.
   *
   * @returns [B, m]: labels in the units of y, or the number of the chosen class or option; the
   *   caller disposes it
   * @throws CourseError when the prompts do not fit together, or not the predictor
   */
  predict(prompts: P): tfTypes.Tensor2D;
}

/**
 * What an evaluation has to know of a kind of prompts. One stands beside each kind: NUMBERS here,
 * CLASSES in classifiers, EPISODES in metaicl, QUESTIONS in language.
 */
export interface PromptFormat<P> {
  /** How many examples each prompt has, n. */
  examples(prompts: P): number;
  /** The same prompts with these of their examples, in this order; the caller disposes tensors. */
  choose(prompts: P, which: Choice): P;
  /**
   * The error of each prompt, averaged over its tests.
   *
   * @param answers [B, m], as a predictor gives them
   * @returns [B]; the caller disposes it
   */
  errors(answers: tfTypes.Tensor2D, prompts: P): tfTypes.Tensor;
  /** What errors are divided by where the source of the prompts does not say it. */
  scale(prompts: P): number;
}

/**
 * Refuses what cannot predict or has no name.
 *
 * @throws CourseError quoting it
 */
export function checkPredictor(predictor: unknown): void {
  checkHas('A predictor', predictor, 'a predictor', 'predict');
  checkText("A predictor's name", (predictor as Predictor).name);
}

/**
 * What a predictor answers, after checking that it is one number for each test.
 *
 * @param prompts shapes as in Prompts
 * @returns [B, m]; the caller disposes it
 * @throws CourseError when the prompts do not fit, or naming the predictor and what it answered
 */
export function checkedAnswers(predictor: Predictor, prompts: Prompts): tfTypes.Tensor2D {
  checkPredictor(predictor);
  const { B, m } = promptSizes(prompts);
  const answers: unknown = predictor.predict(prompts);
  checkTensor(`The answer of ${quote(predictor.name)}`, answers, 2, '[B, m]');
  demand(
    answers.shape[0] === B && answers.shape[1] === m,
    () => `${quote(predictor.name)} answered [${answers.shape}] to ${B} prompts of ${m} tests.`,
    'Its answer must be [B, m].',
  );
  return answers as tfTypes.Tensor2D;
}

/** The sizes of a batch of prompts. */
export interface PromptSizes {
  readonly B: number;
  readonly n: number;
  readonly m: number;
  readonly d: number;
}

/** The tensors of prompts. */
const NAMES = ['x', 'y', 'xTest', 'yTest'] as const;

/** Refuses prompts that do not hold four tensors of floats. */
function checkPrompts(prompts: Prompts): void {
  plainObject('Prompts', prompts);
  for (const name of NAMES) checkTensor(`'${name}' of the prompts`, prompts[name]);
}

/**
 * The sizes of these prompts, after checking that their shapes fit together.
 *
 * @param prompts shapes as in Prompts
 * @param least   the fewest examples that make sense here
 * @throws CourseError naming the tensor that is missing, disposed, not of floats or of another
 *   shape, or n when there are too few examples
 */
export function promptSizes(prompts: Prompts, least = 1): PromptSizes {
  checkPrompts(prompts);
  const { x, y, xTest, yTest } = prompts;
  const shapes = `x [${x.shape}], y [${y.shape}], xTest [${xTest.shape}], yTest [${yTest.shape}]`;
  const remedy = 'Shapes must be x [B, n, d], y [B, n], xTest [B, m, d], yTest [B, m].';
  demand(
    x.rank === 3 && y.rank === 2 && xTest.rank === 3 && yTest.rank === 2,
    () => `The prompts have the shapes ${shapes}.`,
    remedy,
  );
  const [B, n, d] = x.shape;
  const m = xTest.shape[1];
  const fits =
    y.shape[0] === B &&
    y.shape[1] === n &&
    xTest.shape[0] === B &&
    xTest.shape[2] === d &&
    yTest.shape[0] === B &&
    yTest.shape[1] === m;
  demand(fits, () => `The prompts do not fit together: ${shapes}.`, remedy);
  demand(
    Number.isInteger(least) && n >= least,
    () => `A prompt with n = ${n} examples was given where at least ${quote(least)} is needed.`,
    'Without examples there is nothing to learn in context; ask for a larger n.',
  );
  demand(
    m >= 1 && B >= 1,
    () => `The prompts hold B = ${B} prompts with m = ${m} test inputs.`,
    'At least one of each is needed.',
  );
  return { B, n, m, d };
}

/**
 * Refuses prompts whose inputs have another width than a model was made for.
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError naming both widths and the model
 */
export function requireInputs(prompts: Prompts, madeFor: number, name: string): void {
  const { d } = promptSizes(prompts);
  demand(
    d === madeFor,
    () => `The prompts have inputs of d = ${d} numbers, but ${name} was made for d = ${madeFor}.`,
    'Make another model, or sample other prompts.',
  );
}

/**
 * Refuses prompts that hold NaN or infinite numbers (reads the values; for use at the border, not
 * in a training loop).
 *
 * @param prompts shapes as in Prompts
 * @throws CourseError naming the tensor, or what is none
 */
export function requireFinite(
  prompts: Partial<Readonly<Record<keyof Prompts, tfTypes.Tensor>>>,
): void {
  plainObject('Prompts', prompts);
  for (const [name, tensor] of Object.entries(prompts)) {
    checkTensor(`'${name}' of the prompts`, tensor);
    if (!tensor.dataSync().every(Number.isFinite))
      throw new CourseError(
        `'${name}' of the prompts holds NaN or an infinite number.`,
        'Clean the data, or look at the step that made it.',
      );
  }
}

/**
 * Refuses what is no order of n examples; without n, of as many as are given.
 *
 * @throws CourseError quoting it
 */
export function checkOrder(order: readonly number[], n?: number): void {
  checkIndices('An order', order);
  const count = n ?? order.length;
  const valid =
    order.length === count && [...order].sort((a, b) => a - b).every((value, i) => value === i);
  demand(
    valid,
    () => `[${order}] is no order of ${count} examples.`,
    `Give each of 0 .. ${count - 1} once.`,
  );
}

/**
 * The same prompts with the examples in another order.
 *
 * @param prompts shapes as in Prompts
 * @param order   a permutation of 0 .. n - 1
 * @returns prompts of the same shapes; x and y are new tensors that the caller disposes, the tests
 *   are shared
 * @throws CourseError when `order` is no permutation of the n examples
 */
export function reorder(prompts: Prompts, order: readonly number[]): Prompts {
  const { n } = promptSizes(prompts);
  checkOrder(order, n);
  return { ...prompts, x: prompts.x.gather([...order], 1), y: prompts.y.gather([...order], 1) };
}

/** Prompts of numbers: squared errors, divided by d unless their task says otherwise. */
export const NUMBERS: PromptFormat<Prompts> = {
  examples: (prompts) => promptSizes(prompts).n,
  choose: chosenExamples,
  errors: (answers, { yTest }) => answers.sub(yTest).square().mean(1),
  scale: ({ x }) => x.shape[2],
};

/**
 * Disposes the four tensors of prompts.
 *
 * @param prompts shapes as in Prompts; unusable afterwards
 */
export function disposePrompts(prompts: Prompts): void {
  plainObject('Prompts', prompts);
  for (const name of NAMES) prompts[name]?.dispose?.();
}

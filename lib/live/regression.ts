/**
 * Prompts of regression in one dimension, as live figures hold them: points in a plane, and an
 * input to answer. Two small models that were trained on them answer (bin/live/train.mjs).
 */
import { leastSquaresWeights } from '../baselines/linear';
import { tf } from '../core/backend';
import { demand, finiteNumber, quote } from '../core/errors';
import { stream } from '../core/random';
import type { InContextModel } from '../model/incontext';
import type { Hook } from '../model/transformer';

import type { Control } from './figure';

/** The trained models of live figures. */
export interface LiveModels {
  readonly ar: InContextModel;
  readonly invicl: InContextModel;
}

/** One prompt: example i is (x[i], y[i]), and `test` is the input that is asked for. */
export interface PointPrompt {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly test: number;
}

/** What a reader may give of a prompt. */
export interface PointSettings {
  /** Examples [x, y], two to eight of them. */
  readonly examples?: readonly (readonly [number, number])[];
  /** The input that is asked for. */
  readonly test?: number;
}

/** The plane: inputs and labels beyond these are not drawn. */
export const MOST_X = 3;
export const MOST_Y = 4;
/** The noise of the labels in training (bin/live/train.mjs). */
const NOISE = 0.3;

const within = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
const hundredth = (value: number): number => Math.round(100 * value) / 100;
/** An input of the plane, to a hundredth. */
export const asX = (value: number): number => hundredth(within(value, MOST_X));
/** A label of the plane, to a hundredth. */
export const asY = (value: number): number => hundredth(within(value, MOST_Y));

/** A prompt as in training: y = w x + noise, with numbers of two digits that fit the plane. */
export function drawnPrompt(seed: number, n: number): PointPrompt {
  const random = stream(seed, 'live prompt', n);
  const w = random.normal();
  const x = Array.from({ length: n }, () => asX(random.normal()));
  const y = x.map((value) => asY(w * value + NOISE * random.normal()));
  return { x, y, test: asX(1 + random.uniform()) };
}

/**
 * The prompt of a figure's settings.
 *
 * @param otherwise what is shown where the settings leave something out
 * @throws CourseError naming an example or a number that is none
 */
export function pointPromptOf(
  given: PointSettings,
  otherwise: Required<PointSettings>,
): PointPrompt {
  const { examples, test } = { ...otherwise, ...given };
  demand(
    Array.isArray(examples) && examples.length >= 2 && examples.length <= 8,
    () => `examples must be a list of two to eight, got ${quote(examples)}.`,
    'Give each example as [x, y].',
  );
  const inPlane = (name: string, value: number, most: number): number =>
    finiteNumber(name, value, `a number from -${most} to ${most}`, (x) => Math.abs(x) <= most);
  examples.forEach((example: unknown, i) => {
    demand(
      Array.isArray(example) && example.length === 2,
      () => `examples[${i}] must be [x, y], got ${quote(example)}.`,
      'Give two numbers.',
    );
    inPlane(`the input of examples[${i}]`, example[0] as number, MOST_X);
    inPlane(`the label of examples[${i}]`, example[1] as number, MOST_Y);
  });
  return {
    x: examples.map(([x]) => x),
    y: examples.map(([, y]) => y),
    test: inPlane('test', test, MOST_X),
  };
}

/** A prompt with some numbers changed. */
export function changed(
  prompt: PointPrompt,
  example: number,
  to: { readonly x?: number; readonly y?: number },
): PointPrompt {
  const put = (values: readonly number[], value: number | undefined): readonly number[] =>
    value === undefined ? values : values.map((old, i) => (i === example ? value : old));
  return { ...prompt, x: put(prompt.x, to.x), y: put(prompt.y, to.y) };
}

/**
 * A button that draws another prompt, and number fields for all examples and the test, for figures
 * whose state holds a prompt and the seed of the last that was drawn.
 */
export function promptControls<S extends { readonly prompt: PointPrompt; readonly seed: number }>(
  state: S,
): Control<S>[] {
  const another: Control<S> = {
    kind: 'button',
    label: 'Another prompt',
    press: (now) => ({
      ...now,
      seed: now.seed + 1,
      prompt: drawnPrompt(now.seed + 1, now.prompt.x.length),
    }),
  };
  const field = (
    group: string,
    label: string,
    most: number,
    value: (prompt: PointPrompt) => number,
    change: (prompt: PointPrompt, value: number) => PointPrompt,
  ): Control<S> => ({
    kind: 'number',
    group,
    label,
    least: -most,
    most,
    step: 0.1,
    value: (now) => value(now.prompt),
    change: (now, to) => ({ ...now, prompt: change(now.prompt, to) }),
  });
  const examples = state.prompt.x.flatMap((_, i) => [
    field(
      `example ${i + 1}`,
      `x${i + 1}`,
      MOST_X,
      ({ x }) => x[i]!,
      (prompt, to) => changed(prompt, i, { x: asX(to) }),
    ),
    field(
      `example ${i + 1}`,
      `y${i + 1}`,
      MOST_Y,
      ({ y }) => y[i]!,
      (prompt, to) => changed(prompt, i, { y: asY(to) }),
    ),
  ]);
  const test = field(
    'test',
    'test x',
    MOST_X,
    (prompt) => prompt.test,
    (prompt, to) => ({ ...prompt, test: asX(to) }),
  );
  return [another, ...examples, test];
}

/**
 * What a model answers.
 *
 * @param orders the examples in these orders, one prompt each
 * @param tests  inputs to answer, blind to each other
 * @returns answers[order][test]
 */
export function modelAnswers(
  model: InContextModel,
  { x, y }: PointPrompt,
  orders: readonly (readonly number[])[],
  tests: readonly number[],
  hook?: Hook,
): number[][] {
  const [B, n, m] = [orders.length, x.length, tests.length];
  return tf.tidy(() => {
    const take = (values: readonly number[]): number[] =>
      orders.flatMap((order) => order.map((i) => values[i]!));
    const { tests: answers } = model.forward(
      {
        x: tf.tensor3d(take(x), [B, n, 1]),
        y: tf.tensor2d(take(y), [B, n]),
        xTest: tf.tensor3d(
          orders.flatMap(() => [...tests]),
          [B, m, 1],
        ),
        yTest: tf.zeros([B, m]),
      },
      hook,
    );
    return answers.arraySync();
  });
}

/** The examples as they are. */
export const asGiven = ({ x }: PointPrompt): readonly number[] => x.map((_, i) => i);

/** The slope of the line through the origin that least squares chooses. */
export const leastSquaresSlope = ({ x, y }: PointPrompt): number =>
  leastSquaresWeights(
    x.map((value) => [value]),
    [...y],
  )[0]!;

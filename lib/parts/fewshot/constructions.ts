/**
 * Hand-built weights: a transformer that is a matching network, a prototype rule, a conditional
 * neural process, a step of gradient descent, and a predictor that is none of these. In float64, so
 * that equality holds to round-off.
 * Reference: Wu et al. (ICLR 2025) state that such weights exist; von Oswald et al. (2023) for the
 * gradient step. The constructions are ours.
 *
 * Tokens are rows of channels; every token reads the examples, none reads the test. A layer adds
 * what its heads answer, then what its MLP answers: Z <- Z + sum_h attend_h(Z), Z <- Z + MLP(Z). No
 * LayerNorm; the MLP bends with LeakyReLU.
 */
import { Matrix } from 'ml-matrix';

import { checkFunction, checkIndices, checkMemory, checkNumbers } from '../../core/checks';
import { demand, finiteNumber, plainObject, positiveInteger, quote } from '../../core/errors';
import { SLOPE } from '../../classifiers/embedding';
import {
  HandLayout,
  runByHand,
  type HandLayer,
  type HandMLP,
  type HandHead,
  type PlainContext,
} from './handlayers';
import { checkPlainLayers, widthsOf, type TwoLayers } from './plainlayers';

/** More classes or numbers than this would make matrices that take minutes. */
const [MOST_CLASSES, MOST_NUMBERS] = [100, 1000];

const checkClasses = (C: number): number => positiveInteger('C', C, 1, MOST_CLASSES);

/**
 * An MLP that reads some channels, goes through two dense layers, and writes the result into a
 * group that was 0.
 */
const mlpFrom = (
  layout: HandLayout,
  names: readonly string[],
  [first, second]: TwoLayers,
  to: string,
): HandMLP => {
  const write = layout.write(to);
  return {
    up: layout.read(names, first.weight),
    upBias: first.bias,
    down: second.weight.mmul(write),
    downBias: second.bias.mmul(write),
  };
};

/** A transformer with weights written by hand. */
export interface ByHand {
  readonly name: string;
  /** Layers, heads and channels, for the record. */
  readonly size: { readonly layers: number; readonly heads: number; readonly channels: number };
  /** One number for each class. */
  answer(context: PlainContext): number[];
}

const byHand = (
  name: string,
  layout: HandLayout,
  layers: readonly HandLayer[],
  C: number,
  to: string,
): ByHand => ({
  name,
  size: {
    layers: layers.length,
    heads: layers.reduce((sum, { heads }) => sum + heads.length, 0),
    channels: layout.width,
  },
  answer: (context) => layout.answer(runByHand(layout.tokens(context, C), layers), to),
});

/**
 * Attentional matching: sum_i softmax(f(x) . f(x_i) / tau) y_i; with kind 'linear' the plain sum of
 * products.
 *
 * @param f   the embedding's two layers
 * @param tau the temperature of the softmax, a positive number
 * @throws CourseError quoting what is no embedding, no number of classes, kind or temperature
 */
export function matchingByHand(
  f: TwoLayers,
  C: number,
  kind: 'softmax' | 'linear' = 'softmax',
  tau = 1,
): ByHand {
  checkPlainLayers('The embedding', f);
  checkClasses(C);
  demand(
    kind === 'softmax' || kind === 'linear',
    () => `There is no matching of the kind ${quote(kind)}.`,
    "Use 'softmax' or 'linear'.",
  );
  finiteNumber('tau', tau, 'a positive number', (x) => x > 0);
  const [d, k] = widthsOf(f);
  const layout = new HandLayout({ x: d, y: C, one: 1, f: k, votes: C });
  const match: HandHead = {
    kind,
    query: layout.read(['f']).mul(1 / tau),
    key: layout.read(['f']),
    value: layout.read(['y']),
    output: layout.write('votes'),
  };
  return byHand(
    'matching network',
    layout,
    [{ heads: [], mlp: mlpFrom(layout, ['x'], f, 'f') }, { heads: [match] }],
    C,
    'votes',
  );
}

/**
 * The prototype rule where every class has n / C examples: logit_c = 2 f(x) . p_c - |p_c|^2, which
 * ranks classes as -|p_c - f(x)|^2 does. First every token learns f . p_c; then the examples of c
 * tell the mean of theirs, which is |p_c|^2.
 *
 * @param f the embedding's two layers
 * @throws CourseError quoting what is no embedding or no number of classes
 */
export function prototypesByHand(f: TwoLayers, C: number): ByHand {
  checkPlainLayers('The embedding', f);
  checkClasses(C);
  const [d, k] = widthsOf(f);
  const layout = new HandLayout({ x: d, y: C, one: 1, f: k, near: C, square: C, logits: C });
  const of = (name: string, c: number): Matrix => {
    const pick = Matrix.zeros(C, 1);
    pick.set(c, 0, 1);
    return layout.read([name], pick); // [channels, 1]
  };
  const near: HandHead = {
    kind: 'mean',
    query: layout.read(['f']).mul(C),
    key: layout.read(['f']),
    value: layout.read(['y']),
    output: layout.write('near'),
  };
  const squares = Array.from({ length: C }, (_, c): HandHead => ({
    kind: 'mean',
    query: layout.read(['one']).mul(C),
    key: of('y', c),
    value: of('near', c),
    output: of('square', c).transpose(),
  }));
  // 2 near - square, by an MLP whose units come in pairs: u = (LeakyReLU(u) - LeakyReLU(-u)) / (1 +
  // slope)
  const combine = Matrix.zeros(2 * C, C);
  for (let c = 0; c < C; c++) {
    combine.set(c, c, 2);
    combine.set(C + c, c, -1);
  }
  const up = layout.read(['near', 'square'], combine); // [channels, C]
  const both = Matrix.zeros(layout.width, 2 * C);
  both.setSubMatrix(up, 0, 0);
  both.setSubMatrix(Matrix.mul(up, -1), 0, C);
  const back = Matrix.zeros(2 * C, C);
  for (let c = 0; c < C; c++) {
    back.set(c, c, 1 / (1 + SLOPE));
    back.set(C + c, c, -1 / (1 + SLOPE));
  }
  const mlp: HandMLP = {
    up: both,
    upBias: Matrix.zeros(1, 2 * C),
    down: back.mmul(layout.write('logits')),
    downBias: Matrix.zeros(1, layout.width),
  };
  return byHand(
    'prototype rule',
    layout,
    [
      { heads: [], mlp: mlpFrom(layout, ['x'], f, 'f') },
      { heads: [near] },
      { heads: squares, mlp },
    ],
    C,
    'logits',
  );
}

/**
 * Class means by softmax: a head for class c whose keys are beta where the example is of class c;
 * the larger beta, the less the others weigh (together at most n exp(-beta)).
 *
 * @returns the means as the test reads them, [C][d]
 * @throws CourseError quoting what is no context, no number of classes or no finite beta
 */
export function classMeansBySoftmax(context: PlainContext, C: number, beta: number): number[][] {
  checkClasses(C);
  finiteNumber('beta', beta);
  plainObject('A context', context);
  checkNumbers('The test input of a context', context.test, 1);
  const d = positiveInteger('d', context.test.length, 1, MOST_NUMBERS);
  // numbers of 8 bytes: for each class a matrix from d numbers to the means of all
  checkMemory(() => `The heads for C = ${C} classes, d = ${d}`, 2 * (C * d) ** 2);
  const layout = new HandLayout({ x: d, y: C, one: 1, means: C * d });
  const heads = Array.from({ length: C }, (_, c): HandHead => {
    const pick = Matrix.zeros(C, 1);
    pick.set(c, 0, beta);
    const output = Matrix.zeros(d, layout.width);
    for (let k = 0; k < d; k++) output.set(k, d + C + 1 + c * d + k, 1);
    return {
      kind: 'softmax',
      query: layout.read(['one']),
      key: layout.read(['y'], pick),
      value: layout.read(['x']),
      output,
    };
  });
  const all = layout.answer(runByHand(layout.tokens(context, C), [{ heads }]), 'means');
  return Array.from({ length: C }, (_, c) => all.slice(c * d, (c + 1) * d));
}

/**
 * A conditional neural process: psi([rho(mean_i phi([x_i, y_i])), x]). The mean is attention whose
 * queries are 0.
 *
 * @param phi from d + C numbers to the width of r
 * @param rho from that width to the same
 * @param psi from that width and d numbers to C
 * @throws CourseError quoting what are no layers, or with their sizes where they do not fit
 */
export function processByHand(phi: TwoLayers, rho: TwoLayers, psi: TwoLayers): ByHand {
  for (const [name, layers] of Object.entries({ phi, rho, psi })) checkPlainLayers(name, layers);
  const [[pair, width], [from, r], [to, C]] = [widthsOf(phi), widthsOf(rho), widthsOf(psi)];
  checkClasses(C);
  const d = pair - C;
  demand(
    d >= 1 && from === width && r === width && to === width + d,
    () =>
      `A process has phi from ${pair} to ${width} numbers, rho from ${from} to ${r}, psi from ${to} to ${C}.`,
    'With inputs of d numbers and C classes these are d + C to r, r to r, and r + d to C.',
  );
  const layout = new HandLayout({
    x: d,
    y: C,
    one: 1,
    phi: width,
    mean: width,
    rho: width,
    logits: C,
  });
  const average: HandHead = {
    kind: 'softmax',
    query: Matrix.zeros(layout.width, 1),
    key: Matrix.zeros(layout.width, 1),
    value: layout.read(['phi']),
    output: layout.write('mean'),
  };
  const layers: HandLayer[] = [
    { heads: [], mlp: mlpFrom(layout, ['x', 'y'], phi, 'phi') },
    { heads: [average], mlp: mlpFrom(layout, ['mean'], rho, 'rho') },
    { heads: [], mlp: mlpFrom(layout, ['rho', 'x'], psi, 'logits') },
  ];
  return byHand('conditional neural process', layout, layers, C, 'logits');
}

/**
 * One step of gradient descent from 0 on mean squared error / 2 of linear scores: (eta / n) sum_i
 * (x . x_i) y_i, y_i one-hot.
 *
 * @throws CourseError quoting what is no size or no finite eta
 */
export function descentByHand(d: number, C: number, eta: number): ByHand {
  positiveInteger('d', d, 1, MOST_NUMBERS);
  checkClasses(C);
  finiteNumber('eta', eta);
  const layout = new HandLayout({ x: d, y: C, one: 1, scores: C });
  const step: HandHead = {
    kind: 'mean',
    query: layout.read(['x']).mul(eta),
    key: layout.read(['x']),
    value: layout.read(['y']),
    output: layout.write('scores'),
  };
  return byHand('a gradient step', layout, [{ heads: [step] }], C, 'scores');
}

/**
 * A predictor outside of the three families, for inputs on the unit circle: first each example
 * takes the mean label of its neighbourhood (softmax of beta1 x_i . x_j), then the test takes the
 * label of its nearest example (softmax of beta2 x . x_i). Its size does not depend on n.
 *
 * @throws CourseError quoting what is no number of classes or no finite beta
 */
export function smoothedNeighbourByHand(C: number, beta1: number, beta2: number): ByHand {
  checkClasses(C);
  finiteNumber('beta1', beta1);
  finiteNumber('beta2', beta2);
  const layout = new HandLayout({ x: 2, y: C, one: 1, smooth: C, answer: C });
  const smooth: HandHead = {
    kind: 'softmax',
    query: layout.read(['x']).mul(beta1),
    key: layout.read(['x']),
    value: layout.read(['y']),
    output: layout.write('smooth'),
  };
  const nearest: HandHead = {
    kind: 'softmax',
    query: layout.read(['x']).mul(beta2),
    key: layout.read(['x']),
    value: layout.read(['smooth']),
    output: layout.write('answer'),
  };
  return byHand(
    'smoothed nearest neighbour',
    layout,
    [{ heads: [smooth] }, { heads: [nearest] }],
    C,
    'answer',
  );
}

/**
 * How often an answer changes around the unit circle.
 *
 * @param classAt the class answered at an angle, an integer of at least 0
 * @param points  how many angles are asked, at most a million
 * @throws CourseError when this is no such function or number, or a class is none
 */
export function changesAround(classAt: (angle: number) => number, points = 720): number {
  checkFunction('The class at an angle', classAt);
  positiveInteger('points', points, 1, 1e6);
  const answers = Array.from({ length: points }, (_, k) =>
    classAt((2 * Math.PI * (k + 0.5)) / points),
  );
  checkIndices('The classes around the circle', answers);
  return answers.filter((answer, k) => answer !== answers[(k + 1) % points]).length;
}

/**
 * The most changes around the circle of a network with one hidden layer of LeakyReLU units before a
 * linear comparison: each unit bends at most twice on the circle, and between bends a linear
 * function changes sign at most twice.
 *
 * @throws CourseError when hidden is no positive integer
 */
export const mostChanges = (hidden: number): number =>
  2 * (2 * positiveInteger('hidden', hidden) + 1);

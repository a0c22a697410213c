/**
 * Linear self-attention (no softmax) with hand-built weights, in float64: one token per example. A
 * token is a row (x, slot): the examples' slots start at x_j w0 - y_j, the test's at x_t w0. One
 * layer is Z + (mask o (Z Wq)(Z Wk)') Z Wv P. Reference: von Oswald et al. (2023); Ahn et al.
 * (2023); Fang et al. (2025), section 4.1.
 */
import { checkFlag, checkFunction, checkNumbers } from '../../../core/checks';
import { Matrix } from 'ml-matrix';

import { demand, lookUp, plainObject, positiveInteger } from '../../../core/errors';
import {
  blocksOf,
  invicl,
  isSelf,
  ar,
  boe,
  boeWithoutSelf,
  maskMatrix,
  prefix,
  type BlockMask,
  type MaskMatrix,
} from '../../../model/masks';
import {
  checkDescent,
  checkRegression,
  gram,
  diagonal,
  residual,
  type Regression,
} from './regression';

/** The weights of a layer, each [d + 1, d + 1]. */
export interface LinearLayer {
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly output: Matrix;
}

/**
 * The weights that make a layer a step of descent: queries and keys are the inputs, the value is
 * the slot, the output matrix is -eta I.
 */
export function descentLayer(d: number, eta: number): LinearLayer {
  checkDescent(eta, 1);
  positiveInteger('d', d, 1, 1e4);
  const inputs = Matrix.diag([...new Array<number>(d).fill(1), 0]);
  const slot = Matrix.diag([...new Array<number>(d).fill(0), 1]);
  return { query: inputs, key: inputs, value: slot, output: Matrix.eye(d + 1).mul(-eta) };
}

/**
 * The mask without attention of tests to themselves, as the construction needs; with `self` false,
 * without that of examples to themselves either.
 */
const withoutSelf =
  (mask: BlockMask, self: boolean): BlockMask =>
  (row, column) =>
    mask(row, column) && !(isSelf(row, column) && (row.part === 'test' || !self));

/** A mask over blocks, and whether the context is doubled. */
export interface LinearMask {
  readonly mask: BlockMask;
  readonly doubled: boolean;
}

/**
 * The masks of the recursions of the same names. They are not those of the methods of the same
 * names: **no test attends to itself**, because its slot holds a prediction and not a residual, and
 * its own entry would multiply the prediction by 1 - eta |x_t|^2 in every layer. `prefix` is
 * therefore the mask of the method `prefixTestApart`; and `boe` and `invicl` leave out the
 * self-links of the examples too.
 */
export const LINEAR_MASKS = {
  prefix: { mask: withoutSelf(prefix, true), doubled: false },
  ar: { mask: withoutSelf(ar, true), doubled: false },
  boe: { mask: withoutSelf(boeWithoutSelf, false), doubled: false },
  boeSelf: { mask: withoutSelf(boe, true), doubled: false },
  invicl: { mask: withoutSelf(invicl, false), doubled: true },
  inviclSelf: { mask: withoutSelf(invicl, true), doubled: true },
} as const satisfies Readonly<Record<string, LinearMask>>;

/** Tokens of a problem and a test input: [n (or 2 n) + 1, d + 1]. */
export function linearTokens(
  problem: Regression,
  test: readonly number[],
  doubled: boolean,
): Matrix {
  checkRegression(problem);
  checkNumbers('A test input', test);
  checkFlag('doubled', doubled);
  const { X, w0 } = problem;
  demand(
    test.length === X.columns,
    () => `A test input of ${test.length} numbers was given for d = ${X.columns}.`,
    `Give ${X.columns}.`,
  );
  const r = residual(problem, w0);
  const context = X.to2DArray().map((x, j) => [...x, r.get(j, 0)]);
  const slot = Matrix.rowVector([...test])
    .mmul(w0)
    .get(0, 0);
  return new Matrix([...context, ...(doubled ? context : []), [...test, slot]]);
}

/** One layer: what the tokens become, [T, d + 1]. */
export function linearStep(
  Z: Matrix,
  { query, key, value, output }: LinearLayer,
  mask: MaskMatrix,
): Matrix {
  const weights = Z.mmul(query).mmul(Z.mmul(key).transpose()); // [T, T]
  mask.forEach((row, i) => row.forEach((may, j) => !may && weights.set(i, j, 0)));
  return Matrix.add(Z, weights.mmul(Z.mmul(value)).mmul(output)); // [T, d + 1]
}

/**
 * The test's slot after 0, 1, .., depth layers of descent under a mask. Under a named mask of
 * LINEAR_MASKS it is x_t . w_l of the recursion of the same name.
 *
 * @param attention a name of LINEAR_MASKS, or any mask (a method of the table of methods is one)
 * @throws CourseError when the name is unknown, eta is not positive, depth is below 1, or the test input
 *   does not fit
 */
export function slotsByLayer(
  attention: keyof typeof LINEAR_MASKS | LinearMask,
  problem: Regression,
  test: readonly number[],
  eta: number,
  depth: number,
): number[] {
  checkDescent(eta, depth);
  checkRegression(problem);
  if (typeof attention !== 'string') plainObject('A mask', attention);
  const { mask, doubled }: LinearMask =
    typeof attention === 'string' ? lookUp<LinearMask>('mask', LINEAR_MASKS, attention) : attention;
  checkFunction("'mask' of a mask", mask);
  const spelled = maskMatrix(mask, blocksOf(problem.X.rows, 1, doubled));
  const layer = descentLayer(problem.X.columns, eta);
  let Z = linearTokens(problem, test, doubled);
  const slot = (): number => Z.get(Z.rows - 1, Z.columns - 1);
  const read = [slot()];
  for (let l = 0; l < depth; l++) {
    Z = linearStep(Z, layer, spelled);
    read.push(slot());
  }
  return read;
}

/**
 * The block form that follows the theorem's recursion exactly. One block: (1) the second copy reads
 * the first copies of the others, not itself; (2) the test reads the second copy, and the first
 * copy reads the whole second copy, which the InvICL mask does not allow; (3) the second copy
 * is set to the first again.
 *
 * @returns x_t . w_l after 0, 1, .., depth blocks
 * @throws CourseError when eta is not positive, depth is below 1, or the test input does not fit
 */
export function blockForm(
  problem: Regression,
  test: readonly number[],
  eta: number,
  depth: number,
): number[] {
  checkDescent(eta, depth);
  const K = gram(problem);
  const others = Matrix.sub(K, diagonal(K));
  const x = linearTokens(problem, test, false).subMatrix(
    problem.X.rows,
    problem.X.rows,
    0,
    problem.X.columns - 1,
  ); // [1, d]
  let first = residual(problem, problem.w0); // [n, 1]
  const read = [x.mmul(problem.w0).get(0, 0)];
  for (let l = 0; l < depth; l++) {
    const second = Matrix.sub(first, others.mmul(first).mul(eta)); // (1)
    const step = x.mmul(problem.X.transpose()).mmul(second).get(0, 0);
    read.push(read[l]! - eta * step); // (2), the test
    // (2), the first copy; (3) is part of (1) in the next iteration
    first = Matrix.sub(first, K.mmul(second).mul(eta));
  }
  return read;
}

/**
 * What hand-built transformers are made of: named groups of channels, heads, MLPs, and a context as
 * tokens.
 */
import { Matrix } from 'ml-matrix';

import { checkNumbers, checkRows } from '../../core/checks';
import { demand, plainObject } from '../../core/errors';
import { softmax } from '../../core/numerics';
import { SLOPE } from '../../classifiers/embedding';

/** One head. */
export interface HandHead {
  /**
   * 'softmax' over the examples, 'linear': products as they are, 'mean': products over the number
   * of examples.
   */
  readonly kind: 'softmax' | 'linear' | 'mean';
  /** [C, D] */
  readonly query: Matrix;
  /** [C, D] */
  readonly key: Matrix;
  /** [C, V] */
  readonly value: Matrix;
  /** [V, C] */
  readonly output: Matrix;
}

/** The MLP of a layer: [C, hidden], [1, hidden], [hidden, C], [1, C]. */
export interface HandMLP {
  readonly up: Matrix;
  readonly upBias: Matrix;
  readonly down: Matrix;
  readonly downBias: Matrix;
}

/** A layer: heads, then perhaps an MLP. */
export interface HandLayer {
  readonly heads: readonly HandHead[];
  readonly mlp?: HandMLP;
}

/** Examples and a test input in the plane (or any d), classes 0 .. C - 1. */
export interface PlainContext {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly test: readonly number[];
}

/**
 * Refuses what is no context of inputs with d numbers and of C classes.
 *
 * @throws CourseError quoting what is wrong
 */
function checkContext(context: PlainContext, d: number, C: number): void {
  plainObject('A context', context);
  const { X, y, test } = context;
  checkRows('The inputs of a context', X);
  checkNumbers('The classes of a context', y);
  checkNumbers('The test input of a context', test);
  demand(
    X[0]!.length === d && test.length === d && y.length === X.length,
    () =>
      `A context has ${X.length} inputs of ${X[0]!.length} numbers, ${y.length} classes, and a ` +
      `test input of ${test.length} numbers, where inputs have ${d}.`,
    'Give a class for each input, and inputs and test of that length.',
  );
  demand(
    y.every((label) => Number.isInteger(label) && label >= 0 && label < C),
    () => `The context has the classes ${[...new Set(y)].join(', ')}, and there are ${C}.`,
    `Use 0 to ${C - 1}.`,
  );
}

/** Names of channels, in order, each with its width. */
type Channels = Readonly<Record<string, number>>;

/** Where each named group of channels lies. */
export class HandLayout {
  readonly width: number;
  private readonly from: Record<string, number> = {};

  constructor(private readonly channels: Channels) {
    let at = 0;
    for (const [name, width] of Object.entries(channels)) {
      this.from[name] = at;
      at += width;
    }
    this.width = at;
  }

  /** [C, rows of M]: M applied to a group of channels (or to several, one after the other). */
  read(names: readonly string[], M?: Matrix): Matrix {
    const picked = names.flatMap((name) =>
      Array.from({ length: this.channels[name]! }, (_, k) => this.from[name]! + k),
    );
    const pick = Matrix.zeros(this.width, picked.length);
    picked.forEach((row, column) => pick.set(row, column, 1));
    return M ? pick.mmul(M) : pick;
  }

  /** [V, C]: puts V numbers into a group of channels. */
  write(name: string, factor = 1): Matrix {
    return this.read([name]).transpose().mul(factor);
  }

  /** Tokens of a context: the examples, then the test. */
  tokens(context: PlainContext, C: number): Matrix {
    checkContext(context, this.channels['x']!, C);
    const { X, y, test } = context;
    const Z = Matrix.zeros(X.length + 1, this.width);
    [...X, test].forEach((x, i) => {
      x.forEach((value, k) => Z.set(i, this.from['x']! + k, value));
      if (i < X.length) Z.set(i, this.from['y']! + y[i]!, 1);
      Z.set(i, this.from['one']!, 1);
    });
    return Z;
  }

  /** What a group of channels of the last token (the test) holds. */
  answer(Z: Matrix, name: string): number[] {
    return Z.getRow(Z.rows - 1).slice(this.from[name]!, this.from[name]! + this.channels[name]!);
  }
}

/** What a head adds. */
function attend(Z: Matrix, { kind, query, key, value, output }: HandHead): Matrix {
  const n = Z.rows - 1;
  const examples = Z.subMatrix(0, n - 1, 0, Z.columns - 1); // [n, C]
  const scores = Z.mmul(query).mmul(examples.mmul(key).transpose()); // [n + 1, n]
  if (kind === 'softmax') for (let i = 0; i <= n; i++) scores.setRow(i, softmax(scores.getRow(i)));
  if (kind === 'mean') scores.mul(1 / n);
  return scores.mmul(examples.mmul(value)).mmul(output); // [n + 1, C]
}

/** All layers. */
export function runByHand(Z: Matrix, layers: readonly HandLayer[]): Matrix {
  return layers.reduce((before, { heads, mlp }) => {
    const Y = heads.reduce((sum, head) => sum.add(attend(before, head)), before.clone());
    if (!mlp) return Y;
    const hidden = Y.mmul(mlp.up).addRowVector(mlp.upBias.getRow(0));
    const bent = hidden.apply((r, c) => {
      const u = hidden.get(r, c);
      hidden.set(r, c, u > 0 ? u : SLOPE * u);
    });
    return Y.add(bent.mmul(mlp.down).addRowVector(mlp.downBias.getRow(0)));
  }, Z);
}

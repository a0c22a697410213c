/**
 * What a stack of linear attention layers computes, as recursions on the weights w of a linear
 * predictor, in float64. r = X w0 - y, K = X X', D = diag(K); eta is the step size. Each recursion
 * belongs to a mask (see LINEAR_MASKS).
 * Reference: von Oswald et al. (2023) for gradient descent; Fang et al. (2025), equation 4.1, for
 * the theorem's.
 */
import { inverse, Matrix, pseudoInverse } from 'ml-matrix';

import {
  checkBounded,
  checkDescent,
  checkRegression,
  diagonal,
  gram,
  residual,
  type Regression,
} from './regression';

/** The weights after 0, 1, .., depth layers, each [d, 1]. */
export type Recursion = (problem: Regression, eta: number, depth: number) => Matrix[];

/**
 * A recursion from its step: `state` holds the slots of the context, w is given by the slot of the
 * test.
 */
const recursion =
  <S>(
    start: (problem: Regression, K: Matrix, D: Matrix) => S,
    step: (state: S, w: Matrix, eta: number) => { state: S; w: Matrix },
  ): Recursion =>
  (problem, eta, depth) => {
    checkDescent(eta, depth);
    const K = gram(problem);
    let state = start(problem, K, diagonal(K));
    const iterates = [problem.w0.clone()];
    for (let layer = 1; layer <= depth; layer++) {
      const next = step(state, iterates[layer - 1]!, eta);
      checkBounded(problem, next.w, eta, layer);
      iterates.push(next.w);
      state = next.state;
    }
    return iterates;
  };

interface Slots {
  readonly X: Matrix;
  readonly K: Matrix;
  readonly D: Matrix;
  /** The slot of each example, [n, 1]. */
  readonly v: Matrix;
}

const slots = (problem: Regression, K: Matrix, D: Matrix): Slots => ({
  X: problem.X,
  K,
  D,
  v: residual(problem, problem.w0),
});
/** w - eta X' v: the test attends to the slots. */
const read = (X: Matrix, w: Matrix, v: Matrix, eta: number): Matrix =>
  Matrix.sub(w, X.transpose().mmul(v).mul(eta));
/** v - eta A v: the slots attend to each other with weights A. */
const mix = (A: Matrix, v: Matrix, eta: number): Matrix => Matrix.sub(v, A.mmul(v).mul(eta));

/** A context whose slots attend to each other with weights `between(K, D)`; the test, to all. */
const oneCopy = (between: (K: Matrix, D: Matrix) => Matrix): Recursion =>
  recursion(slots, (s, w, eta) => ({
    state: { ...s, v: mix(between(s.K, s.D), s.v, eta) },
    w: read(s.X, w, s.v, eta),
  }));

const zero = (K: Matrix): Matrix => Matrix.zeros(K.rows, K.columns);
/** The lower triangle of K with its diagonal. */
const lowerTriangle = (K: Matrix): Matrix => {
  const L = K.clone();
  for (let i = 0; i < K.rows; i++) for (let j = i + 1; j < K.columns; j++) L.set(i, j, 0);
  return L;
};

/** Two copies, all layers alike; `self` = 1 when a token attends to itself. */
const twoCopies = (self: 0 | 1): Recursion =>
  recursion(
    (problem, K, D) => ({ ...slots(problem, K, D), v2: residual(problem, problem.w0) }),
    ({ X, K, D, v, v2 }, w, eta) => ({
      state: {
        X,
        K,
        D,
        v: mix(Matrix.mul(D, self), v, eta),
        v2: Matrix.sub(v2, Matrix.sub(K, D).mmul(v).add(Matrix.mul(D, self).mmul(v2)).mul(eta)),
      },
      w: read(X, w, v2, eta),
    }),
  );

/** Every recursion by name. */
export const RECURSIONS = {
  /** Prefix: plain gradient descent on |X w - y|^2 / 2. */
  prefix: oneCopy((K) => K),
  /** AR: the slot of each example is updated by those before it and itself; w, by all. */
  ar: oneCopy((K) => lowerTriangle(K)),
  /** BoE without the self-link: the gradient at w0 in every layer. */
  boe: oneCopy((K) => zero(K)),
  /** BoE with the self-link. */
  boeSelf: oneCopy((_, D) => D),
  /** The theorem's: w - eta X'(X w - y) + eta^2 X'(K - D)(X w - y). */
  theorem: recursion(
    (problem, K, D) => ({ problem, LOO: Matrix.sub(K, D) }),
    (state, w, eta) => {
      const miss = residual(state.problem, w);
      return { state, w: read(state.problem.X, w, mix(state.LOO, miss, eta), eta) };
    },
  ),
  /** The literal InvICL stack without self-links. */
  invicl: twoCopies(0),
  /** The literal InvICL stack with self-links, as softmax attention has them. */
  inviclSelf: twoCopies(1),
} as const satisfies Readonly<Record<string, Recursion>>;

/** Names of the recursions. */
export type RecursionName = keyof typeof RECURSIONS;

/**
 * The limits of the recursions that converge, as formulas: w0 - X' A^-1 r with A = tril(K) for AR
 * (one Kaczmarz sweep in the given order), D for BoE with self-links, and (2 I - K D^-1)^-1 D, that
 * is D^-1 (2 I - K D^-1), for the InvICL stack.
 */
export const LIMITS = {
  ar: (problem: Regression): Matrix => limit(problem, (K) => inverse(lowerTriangle(K))),
  boeSelf: (problem: Regression): Matrix => limit(problem, (_, D) => inverse(D)),
  inviclSelf: (problem: Regression): Matrix =>
    limit(problem, (K, D) =>
      inverse(D).mmul(Matrix.sub(Matrix.eye(K.rows).mul(2), K.mmul(inverse(D)))),
    ),
} as const;

function limit(problem: Regression, A: (K: Matrix, D: Matrix) => Matrix): Matrix {
  const K = gram(problem);
  return read(problem.X, problem.w0, A(K, diagonal(K)).mmul(residual(problem, problem.w0)), 1);
}

/** One Kaczmarz sweep: project onto each example's equation, in the given order. [d, 1] */
export function kaczmarzSweep(problem: Regression): Matrix {
  checkRegression(problem);
  const { X, y, w0 } = problem;
  const w = w0.clone();
  for (let i = 0; i < X.rows; i++) {
    const x = X.getRowVector(i);
    const miss = (x.mmul(w).get(0, 0) - y.get(i, 0)) / x.dot(x);
    w.sub(x.transpose().mul(miss));
  }
  return w;
}

/**
 * The matrix by which the theorem's recursion and gradient descent multiply w - w*, [d, d].
 */
export const errorMatrix = {
  prefix: (problem: Regression, eta: number): Matrix => {
    const H = problem.X.transpose().mmul(problem.X);
    return Matrix.sub(Matrix.eye(H.rows), H.mul(eta));
  },
  theorem: (problem: Regression, eta: number): Matrix => {
    const { X } = problem;
    const K = gram(problem);
    const inner = mix(Matrix.sub(K, diagonal(K)), X, eta); // (I - eta (K - D)) X
    return Matrix.sub(Matrix.eye(X.columns), X.transpose().mmul(inner).mul(eta));
  },
} as const;

/**
 * The fixed points of gradient descent and of the theorem's recursion: least squares, and least
 * squares weighted by M = I - eta (K - D), w0 + (X' M X)^+ X' M (y - X w0). Without label noise both
 * are the true weights; with fewer examples than dimensions the solution nearest to w0, as steps
 * stay within the span of the examples. [d, 1]
 */
export const FIXED_POINTS = {
  prefix: (problem: Regression): Matrix => {
    const { X, w0 } = problem;
    return Matrix.sub(w0, pseudoInverse(X).mmul(residual(problem, w0)));
  },
  theorem: (problem: Regression, eta: number): Matrix => {
    const { X, w0 } = problem;
    const K = gram(problem);
    const weighted = X.transpose().mmul(
      Matrix.sub(Matrix.eye(K.rows), Matrix.sub(K, diagonal(K)).mul(eta)),
    ); // X' M, [d, n]
    const change = pseudoInverse(weighted.mmul(X)).mmul(weighted.mmul(residual(problem, w0)));
    return Matrix.sub(w0, change);
  },
} as const;

/**
 * Greedy regression trees, and gradient boosting over them. Baselines of Garg et al. (2022),
 * section 4.
 * Reference: Breiman et al. (1984) for the tree; Chen and Guestrin (2016, XGBoost), equations 5 to
 * 7, for gain and leaf weight.
 */
import { finiteNumber, knownKeys, positiveInteger } from '../core/errors';
import type { Predictor } from '../model/prompts';
import { fromRule } from './rule';

/** A tree: a leaf with its value, or a question with its two answers. */
export type Tree =
  | { readonly value: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly low: Tree;
      readonly high: Tree;
    };

/** How a tree grows. */
export interface GrowthRule {
  /** Most questions from root to leaf. */
  readonly depth: number;
  /** Penalty on leaf values; 0 = the mean of the leaf. */
  readonly lambda: number;
}

const score = (sum: number, count: number, lambda: number): number =>
  (sum * sum) / (count + lambda);

/**
 * The best question for these rows: the largest gain, the first of equals; null when none gains
 * anything.
 */
function bestSplit(
  X: readonly (readonly number[])[],
  target: readonly number[],
  rows: readonly number[],
  lambda: number,
) {
  const total = rows.reduce((sum, i) => sum + target[i]!, 0);
  let best: { readonly feature: number; readonly threshold: number } | null = null;
  // beaten by more than round-off, so that the order of rows decides nothing
  let most = score(total, rows.length, lambda);
  for (let feature = 0; feature < X[0]!.length; feature++) {
    const sorted = [...rows].sort((a, b) => X[a]![feature]! - X[b]![feature]!);
    let sum = 0;
    for (let at = 1; at < sorted.length; at++) {
      sum += target[sorted[at - 1]!]!;
      const [left, right] = [X[sorted[at - 1]!]![feature]!, X[sorted[at]!]![feature]!];
      if (left === right) continue;
      const both = score(sum, at, lambda) + score(total - sum, sorted.length - at, lambda);
      if (both > most + 1e-9) [most, best] = [both, { feature, threshold: (left + right) / 2 }];
    }
  }
  return best;
}

/**
 * Grows a tree greedily.
 *
 * @param X      n rows of d numbers
 * @param target n numbers to be explained
 */
function growTree(
  X: readonly (readonly number[])[],
  target: readonly number[],
  { depth, lambda }: GrowthRule,
): Tree {
  const grow = (rows: readonly number[], left: number): Tree => {
    const split = left > 0 && rows.length > 1 ? bestSplit(X, target, rows, lambda) : null;
    if (!split)
      return { value: rows.reduce((sum, i) => sum + target[i]!, 0) / (rows.length + lambda) };
    const { feature, threshold } = split;
    const low = rows.filter((i) => X[i]![feature]! <= threshold);
    const high = rows.filter((i) => X[i]![feature]! > threshold);
    return { feature, threshold, low: grow(low, left - 1), high: grow(high, left - 1) };
  };
  return grow([...X.keys()], depth);
}

/** What a tree says of an input. */
function answerOf(tree: Tree, x: readonly number[]): number {
  let node = tree;
  while ('feature' in node) node = x[node.feature]! <= node.threshold ? node.low : node.high;
  return node.value;
}

/**
 * A greedy regression tree. With `signs` it gets the inputs' signs only, which is all that the
 * course's decision trees ask for.
 *
 * @throws CourseError when depth is no positive integer
 */
export function greedyTree(depth: number, signs = false): Predictor {
  positiveInteger('depth', depth);
  const seen = (rows: number[][]): number[][] =>
    signs ? rows.map((row) => row.map(Math.sign)) : rows;
  return fromRule(signs ? 'greedy tree on signs' : 'greedy tree', ({ X, y, T }) => {
    const tree = growTree(seen(X), y, { depth, lambda: 0 });
    return seen(T).map((x) => answerOf(tree, x));
  });
}

/** Settings of boosting; the defaults are those of Garg et al. for XGBoost. */
export interface BoostingConfig {
  readonly rounds: number;
  readonly depth: number;
  /** Share of each tree that is added. */
  readonly rate: number;
  readonly lambda: number;
}

/**
 * Gradient-boosted trees for squared error: start from the mean, then add trees of the residuals.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function boostedTrees(given: Partial<BoostingConfig> = {}): Predictor {
  knownKeys('Boosting', given, ['rounds', 'depth', 'rate', 'lambda']);
  const { rounds, depth, rate, lambda } = { rounds: 50, depth: 4, rate: 0.1, lambda: 1, ...given };
  positiveInteger('rounds', rounds);
  positiveInteger('depth', depth);
  finiteNumber('rate', rate, 'a positive number', (x) => x > 0);
  finiteNumber('lambda', lambda, 'a number of at least 0', (x) => x >= 0);
  return fromRule('boosted trees', ({ X, y, T }) => {
    const start = y.reduce((sum, label) => sum + label, 0) / y.length;
    const [fit, answers] = [y.map(() => start), T.map(() => start)];
    for (let round = 0; round < rounds; round++) {
      const tree = growTree(
        X,
        y.map((label, i) => label - fit[i]!),
        { depth, lambda },
      );
      X.forEach((x, i) => (fit[i]! += rate * answerOf(tree, x)));
      T.forEach((x, t) => (answers[t]! += rate * answerOf(tree, x)));
    }
    return answers;
  });
}

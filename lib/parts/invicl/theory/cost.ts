/**
 * What a forward pass costs, by formula: pairs of examples that attend to each other, and
 * multiply-adds.
 * Reference: InvICL (Fang et al., ICLR 2025), its comparison of costs; the count of Kaplan et al.
 * (2020) for the dense layers.
 */
import {
  finiteNumber,
  knownKeys,
  lookUp,
  plainObject,
  positiveInteger,
} from '../../../core/errors';
import type { TransformerSize } from '../../../model/config';

/** Pairs of blocks that attend to each other with n examples and one test. */
export const ATTENDED_PAIRS = {
  ar: (n: number): number => (n * (n + 1)) / 2 + n + 1,
  prefix: (n: number): number => n * n + n + 1,
  boe: (n: number): number => 2 * n + 1,
  invicl: (n: number): number => n * n + 2 * n + 1,
} as const;

/** The methods whose pairs are known by formula. */
export type CountedMethod = keyof typeof ATTENDED_PAIRS;

/**
 * Floating-point operations of one forward pass over a prompt of n examples of two tokens and a
 * test of one.
 *
 * `dense` counts what a kernel with a full mask computes (every pair of tokens, allowed or not);
 * otherwise only allowed pairs of tokens count.
 *
 * @throws CourseError when n is no positive integer or the method has no formula
 */
export function forwardOperations(
  method: CountedMethod,
  n: number,
  size: TransformerSize,
  dense = false,
): { readonly layers: number; readonly attention: number } {
  positiveInteger('n', n);
  lookUp('method', ATTENDED_PAIRS, method);
  checkSize(size);
  const { width: C, layers: L, mlpRatio } = size;
  const tokens = (method === 'invicl' ? 4 : 2) * n + 1;
  // queries, keys, values, projection, and the two layers of the MLP
  const perToken = 2 * (4 + 2 * mlpRatio) * C * C;
  const pairs = dense ? tokens * tokens : allowedTokenPairs(method, n);
  // scores and weighted sum: 2 C each
  return { layers: L * tokens * perToken, attention: L * pairs * 4 * C };
}

/**
 * Floating-point operations that the structured form of InvICL runs to answer one test after n
 * examples of two tokens (see model/structured). They are fewer than for all tokens of the doubled
 * prompt: in the last layer only the test goes through attention, projection and MLP, because no
 * answer depends on the final states of either copy. Second copies are multiplied with all first
 * copies, their own included, which is masked.
 *
 * @throws CourseError when n is no positive integer
 */
export function structuredOperations(
  n: number,
  size: TransformerSize,
): { readonly layers: number; readonly attention: number } {
  positiveInteger('n', n);
  checkSize(size);
  const { width: C, layers: L, mlpRatio } = size;
  const copy = 2 * n; // tokens of the first copies, and of the second
  const [toHeads, afterHeads] = [2 * 3 * C * C, 2 * (1 + 2 * mlpRatio) * C * C];
  const inside = 3 * n; // pairs inside the examples, causal
  const pairs = (L - 1) * (inside + copy * copy + inside) + L * (copy + 1);
  return {
    layers: L * (2 * copy + 1) * toHeads + ((L - 1) * 2 * copy + L) * afterHeads,
    attention: pairs * 4 * C,
  };
}

/** Refuses sizes that cannot be multiplied. */
function checkSize(size: TransformerSize): void {
  plainObject('A size', size);
  for (const name of ['width', 'layers', 'mlpRatio'] as const) positiveInteger(name, size[name]);
}

/**
 * Allowed pairs of tokens when an example has two: four per pair of different examples, three
 * inside an example (causal), four under Prefix.
 */
function allowedTokenPairs(method: CountedMethod, n: number): number {
  const inside = method === 'prefix' ? 4 : 3;
  const copies = method === 'invicl' ? 2 : 1;
  const between = { ar: (n * (n - 1)) / 2, prefix: n * (n - 1), boe: 0, invicl: n * (n - 1) }[
    method
  ];
  // the test attends to all tokens of the context, and to itself
  return 4 * between + copies * inside * n + 2 * n + 1;
}

/**
 * Memory of a network that holds fixed bytes (weights and overhead) and some bytes per input token.
 */
export interface MemoryModel {
  readonly fixed: number;
  readonly perToken: number;
}

/**
 * The memory model through two measurements.
 *
 * @throws CourseError when the two lengths are the same
 */
export function memoryModel(
  a: { readonly tokens: number; readonly bytes: number },
  b: { readonly tokens: number; readonly bytes: number },
): MemoryModel {
  for (const [name, one] of Object.entries({ first: a, second: b })) {
    knownKeys(`The ${name} measurement`, one, ['tokens', 'bytes']);
    finiteNumber('tokens', one.tokens);
    finiteNumber('bytes', one.bytes);
  }
  positiveInteger(
    'the difference in tokens of the two measurements',
    Math.abs(a.tokens - b.tokens),
  );
  const perToken = (b.bytes - a.bytes) / (b.tokens - a.tokens);
  return { fixed: a.bytes - perToken * a.tokens, perToken };
}

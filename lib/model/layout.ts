/**
 * The layout of a prompt: its tokens in order, with the mask and the positions that a method gives
 * them. It serves regression prompts (one or two tokens an example) and texts of unequal lengths.
 */
import { checkIndices, checkMemory, checkNumbers } from '../core/checks';
import { CourseError, demand, positiveInteger } from '../core/errors';
import {
  blocksOf,
  tokenMask,
  tokensOf,
  withBeginning,
  type Block,
  type BlockToken,
  type LaidOutBlock,
} from './masks';
import { checkMethod, type Method } from './methods';
import { afterBeginning } from './positions';

/** The most tokens of a prompt whose mask is built: it has 128 million entries of 8 bytes. */
const MOST_IN_MASK = Math.floor(Math.sqrt(2 ** 27));

/** Tokens, mask and positions of a prompt under a method; with a beginning where it has one. */
export interface PromptLayout<B extends LaidOutBlock = Block> {
  readonly method: Method;
  readonly blocks: readonly B[];
  readonly tokens: readonly BlockToken<B>[];
  /**
   * mask[query][key] over tokens, true = may attend; computed when it is first read, which is refused
   * where it would fill the memory of Node.
   */
  readonly mask: readonly (readonly boolean[])[];
  /** A position per token, or null for none. */
  readonly positions: readonly number[] | null;
}

/**
 * The layout of a prompt whose example i has exampleLengths[i] tokens and whose test input t has
 * testLengths[t] tokens.
 *
 * @param begin tokens before the first example, to which all tokens attend
 * @throws CourseError when there is no test, a length is not positive, the method takes one test at a
 *   time, or its positions are none
 */
export function layoutPrompt(
  method: Method,
  exampleLengths: readonly number[],
  testLengths: readonly number[],
): PromptLayout;
export function layoutPrompt(
  method: Method,
  exampleLengths: readonly number[],
  testLengths: readonly number[],
  begin: number,
): PromptLayout<LaidOutBlock>;
export function layoutPrompt(
  method: Method,
  exampleLengths: readonly number[],
  testLengths: readonly number[],
  begin = 0,
): PromptLayout<LaidOutBlock> {
  checkMethod(method);
  checkNumbers('The lengths of examples', exampleLengths);
  checkNumbers('The lengths of tests', testLengths);
  const [n, m] = [exampleLengths.length, testLengths.length];
  demand(m >= 1, () => 'A prompt without a test input was given.', 'Give at least one.');
  for (const length of [...exampleLengths, ...testLengths])
    demand(
      Number.isInteger(length) && length >= 1,
      () => `An example or test of ${length} tokens was given.`,
      'Each needs at least one token.',
    );
  if (method.oneTest && m > 1)
    throw new CourseError(
      `${method.name} was given ${m} test inputs at once, but its examples read the test input.`,
      'Give one test input per prompt.',
    );
  positiveInteger('The tokens before the first example', begin, 0);
  const lengths = [begin, ...exampleLengths, ...testLengths];
  const tokensInAll = lengths.reduce((sum, length) => sum + length, 0);
  checkMemory(() => `Prompts of ${tokensInAll} tokens`, 16 * tokensInAll);
  const beginning: LaidOutBlock[] = begin > 0 ? [{ part: 'begin', index: 0 }] : [];
  const blocks = [...beginning, ...blocksOf(n, m, method.doubled)];
  const lengthsOf = {
    begin: [begin],
    first: exampleLengths,
    second: exampleLengths,
    test: testLengths,
  };
  const tokens = tokensOf(blocks, ({ part, index }) => lengthsOf[part][index]!);
  const positions = afterBeginning(method.positions)(tokens);
  if (positions !== null) {
    checkIndices(`The positions of ${method.name}`, positions);
    demand(
      positions.length === tokens.length,
      () => `${method.name} gives ${positions.length} positions to ${tokens.length} tokens.`,
      'Its `positions` must give one to each.',
    );
  }
  let mask: boolean[][] | null = null; // computed on demand: the structured form never needs it
  return {
    method,
    blocks,
    tokens,
    get mask() {
      demand(
        tokens.length <= MOST_IN_MASK,
        () =>
          `The mask of ${tokens.length} tokens under ${method.name} was asked for, ` +
          `and ${MOST_IN_MASK} are the most.`,
        'Use fewer or shorter examples.',
      );
      mask ??= tokenMask(withBeginning(method.mask), tokens, method.inside);
      return mask;
    },
    positions,
  };
}

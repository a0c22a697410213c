/**
 * The position of each token. Symmetric positions (InvICL, section 3.3) start every example at the
 * same position, so that positions do not tell examples apart; the test starts after the longest
 * example. (The paper counts from 1 and starts the test at l_max, the position of the longest
 * example's last token; here it has a position of its own.)
 */
import { positiveInteger } from '../core/errors';
import type { BlockToken, LaidOutBlock } from './masks';

/** Positions of tokens, from 0; null = the model gets no positions at all. */
export type Positions = (tokens: readonly BlockToken[]) => number[] | null;

const isTest = (token: BlockToken): boolean => token.block.part === 'test';

/**
 * Counting tokens from the left. Every test input has the position right after the context, as if
 * it were the only one.
 */
export const absolute: Positions = (tokens) => {
  const context = tokens.filter((token) => !isTest(token)).length;
  return tokens.map((token, i) => (isTest(token) ? context + token.offset : i));
};

/**
 * Counting examples from the left: all tokens of an example have its number, so that a label is at
 * the position of its own input. Every test has the number after the last example. (Ours: with two
 * tokens an example and a full mask, only positions say which label belongs to which input.)
 */
export const byExample: Positions = (tokens) => {
  const count = new Set(tokens.filter((token) => !isTest(token)).map(({ block }) => block.index))
    .size;
  return tokens.map((token) => (isTest(token) ? count : token.block.index));
};

/** No positions (NoPE): a causal mask alone still tells the ordering. */
export const none: Positions = () => null;

/**
 * Counting inside windows of `size` examples, each window from 0, both copies alike; tests after
 * the longest window.
 *
 * @throws CourseError when size is no positive integer
 */
export function windows(size: number): Positions {
  positiveInteger('the window size of the positions', size);
  return (tokens) => {
    const filled = new Map<string, number>();
    const context = tokens.map((token) => {
      if (isTest(token)) return -1;
      const key = `${token.block.part} ${Math.floor(token.block.index / size)}`;
      const position = filled.get(key) ?? 0;
      filled.set(key, position + 1);
      return position;
    });
    const longest = Math.max(0, ...filled.values());
    return tokens.map((token, i) => (isTest(token) ? longest + token.offset : context[i]!));
  };
}

/** Every example from 0, both copies alike; tests after the longest example. */
export const symmetric: Positions = windows(1);

/**
 * Every example alike, but the second copies have positions of their own, after those of the first:
 * still permutation-invariant. (Ours, not the paper's: in the two-token layout a second-copy label
 * can then tell its own input from those of the others.)
 */
export const symmetricByCopy: Positions = (tokens) => {
  const longest = Math.max(
    0,
    ...tokens.filter((token) => !isTest(token)).map(({ offset }) => offset + 1),
  );
  const start = { first: 0, second: longest, test: 2 * longest };
  return tokens.map(({ block, offset }) => start[block.part] + offset);
};

const isBeginning = ({ block }: BlockToken<LaidOutBlock>): boolean => block.part === 'begin';

const isOfMethod = (token: BlockToken<LaidOutBlock>): token is BlockToken => !isBeginning(token);

/** The same positions after a beginning, which has the first ones. */
export const afterBeginning =
  (positions: Positions) =>
  (tokens: readonly BlockToken<LaidOutBlock>[]): number[] | null => {
    const count = tokens.filter(isBeginning).length;
    const others = positions(tokens.filter(isOfMethod));
    return others && [...Array(count).keys(), ...others.map((position) => position + count)];
  };

/**
 * The position of each token. Symmetric positions (InvICL, section 3.3) start every example at the
 * same position, so that positions do not tell examples apart; the test starts after the longest
 * example. (The paper counts from 1 and starts the test at l_max, the position of the longest
 * example's last token; here it has a position of its own.)
 */
import { finiteNumber, positiveInteger } from '../core/errors';
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
 * Every example alike; second copies begin some lengths of the longest example after the first
 * copies, and tests as many more after the longest second copy. Invariant at any distance; 0 and 0
 * are the symmetric positions, 1 and 0 places of their own.
 *
 * @param second how far second copies begin after first ones, in lengths of the longest example;
 *               the token is rounded down
 * @param test   how much further tests begin, in the same lengths
 * @throws CourseError when a distance is negative or no number
 */
export function copiesApart(second: number, test = 0): Positions {
  for (const [whose, distance] of [
    ['second copies', second],
    ['tests', test],
  ] as const)
    finiteNumber(`The distance of ${whose}`, distance, 'a number of at least 0', (x) => x >= 0);
  return (tokens) => {
    const longest = Math.max(
      0,
      ...tokens.filter((token) => !isTest(token)).map(({ offset }) => offset + 1),
    );
    const at = Math.floor(second * longest);
    const start = { first: 0, second: at, test: at + longest + Math.floor(test * longest) };
    return tokens.map(({ block, offset }) => start[block.part] + offset);
  };
}

/**
 * Every example alike, but the second copies have positions of their own, after those of the first:
 * still permutation-invariant. (Ours, not the paper's: in the two-token layout a second-copy label
 * can then tell its own input from those of the others.)
 */
export const symmetricByCopy: Positions = copiesApart(1);

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

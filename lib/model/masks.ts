/**
 * Attention masks as pure boolean functions: who sees whom. True = may attend; the row is the
 * query, the column the key.
 *
 * A mask is defined over blocks (whole examples), which is how the papers draw it; `tokenMask`
 * expands it for examples of several tokens. Reference: InvICL (Fang et al., ICLR 2025, arXiv
 * 2505.04994), section 3; PCW (arXiv 2212.10947); SAICL (arXiv 2307.02690).
 */
import { checkList } from '../core/checks';
import { positiveInteger, demand } from '../core/errors';

/**
 * The part of the prompt that a block is in: the context, the second copy of the context, or the
 * test inputs.
 */
export type BlockPart = 'first' | 'second' | 'test';

/** One example, or one test input. */
export interface Block {
  readonly part: BlockPart;
  /** Which example (or which test input) it is, from 0. */
  readonly index: number;
}

/** Tokens before the first example, which no method knows of: see withBeginning. */
export interface Beginning {
  readonly part: 'begin';
  readonly index: 0;
}

/** A block of a prompt as it is laid out. */
export type LaidOutBlock = Block | Beginning;

/** May the block `row` attend to the block `column`? */
export type BlockMask = (row: Block, column: Block) => boolean;

/** A mask as a matrix: mask[query][key]. */
export type MaskMatrix = readonly (readonly boolean[])[];

const RANK: Readonly<Record<BlockPart, number>> = { first: 0, second: 1, test: 2 };
const inContext = (block: Block): boolean => block.part !== 'test';
const isExample = ({ part }: LaidOutBlock): boolean => part === 'first' || part === 'second';
/** Are the two the same block? */
export const isSelf = (row: LaidOutBlock, column: LaidOutBlock): boolean =>
  row.part === column.part && row.index === column.index;
const notAfter = (column: Block, row: Block): boolean =>
  column.part === row.part ? column.index <= row.index : RANK[column.part] < RANK[row.part];

/** A test input reads the whole context and itself, never another test input. */
const testReadsContext = (row: Block, column: Block): boolean =>
  inContext(column) || isSelf(row, column);

/** Completes a mask over the context by test rows that read the whole context and themselves. */
const overContext =
  (context: BlockMask): BlockMask =>
  (row, column) =>
    inContext(row) ? inContext(column) && context(row, column) : testReadsContext(row, column);

/** Auto-regressive: each example reads those before it. */
export const ar: BlockMask = overContext((row, column) => notAfter(column, row));

/** Prefix language model: every example reads every example. */
export const prefix: BlockMask = overContext(() => true);

/**
 * Prefix whose test attends to the context but not to itself: information on its own input comes
 * through the residual stream only.
 */
export const prefixTestApart: BlockMask = (_, column) => inContext(column);

/** Bag of examples: each example reads only itself; the test reads all. */
export const boe: BlockMask = overContext(isSelf);

/**
 * Bag of examples without the self-link: an example reads nothing. Softmax attention refuses its
 * empty rows; linear attention runs it.
 */
export const boeWithoutSelf: BlockMask = overContext(() => false);

/**
 * Parallel context windows: causal inside windows of `size` examples, no attention between them.
 *
 * @throws CourseError when size is no positive integer
 */
export function pcw(size: number): BlockMask {
  positiveInteger('the window size of PCW', size);
  const window = (block: Block): number => Math.floor(block.index / size);
  return overContext((row, column) => window(row) === window(column) && notAfter(column, row));
}

/**
 * Structured attention: an example reads itself and the test input; the test reads all. One test
 * input at a time.
 */
export const saicl: BlockMask = (row, column) =>
  inContext(row) ? isSelf(row, column) || !inContext(column) : testReadsContext(row, column);

/**
 * InvICL over the doubled context: a first copy reads itself; the second copy of example i reads
 * the first copies of all others and itself; the test reads the second copies and itself.
 */
export const invicl: BlockMask = (row, column) => {
  if (isSelf(row, column)) return true;
  if (row.part === 'second') return column.part === 'first' && column.index !== row.index;
  return row.part === 'test' && column.part === 'second';
};

/**
 * The same mask with a beginning that every token attends to and that attends to itself only. All
 * copies and tests share it, so that it tells no example from another. Language models put on the
 * first token the attention that nothing else asks for, and lose their way without it.
 * Reference: Xiao et al. (2024, arXiv 2309.17453), attention sinks.
 */
export const withBeginning =
  (mask: BlockMask) =>
  (row: LaidOutBlock, column: LaidOutBlock): boolean =>
    column.part === 'begin' || (row.part !== 'begin' && mask(row, column));

/** The blocks of a prompt in their order: n examples (twice when doubled), then m tests. */
export function blocksOf(n: number, m: number, doubled: boolean): Block[] {
  const part = (name: BlockPart, count: number): Block[] =>
    Array.from({ length: count }, (_, index) => ({ part: name, index }));
  return [...part('first', n), ...(doubled ? part('second', n) : []), ...part('test', m)];
}

/** The mask over these blocks as a matrix. */
export const maskMatrix = (mask: BlockMask, blocks: readonly Block[]): boolean[][] =>
  blocks.map((row) => blocks.map((column) => mask(row, column)));

/** A token: the block it belongs to and its index inside it, from 0. */
export interface BlockToken<B extends LaidOutBlock = Block> {
  readonly block: B;
  readonly offset: number;
}

/** The tokens of a prompt, block after block, when block b has lengthOf(b) tokens. */
export const tokensOf = <B extends LaidOutBlock>(
  blocks: readonly B[],
  lengthOf: (block: B) => number,
): BlockToken<B>[] =>
  blocks.flatMap((block) =>
    Array.from({ length: lengthOf(block) }, (_, offset) => ({ block, offset })),
  );

/**
 * How the tokens of one example attend to each other: each to those before it, or to all. Those of
 * a test always attend to those before them only.
 */
export type Inside = 'causal' | 'full';

/**
 * A block mask expanded to tokens: between blocks as the mask says; inside an example (where
 * the mask has the self-link) causal, or full; inside a test and inside the beginning causal, as words
 * are predicted one after the other.
 */
export const tokenMask = <B extends LaidOutBlock>(
  mask: (row: B, column: B) => boolean,
  tokens: readonly BlockToken<B>[],
  inside: Inside = 'causal',
): boolean[][] =>
  tokens.map((row) =>
    tokens.map(
      (column) =>
        mask(row.block, column.block) &&
        (!isSelf(row.block, column.block) ||
          (inside === 'full' && isExample(row.block)) ||
          column.offset <= row.offset),
    ),
  );

/**
 * Refuses what are no rows of true and false.
 *
 * @throws CourseError quoting it
 */
export const checkMatrix = (mask: MaskMatrix): void =>
  checkList(
    'A mask',
    mask,
    'rows of true and false',
    (row) => Array.isArray(row) && row.every((may) => typeof may === 'boolean'),
  );

/**
 * Refuses a mask that attention cannot use.
 *
 * @param size the number of rows and columns it must have
 * @throws CourseError when it is not size x size or has a row without any true entry
 */
export function checkMask(mask: MaskMatrix, size: number): void {
  checkMatrix(mask);
  demand(
    mask.length === size && mask.every((row) => row.length === size),
    () => `The mask is ${mask.length} x ${mask[0]?.length ?? 0}, but there are ${size} tokens.`,
    `Give a ${size} x ${size} mask.`,
  );
  checkMaskRows(mask);
}

/**
 * Refuses a mask with a row that may attend to nothing.
 *
 * @throws CourseError naming the row
 */
export function checkMaskRows(mask: MaskMatrix): void {
  const empty = mask.findIndex((row) => !row.includes(true));
  demand(
    empty < 0,
    () =>
      `Row ${empty} of the mask is empty: its token may attend to nothing, ` +
      'and softmax would divide by zero.',
    'Give each token at least itself.',
  );
}

/** The number of pairs that may attend: the cost of attention at the level of examples. */
export const countPairs = (mask: MaskMatrix): number =>
  mask.reduce((sum, row) => sum + row.filter(Boolean).length, 0);

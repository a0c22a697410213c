/**
 * All masks on n examples, one by one: Propositions 3.4 to 3.6 of InvICL by counting. A mask is an
 * n x n boolean matrix over whole examples; bit i n + j of its number says whether example i may
 * attend to example j.
 */
import { allPermutations } from '../../../core/random';
import { demand, positiveInteger, quote } from '../../../core/errors';
import { checkMatrix, type MaskMatrix } from '../../../model/masks';

/** More examples than this make more masks than can be looked at (2^25 for 5). */
const MOST_EXAMPLES = 4;

/**
 * The mask with this number.
 */
export function maskOfNumber(number: number, n: number): boolean[][] {
  positiveInteger('n', n, 1, MOST_EXAMPLES + 1);
  positiveInteger('The number of a mask', number, 0, 2 ** (n * n) - 1);
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => ((number >> (i * n + j)) & 1) === 1),
  );
}

/** Refuses what is no square mask of so few examples that all their orders can be tried. */
function checkSquare(mask: MaskMatrix): void {
  checkMatrix(mask);
  demand(
    mask.length >= 1 && mask.length <= 9 && mask.every((row) => row.length === mask.length),
    () => `A mask must be square with 1 to 9 rows, got ${quote(mask)}.`,
    'Give as many columns as rows.',
  );
}

/** Does the mask look the same after every relabelling of the examples? */
export function isInvariant(mask: MaskMatrix): boolean {
  checkSquare(mask);
  return allPermutations(mask.length).every((order) =>
    mask.every((row, i) => row.every((allowed, j) => mask[order[i]!]![order[j]!] === allowed)),
  );
}

/**
 * Can no information of an example come back to it through others, however many layers there are?
 */
export function isLeakFree(mask: MaskMatrix): boolean {
  checkSquare(mask);
  const n = mask.length;
  // an example that attends to itself passes nothing to others
  const reaches = mask.map((row, i) => row.map((allowed, j) => allowed && i !== j));
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) reaches[i]![j] ||= reaches[i]![k]! && reaches[k]![j]!;
  return reaches.every((row, i) => !row[i]);
}

/** Can the examples be sorted so that each attends only to itself and earlier ones? */
export function isSortable(mask: MaskMatrix): boolean {
  checkSquare(mask);
  return allPermutations(mask.length).some((order) =>
    order.every((i, position) =>
      mask[i]!.every((allowed, j) => !allowed || order.indexOf(j) <= position),
    ),
  );
}

/** Does some example attend to another? */
export function isInterdependent(mask: MaskMatrix): boolean {
  checkSquare(mask);
  return mask.some((row, i) => row.some((allowed, j) => allowed && i !== j));
}

/** A mask in words, when it has a name. */
function nameOf(mask: MaskMatrix): string {
  const n = mask.length;
  const is = (rule: (i: number, j: number) => boolean): boolean =>
    mask.every((row, i) => row.every((allowed, j) => allowed === rule(i, j)));
  if (is(() => false)) return 'empty';
  if (is((i, j) => i === j)) return 'diagonal (BoE)';
  if (is(() => true)) return 'full (Prefix)';
  if (is((i, j) => i !== j)) return n > 1 ? 'complement of the diagonal' : 'empty';
  if (is((i, j) => j <= i)) return 'causal (AR)';
  return 'unnamed';
}

/** What the enumeration of all masks on n examples finds. */
export interface Enumeration {
  readonly n: number;
  /** 2^(n^2). */
  readonly masks: number;
  /** Names of the invariant ones (Proposition 3.4). */
  readonly invariant: readonly string[];
  readonly leakFree: number;
  /** Masks on which "no leak" and "can be sorted" disagree (Proposition 3.5 says 0). */
  readonly disagreements: number;
  /** Names of those that are invariant and leak-free (Proposition 3.6). */
  readonly both: readonly string[];
  /** How many are invariant, leak-free and interdependent: the impossibility says 0. */
  readonly allThree: number;
}

/**
 * Looks at every mask on n examples.
 *
 * @throws CourseError when n is not 1 to 4
 */
export function enumerateMasks(n: number): Enumeration {
  demand(
    Number.isInteger(n) && n >= 1 && n <= MOST_EXAMPLES,
    () => `All masks on n = ${quote(n)} examples were asked for.`,
    `Take 1 to ${MOST_EXAMPLES}: there are 2^(n^2) of them.`,
  );
  const masks = 2 ** (n * n);
  const [invariant, both]: [string[], string[]] = [[], []];
  let [leakFree, disagreements, allThree] = [0, 0, 0];
  for (let number = 0; number < masks; number++) {
    const mask = maskOfNumber(number, n);
    const [same, free] = [isInvariant(mask), isLeakFree(mask)];
    if (free !== isSortable(mask)) disagreements++;
    if (free) leakFree++;
    if (same) invariant.push(nameOf(mask));
    if (same && free) {
      both.push(nameOf(mask));
      if (isInterdependent(mask)) allThree++;
    }
  }
  return { n, masks, invariant, leakFree, disagreements, both, allThree };
}

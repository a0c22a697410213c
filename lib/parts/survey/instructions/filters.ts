/**
 * What a model wrote is kept only if no filter refuses it. Filters of an instruction, in this order:
 *
 *   length        at most 3 words, or more than 150
 *   keyword       it asks for what a model of texts cannot see or do (image, file, draw, ...)
 *   program       it asks for a program
 *   beginning     its first character is a punctuation mark, or not in ASCII
 *   similarity    ROUGE-L above 0.7 to an instruction of the pool
 *   held out      the same to one that is kept for the evaluation (the course's own)
 *
 * Filters of the instances of a task: no output, output = input, an end with a colon (the text breaks
 * off), the same twice; and where one input has two outputs, all instances are refused.
 * Reference: Wang et al. (2022, arXiv 2212.10560) and their code.
 */
import { checkList, checkText, checkTexts } from '../../../core/checks';
import { checkDemonstrations, type Demonstration } from '../../../language/prompt';
import { rougeL } from './rouge';

/** The fewest words of an instruction that is too long to be refused, and the most. */
const [FEWEST, MOST] = [4, 150];

/** ROUGE-L above this is too much alike. */
export const TOO_SIMILAR = 0.7;

/** Words of tasks that need more than a text. */
const KEYWORDS = /\b(images?|graphs?|pictures?|files?|maps?|draw|plot|go to)\b/i;

const PROGRAM = /^write a program\b/i;
const PUNCTUATION = /^[!-/:-@[-`{-~]/;

/** What an instruction is compared with. */
export interface Compared {
  /** Instructions of the pool. */
  readonly pool: readonly string[];
  /** Instructions that are kept for the evaluation. */
  readonly heldOut: readonly string[];
}

const tooSimilar = (instruction: string, others: readonly string[]): boolean =>
  others.some((other) => rougeL(instruction, other) > TOO_SIMILAR);

const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;

/** Filters of an instruction in the order in which they are tried; each tells what it refuses. */
const REFUSES = {
  length: (text: string) => wordsIn(text) < FEWEST || wordsIn(text) > MOST,
  keyword: (text: string) => KEYWORDS.test(text),
  program: (text: string) => PROGRAM.test(text),
  beginning: (text: string) => PUNCTUATION.test(text) || text.charCodeAt(0) > 127,
  similarity: (text: string, { pool }: Compared) => tooSimilar(text, pool),
  'held out': (text: string, { heldOut }: Compared) => tooSimilar(text, heldOut),
} as const;

/** The name of a filter of instructions. */
export type InstructionFilter = keyof typeof REFUSES;

/** All filters of instructions, the first to be tried first. */
export const INSTRUCTION_FILTERS = Object.keys(REFUSES) as readonly InstructionFilter[];

/**
 * The first filter that refuses an instruction.
 *
 * @returns its name, or null: the instruction is kept
 * @throws CourseError when it is no text, or others are none
 */
export function instructionRefusal(
  instruction: string,
  pool: readonly string[],
  heldOut: readonly string[] = [],
): InstructionFilter | null {
  checkText('An instruction', instruction);
  checkTexts('The instructions of the pool', pool);
  checkTexts('The instructions that are held out', heldOut);
  const text = instruction.trim();
  return INSTRUCTION_FILTERS.find((name) => REFUSES[name](text, { pool, heldOut })) ?? null;
}

/** Filters of instances, in the order in which they are tried. */
export const INSTANCE_FILTERS = [
  'no output',
  'copy',
  'broken off',
  'twice',
  'contradiction',
] as const;
export type InstanceFilter = (typeof INSTANCE_FILTERS)[number];

const breaksOff = (text: string): boolean => text.trim().endsWith(':');

/** The first filter that refuses an instance, but for contradictions. */
function refusalOf(
  { input, output }: Demonstration,
  before: readonly Demonstration[],
): InstanceFilter | null {
  if (output.trim() === '') return 'no output';
  if (input.trim() === output.trim()) return 'copy';
  if (breaksOff(input) || breaksOff(output)) return 'broken off';
  return before.some((one) => one.input === input && one.output === output) ? 'twice' : null;
}

/**
 * The first filter that refuses each instance of a task; null: it is kept.
 *
 * @throws CourseError when they are no instances
 */
export function instanceRefusals(instances: readonly Demonstration[]): (InstanceFilter | null)[] {
  checkDemonstrations(instances);
  const alone = instances.map((one, i) => refusalOf(one, instances.slice(0, i)));
  const left = instances.filter((_, i) => alone[i] === null);
  const inputs = new Set(left.map(({ input }) => input).filter((input) => input !== ''));
  const contradicted = left.filter(({ input }) => input !== '').length > inputs.size;
  return alone.map((name) => name ?? (contradicted ? 'contradiction' : null));
}

const isRefusal = (one: unknown): boolean => one === null || typeof one === 'string';

/**
 * How many things each filter refused, and how many were kept.
 *
 * @param refusals of each thing; null: it was kept
 * @param names    of all filters, those that refused nothing too
 * @throws CourseError when refusals or names are none
 */
export function funnelOf<F extends string>(
  refusals: readonly (F | null)[],
  names: readonly F[],
): Readonly<Record<F | 'kept', number>> {
  checkList('Refusals', refusals, 'names of filters or null', isRefusal);
  checkTexts('The names of filters', names);
  const count = (wanted: F | null): number => refusals.filter((one) => one === wanted).length;
  return Object.fromEntries([
    ...names.map((name) => [name, count(name)]),
    ['kept', count(null)],
  ]) as Record<F | 'kept', number>;
}

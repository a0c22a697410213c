/**
 * Rows of text tasks in MetaICL's format: one JSON object a line with task, input, output and
 * options.
 * Reference: Min et al. (2022, arXiv 2110.15943), the published preprocessing.
 */
import { checkList, checkText } from '../core/checks';
import { CourseError, demand, quote } from '../core/errors';
import { readWhole } from '../core/files';

/** One labelled text. */
export interface LabelledText {
  readonly task: string;
  readonly input: string;
  readonly output: string;
  /**
   * The answers to choose from; the same for all rows of a classification, empty where the answer
   * is free.
   */
  readonly options: readonly string[];
}

/**
 * How the rows of a task are answered: from a fixed list, from a list of each row's own, or freely.
 */
export type TaskKind = 'classification' | 'choice' | 'free';

const isText = (value: unknown): boolean => typeof value === 'string';

const isLabelled = (row: unknown): boolean => {
  if (typeof row !== 'object' || row === null) return false;
  const { task, input, output, options } = row as Partial<LabelledText>;
  return [task, input, output].every(isText) && Array.isArray(options) && options.every(isText);
};

/**
 * Refuses what are no labelled texts.
 *
 * @param least the fewest
 * @throws CourseError quoting them
 */
export const checkLabelled = (name: string, rows: unknown, least = 0): void =>
  checkList(name, rows, 'labelled texts (task, input, output, options)', isLabelled, least);

/** The text of a file in UTF-8. */
function decoded(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CourseError(
      `${where} is not UTF-8 text.`,
      'Convert it to UTF-8 (for example with iconv -f latin1 -t utf-8) and read it again.',
    );
  }
}

function rowOf(line: string, where: string): LabelledText {
  const refuse = (why: string): never => {
    throw new CourseError(
      `${where} ${why}.`,
      'Each line is {"task": …, "input": …, "output": …, "options": […]} with texts.',
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse('is no JSON');
  }
  if (typeof value !== 'object' || value === null) return refuse('is no JSON object');
  const { task, input, output, options = [] } = value as Readonly<Record<string, unknown>>;
  if (typeof task !== 'string' || typeof input !== 'string')
    return refuse('has no task or no input');
  if (typeof output !== 'string' || output === '')
    return refuse('has no label (its output is missing or empty)');
  if (!Array.isArray(options) || !options.every((option) => typeof option === 'string'))
    return refuse('has options that are no texts');
  if (options.length > 0 && !options.includes(output))
    return refuse(`has the output '${output}', which is none of its options`);
  // some published rows have an option twice
  return { task, input, output, options: [...new Set(options as string[])] };
}

/**
 * Reads rows out of the bytes of a .jsonl file.
 *
 * @param where how error messages call the file
 * @throws CourseError naming the line that is no row, or when the bytes are none or no UTF-8
 */
export function decodeTexts(bytes: Uint8Array, where: string): LabelledText[] {
  checkText('The name of a file', where);
  demand(
    bytes instanceof Uint8Array,
    () => `Rows were read from ${quote(bytes)}.`,
    'Give the bytes of a file as a Uint8Array.',
  );
  return decoded(bytes, where)
    .split(/\r?\n/)
    .map((line, i) => [line, `Line ${i + 1} of ${where}`] as const)
    .filter(([line]) => line.trim() !== '')
    .map(([line, at]) => rowOf(line, at));
}

/**
 * Reads a file of rows.
 *
 * @throws CourseError when the file cannot be read, is no UTF-8, or a line is no row
 */
export const readTexts = (file: string): LabelledText[] =>
  decodeTexts(readWhole(file), `'${file}'`);

/**
 * How rows are answered, seen from their options.
 *
 * @throws CourseError when they are no labelled texts
 */
export function taskKindOf(rows: readonly LabelledText[]): TaskKind {
  checkLabelled('The rows of a task', rows);
  if (rows.every(({ options }) => options.length === 0)) return 'free';
  const first = [...rows[0]!.options].sort().join('\n');
  return rows.every(({ options }) => [...options].sort().join('\n') === first)
    ? 'classification'
    : 'choice';
}

/**
 * Rows without those that came before (same input and output).
 *
 * @throws CourseError when they are no labelled texts
 */
export function distinctTexts(rows: readonly LabelledText[]): LabelledText[] {
  checkLabelled('Rows', rows);
  const seen = new Set<string>();
  return rows.filter(({ input, output }) => {
    const key = JSON.stringify([input, output]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

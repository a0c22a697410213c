/**
 * Errors for readers: one sentence that says what was wrong, where, and the remedy.
 */

/** An error whose message is meant for the reader of a notebook: what, where, remedy. */
export class CourseError extends Error {
  /**
   * @param what   what was wrong and where, as one sentence
   * @param remedy what to do about it
   */
  constructor(
    readonly what: string,
    readonly remedy: string,
  ) {
    super(`${what} ${remedy}`);
    this.name = 'CourseError';
  }
}

/** Throws a CourseError unless `condition` holds. */
export function demand(condition: boolean, what: () => string, remedy: string): asserts condition {
  if (!condition) throw new CourseError(what(), remedy);
}

/** A value in a sentence about it: what it is, and as much of it as a sentence holds. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return `'${escaped(cut(value))}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const { shape, dtype } = value as { readonly shape?: unknown; readonly dtype?: unknown };
  if (Array.isArray(shape) && dtype !== undefined) return `${String(dtype)} [${shape.join(', ')}]`; // a tensor
  try {
    return cut(JSON.stringify(value, shown) ?? 'an object');
  } catch {
    return 'an object'; // one that holds itself
  }
}

/** JSON has no NaN and no infinite number. */
const shown = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** A text with line breaks, control characters and halves of characters as JSON writes them. */
const escaped = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, (one) => {
    const written = JSON.stringify(one).slice(1, -1);
    return written === one ? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}` : written;
  });

/**
 * Refuses what is no object of settings or facts: null, a list, a number, a text, a tensor.
 *
 * @throws CourseError quoting the refused value
 */
export function plainObject(where: string, value: unknown): asserts value is object {
  demand(
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('dataId' in value),
    () => `${where} must be an object, got ${quote(value)}.`,
    'Give its settings as { name: value }.',
  );
}

/**
 * Refuses keys that a config does not know, quoting the key and offering the known ones; refuses
 * what is no object too.
 *
 * @throws CourseError naming the first unknown key, or quoting what is no object
 */
export function knownKeys(where: string, given: object, known: readonly string[]): void {
  plainObject(where, given);
  demand(
    Array.isArray(known) && known.every((name) => typeof name === 'string'),
    () => `The known settings must be a list, got ${quote(known)}.`,
    'Give their names.',
  );
  for (const [key, value] of Object.entries(given))
    if (!known.includes(key))
      throw new CourseError(
        `${where} has no setting ${quote(key)} (got ${quote(value)}).`,
        `Its settings are ${known.join(', ')}.`,
      );
}

/** A name in a sentence, whatever was given for it. */
const called = (name: unknown): string => (typeof name === 'string' ? name : quote(name));

/**
 * Returns `value` when it is an integer from `least` to `most` (at most the largest that a
 * number holds exactly).
 *
 * @throws CourseError quoting the refused value
 */
export function positiveInteger(
  name: string,
  value: number,
  least = 1,
  most = Number.MAX_SAFE_INTEGER,
): number {
  demand(
    Number.isSafeInteger(value) && value >= least && value <= most,
    () => {
      const range =
        most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of at least ${least}`;
      return `${called(name)} must be an integer ${range}, got ${quote(value)}.`;
    },
    `Give ${called(name)} such a number.`,
  );
  return value;
}

/**
 * Returns `value` when it is a finite number for which `ok` holds.
 *
 * @throws CourseError quoting the refused value
 */
export function finiteNumber(
  name: string,
  value: number,
  meaning = 'a finite number',
  ok: (x: number) => boolean = () => true,
): number {
  demand(
    Number.isFinite(value) && (typeof ok !== 'function' || ok(value)),
    () => `${called(name)} must be ${meaning}, got ${quote(value)}.`,
    `Give ${called(name)} such a number.`,
  );
  return value;
}

/**
 * Returns `value` when it is a share from 0 to 1.
 *
 * @throws CourseError quoting the refused value
 */
export const shareNumber = (name: string, value: number): number =>
  finiteNumber(name, value, 'a share from 0 to 1', (x) => x >= 0 && x <= 1);

/**
 * Returns the entry of a table by its name.
 *
 * @throws CourseError quoting the unknown name and listing the known ones
 */
export function lookUp<T>(kind: string, table: Readonly<Record<string, T>>, name: string): T {
  demand(
    typeof kind === 'string',
    () => `The kind of a table must be a text, got ${quote(kind)}.`,
    'Give its name.',
  );
  plainObject(`The table of the ${kind}`, table);
  demand(
    typeof name === 'string' && Object.hasOwn(table, name),
    () => `There is no ${kind} ${quote(name)}.`,
    `Use one of: ${someOf(Object.keys(table), name)}.`,
  );
  return table[name] as T;
}

/** The most names that a sentence lists. */
const MOST_LISTED = 30;

/** All names, or, of too many for a sentence, those that begin as the one that was meant. */
function someOf(names: readonly string[], meant: unknown): string {
  if (names.length <= MOST_LISTED) return names.join(', ');
  const first = typeof meant === 'string' ? meant.charAt(0) : '';
  const alike = names.filter((name) => name.startsWith(first)).slice(0, MOST_LISTED);
  return `${(alike.length > 0 ? alike : names.slice(0, MOST_LISTED)).join(', ')} (of ${names.length})`;
}

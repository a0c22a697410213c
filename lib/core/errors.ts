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

const quote = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));

/**
 * Refuses keys that a config does not know, quoting the key and offering the known ones.
 *
 * @throws CourseError naming the first unknown key
 */
export function knownKeys(where: string, given: object, known: readonly string[]): void {
  for (const [key, value] of Object.entries(given))
    if (!known.includes(key))
      throw new CourseError(
        `${where} has no setting ${quote(key)} (got ${quote(value)}).`,
        `Its settings are ${known.join(', ')}.`,
      );
}

/**
 * Returns `value` when it is an integer of at least `least`.
 *
 * @throws CourseError quoting the refused value
 */
export function positiveInteger(name: string, value: number, least = 1): number {
  demand(
    Number.isInteger(value) && value >= least,
    () => `${name} must be an integer of at least ${least}, got ${quote(value)}.`,
    `Give ${name} such a number.`,
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
    typeof value === 'number' && Number.isFinite(value) && ok(value),
    () => `${name} must be ${meaning}, got ${quote(Number.isNaN(value) ? 'NaN' : value)}.`,
    `Give ${name} such a number.`,
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
    Object.hasOwn(table, name),
    () => `There is no ${kind} ${quote(name)}.`,
    `Use one of: ${Object.keys(table).join(', ')}.`,
  );
  return table[name] as T;
}

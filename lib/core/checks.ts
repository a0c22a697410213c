/**
 * Checks of arguments at the border of the library: each says in one sentence what was given and
 * what is needed. They read sizes and types, never the numbers of a tensor, so that a training step
 * can afford them.
 */
import { totalmem } from 'node:os';

import { tf } from './backend';
import { demand, finiteNumber, plainObject, quote } from './errors';
import { isStream } from './random';
import type { Tensor } from '@tensorflow/tfjs';

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** `each` for every entry of a list; holes count as undefined. */
const every = (values: ArrayLike<unknown>, each: (value: unknown) => boolean): boolean => {
  for (let i = 0; i < values.length; i++) if (!each(values[i])) return false;
  return true;
};

/**
 * Refuses what is no list, or one whose entries are not as they have to be.
 *
 * @param meaning what an entry is, in the plural
 * @param least   the fewest entries
 * @throws CourseError quoting the list
 */
export function checkList(
  name: string,
  values: unknown,
  meaning: string,
  each: (value: unknown) => boolean,
  least = 0,
): void {
  const number = least === 0 ? '' : `, at least ${least}`;
  demand(
    isList(values) && values.length >= least && every(values, each),
    () => `${name} must be a list of ${meaning}${number}, got ${quote(values)}.`,
    `Give ${name} such a list.`,
  );
}

/**
 * Refuses what is no list of finite numbers.
 *
 * @param least the fewest numbers
 * @throws CourseError quoting the list
 */
export const checkNumbers = (name: string, values: unknown, least = 0): void =>
  checkList(name, values, 'finite numbers', Number.isFinite, least);

/**
 * Refuses what is no list of integers from 0 to `most`.
 *
 * @throws CourseError quoting the list
 */
export const checkIndices = (name: string, values: unknown, most = Infinity, least = 0): void =>
  checkList(
    name,
    values,
    most === Infinity ? 'integers of at least 0' : `integers from 0 to ${most}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most,
    least,
  );

/**
 * Refuses what are no probabilities: numbers from 0 to 1.
 *
 * @throws CourseError quoting them
 */
export const checkShares = (name: string, values: unknown): void =>
  checkList(
    name,
    values,
    'numbers from 0 to 1',
    (value) => typeof value === 'number' && value >= 0 && value <= 1,
    1,
  );

/**
 * Refuses what is no random stream.
 *
 * @throws CourseError quoting it
 */
export const checkStream = (value: unknown): void =>
  demand(
    isStream(value),
    () => `The random stream must be a stream, got ${quote(value)}.`,
    'Make one with core.stream.',
  );

/**
 * Refuses what is no list of texts.
 *
 * @param least the fewest texts
 * @throws CourseError quoting the list
 */
export const checkTexts = (name: string, values: unknown, least = 0): void =>
  checkList(name, values, 'texts', (value) => typeof value === 'string', least);

/**
 * Refuses what are no rows of finite numbers, all of one length.
 *
 * @param least the fewest rows
 * @throws CourseError quoting the rows
 */
export function checkRows(name: string, rows: unknown, least = 1): void {
  const columns = isList(rows) && isList(rows[0]) ? rows[0].length : 0;
  checkList(
    name,
    rows,
    'rows of finite numbers, all of one length',
    (row) => isList(row) && row.length === columns && every(row, Number.isFinite),
    least,
  );
}

/**
 * Refuses what is no text.
 *
 * @throws CourseError quoting it
 */
export const checkText = (name: string, value: unknown): void =>
  demand(
    typeof value === 'string',
    () => `${name} must be a text, got ${quote(value)}.`,
    `Give ${name} as a text.`,
  );

/**
 * Refuses what is no function.
 *
 * @throws CourseError quoting it
 */
export const checkFunction = (name: string, value: unknown): void =>
  demand(
    typeof value === 'function',
    () => `${name} must be a function, got ${quote(value)}.`,
    `Give ${name} as a function.`,
  );

/**
 * Refuses what is none of some words.
 *
 * @throws CourseError quoting it and listing the words
 */
export const checkWord = (name: string, value: unknown, words: readonly string[]): void =>
  demand(
    typeof value === 'string' && words.includes(value),
    () => `${name} must be one of ${words.join(', ')}, got ${quote(value)}.`,
    'Give one of them.',
  );

/**
 * Refuses what is neither true nor false.
 *
 * @throws CourseError quoting it
 */
export const checkFlag = (name: string, value: unknown): void =>
  demand(
    typeof value === 'boolean',
    () => `${name} must be true or false, got ${quote(value)}.`,
    'Give one of the two.',
  );

/**
 * Refuses what is no object with these methods, like a predictor or a random stream.
 *
 * @param meaning what it is, with its article
 * @throws CourseError quoting it
 */
export const checkHas = (
  name: string,
  value: unknown,
  meaning: string,
  ...methods: readonly string[]
): void =>
  demand(
    typeof value === 'object' &&
      value !== null &&
      methods.every(
        (method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function',
      ),
    () => `${name} must be ${meaning}, got ${quote(value)}.`,
    `It needs ${methods.map((method) => `'${method}'`).join(', ')}.`,
  );

/**
 * Refuses what was not made by a class of the library.
 *
 * @param type   the class, and `called` its name with its module
 * @param remedy where to get one
 * @throws CourseError quoting it
 */
export const checkMadeBy = (
  name: string,
  value: unknown,
  type: abstract new (...given: never[]) => object,
  called: string,
  remedy: string,
): void =>
  demand(value instanceof type, () => `${name} must be a ${called}, got ${quote(value)}.`, remedy);

/**
 * Refuses what is no tensor, of whatever type and shape, or one that was disposed. It stays the
 * caller's.
 *
 * @param value any shape
 * @throws CourseError naming it
 */
export function checkReadable(
  name: string,
  value: unknown,
  remedy = 'Give a tensor.',
): asserts value is Tensor {
  demand(
    value instanceof tf.Tensor,
    () => `${name} must be a tensor, got ${quote(value)}.`,
    remedy,
  );
  demand(
    !value.isDisposed,
    () => `${name} [${value.shape.join(', ')}] was disposed.`,
    'Dispose a tensor after its last use.',
  );
}

/**
 * Refuses what is no tensor of floats that can still be read.
 * It stays the caller's.
 *
 * @param name  how the sentence calls it
 * @param rank  how many dimensions it must have; any when left out
 * @param shape how the sentence writes its shape
 * @throws CourseError naming the type, the shape, or that the tensor was disposed
 */
export function checkTensor(
  name: string,
  value: unknown,
  rank?: number,
  shape = '',
): asserts value is Tensor {
  const remedy = `Give a tensor of floats${shape === '' ? '' : ` ${shape}`}.`;
  checkReadable(name, value, remedy);
  demand(
    value.dtype === 'float32',
    () => `${name} [${value.shape.join(', ')}] holds ${value.dtype} in place of float32.`,
    'Convert it with .toFloat().',
  );
  demand(
    rank === undefined || value.rank === rank,
    () => `${name} has the shape [${value.shape.join(', ')}], not ${rank} dimensions.`,
    remedy,
  );
}

/** A check of one value, whose sentence begins with the name; throws a CourseError. */
export type Check = (name: string, value: unknown) => void;

/** The same check of what may be left out. */
export const ifGiven =
  (check: Check): Check =>
  (name, value) => {
    if (value !== undefined) check(name, value);
  };

/** The check that a value is one of these. */
export const oneOfThese =
  (...allowed: readonly unknown[]): Check =>
  (name, value) =>
    demand(
      allowed.includes(value),
      () => `${name} must be ${allowed.map(quote).join(' or ')}, got ${quote(value)}.`,
      'Give one of them.',
    );

/** The check that a value is a finite number. */
export const checkFinite: Check = (name, value) => void finiteNumber(name, value as number);

/**
 * Refuses what is no object, or one whose fields do not pass their checks; it may have others.
 *
 * @param fields the check of each field, which calls it 'name.field'
 * @throws CourseError naming the field
 */
export function checkFields(
  name: string,
  value: unknown,
  fields: Readonly<Record<string, Check>>,
): void {
  plainObject(name, value);
  const given = value as Readonly<Record<string, unknown>>;
  for (const [field, check] of Object.entries(fields)) check(`${name}.${field}`, given[field]);
}

/**
 * Refuses what is no list, or one whose entries do not pass a check.
 *
 * @param meaning what an entry is, in the plural
 * @param check   of an entry, which it calls 'name[i]'
 * @param least   the fewest entries
 * @throws CourseError quoting the list, or naming the entry
 */
export function checkEach(
  name: string,
  values: unknown,
  meaning: string,
  check: Check,
  least = 0,
): void {
  checkList(name, values, meaning, () => true, least);
  const list = values as ArrayLike<unknown>;
  for (let i = 0; i < list.length; i++) check(`${name}[${i}]`, list[i]);
}

const GB = 1e9;

/**
 * Refuses what does not fit into the memory of this machine, before anything is allocated.
 *
 * @param what  begins the sentence and is in the plural: "Prompts of B = ..."
 * @param count how many numbers of 4 bytes are needed
 * @throws CourseError with the memory that is needed and the memory that is there
 */
export function checkMemory(what: () => string, count: number): void {
  const [needed, there] = [4 * count, totalmem()];
  const inGB = (bytes: number): string =>
    (bytes / GB).toLocaleString('en', { maximumSignificantDigits: 3 });
  demand(
    needed <= there,
    () => `${what()} need ${inGB(needed)} GB, and this machine has ${inGB(there)} GB.`,
    'Ask for less.',
  );
}

/**
 * Two ways to edit an associative memory. The memory is one matrix, W [d, d], that gives the value of
 * each key, W k = v; of n keys that are apart, W = sum_i v_i k_i^T. An edit wants v' for a key k:
 *
 *   gradient   W <- W - eta (W k - v') k^T, a step of 1/2 |W k - v'|^2
 *   context    W stays, and the pair (k, v') is read before it: with a = sigma(beta (q k - c)), the
 *              answer to q is a v' + (1 - a) W q
 *
 * A step moves the answer of another key q by (k q) times that of k, whatever q is. In context the
 * weight of the pair depends on q k too, but by a sigmoid that beta makes as sharp as is wanted:
 * this is attention over the pair and the memory, whose score is beta c.
 */
import { checkEach, checkFields, checkNumbers, checkRows } from '../../../core/checks';
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import { dot } from '../../../core/numerics';

/** A key and the value that belongs to it. */
export interface KeyValue {
  readonly key: readonly number[];
  readonly value: readonly number[];
}

/** A memory: rows of W. */
export type Memory = readonly (readonly number[])[];

const checkPair = (name: string, pair: unknown): void =>
  checkFields(name, pair, {
    key: (what, values) => checkNumbers(what, values, 1),
    value: (what, values) => checkNumbers(what, values, 1),
  });

/** Refuses a key that is not as long as the rows of a memory. */
function checkKey(memory: Memory, key: readonly number[]): void {
  checkRows('A memory', memory);
  checkNumbers('A key', key, 1);
  demand(
    memory[0]!.length === key.length,
    () => `A key of ${key.length} numbers was given to a memory of ${memory[0]!.length}.`,
    'Give keys and memories of one length.',
  );
}

/** Refuses an edit whose value is not as long as a memory has rows. */
function checkPairOf(memory: Memory, pair: KeyValue): void {
  checkPair('An edit of a memory', pair);
  checkKey(memory, pair.key);
  demand(
    pair.value.length === memory.length,
    () => `A value of ${pair.value.length} numbers was given to a memory of ${memory.length} rows.`,
    'Give values as long as the memory has rows.',
  );
}

/**
 * W = sum_i v_i k_i^T.
 *
 * @throws CourseError when there are no pairs, or their keys or values are not of one length
 */
export function outerMemory(pairs: readonly KeyValue[]): number[][] {
  checkEach('Pairs', pairs, 'keys with their values', checkPair, 1);
  checkRows(
    'Keys',
    pairs.map(({ key }) => key),
  );
  checkRows(
    'Values',
    pairs.map(({ value }) => value),
  );
  return pairs[0]!.value.map((_, r) =>
    pairs[0]!.key.map((__, c) =>
      pairs.reduce((sum, { key, value }) => sum + value[r]! * key[c]!, 0),
    ),
  );
}

/**
 * The answer of a memory to a key, W k.
 *
 * @throws CourseError when the key does not fit
 */
export function recalled(memory: Memory, key: readonly number[]): number[] {
  checkKey(memory, key);
  return memory.map((row) => dot(row, key));
}

/**
 * The memory after steps of gradient descent on 1/2 |W k - v'|^2.
 *
 * @param rate  eta; of keys of length 1, steps converge below 2
 * @throws CourseError when the pair does not fit, or the rate or the steps are refused
 */
export function editedMemory(
  memory: Memory,
  pair: KeyValue,
  rate: number,
  steps: number,
): number[][] {
  checkPairOf(memory, pair);
  finiteNumber('The rate', rate, 'a positive number', (x) => x > 0);
  positiveInteger('The number of steps', steps, 0);
  let edited = memory.map((row) => [...row]);
  for (let step = 0; step < steps; step++)
    edited = edited.map((row, r) => {
      const error = dot(row, pair.key) - pair.value[r]!;
      return row.map((weight, c) => weight - rate * error * pair.key[c]!);
    });
  return edited;
}

/**
 * The answer to a key q after a pair in the context, a v' + (1 - a) W q.
 *
 * @param sharpness beta
 * @param least     c: the likeness q k at which pair and memory weigh the same
 * @throws CourseError when the pair or the key does not fit, or a number is refused
 */
export function recalledAfter(
  memory: Memory,
  pair: KeyValue,
  key: readonly number[],
  sharpness: number,
  least: number,
): number[] {
  checkPairOf(memory, pair);
  checkKey(memory, key);
  finiteNumber('The sharpness', sharpness, 'a positive number', (x) => x > 0);
  finiteNumber('The least likeness', least);
  const weight = 1 / (1 + Math.exp(-sharpness * (dot(key, pair.key) - least)));
  return recalled(memory, key).map((own, r) => weight * pair.value[r]! + (1 - weight) * own);
}

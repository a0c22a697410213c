/**
 * The in-context predictor h = sum_l a_l y^l with a = softmax of -||x^l - x||^2 / T, for inputs of
 * length 1: its error does not fall with data, it depends on how many of the L examples are
 * irrelevant (k).
 * Reference: Chan et al. (ICLR 2025), section 3. With squared distances from 0 to 4 and relevant
 * examples equal to the query, the mass p on the right label satisfies (L - k) / L <= p <= (L - k)
 * e^(4/T) / ((L - k) e^(4/T) + k); both ends are attained.
 */
import { checkNumbers, checkRows, checkStream } from '../../../core/checks';
import { demand, finiteNumber, positiveInteger, quote } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { squaredDistance } from '../../../core/numerics';

/**
 * Refuses numbers of examples without a relevant one.
 *
 * @throws CourseError when L is no positive integer (an empty context), k not from 0 to L, or k = L
 */
function checkedContext(L: number, k: number): void {
  demand(
    L !== 0,
    () => 'A bound for an empty context was asked for (L = 0).',
    'Give L of at least 1.',
  );
  positiveInteger('L', L);
  positiveInteger('k', k, 0);
  demand(
    k <= L,
    () => `k = ${k} irrelevant examples were asked for in a context of L = ${L}.`,
    'Give k below L.',
  );
  demand(
    k < L,
    () =>
      `With k = L = ${L} no example is relevant: the right label gets no mass, ` +
      'and the cross-entropy is log(1 / eps).',
    'Give k below L.',
  );
}

/** The cross-entropy of h in nats lies between these, whatever the inputs. */
export interface ContextBounds {
  /** log(1 + k / ((L - k) e^(4/T))): irrelevant examples lie opposite to the query. */
  readonly lower: number;
  /** log(L / (L - k)): they lie where the query is. */
  readonly upper: number;
}

/**
 * Both bounds on the cross-entropy of h.
 *
 * @param k           irrelevant examples
 * @param temperature T
 * @throws CourseError when k is not below L, or T is not positive
 */
export function contextBounds(L: number, k: number, temperature = 1): ContextBounds {
  checkedContext(L, k);
  finiteNumber('temperature', temperature, 'a positive number', (x) => x > 0);
  return {
    lower: Math.log1p((k / (L - k)) * Math.exp(-4 / temperature)),
    upper: Math.log(L / (L - k)),
  };
}

/**
 * k / (k + (L - k) e^4): a lower bound of the cross-entropy without a logarithm, from -log p >= 1 -
 * p.
 */
export function simpleLower(L: number, k: number): number {
  checkedContext(L, k);
  return k / (k + (L - k) * Math.exp(4));
}

/**
 * 2k / (k + (L - k) e^4), which the authors' plot draws as the lower bound of the cross-entropy. It
 * is the least L1 distance between h and the label; as a bound of the cross-entropy it is too high
 * for every k from 1 to L - 1.
 */
export const typedLower = (L: number, k: number): number => 2 * simpleLower(L, k);

/** The mass that h puts on the right label. */
export function massOnRight(
  query: readonly number[],
  relevant: number,
  irrelevant: readonly (readonly number[])[],
  temperature = 1,
): number {
  checkNumbers('A query', query, 1);
  finiteNumber('relevant', relevant, 'a number above 0', (x) => x > 0);
  checkRows('The irrelevant examples', irrelevant, 0);
  demand(
    irrelevant.every((x) => x.length === query.length),
    () => `A query of ${query.length} numbers was compared with ${quote(irrelevant)}.`,
    'Give examples as long as the query.',
  );
  finiteNumber('temperature', temperature, 'a positive number', (x) => x > 0);
  const wrong = irrelevant.reduce(
    (sum, x) => sum + Math.exp(-squaredDistance(x, query) / temperature),
    0,
  );
  return relevant / (relevant + wrong);
}

/** A random direction, of length 1. */
export function direction(d: number, random: Stream): number[] {
  positiveInteger('d', d, 1, 1e6);
  checkStream(random);
  const values = Array.from(random.normals(d));
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** Numbers in half precision: 1 sign, 5 exponent and 10 fraction bits. */
import { demand } from './errors';

/** The largest number in half precision. */
const MOST = 65504;
/** Numbers below this have fewer fraction bits. */
const LEAST_NORMAL = 2 ** -14;

/** A number in half precision by its bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * The bits of the nearest number in half precision.
 *
 * @throws CourseError when there is none
 */
export function numberToHalf(value: number): number {
  const size = Math.abs(value);
  demand(
    size <= MOST,
    () => `The number ${value} was to be written in half precision.`,
    `Give numbers up to ${MOST}.`,
  );
  const sign = value < 0 ? 0x8000 : 0;
  if (size < LEAST_NORMAL) return sign + Math.round(size * 2 ** 24);
  const power = Math.floor(Math.log2(size));
  // a fraction that is rounded up to 1024 raises the exponent by one, as it should
  return sign + (power + 15) * 1024 + Math.round((size / 2 ** power - 1) * 1024);
}

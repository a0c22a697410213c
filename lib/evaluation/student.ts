/**
 * Student's t: quantiles and probabilities for any number of degrees of freedom, whole or not, by
 * jStat.
 */
import { jStat } from 'jstat';

/** The 97.5 % quantile: half the width of a 95 % interval in standard errors. */
export const tQuantile = (freedom: number): number => jStat.studentt.inv(0.975, freedom);

/** The probability of a |t| at least this large: the two-sided p-value. */
export const twoSided = (t: number, freedom: number): number =>
  Math.min(1, 2 * jStat.studentt.cdf(-Math.abs(t), freedom));

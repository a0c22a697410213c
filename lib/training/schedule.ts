/**
 * What changes while training goes on: the learning rate (warm-up, then cosine) and the curriculum.
 * Reference: Loshchilov and Hutter (2017) for the cosine; Garg et al. (2022), appendix A.2, for the
 * curriculum.
 */

/** The learning rate over time. */
export interface RateSchedule {
  /** The highest rate. */
  readonly peak: number;
  /** Share of the steps in which the rate climbs from 0. */
  readonly warmUp: number;
  /** The rate at the end, as a share of the peak; 1 = constant after the warm-up. */
  readonly final: number;
}

/** The rate of step `step` (from 0) of `steps`. */
export function rateAt({ peak, warmUp, final }: RateSchedule, step: number, steps: number): number {
  const climbing = Math.floor(warmUp * steps);
  if (step < climbing) return (peak * (step + 1)) / climbing;
  const done = (step - climbing) / Math.max(1, steps - climbing);
  return peak * (final + ((1 - final) * (1 + Math.cos(Math.PI * done))) / 2);
}

/** A number that grows from `start` to `end` by `by` every `every` steps. */
export interface Growth {
  readonly start: number;
  readonly end: number;
  readonly by: number;
  readonly every: number;
}

/** The value of a growing number at a step. */
export const grownAt = ({ start, end, by, every }: Growth, step: number): number =>
  Math.min(end, start + by * Math.floor(step / every));

/**
 * Shares of a whole that are gone through in the first part of the steps, each as long; then the
 * whole.
 */
export interface Stages {
  /** From above 0 to 1. */
  readonly shares: readonly number[];
  /** The share of the steps by which they are gone through. */
  readonly until: number;
}

/** How much of `whole` counts at step `step` (from 0) of `steps`, rounded up. */
export function stageAt(
  { shares, until }: Stages,
  whole: number,
  step: number,
  steps: number,
): number {
  const share = shares[Math.floor((step / (until * steps)) * shares.length)] ?? 1;
  return Math.ceil(share * whole - 1e-9);
}

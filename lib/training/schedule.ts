/**
 * What changes while training goes on: the learning rate (warm-up, then cosine) and the curriculum.
 * Reference: Loshchilov and Hutter (2017) for the cosine; Garg et al. (2022), appendix A.2, for the
 * curriculum.
 */
import { checkList } from '../core/checks';
import { finiteNumber, knownKeys, positiveInteger, shareNumber } from '../core/errors';

/** The learning rate over time. */
export interface RateSchedule {
  /** The highest rate. */
  readonly peak: number;
  /** Share of the steps in which the rate climbs from 0. */
  readonly warmUp: number;
  /** The rate at the end, as a share of the peak; 1 = constant after the warm-up. */
  readonly final: number;
}

/**
 * The rate of step `step` (from 0) of `steps`.
 *
 * @throws CourseError quoting what is no schedule or no step
 */
export function rateAt(schedule: RateSchedule, step: number, steps: number): number {
  knownKeys('A schedule of the learning rate', schedule, ['peak', 'warmUp', 'final']);
  const { peak, warmUp, final } = schedule;
  finiteNumber('peak', peak);
  shareNumber('warmUp', warmUp);
  shareNumber('final', final);
  positiveInteger('step', step, 0);
  positiveInteger('steps', steps);
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

/**
 * Refuses what is no complete growth.
 *
 * @throws CourseError quoting a setting that is missing, unknown or refused
 */
export function checkGrowth(where: string, growth: Growth): void {
  knownKeys(where, growth, ['start', 'end', 'by', 'every']);
  for (const name of ['start', 'end', 'by'] as const) finiteNumber(name, growth[name]);
  positiveInteger('every', growth.every);
}

/**
 * The value of a growing number at a step.
 *
 * @throws CourseError quoting a setting of the growth that is refused, or what is no step
 */
export function grownAt(growth: Growth, step: number): number {
  checkGrowth('A growth', growth);
  positiveInteger('step', step, 0);
  const { start, end, by, every } = growth;
  return Math.min(end, start + by * Math.floor(step / every));
}

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

/**
 * Refuses what are no complete stages.
 *
 * @throws CourseError quoting a setting that is missing, unknown or refused
 */
export function checkStages(where: string, stages: Stages): void {
  knownKeys(where, stages, ['shares', 'until']);
  checkList(
    'shares',
    stages.shares,
    'numbers above 0, at most 1',
    (share) => typeof share === 'number' && share > 0 && share <= 1,
    1,
  );
  finiteNumber('until', stages.until, 'a share above 0, at most 1', (x) => x > 0 && x <= 1);
}

/**
 * How much of `whole` counts at step `step` (from 0) of `steps`, rounded up.
 *
 * @throws CourseError quoting a setting of the stages that is refused, or what is no step
 */
export function stageAt(stages: Stages, whole: number, step: number, steps: number): number {
  checkStages('Stages', stages);
  positiveInteger('whole', whole);
  positiveInteger('step', step, 0);
  positiveInteger('steps', steps);
  const { shares, until } = stages;
  const share = shares[Math.floor((step / (until * steps)) * shares.length)] ?? 1;
  return Math.ceil(share * whole - 1e-9);
}

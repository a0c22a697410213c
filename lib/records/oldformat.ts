/**
 * Records of version 1: each line is an object with all its fields, and `n` stands for examples in
 * the prompt, the size of a data set, steps of teaching, tasks of a domain or the index of a city,
 * by experiment and metric. Here each is put on the axis that it was measured over.
 */
import { coordinateOf, type Point } from './axis';
import type { ResultRecord, RunFacts } from './record';

/** A record as version 1 wrote it. */
export interface OldRecord extends Omit<RunFacts, 'code' | 'command' | 'date'> {
  readonly variant: string;
  readonly step: number;
  readonly n: number;
  readonly metric: string;
  readonly value: number;
  readonly seconds: number;
}

const FIELDS: Readonly<Record<keyof OldRecord, 'string' | 'number'>> = {
  experiment: 'string',
  variant: 'string',
  seed: 'number',
  step: 'number',
  n: 'number',
  metric: 'string',
  value: 'number',
  config: 'string',
  commit: 'string',
  seconds: 'number',
  backend: 'string',
};

/** Whether a line is a whole record of version 1. */
export const isOldRecord = (line: unknown): line is OldRecord =>
  typeof line === 'object' &&
  line !== null &&
  Object.entries(FIELDS).every(
    ([key, type]) => typeof (line as Readonly<Record<string, unknown>>)[key] === type,
  );

/** Metrics for which n meant nothing. */
const WITHOUT_AXIS = /^(training loss|finds the city along training|missing|accuracy over n, .*)$/;
/** Metrics of domains whose n was the number of tasks. */
const OVER_TASKS = /^(steps of adaptation|rate of adaptation|error over n)$/;
/** The index of the name stood in the metric, and that of the city in n. */
const BY_PAIR = /^(log-odds by pair), name (\d+)$/;

/** The point at which an old record was measured. */
function pointOf({ experiment, metric, n }: OldRecord): Point {
  if (WITHOUT_AXIS.test(metric)) return {};
  if (OVER_TASKS.test(metric)) return { tasks: n };
  if (/(^|-)iwl-cities/.test(experiment)) return { teachingSteps: n };
  if (/(^|-)iwl-/.test(experiment)) return n === 0 ? {} : { size: n };
  return { n };
}

/** The record of today that says the same. */
export function renewed({ n, ...given }: OldRecord): ResultRecord {
  const old = { ...given, code: '', command: '', date: '' };
  const pair = BY_PAIR.exec(old.metric);
  return pair
    ? { ...old, metric: pair[1]!, over: 'pair', at: [Number(pair[2]), n] }
    : { ...old, ...coordinateOf(pointOf({ ...old, n })) };
}

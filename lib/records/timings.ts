/**
 * Recorded timings: the lines of `npm run benchmark`, and a stopwatch for notebooks.
 */
import { checkFunction } from '../core/checks';
import { demand, positiveInteger } from '../core/errors';
import { readJsonLines } from './format';

/**
 * One line of the benchmark: a case, what was timed, our milliseconds of processor time, and a
 * peer's.
 */
export interface Timing {
  readonly case: string;
  readonly what: string;
  readonly n: number;
  readonly B: number;
  readonly threads: number;
  /** Milliseconds of processor time; the median over rounds. Absent when it failed. */
  readonly ours?: number;
  /** Least and most over rounds. */
  readonly oursRange?: readonly [number, number];
  readonly oursMemoryMB?: number;
  readonly peer?: number;
  readonly peerRange?: readonly [number, number];
  readonly peerMemoryMB?: number;
  readonly peerKind?: string;
  /** ours / peer. */
  readonly ratio?: number;
  /** ours / peer in each round, which times both one after the other. */
  readonly ratioByRound?: readonly number[];
  readonly memoryRatio?: number;
  /** Where and when, in a line that was added to those of the machine line. */
  readonly note?: string;
  readonly precision?: string;
  readonly method?: string;
  readonly form?: string;
  /** Why there is no number. */
  readonly failed?: string;
}

/** The machine that the timings are from. */
export interface TimedMachine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly node: string;
  readonly pytorch: string | null;
  readonly date: string;
}

const isTiming = (line: unknown): boolean =>
  typeof line === 'object' && line !== null && 'case' in line && typeof line.case === 'string';

/**
 * Reads a file of timings.
 *
 * @throws CourseError naming the line that is cut, or when there is no machine line
 */
export function readTimings(file: string): {
  readonly machine: TimedMachine;
  readonly timings: readonly Timing[];
} {
  const remedy = "Run 'npm run benchmark -- --update' again.";
  const parsed = readJsonLines(file);
  parsed.forEach((line, i) =>
    demand(isTiming(line), () => `Line ${i + 1} of '${file}' is cut.`, remedy),
  );
  const [machine, ...timings] = parsed as Timing[];
  demand(machine?.case === 'machine', () => `'${file}' does not begin with the machine.`, remedy);
  return { machine: machine as unknown as TimedMachine, timings };
}

/** A time in milliseconds: median, least and most. */
export interface Stopwatch {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Wall time of fn, after two runs that are not counted.
 *
 * @throws CourseError when fn is no function, or rounds no integer from 1 to a million
 */
export function timeOf(fn: () => void, rounds = 7): Stopwatch {
  checkFunction('What is timed', fn);
  positiveInteger('rounds', rounds, 1, 1e6);
  for (let i = 0; i < 2; i++) fn();
  const times = Array.from({ length: rounds }, () => {
    const since = performance.now();
    fn();
    return performance.now() - since;
  }).sort((a, b) => a - b);
  return { median: times[rounds >> 1]!, low: times[0]!, high: times[rounds - 1]! };
}

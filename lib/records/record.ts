/**
 * Results: one record for each measured number. Figures, tables and verdicts read records and
 * nothing else.
 */
import { createHash } from 'node:crypto';

import { checkList } from '../core/checks';
import type { Coordinate } from './axis';

/** What all records of one run share. */
export interface RunFacts {
  /** The folder of its plan: the experiment's name, and what makes it differ from the quick one. */
  readonly experiment: string;
  /** The variant's key and the seed, as 'ar-0'; names its file. */
  readonly job: string;
  readonly seed: number;
  /** Hash of the config that it belongs to. */
  readonly config: string;
  /** Commit of the code, with a + when the library differed from it, or 'none'. */
  readonly commit: string;
  /** Hash of the library that ran, see `codeHash`; '' in records of earlier versions. */
  readonly code: string;
  /** The command that makes it again; '' in records of earlier versions. */
  readonly command: string;
  /** The day of the run, as 2026-11-28; '' in records of earlier versions. */
  readonly date: string;
  readonly backend: string;
}

/** One measured number, over a named axis or none. */
export type ResultRecord = RunFacts &
  Coordinate & {
    /** Name of the variant or baseline. */
    readonly variant: string;
    /** Training steps made when it was measured. */
    readonly step: number;
    /** What was measured, with its unit in data/README.md. */
    readonly metric: string;
    readonly value: number;
    /** Wall seconds that the run took so far. */
    readonly seconds: number;
  };

/** Whether a point lies on the axis that a record names. */
function isPoint(over: unknown, at: unknown): boolean {
  if (over === null) return at === null;
  if (over !== 'pair') return typeof over === 'string' && Number.isFinite(at);
  return Array.isArray(at) && at.length === 2 && at.every(Number.isFinite);
}

/** The texts that records are looked up by, and called by in sentences. */
const TEXTS = ['experiment', 'variant', 'metric', 'config'] as const;
const NUMBERS = ['seed', 'step', 'value'] as const;

/** Whether a value can be looked up and summed up like a record. */
function isRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  return (
    TEXTS.every((field) => typeof record[field] === 'string') &&
    NUMBERS.every((field) => Number.isFinite(record[field])) &&
    isPoint(record['over'], record['at'])
  );
}

/** Lists that were checked: notebooks ask the same records a hundred times. */
const CHECKED = new WeakSet<object>();

/**
 * Refuses what is no list of records; a list is read once.
 *
 * @throws CourseError quoting the list
 */
export function checkRecords(records: readonly ResultRecord[], name = 'The records'): void {
  if (CHECKED.has(records)) return; // false for what is no object
  checkList(name, records, 'records of an experiment', isRecord);
  CHECKED.add(records);
}

/** A short hash of a config; records of different configs are never mixed. */
export const configHash = (config: unknown): string =>
  createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12);

/**
 * Results: one record for each measured number. Figures, tables and verdicts read records and
 * nothing else.
 */
import { createHash } from 'node:crypto';

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

/** A short hash of a config; records of different configs are never mixed. */
export const configHash = (config: unknown): string =>
  createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12);

/**
 * Results: one JSON line per measured number. Figures, tables and verdicts read these lines and
 * nothing else.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { demand } from '../core/errors';
import { readWhole, writeAtomic } from '../core/files';

/** One measured number. */
export interface ResultRecord {
  readonly experiment: string;
  /** Method or learner. */
  readonly variant: string;
  readonly seed: number;
  /** Training steps made when it was measured. */
  readonly step: number;
  /** Examples in the prompt. */
  readonly n: number;
  /** What was measured, with its unit in the experiment's description. */
  readonly metric: string;
  readonly value: number;
  /** Hash of the config that it belongs to. */
  readonly config: string;
  /** Commit of the code, or 'none'. */
  readonly commit: string;
  /** Wall seconds that the run took so far. */
  readonly seconds: number;
  readonly backend: string;
}

const FIELDS: Readonly<Record<keyof ResultRecord, 'string' | 'number'>> = {
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

/** A short hash of a config; records of different configs are never mixed. */
export const configHash = (config: unknown): string =>
  createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12);

/**
 * Writes a whole file of records atomically.
 *
 * @throws CourseError when the disk is full or the place cannot be written
 */
export const writeRecords = (file: string, records: readonly ResultRecord[]): void =>
  writeAtomic(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));

/**
 * The JSON values of a file, one a line; a line that is no JSON comes as undefined.
 *
 * @throws CourseError when the file cannot be read
 */
export const readJsonLines = (file: string): unknown[] =>
  readWhole(file)
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        return undefined;
      }
    });

/**
 * Reads a file of records.
 *
 * @throws CourseError naming the line that is cut or no record
 */
export const readRecords = (file: string): ResultRecord[] =>
  readJsonLines(file).map((record, i) => {
    const fits =
      typeof record === 'object' &&
      record !== null &&
      Object.entries(FIELDS).every(
        ([key, type]) => typeof (record as Readonly<Record<string, unknown>>)[key] === type,
      );
    demand(
      fits,
      () => `Line ${i + 1} of '${file}' is cut or is no record.`,
      'Restore the file from the repository, or make it again with npm run experiment.',
    );
    return record as ResultRecord;
  });

/**
 * All records of an experiment: every .jsonl file of its folder, all of one config.
 *
 * @throws CourseError when there are none, a line is no record, or two configs are mixed
 */
export function readExperiment(folder: string): ResultRecord[] {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.jsonl'))
        .sort()
    : [];
  demand(
    files.length > 0,
    () => `There are no records in '${folder}'.`,
    'Restore the folder from the repository, or make them with npm run experiment.',
  );
  const records = files.flatMap((file) => readRecords(join(folder, file)));
  const configs = [...new Set(records.map(({ config }) => config.split(':')[0]!))]; // what stands after the colon is the arm's own
  demand(
    configs.length === 1,
    () => `'${folder}' holds records of ${configs.length} configs (${configs.join(', ')}).`,
    'Remove those of the config you do not mean.',
  );
  for (const variant of new Set(records.map((r) => r.variant))) {
    const own = new Set(records.filter((r) => r.variant === variant).map(({ config }) => config));
    demand(
      own.size === 1,
      () =>
        `'${folder}' holds records of '${variant}' under ${own.size} configs (${[...own].join(', ')}).`,
      'Remove those of the config you do not mean.',
    );
  }
  return records;
}

/** Values of a metric over seeds, at given n and (by default) the last step. */
export function overSeeds(
  records: readonly ResultRecord[],
  where: {
    readonly variant: string;
    readonly metric: string;
    readonly n?: number;
    readonly step?: number;
  },
): number[] {
  const fitting = records.filter(
    (r) =>
      r.variant === where.variant &&
      r.metric === where.metric &&
      (where.n === undefined || r.n === where.n),
  );
  const last = Math.max(...fitting.map(({ step }) => step));
  return fitting.filter(({ step }) => step === (where.step ?? last)).map(({ value }) => value);
}

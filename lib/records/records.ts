/** The records of an experiment, read from its folder and looked up. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { checkList, checkText } from '../core/checks';
import { demand, plainObject, positiveInteger, quote } from '../core/errors';
import { coordinateFrom, coordinateOf, sameCoordinate, type Coordinate, type Point } from './axis';
import { readRecords } from './format';
import type { ResultRecord } from './record';

/** Every file must be that of its own job, and every job have one file. */
function demandIdentities(folder: string, files: ReadonlyMap<string, ResultRecord>): void {
  const owners = new Map<string, string>();
  for (const [file, { experiment, job, seed, config }] of files) {
    const where = `'${join(folder, file)}'`;
    demand(
      experiment === basename(resolve(folder)),
      () => `${where} holds records of another experiment, '${experiment}'.`,
      'Move the file to the folder of that experiment.',
    );
    demand(
      file === `${job}.jsonl` && job.endsWith(`-${seed}`),
      () => `${where} holds the records of the job '${job}', seed ${seed}.`,
      `If it is a copy, remove it; else name it '${job}.jsonl'.`,
    );
    const own = `${config} ${seed}`;
    const other = owners.get(own);
    demand(
      other === undefined,
      () =>
        `${where} and '${other}' hold records of the same run (config ${config}, seed ${seed}).`,
      'Remove the one that was copied.',
    );
    owners.set(own, file);
  }
}

/** All files of a folder must be of one config, but for what each variant changes. */
function demandOneConfig(folder: string, records: readonly ResultRecord[]): void {
  const shared = (config: string): string => config.split(':')[0]!; // then comes the variant's own
  const configs = [...new Set(records.map(({ config }) => shared(config)))];
  demand(
    configs.length === 1,
    () => `'${folder}' holds records of ${configs.length} configs (${configs.join(', ')}).`,
    'Remove those of the config you do not mean.',
  );
  const byVariant = new Map<string, Set<string>>();
  for (const { variant, config } of records)
    byVariant.set(variant, (byVariant.get(variant) ?? new Set()).add(config));
  for (const [variant, own] of byVariant)
    demand(
      own.size === 1,
      () =>
        `'${folder}' holds records of '${variant}' under ${own.size} configs ` +
        `(${[...own].join(', ')}).`,
      'Remove those of the config you do not mean.',
    );
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * All records of an experiment: every .jsonl file of its folder, each the whole file of one job,
 * all of one config.
 *
 * @throws CourseError when there are none, and naming a file that is cut or changed, is a copy, or
 *   belongs to another job, experiment or config
 */
export function readExperiment(folder: string): ResultRecord[] {
  checkText('The folder of an experiment', folder);
  const files = isFolder(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.jsonl'))
        .sort()
    : [];
  demand(
    files.length > 0,
    () => `There are no records in '${folder}'.`,
    'Restore the folder from the repository, or make them with npm run experiment.',
  );
  const read = files.map((file) => [file, readRecords(join(folder, file))] as const);
  demandIdentities(folder, new Map(read.map(([file, [first]]) => [file, first!])));
  const records = read.flatMap(([, own]) => own);
  demandOneConfig(folder, records);
  return records;
}

/** Where variants are compared: the metric, the point of its axis, the step of training. */
export interface Where extends Point {
  /** 'error' when left out. */
  readonly metric?: string;
  /** The last one when left out. */
  readonly step?: number;
}

/** A variant's metric, at a point of an axis and a step. */
export interface Query extends Where {
  readonly variant: string;
  readonly metric: string;
}

/**
 * Refuses what is no place among records.
 *
 * @returns its coordinate
 * @throws CourseError quoting what is wrong with it
 */
export function checkWhere(where: Where): Coordinate {
  plainObject('Where to look', where);
  const { metric, step, ...point } = where;
  if (metric !== undefined) checkText('The metric', metric);
  if (step !== undefined) positiveInteger('The step', step, 0);
  return coordinateOf(point);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Whether a record has what look-ups and rules read of it. */
const isWhole = (record: unknown): boolean => {
  const { config, seed, step, value, over, at } = record as ResultRecord;
  return (
    typeof config === 'string' &&
    [seed, step, value].every(Number.isFinite) &&
    coordinateFrom(over, at) !== null
  );
};

/**
 * The records of a variant's metric. Only these are looked at in full: there may be many others.
 *
 * @throws CourseError when what is given are no records
 */
export function recordsOf(
  records: readonly ResultRecord[],
  variant: string,
  metric: string,
): ResultRecord[] {
  checkText('The variant', variant);
  checkText('The metric', metric);
  checkList('The records', records, 'records', isObject);
  const own = records.filter((r) => r.variant === variant && r.metric === metric);
  checkList(`The records of ${quote(variant)}`, own, 'whole records', isWhole);
  return own;
}

/**
 * The records of a variant's metric at a point of an axis (at all of them when none is given) and,
 * by default, at the last step. There are none when the metric is not measured over that axis.
 *
 * @throws CourseError when points on two axes are given, or what is asked for is no place among
 *   records
 */
export function recordsAt(records: readonly ResultRecord[], query: Query): ResultRecord[] {
  plainObject('What is looked up', query);
  const { variant, ...where } = query;
  const asked = checkWhere(where);
  const fitting = recordsOf(records, variant, where.metric).filter(
    (r) => asked.over === null || sameCoordinate(r, asked),
  );
  const last = fitting.reduce((latest, r) => Math.max(latest, r.step), -Infinity);
  return fitting.filter((r) => r.step === (where.step ?? last));
}

/**
 * Values of a metric over seeds, at a point of an axis (at all of them when none is given) and, by
 * default, at the last step. There are none when the metric is not measured over that axis.
 *
 * @throws CourseError when points on two axes are given, the variant has no records, or what is
 *   asked for is no place among them
 */
export function overSeeds(records: readonly ResultRecord[], query: Query): number[] {
  const found = recordsAt(records, query);
  demand(
    found.length > 0 || records.some(({ variant }) => variant === query.variant),
    () => `There are no records of '${query.variant}'.`,
    `There are some of ${[...new Set(records.map(({ variant }) => quote(variant)))].join(', ')}.`,
  );
  return found.map(({ value }) => value);
}

/** The records of an experiment, read from its folder and looked up. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { demand } from '../core/errors';
import { coordinateOf, sameCoordinate, type Point } from './axis';
import { readRecords } from './format';
import type { ResultRecord } from './record';

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
  return records;
}

/** A variant's metric, at a point of an axis and a step. */
export interface Query extends Point {
  readonly variant: string;
  readonly metric: string;
  /** The last one when left out. */
  readonly step?: number;
}

/**
 * The records of a variant's metric at a point of an axis (at all of them when none is given) and,
 * by default, at the last step. There are none when the metric is not measured over that axis.
 *
 * @throws CourseError when points on two axes are given
 */
export function recordsAt(
  records: readonly ResultRecord[],
  { variant, metric, step, ...point }: Query,
): ResultRecord[] {
  const asked = coordinateOf(point);
  const fitting = records.filter(
    (r) =>
      r.variant === variant &&
      r.metric === metric &&
      (asked.over === null || sameCoordinate(r, asked)),
  );
  const last = fitting.reduce((latest, r) => Math.max(latest, r.step), -Infinity);
  return fitting.filter((r) => r.step === (step ?? last));
}

/**
 * Values of a metric over seeds, at a point of an axis (at all of them when none is given) and, by
 * default, at the last step. There are none when the metric is not measured over that axis.
 *
 * @throws CourseError when points on two axes are given
 */
export const overSeeds = (records: readonly ResultRecord[], query: Query): number[] =>
  recordsAt(records, query).map(({ value }) => value);

/**
 * Files of records: JSON lines, of which the first is a header with all that the records share,
 * each other is one record as a short array, and the last closes the file.
 *
 *     {"format": "invicl records", "version": 4, "experiment": "sparse", "job": "ar-0", …,
 *      "series": [["AR", "error", "examples"], …], "records": 3,
 *      "fields": ["series", "step", "at", "value", "seconds"]}
 *     [0, 1500, 10, 0.25, 61.5]
 *     …
 *     {"end": "invicl records", "records": 3, "sha256": "5f2b8c0d9e1a7344"}
 *
 * A series is a variant, a metric and the axis it is measured over; the first field of a record is
 * the index of its series. Where what is shared changes (a run that went on at another commit),
 * another header follows. `records` says how many records follow a header, or stand in the file;
 * the checksum is over all that stands before the closing line. So a file that was cut, doubled,
 * joined to another one or changed is known.
 */
import { createHash } from 'node:crypto';

import { CourseError, demand } from '../core/errors';
import { readWhole, writeAtomic } from '../core/files';
import { KEY_OF, coordinateFrom, type Coordinate } from './axis';
import type { ResultRecord, RunFacts } from './record';

const FORMAT = 'invicl records';
/** Files of other versions are refused. */
const VERSION = 4;
const FIELDS = ['series', 'step', 'at', 'value', 'seconds'] as const;

type Series = readonly [variant: string, metric: string, over: Coordinate['over']];
interface Header extends RunFacts {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly series: readonly Series[];
  readonly records: number;
  readonly fields: typeof FIELDS;
}
/** A record as its line has it. */
type Fields = readonly [
  series: number,
  step: number,
  at: Coordinate['at'],
  value: number,
  seconds: number,
];

const SHARED: Readonly<Record<keyof RunFacts, 'string' | 'number'>> = {
  experiment: 'string',
  job: 'string',
  seed: 'number',
  config: 'string',
  commit: 'string',
  code: 'string',
  command: 'string',
  date: 'string',
  backend: 'string',
};
const SHARED_KEYS = Object.keys(SHARED) as (keyof RunFacts)[];

/** What does not change within a file. */
const IDENTITY = ['experiment', 'job', 'seed', 'config'] as const;

const REMEDY = 'Restore the file from the repository, or make it again with npm run experiment.';

/** Consecutive records that share all that a header says. */
function sectionsOf(records: readonly ResultRecord[]): ResultRecord[][] {
  const sections: ResultRecord[][] = [];
  for (const record of records) {
    const section = sections.at(-1);
    if (section && SHARED_KEYS.every((key) => section[0]![key] === record[key]))
      section.push(record);
    else sections.push([record]);
  }
  return sections;
}

const factsOf = (facts: RunFacts): RunFacts =>
  Object.fromEntries(SHARED_KEYS.map((key) => [key, facts[key]])) as unknown as RunFacts;

function sectionText(records: readonly ResultRecord[]): string {
  const series = new Map<string, number>();
  const lines = records.map(({ variant, metric, over, at, step, value, seconds }): Fields => {
    const key = JSON.stringify([variant, metric, over] satisfies Series);
    if (!series.has(key)) series.set(key, series.size);
    return [series.get(key)!, step, at, value, seconds];
  });
  const header: Header = {
    format: FORMAT,
    version: VERSION,
    ...factsOf(records[0]!),
    series: [...series.keys()].map((key) => JSON.parse(key) as Series),
    records: lines.length,
    fields: FIELDS,
  };
  return [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

const closingLine = (text: string, count: number): string =>
  JSON.stringify({
    end: FORMAT,
    records: count,
    sha256: createHash('sha256').update(text).digest('hex').slice(0, 16),
  });

/** What tells a record from all others of its job. */
const nameOf = ({ variant, metric, over, at, step }: ResultRecord): string =>
  JSON.stringify([variant, metric, over, at, step]);

/** Refuses records that stand twice, or are not all of one job. */
function demandOneJob(records: readonly ResultRecord[], file: string, remedy: string): void {
  const first = records[0];
  const seen = new Set<string>();
  for (const record of records) {
    const other = IDENTITY.find((key) => record[key] !== first![key]);
    demand(
      other === undefined,
      () =>
        `'${file}' holds records of two jobs: ${other} ${first![other!]} and ${record[other!]}.`,
      remedy,
    );
    const name = nameOf(record);
    demand(!seen.has(name), () => `'${file}' holds the record ${name} twice.`, remedy);
    seen.add(name);
  }
}

/**
 * Writes a whole file of records atomically.
 *
 * @param records of one job, none of them twice
 * @throws CourseError when there are none or they are not so, when a value is not finite, the disk
 *   is full or the file cannot be written
 */
export function writeRecords(file: string, records: readonly ResultRecord[]): void {
  demand(
    Array.isArray(records) && records.length > 0,
    () => `There are no records to write to '${file}'.`,
    'Measure something first.',
  );
  for (const { variant, metric, value } of records)
    demand(
      Number.isFinite(value),
      () => `'${metric}' of '${variant}' is ${value} and was not written to '${file}'.`,
      'Look for what makes it so, for example a learning rate that is too large.',
    );
  demandOneJob(records, file, 'Write each job to a file of its own, and each record once.');
  const text = sectionsOf(records).map(sectionText).join('');
  writeAtomic(file, `${text}${closingLine(text, records.length)}\n`);
}

const jsonLines = (text: string): unknown[] =>
  text
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
 * The JSON values of a file, one a line; a line that is no JSON comes as undefined.
 *
 * @throws CourseError when the file cannot be read
 */
export const readJsonLines = (file: string): unknown[] =>
  jsonLines(readWhole(file).toString('utf8'));

const isObject = (line: unknown): line is Readonly<Record<string, unknown>> =>
  typeof line === 'object' && line !== null && !Array.isArray(line);

const isSeries = (one: unknown): boolean =>
  Array.isArray(one) &&
  one.length === 3 &&
  typeof one[0] === 'string' &&
  typeof one[1] === 'string' &&
  (one[2] === null || Object.hasOwn(KEY_OF, one[2] as string));

/** Refuses an invalid header, naming its line. */
function checkedHeader(found: Readonly<Record<string, unknown>>, where: string): Header {
  demand(found['format'] === FORMAT, () => `${where} is no header of a file of records.`, REMEDY);
  demand(
    found['version'] === VERSION,
    () => `${where} names version ${String(found['version'])}; this course reads ${VERSION}.`,
    Number(found['version']) > VERSION ? 'Update the course.' : REMEDY,
  );
  const wrong = SHARED_KEYS.find((key) => typeof found[key] !== SHARED[key]);
  demand(wrong === undefined, () => `${where} is a header without its '${wrong}'.`, REMEDY);
  demand(
    JSON.stringify(found['fields']) === JSON.stringify(FIELDS),
    () => `${where} is a header with other fields than ${FIELDS.join(', ')}.`,
    REMEDY,
  );
  demand(
    Array.isArray(found['series']) && found['series'].every(isSeries),
    () => `${where} is a header whose series are not [variant, metric, axis].`,
    REMEDY,
  );
  demand(
    Number.isInteger(found['records']) && (found['records'] as number) > 0,
    () => `${where} is a header that does not say how many records follow.`,
    REMEDY,
  );
  return found as unknown as Header;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** The record of a line, or the reason why it is none. */
function recordOf(line: unknown, header: Header): ResultRecord | string {
  if (!Array.isArray(line) || line.length !== FIELDS.length)
    return `is cut or is no record of ${FIELDS.length} fields`;
  const [index, step, at, value, seconds]: readonly unknown[] = line;
  const series = isNumber(index) ? header.series[index] : undefined;
  if (!series) return `names the series ${JSON.stringify(index)}, which its header does not have`;
  if (!isNumber(step)) return 'has no number as its step';
  if (!isNumber(value)) return 'has no number as its value';
  if (!isNumber(seconds)) return 'has no number as its seconds';
  const [variant, metric, over] = series;
  const coordinate = coordinateFrom(over, at);
  if (!coordinate)
    return `is at ${JSON.stringify(at)}, which is no point over ${over ?? 'no axis'}`;
  return { ...factsOf(header), variant, step, ...coordinate, metric, value, seconds };
}

/** Reads a section from its header on; adds its records. @returns the line after it */
function readSection(
  lines: readonly unknown[],
  from: number,
  file: string,
  records: ResultRecord[],
): number {
  const where = (i: number): string => `Line ${i + 1} of '${file}'`;
  const first = lines[from];
  demand(isObject(first), () => `${where(from)} is cut or is no header.`, REMEDY);
  const header = checkedHeader(first, where(from));
  const end = from + 1 + header.records;
  for (let i = from + 1; i < end; i++) {
    demand(
      i < lines.length,
      () => `'${file}' is cut after line ${i}: its header says ${header.records} records.`,
      REMEDY,
    );
    const record = recordOf(lines[i], header);
    if (typeof record === 'string') throw new CourseError(`${where(i)} ${record}.`, REMEDY);
    records.push(record);
  }
  return end;
}

const isClosing = (line: unknown): boolean => isObject(line) && line['end'] === FORMAT;

/** Refuses a file whose last line does not close it, or that was changed since it was closed. */
function demandClosed(file: string, text: string, count: number): void {
  const end = text.trimEnd().lastIndexOf('\n') + 1;
  demand(
    text.trimEnd().slice(end) === closingLine(text.slice(0, end), count),
    () => `'${file}' was changed or joined after it was written: its closing line does not fit.`,
    REMEDY,
  );
}

/**
 * Reads a file of records.
 *
 * @throws CourseError naming the file, and the line that is cut, foreign or wrong
 */
export function readRecords(file: string): ResultRecord[] {
  const text = readWhole(file).toString('utf8');
  const lines = jsonLines(text);
  demand(lines.length > 0, () => `'${file}' is empty.`, REMEDY);
  const records: ResultRecord[] = [];
  let next = 0;
  while (next < lines.length && !isClosing(lines[next]))
    next = readSection(lines, next, file, records);
  demand(next < lines.length, () => `'${file}' is cut: it has no closing line.`, REMEDY);
  demand(
    next === lines.length - 1,
    () => `'${file}' goes on after its closing line, line ${next + 1}: it holds two files.`,
    REMEDY,
  );
  demandClosed(file, text, records.length);
  demandOneJob(records, file, REMEDY);
  return records;
}

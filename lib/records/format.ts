/**
 * Files of records: JSON lines, of which the first is a header with all that the records share, and
 * each other is one record as a short array.
 *
 *     {"format": "invicl records", "version": 3, "experiment": "sparse", "seed": 0, …,
 *      "series": [["AR", "error", "examples"], …], "records": 3,
 *      "fields": ["series", "step", "at", "value", "seconds"]}
 *     [0, 1500, 10, 0.25, 61.5]
 *
 * A series is a variant, a metric and the axis it is measured over; the first field of a record is
 * the index of its series. `records` says how many follow, so that a file that was cut is known.
 * Where what is shared changes (a run that went on at another commit), another header follows.
 */
import { CourseError, demand } from '../core/errors';
import { readWhole, writeAtomic } from '../core/files';
import { KEY_OF, type Coordinate } from './axis';
import { isOldRecord, renewed } from './oldformat';
import type { ResultRecord, RunFacts } from './record';

const FORMAT = 'invicl records';
/**
 * Files of a newer version are refused. Headers of version 2 name no code, command and date; files
 * of version 1 have one object for each record.
 */
const VERSION = 3;
const NAMELESS_VERSION = 2;
const FIELDS = ['series', 'step', 'at', 'value', 'seconds'] as const;

type Series = readonly [variant: string, metric: string, over: Coordinate['over']];
interface Header extends RunFacts {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION | typeof NAMELESS_VERSION;
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
  seed: 'number',
  config: 'string',
  commit: 'string',
  code: 'string',
  command: 'string',
  date: 'string',
  backend: 'string',
};
/** What headers of version 2 do not have. */
const NAMELESS = { code: '', command: '', date: '' };
const SHARED_KEYS = Object.keys(SHARED) as (keyof RunFacts)[];

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

/**
 * Writes a whole file of records atomically.
 *
 * @throws CourseError when a value is not finite, the disk is full or the file cannot be written
 */
export function writeRecords(file: string, records: readonly ResultRecord[]): void {
  for (const { variant, metric, value } of records)
    demand(
      Number.isFinite(value),
      () => `'${metric}' of '${variant}' is ${value} and was not written to '${file}'.`,
      'Look for what makes it so, for example a learning rate that is too large.',
    );
  writeAtomic(file, sectionsOf(records).map(sectionText).join(''));
}

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
    found['version'] === VERSION || found['version'] === NAMELESS_VERSION,
    () => `${where} names version ${String(found['version'])}; this course reads up to ${VERSION}.`,
    'Update the course.',
  );
  const line = found['version'] === NAMELESS_VERSION ? { ...NAMELESS, ...found } : found;
  const wrong = SHARED_KEYS.find((key) => typeof line[key] !== SHARED[key]);
  demand(wrong === undefined, () => `${where} is a header without its '${wrong}'.`, REMEDY);
  demand(
    JSON.stringify(line['fields']) === JSON.stringify(FIELDS),
    () => `${where} is a header with other fields than ${FIELDS.join(', ')}.`,
    REMEDY,
  );
  demand(
    Array.isArray(line['series']) && line['series'].every(isSeries),
    () => `${where} is a header whose series are not [variant, metric, axis].`,
    REMEDY,
  );
  demand(
    Number.isInteger(line['records']) && (line['records'] as number) > 0,
    () => `${where} is a header that does not say how many records follow.`,
    REMEDY,
  );
  return line as unknown as Header;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** The coordinate of a record over an axis, or null where it is none. */
function coordinateFrom(over: Coordinate['over'], at: unknown): Coordinate | null {
  if (over === null) return at === null ? { over, at } : null;
  if (over !== 'pair') return isNumber(at) ? { over, at } : null;
  const [a, b, ...more]: readonly unknown[] = Array.isArray(at) ? at : [];
  const isPair = isNumber(a) && isNumber(b) && more.length === 0;
  return isPair ? { over, at: [a, b] } : null;
}

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

/**
 * Reads a file of records, of this version or the first one.
 *
 * @throws CourseError naming the file and the line that is cut, foreign or wrong
 */
export function readRecords(file: string): ResultRecord[] {
  const lines = readJsonLines(file);
  demand(lines.length > 0, () => `'${file}' is empty.`, REMEDY);
  const first = lines[0];
  if (isObject(first) && first['format'] === undefined)
    return lines.map((line, i) => {
      demand(isOldRecord(line), () => `Line ${i + 1} of '${file}' is cut or is no record.`, REMEDY);
      return renewed(line);
    });
  const records: ResultRecord[] = [];
  for (let next = 0; next < lines.length;) next = readSection(lines, next, file, records);
  return records;
}

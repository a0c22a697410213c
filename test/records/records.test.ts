/** Records: axes, the format of files, files of the first version. */
import * as assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { records } from 'invicl';

import { refused, sameRecords, scratch } from '../helpers';

const facts = {
  experiment: 'e',
  seed: 0,
  config: 'abc',
  commit: 'none',
  code: '0123456789ab',
  command: 'npm run experiment -- e',
  date: '2026-11-28',
  backend: 'cpu',
};
const record: records.ResultRecord = {
  ...facts,
  variant: 'AR',
  step: 10,
  over: 'examples',
  at: 5,
  metric: 'error',
  value: 0.5,
  seconds: 1,
};
const on = (point: records.Point, metric = 'error'): records.ResultRecord => ({
  ...record,
  ...records.coordinateOf(point),
  metric,
});
const ALL = [
  record,
  on({ size: 64 }),
  on({ tasks: 16 }, 'error over n'),
  on({ teachingSteps: 0 }),
  on({ pair: [3, 1] }, 'log-odds by pair'),
  on({}, 'training loss'),
  { ...record, commit: 'abc1234', seconds: 2.5 },
];

test('records come back as they were, over every axis and at two commits', () => {
  const folder = scratch();
  const file = join(folder, 'a.jsonl');
  records.writeRecords(file, ALL);
  assert.deepEqual(records.readRecords(file), ALL);
  assert.deepEqual(records.readExperiment(folder), ALL);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  assert.equal(lines.length, ALL.length + 2, 'two headers');
  assert.equal(lines[1], '[0,10,5,0.5,1]');
  assert.deepEqual(readdirSync(folder), ['a.jsonl'], 'nothing temporary is left');
});

test('a point of the wrong axis has no values; a rule says where there are some', () => {
  const two = [record, { ...record, seed: 1, value: 0.7 }, on({ size: 64 }, 'loss')];
  const of = (where: records.Where): number[] =>
    records.overSeeds(two, { variant: 'AR', metric: 'error', ...where });
  assert.deepEqual(of({ n: 5 }), [0.5, 0.7]);
  assert.deepEqual(of({}), [0.5, 0.7]);
  assert.deepEqual([of({ size: 5 }), of({ teachingSteps: 5 }), of({ n: 4 })], [[], [], []]);
  assert.deepEqual(records.valuesOf(two, 'AR', { n: 5, step: 10 }), [0.5, 0.7]);
  refused(
    () => records.valuesOf(two, 'AR', { size: 5 }),
    "'e' has no 'error' of 'AR' at size = 5.",
    'measured over n:',
  );
  refused(() => records.valuesOf(two, 'GPT', { n: 5, step: 3 }), "'GPT' at n = 5, step 3.");
  refused(() => records.valuesOf(two, 'AR', { n: 5, size: 5 }), 'n and size', 'Give one');
  const pairs = [on({ pair: [3, 1] }), { ...on({ pair: [3, 2] }), value: 0.9 }];
  assert.deepEqual(records.valuesOf(pairs, 'AR', { pair: [3, 2] }), [0.9]);
});

test('files that are cut, foreign or wrong are refused at their line', async (t) => {
  const file = join(scratch(), 'a.jsonl');
  records.writeRecords(file, ALL.slice(0, 3));
  const whole = readFileSync(file, 'utf8');
  const [header, ...rows] = whole.trim().split('\n') as [string, ...string[]];
  const changed = (key: string, value: unknown): string =>
    [JSON.stringify({ ...(JSON.parse(header) as object), [key]: value }), ...rows].join('\n');
  const row = (text: string): string => [header, text, ...rows.slice(1)].join('\n');
  const cases: readonly (readonly [what: string, text: string, pieces: readonly string[]])[] = [
    ['empty', '', ['is empty']],
    ['cut in the header', header.slice(0, 40), ['Line 1', 'cut']],
    ['cut in a record', whole.slice(0, -8), ['Line 4', 'cut']],
    ['cut between records', [header, ...rows.slice(1)].join('\n'), ['after line 3', '3 records']],
    ['with a record too many', `${whole}${rows[0]}\n`, ['Line 5', 'no header']],
    ['of something else', '{"format":"notes"}\n', ['Line 1', 'no header of a file of records']],
    ['no JSON', 'experiment,seed\n', ['Line 1', 'cut']],
    ['of a newer version', changed('version', 4), ['version 4', 'Update the course']],
    ['without its seed', changed('seed', 'zero'), ["without its 'seed'"]],
    ['with other fields', changed('fields', ['value']), ['other fields']],
    ['with a foreign axis', changed('series', [['AR', 'error', 'depth']]), ['series']],
    ['without its count', changed('records', 0), ['how many']],
    ['with a short record', row('[0,10,5,0.5]'), ['Line 2', '5 fields']],
    ['with an unknown series', row('[9,10,5,0.5,1]'), ['Line 2', 'series 9']],
    ['with NaN', row('[0,10,5,NaN,1]'), ['Line 2', 'cut']],
    ['with null for a value', row('[0,10,5,null,1]'), ['Line 2', 'no number as its value']],
    ['with text for a step', row('[0,"ten",5,0.5,1]'), ['Line 2', 'no number as its step']],
    ['with a pair over examples', row('[0,10,[1,2],0.5,1]'), ['Line 2', 'no point over examples']],
  ];
  for (const [what, text, pieces] of cases)
    await t.test(what, () => {
      writeFileSync(file, text);
      refused(() => records.readRecords(file), 'a.jsonl', ...pieces);
    });
});

test('a value that is not finite is not written', () => {
  const file = join(scratch(), 'a.jsonl');
  refused(() => records.writeRecords(file, [{ ...record, value: NaN }]), "'error' of 'AR' is NaN");
});

test('a folder without records and one of mixed configs are refused', () => {
  const folder = scratch();
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  refused(() => records.readExperiment(empty), 'no records');
  records.writeRecords(join(folder, 'a.jsonl'), [record]);
  records.writeRecords(join(folder, 'b.jsonl'), [{ ...record, config: 'xyz' }]);
  refused(() => records.readExperiment(folder), '2 configs', 'abc', 'xyz');
});

test('comparing files of records says the first difference', () => {
  const folder = scratch();
  const [a, b] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')];
  records.writeRecords(a, [record, record]);
  records.writeRecords(b, [
    { ...record, seconds: 9, commit: 'other' },
    { ...record, value: 0.6 },
  ]);
  assert.throws(() => sameRecords(a, b), /record 1 differs:[\s\S]*"value",0\.5[\s\S]*"value",0\.6/);
  records.writeRecords(b, [record]);
  assert.throws(() => sameRecords(a, b), /record 1 differs:[\s\S]*none in/);
});

/** A record as the first version wrote it: one object a line, and n for every axis. */
const oldFacts = { seed: 0, config: 'abc', commit: 'none', backend: 'cpu' };
const NOTHING_OF_ITS_CODE = { code: '', command: '', date: '' };
const old = (experiment: string, metric: string, n: number): object => ({
  ...oldFacts,
  experiment,
  variant: 'AR',
  step: 10,
  n,
  metric,
  value: 0.5,
  seconds: 1,
});
const OLD: readonly (readonly [object, records.Point, string?])[] = [
  [old('linear-random-n', 'error', 10), { n: 10 }],
  [old('language-model', 'score', 0), { n: 0 }],
  [old('linear-random-n', 'training loss', 10), {}],
  [old('metaicl-own', 'missing', 0), {}],
  [old('meta-mixture', 'accuracy over n, prototype, spread 2', 0), {}],
  [old('meta-domains', 'error, 16 tasks', 3), { n: 3 }],
  [old('meta-domains', 'error over n', 16), { tasks: 16 }],
  [old('meta-domains', 'steps of adaptation', 16), { tasks: 16 }],
  [old('iwl-noise-full', 'copied, rare', 256), { size: 256 }],
  [old('iwl-noise', 'error, relevant, rare, same', 0), {}],
  [old('iwl-cities', 'remembers, invented', 0), { teachingSteps: 0 }],
  [old('iwl-cities', 'finds the city along training', 0), {}],
  [old('iwl-cities', 'log-odds by pair, name 3', 5), { pair: [3, 5] }, 'log-odds by pair'],
];

test('files of the first version are read, and converted without loss', () => {
  const folder = scratch();
  const file = join(folder, 'results', 'e', 'ar-0.jsonl');
  mkdirSync(join(folder, 'results', 'e'), { recursive: true });
  writeFileSync(file, OLD.map(([line]) => `${JSON.stringify(line)}\n`).join(''));
  const manifest = join(folder, 'results', 'e', 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ experiment: 'e', arms: [{ key: 'ar' }], files: [] }));
  const other = join(folder, 'results', 'benchmark.jsonl');
  writeFileSync(other, '{"case":"machine"}\n');

  const read = records.readRecords(file);
  OLD.forEach(([line, point, metric], i) => {
    const { n: _, ...rest } = line as { readonly n: number };
    const expected = {
      ...rest,
      ...NOTHING_OF_ITS_CODE,
      ...records.coordinateOf(point),
      ...(metric ? { metric } : {}),
    };
    assert.deepEqual(read[i], expected, JSON.stringify(line));
  });
  assert.equal(records.convertRecords(join(folder, 'results')), 2);
  assert.match(readFileSync(file, 'utf8'), /^\{"format":"invicl records","version":3,/);
  assert.deepEqual(records.readRecords(file), read);
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(manifest, 'utf8')) as object), [
    'experiment',
    'variants',
    'files',
  ]);
  assert.equal(readFileSync(other, 'utf8'), '{"case":"machine"}\n');
  assert.equal(records.convertRecords(join(folder, 'results')), 0, 'nothing is left to convert');
  refused(() => records.convertRecords(join(folder, 'none')), 'no folder', 'data/results');
});

test('a file of version 2, which names no code, command and date, is read', () => {
  const file = join(scratch(), 'a.jsonl');
  records.writeRecords(file, [record]);
  const [header = '', line = ''] = readFileSync(file, 'utf8').split('\n');
  const second = Object.entries(JSON.parse(header) as Record<string, unknown>)
    .filter(([key]) => !Object.hasOwn(NOTHING_OF_ITS_CODE, key))
    .map(([key, value]) => [key, key === 'version' ? 2 : value]);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(second))}\n${line}\n`);
  assert.deepEqual(records.readRecords(file), [{ ...record, ...NOTHING_OF_ITS_CODE }]);
  writeFileSync(file, `${header.replace('"version":3', '"version":2')}\n${line}\n`);
  assert.deepEqual(records.readRecords(file), [record]);
  writeFileSync(file, `${header.replace(/"command":"[^"]*",/, '')}\n${line}\n`);
  refused(() => records.readRecords(file), 'Line 1', "without its 'command'");
});

test('a file of the first version with a cut line or a wrong field is refused', () => {
  const file = join(scratch(), 'a.jsonl');
  const line = JSON.stringify(OLD[0]![0]);
  writeFileSync(file, `${line}\n${line.slice(0, 40)}`);
  refused(() => records.readRecords(file), 'Line 2', 'a.jsonl', 'cut');
  writeFileSync(file, `${JSON.stringify({ ...OLD[0]![0], value: 'high' })}\n`);
  refused(() => records.readRecords(file), 'Line 1', 'a.jsonl');
  writeFileSync(file, `${line.replace('"value":0.5', '"value":null')}\n`);
  refused(() => records.readRecords(file), 'Line 1', 'a.jsonl');
});

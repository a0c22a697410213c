/** Records: axes, the format of files, the identities of files in a folder. */
import * as assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { records } from 'invicl';

import { refused, sameRecords, scratch } from '../helpers';

const facts = {
  experiment: 'e',
  job: 'ar-0',
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
  { ...record, step: 11, commit: 'abc1234', seconds: 2.5 },
];

test('records come back as they were, over every axis and at two commits', () => {
  const folder = join(scratch(), 'e');
  const file = join(folder, 'ar-0.jsonl');
  records.writeRecords(file, ALL);
  assert.deepEqual(records.readRecords(file), ALL);
  assert.deepEqual(records.readExperiment(folder), ALL);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  assert.equal(lines.length, ALL.length + 3, 'two headers and a closing line');
  assert.equal(lines[1], '[0,10,5,0.5,1]');
  assert.match(lines.at(-1)!, /^\{"end":"invicl records","records":7,"sha256":"[0-9a-f]{16}"\}$/);
  assert.deepEqual(readdirSync(folder), ['ar-0.jsonl'], 'nothing temporary is left');
});

test('a point of the wrong axis has no values; a rule says where there are some', () => {
  const two = [record, { ...record, seed: 1, value: 0.7 }, on({ size: 64 }, 'loss')];
  const of = (where: records.Where): number[] =>
    records.overSeeds(two, { variant: 'AR', metric: 'error', ...where });
  assert.throws(() => records.overSeeds(two, { variant: 'GPT', metric: 'error' }), /'GPT'.*AR/);
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
  const closing = rows.at(-1)!;
  const changed = (key: string, value: unknown): string =>
    [JSON.stringify({ ...(JSON.parse(header) as object), [key]: value }), ...rows].join('\n');
  const row = (text: string): string => [header, text, ...rows.slice(1)].join('\n');
  const cases: readonly (readonly [what: string, text: string, pieces: readonly string[]])[] = [
    ['empty', '', ['is empty']],
    ['cut in the header', header.slice(0, 40), ['Line 1', 'cut']],
    ['cut in a record', [header, ...rows.slice(0, 3)].join('\n').slice(0, -8), ['Line 4', 'cut']],
    ['cut between records', [header, rows[0]].join('\n'), ['after line 2', 'says 3 records']],
    ['without a record', [header, ...rows.slice(1)].join('\n'), ['Line 4', 'no record']],
    ['without its closing line', [header, ...rows.slice(0, -1)].join('\n'), ['no closing line']],
    ['cut in its closing line', whole.slice(0, -9), ['Line 5', 'cut']],
    ['with a record too many', [header, ...rows.slice(0, 3), ...rows].join('\n'), ['no header']],
    [
      'with a record after its end',
      `${whole}${rows[0]}\n`,
      ['closing line', 'line 5', 'two files'],
    ],
    ['appended to itself', whole + whole, ['closing line', 'two files']],
    ['with two sections of its own', [header, ...rows.slice(0, 3), whole].join('\n'), ['changed']],
    ['with a changed value', whole.replace(',0.5,', ',0.4,'), ['changed', 'closing line']],
    [
      'with the end of another',
      `${[header, ...rows.slice(0, 3)].join('\n')}\n${closing.replace('"records":3', '"records":4')}\n`,
      ['changed'],
    ],
    ['of something else', '{"format":"notes"}\n', ['Line 1', 'no header of a file of records']],
    ['no JSON', 'experiment,seed\n', ['Line 1', 'cut']],
    ['of a newer version', changed('version', 5), ['version 5', 'Update the course']],
    ['of an older version', changed('version', 3), ['version 3', 'npm run experiment']],
    ['without its job', changed('job', 0), ["without its 'job'"]],
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
  refused(() => records.writeRecords(file, [record, { ...record, value: 0.4 }]), 'twice', 'AR');
  refused(() => records.writeRecords(file, [record, { ...record, seed: 1 }]), 'two jobs', 'seed');
  refused(() => records.writeRecords(file, []), 'no records to write');
  assert.ok(!existsSync(file), 'nothing is half written');
});

test('a folder without records and one of mixed configs are refused', () => {
  const folder = join(scratch(), 'e');
  mkdirSync(folder);
  refused(() => records.readExperiment(folder), 'no records');
  records.writeRecords(join(folder, 'ar-0.jsonl'), [record]);
  records.writeRecords(join(folder, 'b-0.jsonl'), [{ ...record, job: 'b-0', config: 'xyz' }]);
  refused(() => records.readExperiment(folder), '2 configs', 'abc', 'xyz');
});

test('a file that is a copy, of another job or of another experiment is refused by name', () => {
  const folder = join(scratch(), 'e');
  const path = (name: string): string => join(folder, `${name}.jsonl`);
  const of = (job: string, seed: number): records.ResultRecord => ({
    ...record,
    job,
    seed,
    config: `abc:${job.split('-')[0]}`,
    variant: job.split('-')[0]!,
  });
  const fill = (): void => {
    rmSync(folder, { recursive: true, force: true });
    for (const [key, seed] of [
      ['ar', 0],
      ['ar', 1],
      ['boe', 0],
    ] as const)
      records.writeRecords(path(`${key}-${seed}`), [of(`${key}-${seed}`, seed)]);
  };
  const refuses = (change: () => void, ...pieces: readonly string[]): void => {
    fill();
    assert.equal(records.readExperiment(folder).length, 3);
    change();
    refused(() => records.readExperiment(folder), ...pieces);
  };
  refuses(() => copyFileSync(path('ar-0'), path('ar-0 (copy)')), "'ar-0'", 'copy', 'remove');
  refuses(() => copyFileSync(path('ar-0'), path('ar-1')), 'ar-1.jsonl', "'ar-0'", 'seed 0');
  refuses(() => renameSync(path('boe-0'), path('ar-2')), 'ar-2.jsonl', "'boe-0'");
  refuses(
    () => records.writeRecords(path('ar-2'), [{ ...of('ar-2', 0), config: 'abc:ar' }]),
    'ar-2.jsonl',
    'seed 0',
  );
  refuses(
    () => records.writeRecords(path('ar2-0'), [{ ...of('ar2-0', 0), config: 'abc:ar' }]),
    'ar2-0.jsonl',
    'ar-0.jsonl',
    'same run',
  );
  refuses(
    () => records.writeRecords(path('pcw-0'), [{ ...of('pcw-0', 0), experiment: 'f' }]),
    'pcw-0.jsonl',
    "another experiment, 'f'",
  );
});

test('comparing files of records says the first difference', () => {
  const folder = scratch();
  const [a, b] = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')];
  records.writeRecords(a, [record, { ...record, step: 11 }]);
  records.writeRecords(b, [
    { ...record, seconds: 9, commit: 'other' },
    { ...record, step: 11, value: 0.6 },
  ]);
  assert.throws(() => sameRecords(a, b), /record 1 differs:[\s\S]*"value",0\.5[\s\S]*"value",0\.6/);
  records.writeRecords(b, [record]);
  assert.throws(() => sameRecords(a, b), /record 1 differs:[\s\S]*none in/);
});

/** The benchmark: a run at the smallest size, and its rounds and lines on made-up sides. */
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

type Line = Readonly<Record<string, unknown>>;
interface Question {
  readonly do: string;
  readonly times?: number;
}
interface Side {
  readonly process: {
    readonly hello: Promise<object>;
    ask(question: Question): Promise<object>;
    close(): void;
  };
  readonly prepare: object;
}
interface Result {
  readonly failed?: string;
  readonly cpu?: number;
  readonly range?: readonly number[];
  readonly rounds?: readonly number[];
}

const load = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(join(root, 'bin', 'benchmark', name)).href)) as T;

test('what needs the weights is left out where they were not fetched, with the command', async (t) => {
  interface Run {
    readonly lines: { add(): void };
  }
  const { timeAdapters, timeScoring } = await load<{
    timeAdapters(run: Run, whats: string[]): Promise<void>;
    timeScoring(run: Run): Promise<void>;
  }>(join('..', 'benchmark.mjs'));
  const said = t.mock.method(console, 'log', () => undefined);
  const before = process.env['ICL_COURSE_CACHE'];
  process.env['ICL_COURSE_CACHE'] = scratch();
  try {
    await timeAdapters({ lines: { add: assert.fail } }, ['train-ar']);
    await timeScoring({ lines: { add: assert.fail } });
  } finally {
    if (before === undefined) delete process.env['ICL_COURSE_CACHE'];
    else process.env['ICL_COURSE_CACHE'] = before;
  }
  const text = said.mock.calls.map((call) => call.arguments.join(' ')).join(' ');
  said.mock.restore();
  assert.match(text, /smollm2-lora is left out: .*npm run data -- smollm2/);
  assert.match(text, /smollm2 is left out: .*npm run data -- smollm2/);
});

test('sides that scored otherwise are refused; one that failed or is not exact is none', async () => {
  const { comparisons, demandSame } = await load<{
    comparisons(facts: Line, results: Line, names: object): readonly Line[];
    demandSame(lines: readonly Line[], given: object): readonly Line[];
  }>('lines.mjs');
  const side = (values: readonly number[]): object => ({
    ...{ values, cpu: 1, rounds: [1], range: [1, 1], wall: 1, memory: 1e6, peak: 2e6 },
  });
  const given = { exact: ['pytorch-cached', 'own-whole'], tolerance: 1e-3 };
  const names = { variants: ['whole'], peers: ['pytorch-cached', 'pytorch-bf16'] };
  const lines = (cached: object, whole: readonly number[]): readonly Line[] =>
    comparisons(
      { case: 'smollm2' },
      {
        ours: side([-1, -2, -3]),
        whole: side(whole),
        'pytorch-cached': cached,
        'pytorch-bf16': side([-1.5, -2, -3]),
      },
      names,
    );
  const [first] = demandSame(lines(side([-1.0005, -2, -3]), [-1, -2]), given);
  assert.equal(first!['oursPeakMB'], 2);
  demandSame(lines({ failed: 'no memory' }, [-1, -2]), given);
  const refused = (all: readonly Line[], kind: string): void =>
    assert.throws(
      () => demandSame(all, given),
      (error: Error) => error.message.includes(`${kind} differ from ours by 0.1`),
    );
  refused(lines(side([-1, -2.1, -3]), [-1, -2]), 'pytorch-cached');
  refused(lines(side([-1, -2, -3]), [-1, -2.1]), 'own-whole');
  assert.throws(() => demandSame(lines(side([NaN, -2, -3]), [-1, -2]), given), /pytorch-cached/);
});

test('a run of some cases keeps the lines of the others, and says when it was', async () => {
  const { mergedLines } = await load<{
    mergedLines(text: string, run: readonly Line[], whole: boolean): string;
  }>('lines.mjs');
  const machine = { case: 'machine', processor: 'P', cores: 2, node: '20', date: '2026-01-02' };
  const old = [
    '{"case":"machine","date":"2025-01-01"}',
    '{"case":"tiny","what":"train-ar","ours":1}',
    '{"case":"tiny","what":"train-ar","ours":2}',
    '{"case":"tiny","what":"edit","ours":1e-07}',
  ];
  const run = [
    { ...machine, pytorch: '2' },
    { case: 'tiny', what: 'train-ar', ours: 4 },
  ];
  const note = '2026-01-02, P, 2 cores, Node 20, PyTorch 2';
  const inText = (lines: readonly Line[]): string[] => lines.map((line) => JSON.stringify(line));
  assert.deepEqual(mergedLines(`${old.join('\n')}\n`, run, false).split('\n'), [
    old[0],
    old[3],
    ...inText([{ ...run[1], note }]),
    '',
  ]);
  for (const text of [mergedLines(old.join('\n'), run, true), mergedLines('', run, false)])
    assert.deepEqual(text.split('\n'), [...inText(run), '']);
});

test('--json: a line of JSON per case, the same in build/benchmark.jsonl', async (t) => {
  const line = 'benchmark --case tiny --what train-invicl,predict-ar-1 --rounds 1 --json';
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'bin', 'course.mjs'), ...line.split(' ')],
    { cwd: root, encoding: 'utf8', timeout: 120_000 },
  );
  assert.equal(status, 0);
  const written = stdout.trim();
  const [machine, ...rest] = written.split('\n').map((text) => JSON.parse(text) as Line);
  await t.test('file', () => {
    const kept = fs.readFileSync(join(root, 'build', 'benchmark.jsonl'), 'utf8');
    assert.equal(kept.trim(), written);
  });
  await t.test('machine first', () => assert.equal(machine!['case'], 'machine'));
  await t.test('structured beside dense', () => {
    const dense = rest.find((one) => one['peerKind'] === 'own-dense')!;
    for (const name of ['ours', 'peer', 'memoryRatio'])
      assert.ok(Number(dense[name]) > 0, `${name} is ${String(dense[name])}`);
    assert.ok(Number(dense['difference']) < 1e-4, 'they compute the same loss');
  });
  await t.test('one prompt', () => {
    assert.ok(rest.some((one) => one['what'] === 'predict-ar-1' && one['B'] === 1));
  });
});

/** A side whose runs take these milliseconds; without any it fails when it is prepared. */
function madeUp(name: string, cpu: readonly number[], log: string[]): Side {
  const left = [...cpu];
  const ask = (question: Question): Promise<object> => {
    log.push(`${name} ${question.do}`);
    if (question.do === 'prepare')
      return Promise.resolve(cpu.length ? { values: [1] } : { failed: 'no memory' });
    const next = left.shift();
    return Promise.resolve(
      next === undefined ? { failed: 'it ended' } : { cpu: next, wall: 2 * next, memory: next },
    );
  };
  const close = (): void => void log.push(`${name} close`);
  return { process: { hello: Promise.resolve({}), ask, close }, prepare: {} };
}

test('sides are timed in turns; one that fails is asked no more', async () => {
  const { inTurns } = await load<{
    inTurns(sides: Readonly<Record<string, Side>>, rounds: number): Promise<Record<string, Result>>;
  }>('rounds.mjs');
  const log: string[] = [];
  const sides = {
    a: madeUp('a', [100, 7, 5, 9], log),
    b: madeUp('b', [100, 1], log),
    c: madeUp('c', [], log),
  };
  const { a, b, c } = await inTurns(sides, 3);
  assert.deepEqual([a!.cpu, a!.range, a!.rounds], [7, [5, 9], [7, 5, 9]]);
  assert.deepEqual([b, c], [{ failed: 'it ended' }, { failed: 'no memory' }]);
  const turns = ['a run', 'b run', 'a run', 'b run', 'a run', 'a close', 'b close', 'c close'];
  assert.deepEqual(log.slice(5), turns);
});

test('lines: ours beside each side, and why a side has no numbers', async (t) => {
  const { comparisons, describe } = await load<{
    comparisons(facts: Line, results: Line, names: object): readonly Line[];
    describe(line: Line): string;
  }>('lines.mjs');
  const side = (cpu: number): object => ({
    values: [1, 2],
    cpu,
    rounds: [cpu, 2 * cpu],
    range: [cpu, cpu],
    wall: cpu,
    memory: 1e6 * cpu,
  });
  const facts = { case: 'tiny', what: 'train-invicl', n: 10, B: 64, threads: 1 };
  const ours = side(10);
  const names = { variants: ['bf16', 'eager'], peers: ['pytorch-dense'] };
  const results = { ours, bf16: side(5), eager: { failed: 'slow' }, 'pytorch-dense': side(20) };
  const lines = comparisons(facts, results, names);
  await t.test('who is compared', () => {
    const kinds = lines.map((line) => [line['peerKind'], line['ours'], line['ratio']]);
    assert.deepEqual(kinds, [
      ['pytorch-dense', 10, 0.5],
      ['own-bf16', 10, 2],
      ['own-eager', 10, null],
      ['pytorch-dense', 5, 0.25],
    ]);
    assert.deepEqual(lines[0]!['ratioByRound'], [0.5, 0.5]);
    assert.deepEqual([lines[0]!['difference'], lines[3]!['precision']], [0, 'bf16']);
  });
  await t.test('in words', () => {
    assert.match(
      describe(lines[0]!),
      /10 ms CPU, 10 MB; pytorch-dense 20 ms; time 0.5, memory 0.5/,
    );
    assert.match(describe(lines[2]!), /own-eager failed: slow$/);
  });
  await t.test('ours alone, and ours that failed', () => {
    const none = { variants: [], peers: [] };
    assert.deepEqual(Object.keys(comparisons(facts, { ours }, none)[0]!).slice(5), [
      'ours',
      'oursRange',
      'oursWall',
      'oursMemoryMB',
    ]);
    const [failed] = comparisons(facts, { ours: { failed: 'no memory' } }, names);
    assert.deepEqual(failed, { ...facts, failed: 'no memory' });
  });
});

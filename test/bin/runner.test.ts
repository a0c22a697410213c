/**
 * The notebook runner fails what must fail (planted notebooks in test/fixtures/bad-notebooks) and
 * passes what is good.
 */
import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { fixture, root, scratch } from '../helpers';

interface End {
  readonly ok: boolean;
  readonly failure: string | null;
}

function runNotebook(file: string, out: string, ...more: string[]): Promise<End> {
  return new Promise((resolve, reject) => {
    const args = [join(root, 'bin', 'run_notebook.py'), file, '--out', out, ...more];
    const child = spawn(join(root, '.venv', 'bin', 'python'), args, {
      cwd: root,
      env: { ...process.env, JUPYTER_PREFER_ENV_PATH: '1' },
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', () => resolve(JSON.parse(text.trim().split('\n').pop()!) as End));
  });
}

const PLANTED: readonly (readonly [string, RegExp | null])[] = [
  ['good', null],
  ['throws', /cell 1 .*Error: planted/],
  ['type-error', /cell 0 .*'string' is not assignable to type 'number'/],
  ['lost-promise', /promise was lost.*planted loss/],
  ['late-promise', /promise was lost.*planted late loss/],
  ['endless', /cell 0 .*longer than its budget of 12 s/],
  ['promise-after-seconds', /promise was lost.*planted loss after 3 s/],
  ['throw-in-timer', /exception in a timer.*planted throw/],
  ['restless', /did not come to rest .*1 x timer still at work after 4 s/],
  ['quiet-work', null],
  ['exit', /cell 0 .*process\.exit; the kernel ended with exit code 0/],
  ['exit-in-timer', /after the last cell.*process\.exit; the kernel ended with exit code 0/],
  ['exit-code', /process\.exitCode was set to 3/],
  ['memory', /cell 0 .*more than its budget of 1200 MB/],
  ['stderr', /cell 0 .*planted complaint/],
  ['replaced-stderr', /wrote to stderr: planted and hidden/],
  ['native-stderr', /its own stderr: I0000 planted behind Node/],
  ['closed-stderr', /its stderr was closed/],
];

for (const [name, sentence] of PLANTED)
  test(
    `the planted notebook '${name}' ${sentence ? 'fails with a sentence' : 'passes'}`,
    { timeout: 60_000 },
    async () => {
      const out = join(scratch(), `${name}.ipynb`);
      const { ok, failure } = await runNotebook(
        fixture(`bad-notebooks/${name}.ipynb`),
        out,
        '--seconds',
        name === 'endless' ? '12' : '40',
        '--megabytes',
        '1200',
        '--rest-seconds',
        '4',
      );
      assert.equal(ok, sentence === null, String(failure));
      if (sentence) assert.match(failure ?? '', sentence);
      const written = JSON.parse(readFileSync(out, 'utf8')) as {
        metadata: { course: { complete: boolean } };
      };
      assert.equal(
        written.metadata.course.complete,
        ok,
        'what is written says whether it is complete',
      );
    },
  );

test('an unreadable notebook is a sentence, not a stack', { timeout: 60_000 }, async () => {
  const { ok, failure } = await runNotebook(
    fixture('python.safetensors'),
    join(scratch(), 'out.ipynb'),
  );
  assert.equal(ok, false);
  assert.match(failure ?? '', /could not be run/);
});

test(
  'interrupting a real kernel ends training cleanly and leaves a model that can be used',
  { timeout: 90_000 },
  async () => {
    const args = [fixture('interrupt_kernel.py'), join(root, 'notebooks')];
    const text = await new Promise<string>((resolve) => {
      const child = spawn(join(root, '.venv', 'bin', 'python'), args, {
        cwd: root,
        env: { ...process.env, JUPYTER_PREFER_ENV_PATH: '1' },
      });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.on('close', () => resolve(out));
    });
    const { end, first, second, usable } = JSON.parse(text.trim().split('\n').pop()!) as {
      end: string;
      first: number;
      second: number;
      usable: boolean;
    };
    assert.deepEqual([end, usable], ['interrupted', true]);
    assert.ok(first > 0 && first < 1_000_000);
    assert.equal(second, first);
  },
);

interface Output {
  readonly text?: string | readonly string[];
}

test('each of 1,500 lines of one cell is shown, and so is that of the next', async () => {
  const cell = (source: string): object => ({
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  });
  const cells = [cell('for (let i = 0; i < 1500; i++) console.log(i)'), cell('console.log(-1)')];
  const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
  const [file, out] = [join(scratch(), 'lines.ipynb'), join(scratch(), 'shown.ipynb')];
  const notebook = { nbformat: 4, nbformat_minor: 4, metadata: { kernelspec }, cells };
  writeFileSync(file, JSON.stringify(notebook));
  const { ok, failure } = await runNotebook(file, out);
  assert.ok(ok, String(failure));
  const shown = JSON.parse(readFileSync(out, 'utf8')) as {
    cells: readonly { readonly outputs: readonly Output[] }[];
  };
  const lines = shown.cells.map(({ outputs }) =>
    outputs
      .flatMap(({ text }) => text ?? [])
      .join('')
      .trim()
      .split('\n'),
  );
  assert.deepEqual(
    lines[0],
    Array.from({ length: 1500 }, (_, i) => String(i)),
  );
  assert.deepEqual(lines[1], ['-1']);
});

/** The commands on a machine that lacks something, or with wrong words. */
import * as assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { root, scratch } from '../helpers';

interface Ran {
  readonly code: number | null;
  readonly text: string;
}

function course(args: string[], env: Readonly<Record<string, string>> = {}, where = root): Ran {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(where, 'bin', 'course.mjs'), ...args],
    {
      cwd: where,
      encoding: 'utf8',
      env: { ...process.env, npm_execpath: '', ...env },
    },
  );
  return { code: status, text: stdout + stderr };
}

/** A copy of the commands in a folder of its own: nothing of this installation is touched. */
function copy(withPackages: boolean): string {
  const folder = fs.realpathSync(scratch());
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'tsconfig.json'])
    fs.copyFileSync(join(root, name), join(folder, name));
  fs.cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  fs.cpSync(join(root, 'lib'), join(folder, 'lib'), {
    recursive: true,
    filter: (path) => !/lib[\\/](dist|node_modules)/.test(path),
  });
  if (withPackages) {
    fs.symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    fs.mkdirSync(join(folder, '.setup'));
    fs.copyFileSync(join(root, '.setup', 'node.json'), join(folder, '.setup', 'node.json'));
  }
  return folder;
}

test('unknown commands, options, notebooks and profiles are named, with the known ones', () => {
  assert.match(course(['dance']).text, /no command 'dance'[\s\S]*doctor[\s\S]*reproduce/);
  assert.match(
    course(['reproduce', '--fast']).text,
    /no option '--fast'.*--only, --profile, --update/,
  );
  assert.match(
    course(['reproduce', '--profile', 'turbo']).text,
    /no profile 'turbo'.*quick or full/,
  );
  assert.match(course(['reproduce', '--only']).text, /--only needs a value/);
  assert.match(course(['reproduce', '--only', '77']).text, /no notebook '77'.*00, 01/);
  assert.match(course(['experiment', 'nothing']).text, /no experiment 'nothing'.*linear-random-n/);
  assert.match(
    course(['experiment', 'linear-random-n', '--arm', 'gpt']).text,
    /no job with --variant gpt/,
  );
  assert.match(
    course(['experiment', 'linear-random-n', '--profile', 'huge']).text,
    /no profile 'huge'.*quick, full/,
  );
  assert.match(
    course([
      'experiment',
      'linear-random-n',
      '--set',
      'training.stpes=5',
      '--jobs',
      '1',
      '--arm',
      'ar',
    ]).text,
    /'stpes'/,
  );
  assert.match(
    course(['experiment', 'linear-random-n', '--set', 'steps']).text,
    /--set was given 'steps'.*training.steps=500/,
  );
  assert.match(
    course(['experiment', '--seeds', 'many']).text,
    /--seeds must be a whole number, got 'many'/,
  );
  assert.match(course(['experiment', '--fast']).text, /no option '--fast'.*--profile/);
  assert.match(course(['experiment', '--jobs']).text, /--jobs needs a value/);
  assert.match(course(['benchmark', '--slow']).text, /no option '--slow'[\s\S]*--peer pytorch/);
  assert.match(
    course(['benchmark', '--case', 'huge']).text,
    /--case 'huge' is not known.*tiny, small, standard/,
  );
  assert.match(course(['benchmark', '--peer', 'jax']).text, /--peer 'jax' is not known.*pytorch/);
  assert.match(course(['benchmark', '--what']).text, /--what needs a value/);
  assert.match(course(['benchmark', '--rounds', '0']).text, /--rounds 0 is no positive number/);
  assert.match(
    course(['benchmark', '--peer', 'pytorch', '--case', 'tiny'], {
      ICL_PEER_PYTHON: process.execPath,
    }).text,
    /has no PyTorch/,
  );
  for (const args of [['dance'], ['reproduce', '--fast'], ['experiment', 'nothing']])
    assert.notEqual(course(args).code, 0);
});

test('--convert rewrites records of the first format', () => {
  const folder = scratch();
  const old = {
    experiment: 'sparse',
    seed: 0,
    config: 'a:b',
    commit: 'none',
    backend: 'tensorflow',
    variant: 'AR',
    step: 10,
    n: 20,
    metric: 'error',
    value: 0.5,
    seconds: 1,
  };
  fs.writeFileSync(join(folder, 'ar-0.jsonl'), `${JSON.stringify(old)}\n`);
  assert.match(course(['experiment', '--convert', folder]).text, /format of today: 1 files/);
  const lines = fs.readFileSync(join(folder, 'ar-0.jsonl'), 'utf8').split('\n');
  assert.match(lines[0]!, /"series":\[\["AR","error","examples"\]\]/);
  assert.equal(lines[1], '[0,10,20,0.5,1]');
  assert.match(course(['experiment', '--convert', join(folder, 'none')]).text, /no folder/);
});

test('the jobs of the registry as JSON, for other runners', () => {
  const text = course(['experiment', 'sparse', 'tree', '--seeds', '2', '--list', '--json']).text;
  const jobs = JSON.parse(text.split('\n').find((line) => line.startsWith('[{')) ?? '[]') as {
    experiment: string;
    variant: string;
    seed: number;
    memoryMB: number;
  }[];
  assert.equal(jobs.length, 2 * (1 + 3 * 2));
  assert.ok(
    jobs.every(({ experiment, variant, memoryMB }) => experiment && variant && memoryMB > 300),
  );
});

test('too little memory or disk is refused before anything starts, with the need and the have', () => {
  const check = (have: string): string =>
    spawnSync(
      process.execPath,
      [
        '-e',
        `import('${join(root, 'bin', 'experiment.mjs')}').then((m) => m.checkCapacity({ jobs: 2, memoryMB: 900, diskMB: 50 }, ${have})).catch((e) => console.log(e.message))`,
      ],
      { encoding: 'utf8' },
    ).stdout;
  assert.match(
    check('{ memoryMB: 500, diskMB: 90 }'),
    /2 jobs at a time need about 900 MB of memory, and 500 MB are free.*--jobs 1/,
  );
  assert.match(
    check('{ memoryMB: 5000, diskMB: 20 }'),
    /need about 50 MB of disk, and 20 MB are free/,
  );
  assert.equal(check('{ memoryMB: 5000, diskMB: 90 }'), '');
});

test('no Python: one sentence with the remedy', () => {
  const { code, text } = course(['setup'], { ICL_PYTHON: '/nowhere/python' }, copy(true));
  assert.equal(code, 1);
  assert.match(text, /No Python 3\.10 or newer was found.*Remedy: install Python/s);
  assert.doesNotMatch(text, /\n\s+at /, 'no stack');
});

test(
  'no network: one sentence with the remedy, and nothing half-made',
  { timeout: 120_000 },
  () => {
    const folder = copy(false);
    const nowhere = {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_proxy: '',
      ICL_COURSE_CACHE: join(folder, 'cache'),
    };
    const { code, text } = course(['setup'], nowhere, folder);
    assert.equal(code, 1);
    assert.match(text, /No network: .*installing the npm packages.*Remedy: connect/s);
    assert.ok(
      !fs.existsSync(join(folder, '.setup', 'node.json')),
      'no stamp of a part that failed',
    );
    assert.ok(!fs.existsSync(join(folder, '.setup', 'lock')), 'the lock is given back');
  },
);

test('a backend that is asked for and unknown is refused', () => {
  const folder = copy(true);
  fs.mkdirSync(join(folder, '.venv', 'bin'), { recursive: true });
  fs.symlinkSync(join(root, '.venv', 'bin', 'python'), join(folder, '.venv', 'bin', 'python'));
  fs.symlinkSync(
    join(root, '.venv', 'bin', 'jupyter-lab'),
    join(folder, '.venv', 'bin', 'jupyter-lab'),
  );
  const code = `
    import { fingerprint, venv, writeAtomic, stateDir } from '${pathToFileURL(join(folder, 'bin', 'setup', 'base.mjs')).href}';
    writeAtomic(stateDir + '/python.json', JSON.stringify({ fingerprint: fingerprint({ file: '${join(folder, 'bin', 'requirements.txt')}' }, venv) }));`;
  spawnSync(process.execPath, ['--input-type=module', '-e', code]);
  assert.match(
    course(['setup'], { ICL_NATIVE: 'abacus' }, folder).text,
    /ICL_NATIVE='abacus' is not a backend.*own, wheel, wasm, cpu/s,
  );
});

test('doctor: every part in a line; each fault with one remedy', () => {
  const well = course(['doctor']);
  assert.equal(well.code, 0, well.text);
  assert.equal(well.text.trim().split('\n').length, 7);
  const bare = course(['doctor'], {}, copy(false));
  assert.equal(bare.code, 1);
  for (const line of bare.text
    .trim()
    .split('\n')
    .filter((l) => l.startsWith('FAULT')))
    assert.match(line, /Remedy: npm run setup/);
  assert.ok(bare.text.split('FAULT').length - 1 >= 5);
});

test('a notebook that is no JSON is named', () => {
  const folder = copy(true);
  fs.mkdirSync(join(folder, 'notebooks'));
  fs.writeFileSync(join(folder, 'notebooks', '00-broken.ipynb'), '{"cells": [');
  const code = `import('${pathToFileURL(join(folder, 'bin', 'notebooks.mjs')).href}').then((m) => m.readNotebook('${join(folder, 'notebooks', '00-broken.ipynb')}')).catch((e) => console.log(e.message))`;
  assert.match(
    spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' }).stdout,
    /00-broken\.ipynb is not a readable notebook.*git checkout/,
  );
});

test('a full disk and a failing program become sentences', async () => {
  const { faultFromLog } = (await import(
    pathToFileURL(join(root, 'bin', 'setup', 'base.mjs')).href
  )) as {
    faultFromLog: (doing: string, log: string, code: number) => Error;
  };
  assert.match(
    faultFromLog('installing', 'npm error ENOSPC: no space left', 1).message,
    /disk is full.*Remedy: free/,
  );
  assert.match(faultFromLog('installing', 'getaddrinfo EAI_AGAIN', 1).message, /No network/);
  assert.match(
    faultFromLog('compiling', 'line 1\nfatal: bad', 2).message,
    /compiling failed \(exit 2\)[\s\S]*fatal: bad/,
  );
});

/** Two processes that add to a file under the lock, with a pause between reading and writing. */
const ADDER = (base: string, lock: string, file: string): string => `
import fs from 'node:fs';
const { withLock } = await import('${base}');
for (let i = 0; i < 5; i++)
  await withLock('${lock}', 'test', async () => {
    const n = Number(fs.readFileSync('${file}', 'utf8'));
    await new Promise((r) => setTimeout(r, 20));
    fs.writeFileSync('${file}', String(n + 1));
  });`;

test('two set-ups at once take turns; a dead one does not block', { timeout: 60_000 }, async () => {
  const folder = scratch();
  const [lock, file] = [join(folder, 'lock'), join(folder, 'count')];
  fs.writeFileSync(file, '0');
  fs.mkdirSync(lock);
  fs.writeFileSync(join(lock, 'pid'), '999999999'); // left by a process that is gone
  const code = ADDER(pathToFileURL(join(root, 'bin', 'setup', 'base.mjs')).href, lock, file);
  const one = (): Promise<number | null> =>
    new Promise((resolve) =>
      spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' }).on(
        'close',
        resolve,
      ),
    );
  assert.deepEqual(await Promise.all([one(), one()]), [0, 0]);
  assert.equal(fs.readFileSync(file, 'utf8'), '10');
});

test('a part of the set-up that was interrupted is made again; one that is there is not', async () => {
  const folder = copy(false);
  const { ensure } = (await import(
    pathToFileURL(join(folder, 'bin', 'setup', 'base.mjs')).href
  )) as {
    ensure: (
      name: string,
      print: string,
      present: () => boolean,
      make: () => Promise<object>,
    ) => Promise<{ made: boolean }>;
  };
  let calls = 0;
  const work = (): Promise<object> => {
    calls++;
    return calls === 1 ? Promise.reject(new Error('interrupted')) : Promise.resolve({});
  };
  await assert.rejects(ensure('part', 'a', () => true, work));
  assert.equal((await ensure('part', 'a', () => true, work)).made, true);
  assert.equal((await ensure('part', 'a', () => true, work)).made, false);
  assert.equal((await ensure('part', 'b', () => true, work)).made, true, 'another fingerprint');
  assert.equal((await ensure('part', 'b', () => false, work)).made, true, 'its result is gone');
});

test('a Node that is too old and a download that is not the expected file are refused', async () => {
  const load = async (name: string): Promise<Record<string, (...args: string[]) => void>> =>
    (await import(pathToFileURL(join(root, 'bin', 'setup', name)).href)) as never;
  const { checkNode } = await load('parts.mjs');
  assert.throws(
    () => checkNode!('18.20.1'),
    /This is Node 18\.20\.1; the course needs 20\.19 or newer.*Remedy/,
  );
  for (const fine of ['20.19.0', '22.0.0', '26.10.0']) checkNode!(fine);
  const { checkSum } = await load('native.mjs');
  const file = join(scratch(), 'wheel.whl');
  fs.writeFileSync(file, 'abc');
  checkSum!(file, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.throws(
    () => checkSum!(file, '00'),
    /wheel\.whl has the sha256 ba7816bf.*not the expected 00.*thrown away.*Remedy/,
  );
});

test('a cleared user cache is noticed: the backend is made again, not taken for there', async () => {
  const { isLaidOut } = (await import(
    pathToFileURL(join(root, 'bin', 'setup', 'native.mjs')).href
  )) as {
    isLaidOut: (home: string) => boolean;
  };
  const [home, cache] = [scratch(), scratch()];
  fs.mkdirSync(join(home, 'lib', 'napi-v8'), { recursive: true });
  fs.writeFileSync(join(home, 'lib', 'napi-v8', 'tfjs_binding.node'), '');
  fs.mkdirSync(join(home, 'deps'));
  fs.symlinkSync(cache, join(home, 'deps', 'lib'));
  assert.equal(isLaidOut(home), true);
  fs.rmSync(cache, { recursive: true });
  assert.equal(isLaidOut(home), false);
});

test(
  'benchmark --json: one line of JSON per case, and the same lines in build/benchmark.jsonl',
  { timeout: 120_000 },
  () => {
    const args = [
      'benchmark',
      '--case',
      'tiny',
      '--what',
      'train-invicl,predict-ar-1',
      '--rounds',
      '1',
      '--json',
    ];
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(root, 'bin', 'course.mjs'), ...args],
      { cwd: root, encoding: 'utf8' },
    );
    assert.equal(status, 0);
    const lines = stdout.trim().split('\n');
    assert.equal(
      fs.readFileSync(join(root, 'build', 'benchmark.jsonl'), 'utf8').trim(),
      lines.join('\n'),
    );
    const [machine, ...rest] = lines.map(
      (line) => JSON.parse(line) as Readonly<Record<string, unknown>>,
    );
    assert.equal(machine!['case'], 'machine');
    const dense = rest.find((line) => line['peerKind'] === 'own-dense')!;
    assert.ok(
      Number(dense['ours']) > 0 && Number(dense['peer']) > 0 && Number(dense['memoryRatio']) > 0,
    );
    assert.ok(Number(dense['difference']) < 1e-4, 'structured and dense compute the same loss');
    assert.ok(rest.some((line) => line['what'] === 'predict-ar-1' && line['B'] === 1));
  },
);

test('cells that tslab would get wrong are refused before a kernel runs them', async () => {
  const { checkForm } = (await import(pathToFileURL(join(root, 'bin', 'cells.mjs')).href)) as {
    checkForm(name: string, notebook: object): void;
  };
  const notebook = (...sources: string[]): object => ({
    cells: sources.map((source) => ({ cell_type: 'code', source, metadata: {} })),
  });
  assert.throws(
    () => checkForm('x', notebook('const d = 2', 'f({ d })')),
    /writes \{ d \} for a name of another cell/,
  );
  assert.throws(
    () =>
      checkForm('x', notebook('const problem = 1', 'const g = list.map(({ problem: p }) => p)')),
    /takes \{ problem: \.\.\. \} apart while another cell declares 'problem'/,
  );
  assert.throws(
    () => checkForm('x', notebook(`const long = '${'a'.repeat(300)}'`)),
    /more than 240/,
  );
});

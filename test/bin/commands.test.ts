/** The commands on a machine that lacks something, or with wrong words. */
import * as assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { experiments, records } from 'invicl';

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

/** Command lines, and what each is answered. */
const ANSWERS: readonly (readonly [string, RegExp])[] = [
  ['dance', /no command 'dance'[\s\S]*doctor[\s\S]*reproduce/],
  ['dcotor', /no command 'dcotor'\. The nearest is 'doctor'\./],
  ['reproduce --fast', /no option '--fast'.*--only, --profile, --update/],
  ['reproduce --onyl 02', /no option '--onyl'. Remedy: the nearest is --only; its options are/],
  ['reproduce 02', /takes no words without dashes, got '02'.*reproduce -- --only 02,04/],
  ['reproduce --profile turbo', /--profile cannot be 'turbo'.*quick or full/],
  ['reproduce --help', /^ {2}--only NUMBERS /m],
  ['test --fast', /npm run test has no option '--fast'. Remedy: it has none/],
  ['setup --agian', /no option '--agian'.*nearest is --again/],
  ['doctor kernel', /npm run doctor takes no words without dashes, got 'kernel'/],
  ['contents --all', /npm run contents has no option '--all'/],
  ['format --help', /npm run format -- \[options\]/],
  ['start --help', /other options +go on to JupyterLab/],
  ['reproduce --only', /--only needs a value/],
  ['reproduce --only 77', /no notebook '77'.*00, 01/],
  ['data', /npm run data needs a name.*metaicl.*smollm2.*minilm/],
  ['data smollm2 --copy x', /npm run data has no option '--copy'.*its options are --from/],
  ['data smollm2 x', /npm run data takes one name, got smollm2 and x/],
  ['data smollm2 --from', /--from needs a value/],
  ['experiment', /No experiment was named.*--list.*--all/],
  ['experiment --variant ar', /No experiment was named/],
  ['experiment nothing', /no experiment 'nothing'.*network/],
  ['experiment linear-random-n --variant gpt', /no job with --variant gpt/],
  ['experiment linear-random-n --arm gpt', /no job with --variant gpt/],
  ['experiment linear-random-n --profile huge', /--profile cannot be 'huge'.*quick or full/],
  ['experiment linear-random-n --set training.stpes=5 --jobs 1 --variant ar', /'stpes'/],
  ['experiment linear-random-n --set steps', /--set was given 'steps'.*training.steps=500/],
  ['experiment --seeds many', /--seeds must be a whole number of at least 1, got 'many'/],
  ['experiment --seed -1', /--seed must be a whole number, got '-1'/],
  ['experiment --fast', /no option '--fast'.*--profile/],
  ['experiment --jobs', /--jobs needs a value/],
  ['experiment --help', /--variant KEY .*--arm is the option's older name/],
  ['benchmark --slow', /no option '--slow'.*its options are --case, --what, --peer/],
  ['benchmark --help', /--case NAMES .*tiny, small, standard/],
  ['benchmark --case huge', /--case cannot be 'huge'.*tiny, small, standard/],
  ['benchmark --peer jax', /--peer cannot be 'jax'.*pytorch/],
  ['benchmark --what', /--what needs a value/],
  ['benchmark --rounds 0', /--rounds must be a whole number of at least 1, got '0'/],
];

test('unknown commands, options and names are refused with the known ones', async (t) => {
  for (const [line, answer] of ANSWERS)
    await t.test(line, () => {
      const { code, text } = course(line.split(' '));
      assert.match(text, answer);
      assert.equal(code === 0, line.endsWith('--help'), `it ended with ${code}`);
    });
  await t.test('a peer that cannot be had', () => {
    const args = ['benchmark', '--peer', 'pytorch', '--case', 'tiny'];
    assert.match(course(args, { ICL_PEER_PYTHON: process.execPath }).text, /has no PyTorch/);
  });
});

test('the experiments as a list, and their jobs as JSON for other runners', async (t) => {
  await t.test('list', () => {
    const { code, text } = course(['experiment', 'sparse', 'tree', '--list']);
    assert.equal(code, 0, text);
    assert.match(text, /^sparse +notebook 09, \d+ jobs\. .+\n^tree +notebook \d+, \d+ jobs\. /m);
  });
  await t.test('JSON', () => {
    const args = ['experiment', 'sparse', 'tree', '--seeds', '2', '--list', '--json'];
    const { text } = course(args);
    const jobs = JSON.parse(text.split('\n').find((line) => line.startsWith('[{')) ?? '[]') as {
      experiment: string;
      variant: string;
      seed: number;
      memoryMB: number;
    }[];
    assert.equal(jobs.length, 2 * (1 + 3 * 2));
    for (const { experiment, variant, memoryMB } of jobs)
      assert.ok(experiment && variant && memoryMB > 300, `${experiment} ${variant} ${memoryMB}`);
  });
});

test('too little memory or disk is refused before anything starts, with both numbers', () => {
  const check = (have: string): string =>
    spawnSync(
      process.execPath,
      [
        '-e',
        `import('${join(root, 'bin', 'experiment.mjs')}')
          .then((m) => m.checkCapacity({ jobs: 2, memoryMB: 900, diskMB: 50 }, ${have}))
          .catch((e) => console.log(e.message))`,
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

test('a backend that is unknown, or has no known checksum, is refused', () => {
  const folder = copy(true);
  fs.mkdirSync(join(folder, '.venv', 'bin'), { recursive: true });
  fs.symlinkSync(join(root, '.venv', 'bin', 'python'), join(folder, '.venv', 'bin', 'python'));
  fs.symlinkSync(
    join(root, '.venv', 'bin', 'jupyter-lab'),
    join(folder, '.venv', 'bin', 'jupyter-lab'),
  );
  const base = pathToFileURL(join(folder, 'bin', 'setup', 'base.mjs')).href;
  const code = `
    import { fingerprint, venv, writeAtomic, stateDir } from '${base}';
    const print = fingerprint({ file: '${join(folder, 'bin', 'requirements.txt')}' }, venv);
    writeAtomic(stateDir + '/python.json', JSON.stringify({ fingerprint: print }));`;
  spawnSync(process.execPath, ['--input-type=module', '-e', code]);
  assert.match(
    course(['setup'], { ICL_NATIVE: 'abacus' }, folder).text,
    /ICL_NATIVE='abacus' is not a backend.*wheel, wasm, cpu/s,
  );
  assert.match(
    course(['setup'], { ICL_NATIVE: 'own', TFJS_NODE_CDN_STORAGE: 'http://127.0.0.1:9/' }, folder)
      .text,
    /ICL_NATIVE='own'.*no checksum of it is known.*Remedy: use one of wheel, wasm, cpu/s,
  );
});

/** Runs `ensureNative` of a copy of the commands, after `first`; what it resolves with. */
function native(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  first = '',
): { kind: string; made: boolean } {
  const module = pathToFileURL(join(folder, 'bin', 'setup', 'native.mjs')).href;
  const code = `
    const { ensureNative, forgetNative } = await import('${module}');
    ${first}
    console.log(JSON.stringify(await ensureNative()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ICL_NATIVE: '',
      ICL_COURSE_CACHE: join(folder, 'cache'),
      TFJS_NODE_CDN_STORAGE: 'http://127.0.0.1:9/',
      ...env,
    },
  });
  const last = stdout.trim().split('\n').pop()!;
  assert.match(last, /^\{/, stdout + stderr);
  return JSON.parse(last) as { kind: string; made: boolean };
}

test('a backend that was asked for stays for later commands, until --again', () => {
  const folder = copy(false); // without packages: no backend can be had but the chosen one
  assert.equal(native(folder, { ICL_NATIVE: 'wasm' }).kind, 'wasm');
  const later = native(folder);
  assert.deepEqual([later.kind, later.made], ['wasm', false]);
  fs.rmSync(join(folder, '.setup', 'native.json')); // as after an installation of the packages
  assert.equal(native(folder).kind, 'wasm');
  assert.equal(native(folder, { ICL_NATIVE: 'cpu' }).kind, 'cpu', 'another choice');
  assert.equal(native(folder).kind, 'cpu');
  assert.equal(native(folder, {}, 'forgetNative();').kind, 'wasm', 'the best that can be had here');
});

test('doctor: WebAssembly is well where it was chosen, a fault where nothing better was', () => {
  const folder = copy(false);
  const library = join(folder, 'node_modules', 'invicl');
  fs.mkdirSync(library, { recursive: true });
  fs.writeFileSync(
    join(library, 'index.js'),
    `exports.core = { ready: async () => ({ backend: process.env.TAKES || 'wasm' }) };
     exports.tf = { ones: () => ({ sum: () => ({ dataSync() {} }) }) };`,
  );
  const line = (env = {}): string =>
    course(['doctor'], env, folder)
      .text.split('\n')
      .find((text) => text.includes('native backend'))!;
  assert.equal(native(folder, { ICL_NATIVE: 'wasm' }).kind, 'wasm');
  assert.match(line(), /^ok +native backend +WebAssembly.*chosen by ICL_NATIVE/);
  assert.match(line({ TAKES: 'cpu' }), /^FAULT.*should be 'wasm', and the library takes 'cpu'/);
  assert.equal(native(folder, {}, 'forgetNative();').kind, 'wasm');
  assert.match(line(), /^FAULT +native backend +WebAssembly.*Remedy: npm run setup -- --again/);
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
  const code = `import('${pathToFileURL(join(folder, 'bin', 'notebooks.mjs')).href}')
    .then((m) => m.readNotebook('${join(folder, 'notebooks', '00-broken.ipynb')}'))
    .catch((e) => console.log(e.message))`;
  assert.match(
    spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' }).stdout,
    /00-broken\.ipynb is not a readable notebook.*git checkout/,
  );
});

test('a full disk and a failing program become sentences', async () => {
  const { faultFromLog, faultOfFiles } = (await import(
    pathToFileURL(join(root, 'bin', 'setup', 'base.mjs')).href
  )) as {
    faultFromLog: (doing: string, log: string, code: number) => Error;
    faultOfFiles: (error: unknown) => Error;
  };
  assert.match(
    faultFromLog('installing', 'npm error ENOSPC: no space left', 1).message,
    /disk is full.*Remedy: free/,
  );
  const copying = { path: '/a', dest: '/b/c', syscall: 'copyfile' };
  assert.match(faultOfFiles({ ...copying, code: 'ENOSPC' }).message, /disk is full.*Remedy: free/);
  assert.match(faultOfFiles({ ...copying, code: 'EROFS' }).message, /'\/b\/c' cannot .*EROFS/);
  const other = new Error('of our own');
  assert.equal(faultOfFiles(other), other, 'a fault of the code keeps its stack');
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

test('a part of the set-up that was interrupted is made again; a whole one is not', async () => {
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

test('a Node that is too old and a download that is another file are refused', async () => {
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

test('a cleared user cache is noticed: the backend is made again', async () => {
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

test('experiment --settings: every setting with its kind, its range and its value', () => {
  const { text } = course(['experiment', 'linear-random-n', '--settings']);
  assert.match(text, /training\.steps +training steps: a whole number from 1 to \d+; now \d+/);
  assert.match(text, /model\.layout .*one of "pair", "xy", "xy-marked"; now "pair"/);
});

test('a refused setting starts nothing and leaves no folder', () => {
  const data = join(scratch(), 'data');
  const { code, text } = course([
    ...['experiment', 'linear-random-n', '--data', data],
    ...['--set', 'training.steps=-5'],
  ]);
  assert.equal(code, 1);
  assert.match(text, /'training\.steps' of 'linear-random-n' must be a whole number .* got -5/);
  assert.ok(!fs.existsSync(data));
});

test('sizes that do not fit the machine are said with the number', () => {
  const data = join(scratch(), 'data');
  const { code, text } = course([
    ...['experiment', 'linear-random-n', '--data', data],
    ...['--set', 'model.size={"width":16384,"layers":100,"heads":1}'],
  ]);
  assert.equal(code, 1);
  assert.match(text, /need 859 GB, and this machine has [\d.]+ GB/);
  assert.ok(!fs.existsSync(data));
});

test('verdicts of a folder that is not there are refused, not those of the repository', () => {
  const folder = join(scratch(), 'none');
  const { code, text } = course(['experiment', 'sparse', '--verdicts', '--data', folder]);
  assert.equal(code, 1);
  assert.match(text, /There are no records in '.*none/);
});

test('what a killed command left is removed at the next start', async () => {
  const folder = scratch();
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const name = (pid: number): string => join(folder, `a.json.${pid}.0123abcd.tmp`);
  for (const pid of [dead, process.pid]) fs.writeFileSync(name(pid), '');
  fs.mkdirSync(join(folder, `invicl-package-${dead}-abc`, 'inside'), { recursive: true });
  fs.writeFileSync(join(folder, 'notes.tmp'), '');
  const base = pathToFileURL(join(root, 'bin', 'setup', 'base.mjs')).href;
  const { sweep } = (await import(base)) as { sweep(folder: string): void };
  sweep(folder);
  assert.deepEqual(fs.readdirSync(folder).sort(), [
    `a.json.${process.pid}.0123abcd.tmp`,
    'notes.tmp',
  ]);
});

test('records in a folder of another repository name the commit of this library', () => {
  const other = scratch();
  spawnSync('git', ['init', '-q'], { cwd: other });
  const data = join(other, 'data');
  const { code } = course([
    ...['experiment', 'linear-fixed-n', '--variant', 'learners', '--data', data],
    ...['--set', 'measures.prompts=4', '--set', 'measures.ns=[2]', '--set', 'measures.shifts={}'],
  ]);
  assert.equal(code, 0);
  const [folder] = fs.readdirSync(join(data, 'results'));
  const file = join(data, 'results', folder!, 'learners-0.jsonl');
  const { commit, code: hash } = records.readRecords(file)[0]!;
  assert.equal(commit, experiments.commitOf());
  assert.equal(hash, experiments.codeHash());
});

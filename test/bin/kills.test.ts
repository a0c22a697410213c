/**
 * Kills: a training process ends with the process that started it, whatever ended that one; what
 * was killed goes on to the same bits and leaves nothing behind. ICL_KILLS=100 makes a hundred.
 */
import * as assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { core } from 'invicl';

import { root, sameRecords, scratch } from '../helpers';

const KILLS = Number(process.env['ICL_KILLS'] ?? 6);
const SETTINGS = {
  'training.steps': 240,
  'training.logEvery': 5,
  'training.batch': 8,
  watchEvery: 20,
  'model.size': { width: 16, layers: 1, heads: 2 },
  'measures.prompts': 16,
  'measures.ns': [4],
  'measures.shifts': {},
  'measures.probes': 0,
};

/** Where these runs put their temporary files. */
const TEMPORARY = scratch();

/** npm run experiment on one job, in a data folder of its own. */
function startExperiment(data: string): ChildProcess {
  const words = ['linear-fixed-n', '--variant', 'invicl', '--seed', '0', '--data', data];
  const set = Object.entries(SETTINGS).flatMap(([path, value]) => [
    '--set',
    `${path}=${JSON.stringify(value)}`,
  ]);
  return spawn(
    process.execPath,
    [join(root, 'bin', 'course.mjs'), 'experiment', ...words, ...set],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: TEMPORARY },
    },
  );
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.stdout?.resume();
    child.stderr?.resume();
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.on('exit', resolve);
  });

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return text ? text.split(' ').map(Number) : [];
}

const lives = (pid: number): boolean => {
  try {
    // what is dead and not yet collected by its parent does not live
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Whether a process is a job of an experiment; the set-up starts others. */
const isJob = (pid: number): boolean => {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8').includes('experiment-job');
};

/** Waits until a run has a job at work, or has ended. */
async function hasStarted(run: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600 && run.exitCode === null; tries++) {
    if (childrenOf(run.pid!).some(isJob)) return;
    await pause(50);
  }
}

/** Waits until none of the processes lives; fails after some seconds. */
async function allEnd(pids: readonly number[], why: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if (!pids.some(lives)) return;
    await pause(100);
  }
  assert.fail(`${why}: still there: ${pids.filter(lives).join(', ')}`);
}

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /\.(tmp|lock|cut|part|jsonl|safetensors)$/.test(name),
      )
    : [];

/** The records of a run that was finished, or null. */
function results(data: string): string | null {
  const folders = existsSync(join(data, 'results')) ? readdirSync(join(data, 'results')) : [];
  const files = folders.map((folder) => join(data, 'results', folder, 'invicl-0.jsonl'));
  return files.find((file) => existsSync(file)) ?? null;
}

const HOW = [
  ['SIGKILL', 'parent'],
  ['SIGTERM', 'parent'],
  ['SIGKILL', 'child'],
  ['SIGHUP', 'parent'],
  ['SIGINT', 'parent'],
  ['SIGTERM', 'child'],
] as const;

const there = existsSync('/proc/self/task');
const skip = there ? false : 'the children of a process are found by /proc, which is not here';

test(`${KILLS} kills of a run leave nothing behind, and the same bits`, { skip }, async () => {
  const [whole, broken] = [scratch(), scratch()];
  assert.equal(await ended(startExperiment(whole)), 0);
  const random = core.stream(KILLS, 'kills');
  let caught = 0;
  for (let i = 0; i < KILLS; i++) {
    const [signal, whom] = HOW[i % HOW.length]!;
    const parent = startExperiment(broken);
    const over = ended(parent);
    if (i % 2) await hasStarted(parent); // on a busy machine the set-up takes longer than all this
    const moment = 300 + random.uniform() * 5000;
    for (let waited = 0; waited < moment && parent.exitCode === null; waited += 50) await pause(50);
    const children = childrenOf(parent.pid!);
    if (whom === 'parent') parent.kill(signal);
    else for (const child of children) if (lives(child)) process.kill(child, signal);
    await over;
    await allEnd([parent.pid!, ...children], `${signal} to the ${whom}`);
    caught += children.length;
    const finished = results(broken);
    if (i === KILLS - 1 || finished === null) continue;
    sameRecords(results(whole)!, finished); // and the next one begins anew
    rmSync(broken, { recursive: true });
  }
  assert.ok(caught > 0, 'some were killed in training');
  assert.equal(await ended(startExperiment(broken)), 0);
  sameRecords(results(whole)!, results(broken)!);
  assert.deepEqual(filesBelow(broken), filesBelow(whole), 'nothing is left behind');
  assert.deepEqual(readdirSync(TEMPORARY), [], 'no graph is left');
});

const python = join(root, '.venv', 'bin', 'python');
const withJupyter = there && existsSync(python) ? false : 'JupyterLab is not installed here';

/** All processes below one, and itself. */
const familyOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(familyOf)];

/** Starts a Node script that uses the course's commands. */
const startScript = (code: string): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Waits until `found` holds of the family of a process. */
async function familyWith(pid: number, found: RegExp): Promise<number[]> {
  for (let tries = 0; tries < 600; tries++) {
    const family = familyOf(pid);
    const words = (one: number): string =>
      lives(one) ? readFileSync(`/proc/${one}/cmdline`, 'utf8').replaceAll('\0', ' ') : '';
    if (family.some((one) => found.test(words(one)))) return family;
    await pause(100);
  }
  return assert.fail(`no process ${String(found)} was started`);
}

test('Ctrl-C says what is kept, and where', { skip }, async () => {
  const data = scratch();
  const parent = startExperiment(data);
  let text = '';
  parent.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await hasStarted(parent);
  const children = childrenOf(parent.pid!);
  while (!text.includes(' loss ')) await pause(50); // the job has made its first step
  parent.kill('SIGINT');
  const code = await ended(parent);
  await allEnd([parent.pid!, ...children], 'SIGINT');
  assert.equal(code, 130, text);
  assert.ok(text.includes(`what is finished is in ${join(data, 'results')}`), text);
  assert.ok(text.includes(`training goes on from ${join(data, 'runs')}`), text);
});

test('JupyterLab ends with npm start, when that is killed', { skip: withJupyter }, async () => {
  const parent = startScript(
    "import('./bin/start.mjs').then(({ start }) => start(['--no-browser', '--port=0']))",
  );
  const over = ended(parent);
  const family = await familyWith(parent.pid!, /jupyterlab --notebook-dir/);
  await pause(1500);
  const all = [...new Set([...family, ...familyOf(parent.pid!)])];
  assert.ok(all.length > 1);
  parent.kill('SIGKILL');
  await over;
  await allEnd(all, 'SIGKILL to npm start');
});

test(
  'a notebook’s kernel ends with its runner, at work or not',
  { skip: withJupyter },
  async () => {
    const file = join(scratch(), 'endless.ipynb');
    const cell = {
      cell_type: 'code',
      source: 'for (;;) { Math.sqrt(2) }',
      metadata: {},
      outputs: [],
      execution_count: null,
    };
    const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
    const notebook = { nbformat: 4, nbformat_minor: 4, metadata: { kernelspec }, cells: [cell] };
    writeFileSync(file, JSON.stringify(notebook));
    const parent = startScript(
      `import('./bin/notebooks.mjs').then(({ runNotebook }) =>
      runNotebook(${JSON.stringify(file)}, ${JSON.stringify(`${file}.out`)}))`,
    );
    const over = ended(parent);
    await familyWith(parent.pid!, /tslab kernel/);
    await pause(3000);
    const family = familyOf(parent.pid!);
    assert.ok(family.length >= 3, `node, the runner and the kernel: ${family.join(', ')}`);
    parent.kill('SIGKILL');
    await over;
    await allEnd(family, 'SIGKILL to the command');
  },
);

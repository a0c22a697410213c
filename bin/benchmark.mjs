// npm run benchmark: how long our training steps and predictions take, beside a peer in the same
// run.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import {
  at,
  cacheDir,
  Fault,
  option,
  run,
  say,
  seconds,
  venvBin,
  writeAtomic,
} from './setup/base.mjs';
import { setup } from './setup/parts.mjs';

const HELP = `npm run benchmark -- [--peer pytorch] [--json] [--case NAMES] [--what NAMES] [--threads 1|all] [--rounds N] [--update]
  --peer pytorch  PyTorch on the same weights and prompts, in turns (installed into .venv when missing; ICL_PEER_PYTHON names another Python)
  --case, --what  only these, with commas; cases: CASES; whats: WHATS
  --json          one line of JSON per case on standard output
  --update        results to data/results/benchmark.jsonl instead of build/benchmark.jsonl`;

/** Cases: a size of the model, examples n and prompts B of a step. */
const CASES = {
  tiny: { size: 'tiny', n: 10, B: 64 },
  small: { size: 'small', n: 40, B: 64 },
  standard: { size: 'standard', n: 40, B: 64 },
  'small-n10': { size: 'small', n: 10, B: 64 },
  'small-n160': { size: 'small', n: 160, B: 16 },
  'small-n640': { size: 'small', n: 640, B: 2 },
};

/**
 * What is timed. `ours` and `peers` are lists of sides; the first of ours is compared with each
 * peer.
 */
const ALL_PEERS = ['pytorch-dense', 'pytorch-structured', 'pytorch-compile'];
const WHATS = {
  'train-ar': { method: 'ar', what: 'train', peers: ['pytorch-dense', 'pytorch-compile'] },
  'train-invicl': {
    method: 'invicl',
    what: 'train',
    variants: ['dense', 'bf16', 'eager'],
    peers: ALL_PEERS,
  },
  'predict-ar': { method: 'ar', what: 'predict', peers: ['pytorch-dense'] },
  'predict-invicl': {
    method: 'invicl',
    what: 'predict',
    variants: ['dense'],
    peers: ['pytorch-dense', 'pytorch-structured'],
  },
  'predict-ar-1': { method: 'ar', what: 'predict', B: 1, peers: ['pytorch-dense'] },
  'predict-invicl-1': {
    method: 'invicl',
    what: 'predict',
    B: 1,
    peers: ['pytorch-dense', 'pytorch-structured'],
  },
  'edit-one': {
    method: 'invicl',
    what: 'edit',
    B: 1,
    variants: ['floor', 'fresh', 'reorder'],
    peers: ['pytorch-dense'],
  },
};
/** What takes long (torch.compile to compile, our eager steps to run) is asked only here. */
const SLOW = { sides: ['pytorch-compile', 'eager'], cases: ['tiny', 'small'] };
const VARIANTS = {
  dense: { form: 'mask' },
  bf16: { precision: 'bf16' },
  eager: { compile: false },
  floor: { what: 'floor' },
  fresh: { what: 'predict' },
  reorder: { what: 'reorder' },
};

/**
 * What a laptop can spare for one process; a longer prompt that needs more has run out of memory.
 */
const LAPTOP = 8 * 2 ** 30;
/** The methods' cost against n, each in a process of its own: ours only. */
const LENGTHS = [10, 20, 40, 80, 160, 320, 640, 1024, 2048];
const LENGTH_SIDES = [
  ['ar', {}],
  ['prefix', {}],
  ['boe', {}],
  ['invicl', { form: 'mask' }],
  ['invicl', {}],
];

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Bytes of memory that a process holds now; 0 when it is gone. */
function residentMemory(pid) {
  try {
    return (
      Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) *
      1024
    );
  } catch {
    if (os.platform() === 'linux') return 0;
    return (
      Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) * 1024
    );
  }
}

/**
 * A process that answers lines of JSON; stopped when it takes more than `limit` bytes or too long.
 */
function side(command, args, env, limit) {
  const child = spawn(command, args, {
    cwd: at(),
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = [];
  let ended = null;
  const end = (why) => {
    ended ??= why;
    for (const answer of waiting.splice(0)) answer({ failed: ended });
  };
  readline
    .createInterface({ input: child.stdout })
    .on('line', (line) => waiting.shift()?.(JSON.parse(line)));
  child.on('error', (error) => end(error.message));
  child.on('close', (code, signal) => end(`it ended with ${signal ?? code}`));
  child.stdin.on('error', () => undefined);
  const watch = setInterval(() => {
    const rss = residentMemory(child.pid);
    if (rss > limit) {
      end(`stopped at ${(rss / 2 ** 30).toFixed(1)} GiB of memory`);
      child.kill('SIGKILL');
    }
  }, 500);
  const next = (timeout) =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        end(`stopped after ${timeout} s`);
        child.kill('SIGKILL');
      }, timeout * 1000);
      const done = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      if (ended) done({ failed: ended });
      else waiting.push(done);
    });
  return {
    hello: next(120),
    ask(what, timeout = 300) {
      const answer = next(timeout);
      if (!ended) child.stdin.write(`${JSON.stringify(what)}\n`);
      return answer;
    },
    close() {
      clearInterval(watch);
      child.kill();
    },
  };
}

const threadEnv = (threads) => ({
  TF_CPP_MIN_LOG_LEVEL: '2',
  OMP_NUM_THREADS: String(threads),
  TF_NUM_INTRAOP_THREADS: String(threads),
  TF_NUM_INTEROP_THREADS: String(threads),
});

async function peerPython() {
  const named = process.env.ICL_PEER_PYTHON;
  const python = named ?? venvBin('python');
  const version = () =>
    spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' })
      .stdout?.trim()
      .split('\n')
      .pop() ?? '';
  if (version()) return { python, version: version() };
  if (named)
    throw new Fault(
      `${named} (ICL_PEER_PYTHON) has no PyTorch.`,
      'name a Python that has it, or leave ICL_PEER_PYTHON out.',
    );
  say('benchmark', 'installing PyTorch into .venv (0.2 to 3 GB, by platform)');
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--cache-dir',
    path.join(cacheDir, 'pip'),
  ];
  await run('installing PyTorch', python, [
    ...pip,
    '-r',
    at('bin', 'benchmark', 'requirements.txt'),
  ]);
  if (!version())
    throw new Fault(
      'PyTorch was installed, but cannot be imported.',
      `look at: ${python} -c "import torch"`,
    );
  return { python, version: version() };
}

/** Times each side in turns; the answer by the side's name. */
async function inTurns(sides, rounds, enough = 300) {
  const results = {};
  for (const [name, { process: worker, prepare }] of Object.entries(sides)) {
    const hello = await worker.hello;
    const ready = hello.failed ? hello : await worker.ask({ do: 'prepare', ...prepare });
    const warm = ready.failed ? ready : await worker.ask({ do: 'run', times: 1 });
    if (warm.wall < 100) Object.assign(warm, await worker.ask({ do: 'run', times: 3 }));
    results[name] = warm.failed
      ? { failed: warm.failed }
      : { values: ready.values, times: Math.max(1, Math.ceil(enough / warm.wall)), runs: [] };
  }
  for (let round = 0; round < rounds; round++)
    for (const [name, { process: worker }] of Object.entries(sides)) {
      if (results[name].failed) continue;
      const answer = await worker.ask({ do: 'run', times: results[name].times });
      if (answer.failed) results[name] = { failed: answer.failed };
      else results[name].runs.push(answer);
    }
  for (const { process: worker } of Object.values(sides)) worker.close();
  const summed = ({ failed, values, runs }) =>
    failed
      ? { failed }
      : {
          values,
          cpu: median(runs.map((r) => r.cpu)),
          range: [Math.min, Math.max].map((pick) => round(pick(...runs.map((r) => r.cpu)))),
          wall: median(runs.map((r) => r.wall)),
          memory: Math.max(...runs.map((r) => r.memory)),
        };
  return Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, summed(result)]),
  );
}

const round = (x, digits = 4) => (x === undefined ? null : Number(x.toPrecision(digits)));
const MB = (bytes) => (bytes === undefined ? null : Math.round(bytes / 1e6));

export async function benchmark(args) {
  const known = [
    '--peer',
    '--json',
    '--case',
    '--what',
    '--threads',
    '--rounds',
    '--update',
    '--help',
  ];
  const unknown = args.find((a) => a.startsWith('--') && !known.includes(a));
  const help = HELP.replace('CASES', [...Object.keys(CASES), 'length'].join(', ')).replace(
    'WHATS',
    Object.keys(WHATS).join(', '),
  );
  if (args.includes('--help')) return void console.log(help);
  if (unknown) throw new Fault(`npm run benchmark has no option '${unknown}'.`, help);
  const pick = (name, all) => {
    if (args.includes(name) && !/^[^-]/.test(option(args, name) ?? ''))
      throw new Fault(`${name} needs a value.`, `use: ${all.join(', ')}.`);
    const given = option(args, name)?.split(',') ?? all;
    const wrong = given.find((one) => !all.includes(one));
    if (wrong !== undefined)
      throw new Fault(`${name} '${wrong}' is not known.`, `use: ${all.join(', ')}.`);
    return given;
  };
  const [cases, whats] = [
    pick('--case', [...Object.keys(CASES), 'length']),
    pick('--what', Object.keys(WHATS)),
  ];
  const [kind] = args.includes('--peer') ? pick('--peer', ['pytorch']) : [];
  const threads = pick('--threads', ['1', 'all'])[0] === 'all' ? os.cpus().length : 1;
  const rounds = Number(option(args, '--rounds') ?? 3);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Fault(`--rounds ${option(args, '--rounds')} is no positive number.`, 'use 3.');
  const json = args.includes('--json');
  if (json) console.log = console.error; // standard output is for JSON alone
  await setup();
  const peer = kind ? await peerPython() : null;
  const { model } = createRequire(import.meta.url)('invicl');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'invicl-benchmark-'));
  const limit = 0.7 * os.totalmem();
  const since = Date.now();
  const lines = [];
  const text = () => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const kept = at('build', 'benchmark.jsonl'); // written line by line, so that an interrupted run keeps what it measured
  const record = (line) => {
    lines.push(line);
    writeAtomic(kept, text());
    if (json) process.stdout.write(`${JSON.stringify(line)}\n`);
    else say('benchmark', describe(line));
  };
  const ours = (most = limit) =>
    side(process.execPath, [at('bin', 'benchmark', 'ours.cjs')], threadEnv(threads), most);
  const torch = (which) =>
    side(peer.python, [at('bin', 'benchmark', 'peer.py'), which], threadEnv(threads), limit);
  record({
    case: 'machine',
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGB: Math.round(os.totalmem() / 1e9),
    system: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
    pytorch: peer?.version ?? null,
    date: new Date().toISOString().slice(0, 10),
  });
  const job = async (size, n, B, method) => {
    const files = {
      weights: path.join(folder, 'weights.safetensors'),
      batch: path.join(folder, 'batch.safetensors'),
    };
    const common = {
      size: { ...model.SIZES[size], maxPositions: Math.max(256, 2 * n + 2) },
      method,
      n,
      m: 1,
      B,
      learningRate: 1e-4,
      threads,
      ...files,
    };
    const maker = ours();
    await maker.hello;
    const made = await maker.ask({ do: 'make', ...common });
    maker.close();
    if (made.failed)
      throw new Fault(
        `The benchmark's weights could not be made: ${made.failed}.`,
        'run npm run doctor.',
      );
    return common;
  };
  try {
    for (const name of cases.filter((one) => one !== 'length'))
      for (const whatName of whats) {
        const { size, n, B: most } = CASES[name];
        const { method, what, B = most } = WHATS[whatName];
        const here = (all) =>
          all.filter((one) => !SLOW.sides.includes(one) || SLOW.cases.includes(name));
        const [variants, asked] = [
          here(WHATS[whatName].variants ?? []),
          here(WHATS[whatName].peers),
        ];
        if (what === 'edit' && name !== 'small') continue;
        const common = await job(size, n, B, method);
        const sides = { ours: { process: ours(), prepare: { ...common, what } } };
        for (const variant of variants)
          sides[variant] = { process: ours(), prepare: { ...common, what, ...VARIANTS[variant] } };
        for (const p of peer ? asked : [])
          sides[p] = { process: torch(p.replace('pytorch-', '')), prepare: { ...common, what } };
        const results = await inTurns(sides, rounds);
        const own = results.ours;
        if (own.failed) {
          record({ case: name, what: whatName, n, B, threads, failed: own.failed });
          continue;
        }
        const facts = {
          case: name,
          what: whatName,
          n,
          B,
          threads,
          ours: round(own.cpu),
          oursRange: own.range,
          oursWall: round(own.wall),
          oursMemoryMB: MB(own.memory),
        };
        const against = (other) => ({
          peer: round(other.cpu),
          peerRange: other.range,
          peerWall: round(other.wall),
          ratio: round(own.cpu / other.cpu, 3),
          wallRatio: round(own.wall / other.wall, 3),
          memoryRatio: round(own.memory / other.memory, 3),
          peerMemoryMB: MB(other.memory),
          ...(other.failed
            ? { failed: other.failed }
            : { difference: largest(own.values, other.values) }),
        });
        for (const p of peer ? asked : [])
          record({ ...facts, peerKind: p, ...against(results[p]) });
        for (const variant of variants)
          record({ ...facts, peerKind: `own-${variant}`, ...against(results[variant]) });
        if (variants.includes('bf16') && peer && !results.bf16.failed) {
          const [low, dense] = [results.bf16, results['pytorch-dense']];
          const bf16 = {
            ours: round(low.cpu),
            oursRange: low.range,
            oursWall: round(low.wall),
            oursMemoryMB: MB(low.memory),
            precision: 'bf16',
            peerKind: 'pytorch-dense',
          };
          if (!dense.failed)
            record({
              ...facts,
              ...bf16,
              peer: round(dense.cpu),
              ratio: round(low.cpu / dense.cpu, 3),
              wallRatio: round(low.wall / dense.wall, 3),
              memoryRatio: round(low.memory / dense.memory, 3),
            });
        }
        if (!peer && !variants.length) record(facts);
      }
    if (cases.includes('length'))
      for (const [method, given] of LENGTH_SIDES)
        for (const what of ['predict', 'train'])
          for (const n of LENGTHS) {
            const common = await job('small', n, 1, method);
            const { ours: own } = await inTurns(
              { ours: { process: ours(LAPTOP), prepare: { ...common, what, ...given } } },
              3,
              100,
            );
            const form = method === 'invicl' ? (given.form ?? 'structured') : 'mask';
            const facts = { case: 'length', what, method, form, n, B: 1, threads };
            record(
              own.failed
                ? { ...facts, failed: own.failed }
                : {
                    ...facts,
                    ours: round(own.cpu),
                    oursRange: own.range,
                    oursWall: round(own.wall),
                    oursMemoryMB: MB(own.memory),
                  },
            );
            if (own.failed) break; // a longer prompt will not fit either
          }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const file = args.includes('--update') ? at('data', 'results', 'benchmark.jsonl') : kept;
  if (file !== kept) writeAtomic(file, text());
  say('benchmark', `${lines.length - 1} lines in ${path.relative(at(), file)} (${seconds(since)})`);
  return 0;
}

/** The largest difference of two lists of numbers: the sides must have computed the same. */
const largest = (a, b) => round(Math.max(...a.map((value, i) => Math.abs(value - b[i]))), 2);

function describe({
  case: name,
  what,
  method,
  form,
  n,
  ours,
  peer,
  ratio,
  memoryRatio,
  peerKind,
  failed,
  oursMemoryMB,
  precision,
  ...rest
}) {
  if (name === 'machine')
    return `${rest.processor}, ${rest.cores} cores, Node ${rest.node}${rest.pytorch ? `, PyTorch ${rest.pytorch}` : ''}`;
  const head =
    `${name} ${what}${method ? ` ${method} ${form}` : ''}${precision ? ` ${precision}` : ''} n=${n}`.padEnd(
      36,
    );
  const own = ours === null || ours === undefined ? '' : `${ours} ms CPU, ${oursMemoryMB} MB`;
  if (failed) return `${head} ${own} ${peerKind ?? ''} failed: ${failed}`;
  return peerKind
    ? `${head} ${own}; ${peerKind} ${peer} ms; time ${ratio}, memory ${memoryRatio}`
    : `${head} ${own}`;
}

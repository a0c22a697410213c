// npm run benchmark: how long our training steps and predictions take, beside a peer in the same
// run.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {
  ADAPTERS,
  CASES,
  isTimed,
  LAPTOP,
  LENGTH_SIDES,
  LENGTHS,
  SCORING,
  sidesOf,
  VARIANTS,
  WHATS,
} from './benchmark/cases.mjs';
import {
  comparisons,
  demandSame,
  describe,
  inText,
  machineLine,
  mergedLines,
  ourNumbers,
} from './benchmark/lines.mjs';
import { optionsOf } from './benchmark/options.mjs';
import { peerPython } from './benchmark/pytorch.mjs';
import { inTurns } from './benchmark/rounds.mjs';
import { ourSide, peerSide } from './benchmark/side.mjs';
import { at, Fault, say, seconds, writeAtomic } from './setup/base.mjs';
import { setup } from './setup/parts.mjs';

/** Keeps the lines of a run in build/benchmark.jsonl and shows each as it comes. */
class Lines {
  #lines = [];
  #file = at('build', 'benchmark.jsonl');

  constructor(json) {
    this.json = json;
  }

  /** Written at once, so that an interrupted run keeps what it measured. */
  add(line) {
    this.#lines.push(line);
    writeAtomic(this.#file, inText(this.#lines));
    if (this.json) process.stdout.write(`${JSON.stringify(line)}\n`);
    else say('benchmark', describe(line));
  }

  /**
   * Where the lines are at the end, and how many compare something; `whole`: whether all cases ran.
   */
  finish(update, whole) {
    const file = update ? at('data', 'results', 'benchmark.jsonl') : this.#file;
    if (update) {
      const old = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
      writeAtomic(file, mergedLines(old, this.#lines, whole));
    }
    return `${this.#lines.length - 1} lines in ${path.relative(at(), file)}`;
  }
}

/** Weights and a batch as files in `folder`, for all sides; returns what each is prepared with. */
async function makeJob({ folder, threads }, size, n, B, method) {
  const { model } = createRequire(import.meta.url)('invicl');
  const job = {
    size: { ...model.SIZES[size], maxPositions: Math.max(256, 2 * n + 2) },
    method,
    n,
    m: 1,
    B,
    learningRate: 1e-4,
    threads,
    weights: path.join(folder, 'weights.safetensors'),
    batch: path.join(folder, 'batch.safetensors'),
  };
  const maker = ourSide(threads);
  await maker.hello;
  const made = await maker.ask({ do: 'make', ...job });
  maker.close();
  if (made.failed)
    throw new Fault(
      `The benchmark's weights could not be made: ${made.failed}.`,
      'run npm run doctor.',
    );
  return job;
}

/** The processes of one comparison, by name: ours, its variants, the peers. */
function startSides({ threads, peer }, prepare, { variants, peers }) {
  const sides = { ours: { process: ourSide(threads), prepare } };
  for (const name of variants)
    sides[name] = { process: ourSide(threads), prepare: { ...prepare, ...VARIANTS[name] } };
  for (const name of peers)
    sides[name] = { process: peerSide(name, peer.python, threads), prepare };
  return sides;
}

/** Times one thing in one case. */
async function timeCase(run, caseName, whatName) {
  const { size, n, B: most } = CASES[caseName];
  const { method, what, B = most } = WHATS[whatName];
  const names = sidesOf(caseName, WHATS[whatName], run.peer);
  const job = await makeJob(run, size, n, B, method);
  const results = await inTurns(startSides(run, { ...job, what }, names), run.rounds);
  const facts = { case: caseName, what: whatName, n, B, threads: run.threads };
  for (const line of comparisons(facts, results, names)) run.lines.add(line);
}

/** Times one of our sides at one length; returns false when it failed. */
async function timeLength({ folder, threads, lines }, [method, given], what, n) {
  const job = await makeJob({ folder, threads }, 'small', n, 1, method);
  const side = { process: ourSide(threads, LAPTOP), prepare: { ...job, what, ...given } };
  const { ours } = await inTurns({ ours: side }, 3, 100);
  const form = method === 'invicl' ? (given.form ?? 'structured') : 'mask';
  const numbers = ours.failed ? { failed: ours.failed } : ourNumbers(ours);
  lines.add({ case: 'length', what, method, form, n, B: 1, threads, ...numbers });
  return !ours.failed;
}

/** The methods' cost against n; where a prompt does not fit, a longer one will not fit either. */
async function timeLengths(run) {
  for (const side of LENGTH_SIDES)
    for (const what of ['predict', 'train'])
      for (const n of LENGTHS) if (!(await timeLength(run, side, what, n))) break;
}

/** The folder of the real weights; null, and said so, where they were not fetched. */
function realWeights(name) {
  try {
    return createRequire(import.meta.url)('invicl').language.smolLM2Folder();
  } catch (error) {
    say('benchmark', `${name} is left out: ${error.message}`);
    return null;
  }
}

/** A training step with adapters on the real weights; left out where they were not fetched. */
export async function timeAdapters(run, whats) {
  const { name, n, methods, given, peers } = ADAPTERS;
  const folder = realWeights(name);
  if (folder === null) return;
  const names = { variants: [], peers: run.peer ? peers : [] };
  for (const what of whats.filter((one) => methods[one])) {
    const batch = path.join(run.folder, 'prompt.json');
    const job = { ...given, folder, method: methods[what], batch, threads: run.threads };
    const results = await inTurns(startSides(run, job, names), run.rounds);
    const facts = { case: name, what, n, B: 1, threads: run.threads };
    for (const line of comparisons(facts, results, names)) run.lines.add(line);
  }
}

/** Whether the processor computes in bfloat16; where it does not, that peer takes minutes a round. */
function computesBf16() {
  const facts = '/proc/cpuinfo';
  return fs.existsSync(facts) && /\b(amx_bf16|avx512_bf16)\b/.test(fs.readFileSync(facts, 'utf8'));
}

/** Queries over a context on the real weights; left out where they were not fetched. */
export async function timeScoring(run) {
  const { name, n, B, variants } = SCORING;
  const folder = realWeights(name);
  if (folder === null) return;
  const peers = SCORING.peers.filter((peer) => peer !== 'pytorch-bf16' || computesBf16());
  const names = { variants, peers: run.peer ? peers : [] };
  const batch = path.join(run.folder, 'queries.json');
  const job = { what: 'score', folder, batch, threads: run.threads };
  const results = await inTurns(startSides(run, job, names), run.rounds);
  const facts = { case: name, what: 'score-ar', n, B, threads: run.threads };
  for (const line of demandSame(comparisons(facts, results, names), SCORING)) run.lines.add(line);
}

export async function benchmark(given) {
  const { cases, whats, json, update, ...options } = optionsOf(given);
  if (json) console.log = console.error; // standard output is for JSON alone
  await setup();
  const peer = options.peer ? await peerPython() : null;
  const since = Date.now();
  const lines = new Lines(json);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `invicl-benchmark-${process.pid}-`));
  const run = { ...options, peer, folder, lines };
  lines.add(machineLine(peer?.version));
  try {
    for (const name of cases.filter((one) => CASES[one]))
      for (const what of whats) if (isTimed(name, WHATS[what])) await timeCase(run, name, what);
    if (cases.includes(ADAPTERS.name)) await timeAdapters(run, whats);
    if (cases.includes(SCORING.name)) await timeScoring(run);
    if (cases.includes('length')) await timeLengths(run);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  say('benchmark', `${lines.finish(update, options.whole)} (${seconds(since)})`);
  return 0;
}

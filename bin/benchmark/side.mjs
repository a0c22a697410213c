// A side of the benchmark: a process that answers a line of JSON to each line of JSON it is given.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import readline from 'node:readline';
import { at } from '../setup/base.mjs';

/** Bytes of memory that a process holds now; 0 when it is gone. */
function residentMemory(pid) {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(status.match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) * 1024;
  } catch {
    if (os.platform() === 'linux') return 0;
    const ps = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(ps.stdout) * 1024;
  }
}

const threadEnv = (threads) => ({
  TF_CPP_MIN_LOG_LEVEL: '2',
  OMP_NUM_THREADS: String(threads),
  TF_NUM_INTRAOP_THREADS: String(threads),
  TF_NUM_INTEROP_THREADS: String(threads),
});

/** Questions to a process and its answers, in order; once it has ended, every answer says why. */
class Answers {
  #waiting = [];
  #ended = null;

  get ended() {
    return this.#ended;
  }

  arrived(line) {
    this.#waiting.shift()?.(JSON.parse(line));
  }

  end(why) {
    this.#ended ??= why;
    for (const answer of this.#waiting.splice(0)) answer({ failed: this.#ended });
  }

  /** The next answer; `onLate` is called when it does not come within `timeout` seconds. */
  next(timeout, onLate) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end(`stopped after ${timeout} s`);
        onLate();
      }, timeout * 1000);
      const done = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      if (this.#ended) done({ failed: this.#ended });
      else this.#waiting.push(done);
    });
  }
}

/** Starts a side; it is stopped when it takes more than `limit` bytes or too long. */
function startSide(command, args, threads, limit) {
  const child = spawn(command, args, {
    cwd: at(),
    env: { ...process.env, ...threadEnv(threads) },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers = new Answers();
  const kill = () => child.kill('SIGKILL');
  readline.createInterface({ input: child.stdout }).on('line', (line) => answers.arrived(line));
  child.on('error', (error) => answers.end(error.message));
  child.on('close', (code, signal) => answers.end(`it ended with ${signal ?? code}`));
  child.stdin.on('error', () => undefined);
  const watch = setInterval(() => {
    const bytes = residentMemory(child.pid);
    if (bytes <= limit) return;
    answers.end(`stopped at ${(bytes / 2 ** 30).toFixed(1)} GiB of memory`);
    kill();
  }, 500);
  return {
    hello: answers.next(120, kill),
    ask(question, timeout = 300) {
      const answer = answers.next(timeout, kill);
      if (!answers.ended) child.stdin.write(`${JSON.stringify(question)}\n`);
      return answer;
    },
    close() {
      clearInterval(watch);
      child.kill();
    },
  };
}

/** Most of this machine's memory. */
const MOST = 0.7 * os.totalmem();

/** Our side, in Node. */
export const ourSide = (threads, limit = MOST) =>
  startSide(process.execPath, [at('bin', 'benchmark', 'ours.cjs')], threads, limit);

/** PyTorch's side; `name` is 'pytorch-' and a kind of peer.py. */
export const peerSide = (name, python, threads) =>
  startSide(
    python,
    [at('bin', 'benchmark', 'peer.py'), name.replace('pytorch-', '')],
    threads,
    MOST,
  );

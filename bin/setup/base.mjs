// What every set-up part shares: where things are, how to speak, how to run a program, how to fail
// in one sentence.
import { createHash, randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const at = (...parts) => path.join(root, ...parts);
export const stateDir = at('.setup');
export const venv = at('.venv');
export const venvBin = (name) => path.join(venv, 'bin', name);

/** The per-user cache that clones share. ICL_COURSE_CACHE moves it. */
export const cacheDir = (() => {
  if (process.env.ICL_COURSE_CACHE) return path.resolve(process.env.ICL_COURSE_CACHE);
  const base =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'darwin'
      ? path.join(os.homedir(), 'Library', 'Caches')
      : path.join(os.homedir(), '.cache'));
  return path.join(base, 'icl-course');
})();

/**
 * A fault of the user's surroundings: one sentence with what, where and remedy; printed without a
 * stack.
 */
export class Fault extends Error {
  constructor(what, remedy) {
    super(remedy ? `${what} Remedy: ${remedy}` : what);
    this.name = 'Fault';
  }
}

export const say = (part, text) => console.log(`${part.padEnd(10)} ${text}`);
export const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** sha256 over file contents and strings, in the given order. */
export function fingerprint(...items) {
  const hash = createHash('sha256');
  for (const item of items) {
    if (typeof item === 'object')
      hash.update(fs.existsSync(item.file) ? fs.readFileSync(item.file) : 'absent');
    else hash.update(String(item));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/**
 * All files below a folder with one of the endings, sorted; folders named in `skip` are left out.
 */
export function filesBelow(
  dir,
  endings,
  skip = ['node_modules', 'dist', '.ipynb_checkpoints', '__pycache__'],
) {
  if (!fs.existsSync(dir)) return [];
  return fs
    .readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const full = path.join(dir, entry.name);
      if (entry.isDirectory())
        return skip.includes(entry.name) ? [] : filesBelow(full, endings, skip);
      return endings.some((e) => entry.name.endsWith(e)) ? [full] : [];
    });
}

/** Write through a temporary file, fsync and rename: the file is old or new, never half. */
export function writeAtomic(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temp = `${file}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  const fd = fs.openSync(temp, 'w');
  try {
    fs.writeFileSync(fd, text);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temp, file);
}

const NETWORK = new RegExp(
  [
    'ENOTFOUND',
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'ERR_SOCKET_TIMEOUT',
    'Failed to establish a new connection',
    'Temporary failure in name resolution',
    'NewConnectionError',
    'ProxyError',
    'No matching distribution found',
  ].join('|'),
);
const DISK = /ENOSPC|No space left on device|Errno 28/;

/** Turns the log of a failed program into a sentence a reader can act on. */
export function faultFromLog(doing, log, code) {
  if (DISK.test(log))
    return new Fault(
      `The disk is full: ${doing} stopped half-way and its part was thrown away.`,
      'free about 3 GB and run the same command again.',
    );
  if (NETWORK.test(log))
    return new Fault(
      `No network: the package registry could not be reached while ${doing}.`,
      'connect, or set HTTPS_PROXY, and run the same command again; ' +
        'what is already installed is kept.',
    );
  const tail = log.trim().split('\n').slice(-12).join('\n');
  return new Fault(
    `${doing} failed (exit ${code}); the end of its output was:\n${tail}\n`,
    `look at ${path.relative(root, stateDir)}/log, then run the same command again.`,
  );
}

/** An error of the file system as a sentence; any other as it is. */
export function faultOfFiles(error) {
  const { code, path: file, dest } = error ?? {};
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Fault(
      'The disk is full: the last step was not finished and its part was thrown away.',
      'free about 3 GB and run the same command again.',
    );
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(code) && file)
    return new Fault(
      `'${dest ?? file}' cannot be written here (${code}).`,
      'check its folder, or move the cache with ICL_COURSE_CACHE to one that you may write to.',
    );
  return error;
}

/**
 * Starts a program. Where it is Node or the Python of the course, it ends when this process does,
 * also when this one is killed.
 */
export function startChild(command, args, options) {
  const tie = {
    [process.execPath]: ['--require', at('bin', 'tied.cjs')],
    [venvBin('python')]: [at('bin', 'tied.py')],
  };
  return spawn(command, [...(tie[command] ?? []), ...args], options);
}

/** What TensorFlow's native code writes while it loads. */
const NATIVE_NOISE = new RegExp(
  [
    '^WARNING: All log messages before absl',
    '^[IW]\\d{4} [\\d:.]+ +\\d+ \\S+\\.cc:\\d+\\]',
    '^E\\d{4} .*oneDNN supports DT_BFLOAT16 only on ',
    '^To enable the following instructions: ',
  ].join('|'),
);

/** Calls `onLine` with each whole line that a child says, without those of TensorFlow's loading. */
export function eachLine(child, onLine) {
  for (const stream of [child.stdout, child.stderr])
    readline
      .createInterface({ input: stream })
      .on('line', (line) => line.trim() && !NATIVE_NOISE.test(line) && onLine(line));
}

/** What a child that was just started says until its end, and the status with which it ends. */
export function outcomeOf(child) {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    child[stream]?.setEncoding('utf8').on('data', (chunk) => (said[stream] += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...said, status }));
  });
}

/** Installs pinned packages of Python, hashes checked, with the options `more` of pip. */
export const pipInstall = (doing, requirements, ...more) =>
  run(doing, venvBin('python'), [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--require-hashes',
    '--cache-dir',
    path.join(cacheDir, 'pip'),
    ...more,
    '-r',
    requirements,
  ]);

/**
 * Runs a program; its output goes to a log file. Resolves with the output, rejects with a Fault.
 */
export function run(doing, command, args, options = {}) {
  const { cwd = root, env = {}, live = false } = options;
  return new Promise((resolve, reject) => {
    const child = startChild(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    if (!live)
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => (log += chunk));
    child.on('error', (error) =>
      reject(
        new Fault(
          `${doing}: the program '${command}' could not be started (${error.code}).`,
          `install it or put it on the PATH.`,
        ),
      ),
    );
    child.on('close', (code) => {
      if (!live) {
        try {
          writeAtomic(path.join(stateDir, 'log', `${doing.replace(/\W+/g, '-')}.log`), log);
        } catch {
          // a log that cannot be written must not hide the result
        }
      }
      if (code === 0) resolve(log);
      else
        reject(
          live
            ? new Fault(`${doing} failed (exit ${code}); its messages are above.`)
            : faultFromLog(doing, log, code),
        );
    });
  });
}

/** npm, as a program and its first arguments: the one that runs this, else that on the PATH. */
export function npmCommand() {
  const own = process.env.npm_execpath;
  return own?.endsWith('.js') ? [process.execPath, own] : ['npm'];
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Temporary files and folders of the commands; their names hold the process. */
const LEFT_BEHIND = [/\.(\d+)\.[0-9a-f]{8}\.tmp$/, /^invicl-[a-z]+-(\d+)-/];

/** Removes the temporary files and folders that commands left here that were killed. */
export function sweep(folder) {
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const pid = LEFT_BEHIND.map((pattern) => pattern.exec(name)?.[1]).find(Boolean);
    if (pid && !alive(Number(pid)))
      fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Runs `work` while holding a lock folder; waits for a living holder, takes over from a dead one.
 */
export async function withLock(dir, what, work) {
  fs.mkdirSync(path.dirname(dir), { recursive: true });
  let told = false;
  for (;;) {
    try {
      fs.mkdirSync(dir);
      fs.writeFileSync(path.join(dir, 'pid'), String(process.pid));
      // two may take over from a dead holder at once; the last one wins
      await new Promise((r) => setTimeout(r, 60));
      if (fs.readFileSync(path.join(dir, 'pid'), 'utf8') === String(process.pid)) break;
    } catch (error) {
      if (error.code === 'ENOENT') continue;
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(
        fs.existsSync(path.join(dir, 'pid')) ? fs.readFileSync(path.join(dir, 'pid'), 'utf8') : 0,
      );
      const age = Date.now() - (fs.statSync(dir, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (owner ? !alive(owner) : age > 5000) {
        fs.rmSync(dir, { recursive: true, force: true });
        continue;
      }
      if (!told)
        say(
          'wait',
          `another ${what} is at work (process ${owner || 'starting'}); ` +
            'this one goes on when it ends',
        );
      told = true;
      await new Promise((r) => setTimeout(r, 500));
    }
  }
  const release = () => fs.rmSync(dir, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/**
 * One set-up part: made when its fingerprint changed or its result is gone; the stamp is written
 * last.
 */
export async function ensure(name, print, present, make) {
  const stamp = path.join(stateDir, `${name}.json`);
  const old = fs.existsSync(stamp) ? JSON.parse(fs.readFileSync(stamp, 'utf8')) : {};
  if (old.fingerprint === print && present()) return { ...old, made: false };
  fs.rmSync(stamp, { force: true });
  const since = Date.now();
  const facts = (await make()) ?? {};
  const record = { fingerprint: print, seconds: (Date.now() - since) / 1000, ...facts };
  writeAtomic(stamp, JSON.stringify(record, null, 1));
  return { ...record, made: true };
}

/** Megabytes of memory that are free. */
export function memoryMB() {
  const line =
    fs.existsSync('/proc/meminfo') &&
    /MemAvailable:\s+(\d+) kB/.exec(fs.readFileSync('/proc/meminfo', 'utf8'));
  return Math.round(line ? Number(line[1]) / 1e3 : os.freemem() / 1e6);
}

/** Megabytes that are free on the disk of a folder, which need not be there yet. */
export function diskMB(folder) {
  if (!fs.existsSync(folder)) return diskMB(path.dirname(folder));
  const { bavail, bsize } = fs.statfsSync(folder);
  return Math.round((bavail * bsize) / 1e6);
}

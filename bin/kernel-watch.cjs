// Loaded into the kernel by run_notebook.py. It writes on file descriptor 2, which the runner owns,
// what no cell's output shows: failures that nobody awaited, exits, exit codes, writes to stderr,
// and what is still at work after the last cell. One line of JSON behind MARK per report.
'use strict';
const { writeSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const MARK = '@kernel ';
const QUIET_MS = 400; // promises that nobody waited for fail a moment later
const STEP_MS = 50;
// The kernel's TypeScript service watches files, more of them with every import; no cell waits for
// one of these.
const WATCHERS = new Set(['FSEventWrap', 'StatWatcher']);
const PLAIN = {
  Timeout: 'timer',
  Immediate: 'setImmediate',
  ProcessWrap: 'child process',
  TCPSocketWrap: 'connection',
  TCPServerWrap: 'server',
  MessagePort: 'worker or message port',
};

const timer = setTimeout; // jsdom or a notebook may replace the global one
const resources = process.getActiveResourcesInfo.bind(process);

/** The leading newline ends a line that native code left open. */
const report = (kind, text) => writeSync(2, `\n${MARK}${JSON.stringify({ kind, text })}\n`);

/**
 * The kernel's own socket traffic (zeromq) may fail while it starts or ends; no cell has a part in
 * that.
 */
function ofKernel(error, text) {
  const stack = String(error?.stack ?? '');
  return (
    /^Socket is /.test(text) ||
    (/[\\/](zeromq|tslab[\\/]dist)[\\/]/.test(stack) && !/evalmachine/.test(stack))
  );
}

function reportFailure(kind, error) {
  const text = String(error?.message || error);
  if (!ofKernel(error, text)) report(kind, text);
}

/** How many resources of each kind keep Node alive. */
function active() {
  const counts = new Map();
  for (const kind of resources())
    if (!WATCHERS.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

let idle = null;

/** What keeps Node alive beyond the idle kernel, in words: ['2 x timer', ...]. */
const atWork = () =>
  [...active()]
    .map(([kind, count]) => [PLAIN[kind] ?? kind, count - (idle?.get(kind) ?? 0)])
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} x ${name}`);

/**
 * tslab sets process.stderr.write at the start of every cell, and a notebook may replace it. Each
 * text is reported whoever the writer is. The first setting is tslab's, before the first cell: the
 * kernel is idle then.
 */
function watchStderr() {
  const { stderr } = process;
  let write = stderr.write;
  Object.defineProperty(stderr, 'write', {
    configurable: false,
    get: () => write,
    set: (writer) => {
      idle ??= active();
      write = (...args) => {
        report('stderr', String(args[0]));
        return writer.apply(stderr, args);
      };
    },
  });
  Object.defineProperty(process, 'stderr', { configurable: false, get: () => stderr });
}

/**
 * Resolves when nothing but the idle kernel keeps Node alive, or after `limitSeconds`; reports what
 * is still at work, an exit code that was set, and last that it was asked.
 */
async function rest(limitSeconds) {
  const pause = (ms) => new Promise((resolve) => timer(resolve, ms).unref());
  const end = Date.now() + 1000 * limitSeconds;
  await pause(QUIET_MS);
  for (let looks = 0; looks < 2 && Date.now() < end; await pause(STEP_MS))
    looks = atWork().length ? 0 : looks + 1;
  const busy = atWork();
  if (busy.length) report('at work', `${busy.join(', ')} still at work after ${limitSeconds} s`);
  if (process.exitCode) report('exit code', String(process.exitCode));
  report('rest', '');
}

function watch() {
  watchStderr();
  process.on('unhandledRejection', (reason) => reportFailure('lost', reason));
  process.on('uncaughtExceptionMonitor', (error) => reportFailure('thrown', error));
  process.on('exit', (code) => report('exit', String(code)));
  Object.defineProperty(globalThis, Symbol.for('course.rest'), { value: rest });
}

// workers and child processes of the kernel inherit NODE_OPTIONS; they end as they like
if (isMainThread && process.argv[2] === 'kernel') watch();

/**
 * Processes that share files: which of them still runs, a lock that one of them holds, and what
 * those that were killed have left behind.
 */
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

import { ensureFolder, forWriting, HOST, temporaryOf } from './files';

/** Whether a process runs. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it runs, for somebody else
  }
}

/** When a process began, in the words of the system, or '' where the system does not say. */
function beginOf(pid: number): string {
  try {
    const facts = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return facts.slice(facts.lastIndexOf(')')).split(' ')[20] ?? '';
  } catch {
    return '';
  }
}

/** A process that is at work on something. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** What only one process may do at a time. */
export interface Lock {
  /** Says that the work goes on, for those on other machines. */
  renew(): void;
  release(): void;
}

/** A lock whose process was killed before it wrote its name is no longer held after so long. */
const NAMELESS_MS = 5000;
/** A lock of another machine, whose processes cannot be seen, holds so long after it was renewed. */
const ELSEWHERE_MS = 30 * 60_000;
/** How often a lock is renewed at most. */
const RENEW_MS = 10_000;

/** What a lock says: its text, and who holds it unless that process has ended. */
function lookAt(file: string): { readonly text: string; readonly holder: Holder | null } | null {
  try {
    const text = fs.readFileSync(file, 'utf8');
    const [pid = '', begin = '', host = ''] = text.split(' ');
    const age = Date.now() - fs.statSync(file).mtimeMs;
    const elsewhere = pid !== '' && host !== hostname();
    const held =
      pid === '' || elsewhere
        ? age < (elsewhere ? ELSEWHERE_MS : NAMELESS_MS)
        : runs(Number(pid)) && beginOf(Number(pid)) === begin;
    return { text, holder: held ? { pid: Number(pid), host } : null };
  } catch {
    return null; // it is not there
  }
}

/** Removes a lock whose process has ended, but not one that was taken in the meantime. */
function removeStale(file: string, text: string): void {
  const aside = temporaryOf(file);
  try {
    fs.renameSync(file, aside);
    if (fs.readFileSync(aside, 'utf8') !== text) fs.linkSync(aside, file);
  } catch {
    // another process removed it
  }
  fs.rmSync(aside, { force: true });
}

/** A lock that was taken. */
function lockOf(file: string): Lock {
  let renewed = Date.now();
  return {
    renew: () => {
      if (Date.now() - renewed < RENEW_MS) return;
      renewed = Date.now();
      fs.utimesSync(file, new Date(), new Date());
    },
    release: () => fs.rmSync(file, { force: true }),
  };
}

/**
 * Takes a lock, also that of a process that was killed.
 *
 * @param file that stands for the lock; removed by `release`
 * @returns the lock, or the process that holds it
 * @throws CourseError when the file cannot be written
 */
export function takeLock(file: string): Lock | Holder {
  ensureFolder(dirname(file));
  for (;;) {
    const found = lookAt(file);
    if (found?.holder) return found.holder;
    if (found) removeStale(file, found.text);
    const descriptor = forWriting(file, () => openNew(file));
    if (descriptor === null) continue; // another process was faster
    fs.writeSync(descriptor, `${process.pid} ${beginOf(process.pid)} ${hostname()}`);
    fs.closeSync(descriptor);
    return lockOf(file);
  }
}

/** A descriptor of a file that was not there, or null. */
function openNew(file: string): number | null {
  try {
    return fs.openSync(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  }
}

/** Temporary files, and the folders of graphs; their names hold machine and process. */
const LEFT_BEHIND = [
  /\.([0-9a-f]{6})-(\d+)\.[0-9a-f]{8}\.tmp$/,
  /^invicl-graph-([0-9a-f]{6})-(\d+)-/,
] as const;

function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // it is not there, or is somebody else's
  }
}

/** Removes temporary files and folders of processes of this machine that were killed. */
export function sweep(folder: string): void {
  for (const name of namesIn(folder)) {
    const [, host, pid] = LEFT_BEHIND.map((pattern) => pattern.exec(name)).find(Boolean) ?? [];
    if (host !== HOST || runs(Number(pid))) continue;
    try {
      fs.rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // somebody else's, who may be the only one to remove it
    }
  }
}

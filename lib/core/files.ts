/**
 * Files that are never half written: new content goes to a temporary file, is flushed to the disk
 * (fsync), and the temporary file is renamed.
 */
import { checkText } from './checks';
import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

import { CourseError } from './errors';

/** Stands for this machine in names of temporary files. */
export const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);

/** The name of a temporary file beside a file: it says whose it is, see `sweep`. */
export const temporaryOf = (file: string): string =>
  `${file}.${HOST}-${process.pid}.${randomUUID().slice(0, 8)}.tmp`;

const SENTENCES: Readonly<Record<string, (file: string) => readonly [string, string]>> = {
  ENOSPC: (file) => [
    `The disk is full: '${file}' was not written and its earlier content is kept.`,
    'Free some space and run the same step again.',
  ],
  EDQUOT: (file) => [
    `Your quota of the disk is used up: '${file}' was not written.`,
    'Free some space and run the same step again.',
  ],
};
const DENIED = ['EACCES', 'EROFS', 'EPERM'];
const NO_PATH = ['ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'];

/** The sentence for an error of the file system; an error of another kind as it is. */
function writeFault(file: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error as Error;
  const words = SENTENCES[code]?.(file);
  if (words) return new CourseError(...words);
  if (DENIED.includes(code))
    return new CourseError(
      `'${file}' may not be written here (${code}).`,
      'Choose a folder that you may write to.',
    );
  if (NO_PATH.includes(code))
    return new CourseError(
      `'${file}' cannot be the path of a file (${code}).`,
      'Choose another one.',
    );
  return new CourseError(
    `'${file}' could not be written (${code}).`,
    'Choose a folder that you may write to.',
  );
}

/**
 * Does something with a path that is written to; errors of the file system become sentences.
 *
 * @throws CourseError when the disk is full or the path may not or cannot be written to
 */
export function forWriting<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeFault(file, error);
  }
}

/**
 * Makes a folder and those above it, one by one: below /proc the recursive way of Node never ends.
 */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    const byAnother = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!byAnother || !fs.statSync(folder).isDirectory()) throw error;
  }
}

/**
 * Makes a folder where it is not there.
 *
 * @throws CourseError when it may not or cannot be made
 */
export const ensureFolder = (folder: string): void => forWriting(folder, () => makeFolder(folder));

/**
 * Writes a whole file through a temporary one, fsync and rename.
 *
 * @throws CourseError when the disk is full or the file cannot be written; the old file is then
 *   untouched
 */
export function writeAtomic(file: string, data: string | Uint8Array): void {
  checkText('The path of a file', file);
  const temporary = temporaryOf(file);
  forWriting(file, () => {
    makeFolder(dirname(file));
    try {
      const descriptor = fs.openSync(temporary, 'w');
      try {
        fs.writeFileSync(descriptor, data);
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      fs.renameSync(temporary, file);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/**
 * Reads a whole file.
 *
 * @throws CourseError when it is not there or cannot be read
 */
export function readWhole(file: string): Buffer {
  checkText('The path of a file', file);
  try {
    return fs.readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CourseError(
      `'${file}' could not be read (${code === 'ENOENT' ? 'there is no such file' : code}).`,
      'Check the path.',
    );
  }
}

/** The JSON value of a file. */
export function readJson(file: string): unknown {
  const text = readWhole(file).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new CourseError(
      `'${file}' is no JSON; it may be half downloaded.`,
      'Remove it and download it again.',
    );
  }
}

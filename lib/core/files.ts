/**
 * Files that are never half written: new content goes to a temporary file, is flushed to the disk
 * (fsync), and the temporary file is renamed.
 */
import { checkText } from './checks';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';

import { CourseError } from './errors';

/**
 * Writes a whole file through a temporary one, fsync and rename.
 *
 * @throws CourseError when the disk is full or the file cannot be written; the old file is then
 *   untouched
 */
export function writeAtomic(file: string, data: string | Uint8Array): void {
  checkText('The path of a file', file);
  const temporary = `${file}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    fs.mkdirSync(dirname(file), { recursive: true });
    const descriptor = fs.openSync(temporary, 'w');
    try {
      fs.writeFileSync(descriptor, data);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    if (fs.existsSync(temporary)) fs.rmSync(temporary);
    throw writeFault(file, error);
  }
}

function writeFault(file: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC')
    return new CourseError(
      `The disk is full: '${file}' was not written and its earlier content is kept.`,
      'Free some space and run the same step again.',
    );
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return new CourseError(
      `'${file}' may not be written here (${code}).`,
      'Choose a folder that you may write to.',
    );
  if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST')
    return new CourseError(`'${file}' is not the path of a file (${code}).`, 'Choose another one.');
  return error as Error;
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

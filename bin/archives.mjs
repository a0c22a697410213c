// What the downloads of npm run data share: the library, its errors, archives, lines of progress.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { at, Fault, say, venvBin } from './setup/base.mjs';

export const library = () => createRequire(import.meta.url)('invicl');

/** Turns an error for readers into one without a stack. */
export async function forReaders(work) {
  try {
    return await work();
  } catch (error) {
    throw error instanceof library().core.CourseError ? new Fault(error.message) : error;
  }
}

/**
 * Unpacks an archive into a folder, refusing links and entries that lie outside; with names, only
 * these entries of a zip archive.
 */
export function unpack(archive, folder, names = []) {
  if (!fs.existsSync(archive)) throw new Fault(`There is no '${archive}'.`, 'check the path.');
  fs.mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(
    venvBin('python'),
    [at('bin', 'unpack.py'), archive, folder, ...names],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    fs.rmSync(folder, { recursive: true, force: true });
    throw new Fault(
      stderr.trim().split('\n').at(-1) || `'${archive}' could not be unpacked.`,
      'use another copy of the archive.',
    );
  }
}

/** Says how far a download is, at each tenth of a file. */
export function onProgress() {
  const told = {};
  return ({ file, done, total }) => {
    const tenth = Math.floor((10 * done) / Math.max(1, total));
    if (tenth === told[file]) return;
    told[file] = tenth;
    say('data', `${file} ${10 * tenth} % of ${(total / 1e6).toFixed(1)} MB`);
  };
}

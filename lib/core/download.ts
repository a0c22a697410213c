/**
 * Downloads of single files: each is checked against a checksum before it gets its name, and an
 * interrupted download is continued. Nothing that is downloaded is ever run.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';

import { CourseError, demand } from './errors';
import { ensureFolder, forWriting } from './files';
import { reach, receive } from './network';

/** The progress of a download. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes downloaded so far, and bytes in all. */
  readonly done: number;
  readonly total: number;
}

/** A file on a server: its size in bytes, and its checksum in hexadecimal. */
export interface Remote {
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly kind: 'sha256' | 'git';
}

/** The checksum of a file on the disk, read in parts. */
function digestOf(file: string, { kind, size }: Pick<Remote, 'kind' | 'size'>): string {
  const hash = createHash(kind === 'git' ? 'sha1' : 'sha256');
  if (kind === 'git') hash.update(`blob ${size}\0`); // git's checksum of a file
  const descriptor = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(1 << 20);
    for (;;) {
      const count = fs.readSync(descriptor, buffer);
      if (count === 0) break;
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    fs.closeSync(descriptor);
  }
  return hash.digest('hex');
}

const sizeOf = (file: string): number => (fs.existsSync(file) ? fs.statSync(file).size : 0);

/** Makes the folder of a file, and sees that the file's own path is free for a file. */
function makeRoom(file: string): void {
  ensureFolder(dirname(file));
  demand(
    !(fs.existsSync(file) && fs.statSync(file).isDirectory()),
    () => `'${file}' is a folder, where a file is to be written.`,
    'Move it away and run this again.',
  );
}

/** Where the bytes of a response go. */
interface Place {
  /** The file that is to come, and the partial file that is written. */
  readonly file: string;
  readonly part: string;
  /** The bytes of the partial file that stay, and the most that it may have. */
  readonly from: number;
  readonly limit: number;
}

/**
 * Writes the bytes of a response to a partial file, after its first `from` bytes.
 *
 * @param onBytes is told how many bytes the file has now
 * @returns whether the response ended within the limit
 */
async function append(
  response: Response,
  { file, part, from, limit }: Place,
  ifCut: string,
  onBytes?: (done: number) => void,
): Promise<boolean> {
  const descriptor = forWriting(file, () => fs.openSync(part, from > 0 ? 'a' : 'w'));
  try {
    let done = from;
    const take = (bytes: Uint8Array): void => {
      forWriting(file, () => {
        fs.writeFileSync(descriptor, bytes);
      });
      done += bytes.length;
      onBytes?.(done);
    };
    return await receive(response, { limit: limit - from, name: file, ifCut, take });
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Flushes a finished file to the disk and gives it its name. */
const keep = (part: string, file: string): void =>
  forWriting(file, () => {
    const descriptor = fs.openSync(part, 'r+');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(part, file);
  });

/** Fetches what is missing of a partial file; throws it away when it cannot become the file. */
async function fill(
  url: string,
  { file, part }: Pick<Place, 'file' | 'part'>,
  remote: Remote,
  byHand: string,
  onProgress?: (progress: DownloadProgress) => void,
): Promise<void> {
  const begun = sizeOf(part);
  const response = await reach(url, byHand, begun > 0 ? { Range: `bytes=${begun}-` } : {});
  const source = `'${remote.name}' from ${new URL(url).host}`;
  const thrownAway = (what: string): CourseError => {
    fs.rmSync(part, { force: true });
    return new CourseError(
      `${source} ${what}.`,
      'It was thrown away; run this again, and if it stays so, do not use that source.',
    );
  };
  if (response.status === 416) {
    await response.body?.cancel();
    throw thrownAway(`ends within the first ${begun} of its ${remote.size} bytes`);
  }
  const from = response.status === 206 ? begun : 0; // else the server sends the whole file again
  const whole = await append(
    response,
    { file, part, from, limit: remote.size },
    'Run this again; it goes on where it ended.',
    (done) => onProgress?.({ file: remote.name, done, total: remote.size }),
  );
  if (!whole) throw thrownAway(`is longer than its ${remote.size} bytes`);
  const size = sizeOf(part);
  demand(
    size === remote.size,
    () => `${source} ended after ${size} of ${remote.size} bytes.`,
    'Run this again; it goes on where it ended.',
  );
}

/**
 * Downloads one file. It is written under the name `file`.part and renamed when it is complete and
 * its checksum is right; a later call continues a partial file. A partial file is kept when the
 * transfer ended early, and thrown away when it cannot become the file: it is too long, its
 * checksum is wrong, or the server has no more bytes of it.
 *
 * @throws CourseError when it cannot be reached, is cut off, does not have its size or checksum, or
 *   cannot be written
 */
export async function download(
  url: string,
  file: string,
  remote: Remote,
  byHand: string,
  onProgress?: (progress: DownloadProgress) => void,
): Promise<void> {
  makeRoom(file);
  if (
    fs.existsSync(file) &&
    sizeOf(file) === remote.size &&
    digestOf(file, remote) === remote.digest
  )
    return;
  const part = `${file}.part`;
  makeRoom(part);
  if (sizeOf(part) > remote.size) fs.rmSync(part);
  if (sizeOf(part) < remote.size || remote.size === 0)
    await fill(url, { file, part }, remote, byHand, onProgress);
  const digest = digestOf(part, remote);
  if (digest !== remote.digest) {
    fs.rmSync(part);
    throw new CourseError(
      `'${remote.name}' from ${new URL(url).host} has the checksum ${digest.slice(0, 12)}…, not ` +
        `${remote.digest.slice(0, 12)}….`,
      'It was thrown away; run this again, and if it stays so, do not use that source.',
    );
  }
  keep(part, file);
}

/** The most bytes of a file whose size is not known before: more than any file of the course. */
const PLAIN_LIMIT = 100e6;

/**
 * One file as it is, without a checksum: for those whose checksum the caller checks, before it does
 * anything else with them. The file is there whole or not at all.
 *
 * @param byHand how to do without the network
 * @param limit  the most bytes that it may have
 * @throws CourseError when it cannot be reached, is cut off, is longer or cannot be written
 */
export async function fetchPlain(
  url: string,
  file: string,
  byHand: string,
  limit = PLAIN_LIMIT,
): Promise<void> {
  const response = await reach(url, byHand);
  const part = `${file}.part`;
  makeRoom(file);
  try {
    const whole = await append(response, { file, part, from: 0, limit }, 'Run this again.');
    demand(
      whole,
      () => `${url} has more than ${limit} bytes, too many for '${file}'.`,
      'Nothing of it was kept; use another source.',
    );
    keep(part, file);
  } finally {
    fs.rmSync(part, { force: true });
  }
}

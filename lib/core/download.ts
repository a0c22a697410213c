/**
 * Downloads of single files: each is checked against a checksum before it gets its name, and an
 * interrupted download is continued. Nothing that is downloaded is ever run.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';

import { CourseError, demand } from './errors';

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

/**
 * The response of a server.
 *
 * @param byHand how to do without the network, for the error message
 * @throws CourseError when the server cannot be reached or answers with an error
 */
export async function reach(
  url: string,
  byHand: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers, redirect: 'follow' });
  } catch (error) {
    const cause =
      (error as { readonly cause?: { readonly code?: string } }).cause?.code ??
      (error as Error).message;
    throw new CourseError(
      `${new URL(url).host} could not be reached (${cause}).`,
      `Connect to the network and run this again, or ${byHand}`,
    );
  }
  if (response.status === 404)
    throw new CourseError(`There is nothing at ${url}.`, 'Check the name.');
  if (response.status === 401 || response.status === 403)
    throw new CourseError(
      `${url} is not open to everyone (status ${response.status}).`,
      `Use another model, or ${byHand}`,
    );
  demand(
    response.ok || response.status === 416,
    () => `${url} answered with status ${response.status}.`,
    'Try again later; what was downloaded so far is kept.',
  );
  return response;
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

/**
 * Writes the bytes of a response to a file, after its first `from` bytes.
 *
 * @param onBytes is told how many bytes the file has now
 */
async function append(
  response: Response,
  file: string,
  from: number,
  onBytes: (done: number) => void,
): Promise<void> {
  const descriptor = fs.openSync(file, from > 0 ? 'a' : 'w');
  try {
    let done = from;
    const reader = response.body!.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const bytes = part.value as Uint8Array;
      fs.writeSync(descriptor, bytes);
      done += bytes.length;
      onBytes(done);
    }
    fs.fsyncSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new CourseError(
        `The disk is full: '${file}' was not finished.`,
        'Free some space and run this again; what was downloaded so far is kept.',
      );
    throw new CourseError(
      `The download of '${file}' was cut off (${(error as Error).message}).`,
      'Run this again; it goes on where it ended.',
    );
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Downloads one file. It is written under the name `file`.part and renamed when it is complete and
 * its checksum is right; a later call continues a partial file.
 *
 * @throws CourseError when it cannot be reached, is cut off, does not have its checksum, or the
 *   disk is full
 */
export async function download(
  url: string,
  file: string,
  remote: Remote,
  byHand: string,
  onProgress?: (progress: DownloadProgress) => void,
): Promise<void> {
  if (
    sizeOf(file) === remote.size &&
    fs.existsSync(file) &&
    digestOf(file, remote) === remote.digest
  )
    return;
  fs.mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.part`;
  if (sizeOf(part) > remote.size) fs.rmSync(part);
  const onBytes = (done: number): void =>
    onProgress?.({ file: remote.name, done, total: remote.size });
  const begun = sizeOf(part);
  if (begun < remote.size || remote.size === 0) {
    const response = await reach(url, byHand, begun > 0 ? { Range: `bytes=${begun}-` } : {});
    const partial = response.status === 206; // else the server sends the whole file again
    await append(response, part, partial ? begun : 0, onBytes);
  }
  const [size, digest] = [sizeOf(part), digestOf(part, remote)];
  if (size !== remote.size || digest !== remote.digest) {
    if (size >= remote.size) fs.rmSync(part);
    throw new CourseError(
      `'${remote.name}' from ${new URL(url).host} has ${size} bytes with the checksum ` +
        `${digest.slice(0, 12)}…, not ${remote.size} with ${remote.digest.slice(0, 12)}….`,
      'It was thrown away; run this again, and if it stays so, do not use that source.',
    );
  }
  fs.renameSync(part, file);
}

/**
 * One file as it is, without a checksum: for those whose checksum is over many files together,
 * which the caller checks.
 *
 * @param byHand how to do without the network
 * @throws CourseError when it cannot be reached or is cut off
 */
export async function fetchPlain(url: string, file: string, byHand: string): Promise<void> {
  const response = await reach(url, byHand);
  fs.mkdirSync(dirname(file), { recursive: true });
  await append(response, file, 0, () => undefined);
}

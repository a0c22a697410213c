/**
 * Downloads of single files: each is checked against a checksum before it takes its place, and goes
 * on where it was cut off. Nothing that is downloaded is ever run.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';

import { CourseError, demand } from './errors';

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes there, and bytes in all. */
  readonly done: number;
  readonly total: number;
}

/** A file to be had: its size, and a checksum. */
export interface Remote {
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly kind: 'sha256' | 'git';
}

/** Fetches, turning faults into sentences. */
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
    'Try again later; what is there is kept.',
  );
  return response;
}

/** The checksum of a file on the disk, read in parts. */
function digestOf(file: string, { kind, size }: Pick<Remote, 'kind' | 'size'>): string {
  const hash = createHash(kind === 'git' ? 'sha1' : 'sha256');
  if (kind === 'git') hash.update(`blob ${size}\0`); // how git names what it keeps
  const descriptor = fs.openSync(file, 'r');
  try {
    const piece = Buffer.alloc(1 << 20);
    for (
      let count = fs.readSync(descriptor, piece);
      count > 0;
      count = fs.readSync(descriptor, piece)
    )
      hash.update(piece.subarray(0, count));
  } finally {
    fs.closeSync(descriptor);
  }
  return hash.digest('hex');
}

const sizeOf = (file: string): number => (fs.existsSync(file) ? fs.statSync(file).size : 0);

/** Appends an answer's bytes to a file. */
async function append(
  response: Response,
  file: string,
  from: number,
  told: (done: number) => void,
): Promise<void> {
  const descriptor = fs.openSync(file, from > 0 ? 'a' : 'w');
  try {
    let done = from;
    const reader = response.body!.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const bytes = part.value as Uint8Array;
      fs.writeSync(descriptor, bytes);
      done += bytes.length;
      told(done);
    }
    fs.fsyncSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new CourseError(
        `The disk is full: '${file}' was not finished.`,
        'Free some space and run this again; what is there is kept.',
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
 * Downloads one file into its place, through a part beside it that a later call goes on with.
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
  const told = (done: number): void =>
    onProgress?.({ file: remote.name, done, total: remote.size });
  const begun = sizeOf(part);
  if (begun < remote.size || remote.size === 0) {
    const response = await reach(url, byHand, begun > 0 ? { Range: `bytes=${begun}-` } : {});
    await append(response, part, response.status === 206 ? begun : 0, told); // a host that knows no ranges sends all again
  }
  const [size, digest] = [sizeOf(part), digestOf(part, remote)];
  if (size !== remote.size || digest !== remote.digest) {
    if (size >= remote.size) fs.rmSync(part);
    throw new CourseError(
      `'${remote.name}' from ${new URL(url).host} has ${size} bytes with the checksum ${digest.slice(0, 12)}…, not ${remote.size} with ${remote.digest.slice(0, 12)}….`,
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

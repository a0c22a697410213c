/**
 * Downloads: models from the public hub, tasks from the public mirror. Each file is checked against
 * a checksum before it takes its place; what was begun is gone on with; nothing that is downloaded
 * is ever run.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

import { CourseError, demand } from '../core/errors';
import { cacheFolder } from '../core/cache';

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes there, and bytes in all. */
  readonly done: number;
  readonly total: number;
}

/** How to download. */
export interface FetchOptions {
  /** Below which folder models are kept; the user's cache when left out. */
  readonly cache?: string;
  /** Another hub of the same kind. */
  readonly hub?: string;
  /** A branch, tag or commit; 'main' when left out. */
  readonly revision?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** The hub that models come from. */
export const HUB = 'https://huggingface.co';

/** A file to be had: its size, and a checksum. */
interface Remote {
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly kind: 'sha256' | 'git';
}

/** Short names of models that the paper uses. */
const SHORT: Readonly<Record<string, string>> = {
  gpt2: 'openai-community/gpt2',
  'gpt2-medium': 'openai-community/gpt2-medium',
  'gpt2-large': 'openai-community/gpt2-large',
  'gpt2-xl': 'openai-community/gpt2-xl',
  'gpt-neo-125m': 'EleutherAI/gpt-neo-125m',
  'gpt-neo-2.7B': 'EleutherAI/gpt-neo-2.7B',
  'pythia-70m': 'EleutherAI/pythia-70m',
  'pythia-2.8b': 'EleutherAI/pythia-2.8b',
};

/** What is taken of a model, and nothing else: no code, no pickles. */
const WANTED =
  /^(config\.json|tokenizer\.json|model\.safetensors(\.index\.json)?|model-\d{5}-of-\d{5}\.safetensors)$/;

/** Fetches, turning faults into sentences. */
async function reach(
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
async function download(
  url: string,
  file: string,
  remote: Remote,
  byHand: string,
  onProgress?: FetchOptions['onProgress'],
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

/** What the hub has of a model. */
async function listingOf(
  repo: string,
  { hub = HUB, revision = 'main' }: FetchOptions,
  byHand: string,
): Promise<Remote[]> {
  const response = await reach(`${hub}/api/models/${repo}/tree/${revision}`, byHand);
  const listing = (await response.json()) as readonly {
    readonly path: string;
    readonly size: number;
    readonly oid: string;
    readonly lfs?: { readonly oid: string };
  }[];
  const files = listing.filter(({ path }) => WANTED.test(path));
  const single = files.some(({ path }) => path === 'model.safetensors');
  const used = files.filter(({ path }) => !single || !/^model-|index/.test(path));
  for (const needed of ['config.json', 'tokenizer.json'])
    demand(
      used.some(({ path }) => path === needed),
      () => `The model '${repo}' has no ${needed}.`,
      'Use a model that has one.',
    );
  demand(
    used.some(({ path }) => path.endsWith('.safetensors')),
    () => `The model '${repo}' has no weights as safetensors.`,
    'Use a model that has them; other formats can hold code and are not read.',
  );
  return used.map(({ path, size, oid, lfs }) => ({
    name: path,
    size,
    digest: lfs?.oid ?? oid,
    kind: lfs ? 'sha256' : 'git',
  }));
}

/** Where models are kept. */
export const modelsFolder = (cache = cacheFolder()): string => join(cache, 'models');

/**
 * A language model's files from the hub, in the user's cache: config, tokenizer and weights, each
 * with its checksum. What is there already is not downloaded again, and what was begun is gone on
 * with.
 *
 * @param name 'gpt2' and the like, or 'owner/model'
 * @returns the folder, for loadLanguageModel
 * @throws CourseError when the hub cannot be reached (and how to do it by hand), or a file does not
 *   have its checksum
 */
export async function fetchModel(name: string, options: FetchOptions = {}): Promise<string> {
  const repo = SHORT[name] ?? name;
  demand(
    /^[\w.-]+\/[\w.-]+$/.test(repo) && !repo.includes('..'),
    () => `There is no model '${name}'.`,
    `Use one of ${Object.keys(SHORT).join(', ')}, or a name like 'owner/model'.`,
  );
  const folder = join(modelsFolder(options.cache), ...repo.split('/'), options.revision ?? 'main');
  const byHand = `put config.json, tokenizer.json and model.safetensors of '${repo}' into '${folder}'.`;
  if (!fs.existsSync(join(folder, '.complete'))) {
    const there = ['config.json', 'tokenizer.json'].every((file) =>
      fs.existsSync(join(folder, file)),
    );
    const byReader =
      there &&
      fs.readdirSync(folder).some((file) => /^model.*\.safetensors$/.test(file)) &&
      !fs.readdirSync(folder).some((file) => file.endsWith('.part'));
    if (byReader) return folder;
    for (const remote of await listingOf(repo, options, byHand)) {
      const url = `${options.hub ?? HUB}/${repo}/resolve/${options.revision ?? 'main'}/${remote.name}`;
      await download(url, join(folder, remote.name), remote, byHand, options.onProgress);
    }
    fs.writeFileSync(join(folder, '.complete'), '');
  }
  return folder;
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

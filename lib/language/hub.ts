/**
 * Downloads of language models from the public hub. Each file is checked against a checksum; an
 * interrupted download is continued; nothing that is downloaded is ever run.
 */
import { download, type DownloadProgress, type Remote } from '../core/download';
import * as fs from 'node:fs';
import { join } from 'node:path';

import { cacheFolder } from '../core/cache';
import { demand } from '../core/errors';
import { writeAtomic } from '../core/files';
import { reachJson } from '../core/network';
import { PINS, SHORT, type Pin } from './pins';

/** How to download. */
export interface FetchOptions {
  /** The folder below which models are stored; the user's cache when left out. */
  readonly cache?: string;
  /** Another hub of the same kind. */
  readonly hub?: string;
  /** A branch, tag or commit; when left out, the pinned commit of a known model, else 'main'. */
  readonly revision?: string;
  /** The sha256 in hexadecimal that files must have, by name; a known model has its own. */
  readonly sha256?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** The hub that models come from. */
const HUB = 'https://huggingface.co';

/** The files of a model that are downloaded; no others are, as they could hold code. */
const WANTED = [
  /^(config|tokenizer)\.json$/,
  /^model\.safetensors(\.index\.json)?$/,
  /^model-\d{5}-of-\d{5}\.safetensors$/,
];

/** The most bytes of a model in all: three times the largest model that has a short name. */
const LARGEST = 40e9;

/** What the hub's listing says of one file; refused when it is not of that form. */
function entryOf(entry: unknown, url: string): Remote {
  const { path, size, oid, lfs } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const long = (lfs as { readonly oid?: unknown } | null | undefined)?.oid;
  const digest = long ?? oid;
  demand(
    typeof path === 'string' &&
      Number.isSafeInteger(size) &&
      (size as number) >= 0 &&
      typeof digest === 'string' &&
      (long === undefined ? /^[0-9a-f]{40}$/ : /^[0-9a-f]{64}$/).test(digest),
    () => `The list of files at ${url} has an entry without a name, a size or a checksum.`,
    'Nothing was downloaded; use another source.',
  );
  return { name: path, size: size as number, digest, kind: long === undefined ? 'git' : 'sha256' };
}

/** The files of a model that the hub offers, with the pinned checksums where there are some. */
async function listingOf(
  repo: string,
  url: string,
  sha256: Pin['sha256'],
  byHand: string,
): Promise<Remote[]> {
  const listing = await reachJson(url, byHand);
  demand(
    Array.isArray(listing),
    () => `${url} answered with something else than a list of files.`,
    'If this network has a sign-in page, sign in and run this again.',
  );
  const files = listing
    .filter((entry: { readonly path?: unknown } | null) =>
      WANTED.some((name) => name.test(String(entry?.path))),
    )
    .map((entry) => entryOf(entry, url));
  const single = files.some(({ name }) => name === 'model.safetensors');
  const used = files.filter(({ name }) => !single || !/^model-|index/.test(name));
  checkFiles(repo, used, sha256);
  return used
    .map((file): Remote =>
      Object.hasOwn(sha256, file.name)
        ? { ...file, digest: sha256[file.name]!, kind: 'sha256' }
        : file,
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1)); // tokenizer.json last: with it the model is whole
}

/** Refuses a model that lacks a file, is too large, or has other checksums than the pinned ones. */
function checkFiles(repo: string, used: readonly Remote[], sha256: Pin['sha256']): void {
  for (const needed of ['config.json', 'tokenizer.json', ...Object.keys(sha256)])
    demand(
      used.some(({ name }) => name === needed),
      () => `The model '${repo}' has no ${needed}.`,
      'Use a model that has one.',
    );
  demand(
    used.some(({ name }) => name.endsWith('.safetensors')),
    () => `The model '${repo}' has no weights as safetensors.`,
    'Use a model that has them; other formats can hold code and are not read.',
  );
  demand(
    new Set(used.map(({ name }) => name)).size === used.length,
    () => `The list of files of '${repo}' names a file twice.`,
    'Nothing was downloaded; use another source.',
  );
  const total = used.reduce((sum, { size }) => sum + size, 0);
  demand(
    total <= LARGEST,
    () => `The files of '${repo}' have ${total} bytes in all, more than ${LARGEST}.`,
    'Nothing was downloaded; use a smaller model.',
  );
  for (const { name, digest, kind } of used)
    demand(
      kind === 'git' || !Object.hasOwn(sha256, name) || sha256[name] === digest,
      () =>
        `'${name}' of '${repo}' has the checksum ${digest.slice(0, 12)}… there, not the known ` +
        `${sha256[name]!.slice(0, 12)}….`,
      'Nothing was downloaded; do not use that source.',
    );
}

/** The folder in which models are stored. */
export const modelsFolder = (cache = cacheFolder()): string => join(cache, 'models');

/** A name that is one part of a path and of an address. */
const isName = (name: unknown): boolean =>
  typeof name === 'string' && /^\w[\w.-]{0,99}$/.test(name) && !name.includes('..');

/** Is a whole model there that nothing here has downloaded? */
function byReader(folder: string): boolean {
  const there = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return (
    ['config.json', 'tokenizer.json'].every((file) => there.includes(file)) &&
    there.some((file) => /^model.*\.safetensors$/.test(file)) &&
    !there.some((file) => file.endsWith('.part'))
  );
}

/**
 * A language model's files from the hub, in the user's cache: config, tokenizer and weights, each
 * with its checksum. Complete files are not downloaded again, and partial ones are continued. A
 * model that has a short name comes from a pinned commit, and its files must have the checksums
 * that are pinned in the repository; those without one (see PINS) and the files of other models are
 * checked against what the hub itself says of them.
 *
 * @param name 'gpt2' and the like, or 'owner/model'
 * @returns the folder, for loadLanguageModel; its last part is the revision, 'main' when left out
 * @throws CourseError when a name or revision is refused, the hub cannot be reached (and how to do
 *   it by hand), its list of files is not of the expected form, or a file does not have its checksum
 *   or cannot be written
 */
export async function fetchModel(name: string, options: FetchOptions = {}): Promise<string> {
  const repo = Object.hasOwn(SHORT, name) ? SHORT[name]! : String(name);
  const parts = repo.split('/');
  demand(
    parts.length === 2 && parts.every(isName),
    () => `There is no model '${name}'.`,
    `Use one of ${Object.keys(SHORT).join(', ')}, or a name like 'owner/model'.`,
  );
  const { cache, hub = HUB, revision = 'main', onProgress } = options;
  demand(
    isName(revision),
    () => `'${String(revision)}' is no revision of a model.`,
    'Give a branch, a tag or a commit: letters, digits, and . _ - between them.',
  );
  const folder = join(modelsFolder(cache), ...parts, revision);
  if (fs.existsSync(join(folder, '.complete')) || byReader(folder)) return folder;
  const pin = PINS[repo];
  const commit = options.revision ?? pin?.commit ?? revision;
  const sha256 = { ...(commit === pin?.commit ? pin.sha256 : {}), ...options.sha256 };
  const byHand = `put config.json, tokenizer.json and model.safetensors of '${repo}' into '${folder}'.`;
  const url = `${hub}/api/models/${repo}/tree/${commit}`;
  for (const remote of await listingOf(repo, url, sha256, byHand))
    await download(
      `${hub}/${repo}/resolve/${commit}/${remote.name}`,
      join(folder, remote.name),
      remote,
      byHand,
      onProgress,
    );
  writeAtomic(join(folder, '.complete'), '');
  return folder;
}

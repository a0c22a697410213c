/**
 * Downloads of language models from the public hub. Each file is checked against a checksum; an
 * interrupted download is continued; nothing that is downloaded is ever run.
 */
import { download, reach, type DownloadProgress, type Remote } from '../core/download';
import * as fs from 'node:fs';
import { join } from 'node:path';

import { demand } from '../core/errors';
import { cacheFolder } from '../core/cache';

/** How to download. */
export interface FetchOptions {
  /** The folder below which models are stored; the user's cache when left out. */
  readonly cache?: string;
  /** Another hub of the same kind. */
  readonly hub?: string;
  /** A branch, tag or commit; 'main' when left out. */
  readonly revision?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** The hub that models come from. */
const HUB = 'https://huggingface.co';

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

/** The files of a model that are downloaded; no others are, as they could hold code. */
const WANTED = [
  /^(config|tokenizer)\.json$/,
  /^model\.safetensors(\.index\.json)?$/,
  /^model-\d{5}-of-\d{5}\.safetensors$/,
];

/** The files of a model that the hub offers. */
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
  const files = listing.filter(({ path }) => WANTED.some((name) => name.test(path)));
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

/** The folder in which models are stored. */
export const modelsFolder = (cache = cacheFolder()): string => join(cache, 'models');

/**
 * A language model's files from the hub, in the user's cache: config, tokenizer and weights, each
 * with its checksum. Complete files are not downloaded again, and partial ones are continued.
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
  const { cache, hub = HUB, revision = 'main' } = options;
  const folder = join(modelsFolder(cache), ...repo.split('/'), revision);
  const byHand =
    `put config.json, tokenizer.json and model.safetensors of '${repo}' ` + `into '${folder}'.`;
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
      const url = `${hub}/${repo}/resolve/${revision}/${remote.name}`;
      await download(url, join(folder, remote.name), remote, byHand, options.onProgress);
    }
    fs.writeFileSync(join(folder, '.complete'), '');
  }
  return folder;
}

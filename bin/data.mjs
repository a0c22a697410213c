// npm run data: public data and models into the user's cache, each with its checksum.
import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { forReaders, library, onProgress, unpack } from './archives.mjs';
import { at, cacheDir, Fault, say } from './setup/base.mjs';
import { setup } from './setup/parts.mjs';
import { WEIGHTS, weights } from './weights.mjs';

const CHECKSUMS = at('data', 'metaicl', 'checksums.json');
/**
 * A public copy of MetaICL's preprocessed files; whatever it serves must have the known checksums.
 */
const MIRROR = 'https://raw.githubusercontent.com/VivHarsha/rethinking-demonstrations/HEAD/data';

/** The digest of a task's files in a folder, as checksums.json has it. */
export function digestOfTask(folder, task, { metaicl } = library()) {
  const hash = createHash('sha256');
  for (const name of [...metaicl.fileNames(task), 'test.jsonl']) {
    const file = path.join(folder, name);
    if (fs.existsSync(file)) hash.update(`${name}\0`).update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Checks a task's files and moves them into their place. */
function accept(scratch, task, { digest }, from) {
  const folder = path.join(scratch, task);
  if (digestOfTask(folder, task) !== digest)
    throw new Fault(
      `The files of '${task}' from ${from} do not have the known checksum.`,
      'use another source; nothing of this task was kept.',
    );
  const place = path.join(cacheDir, 'metaicl', task);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.rmSync(place, { recursive: true, force: true });
  fs.renameSync(folder, place);
}

/** The tasks out of an archive or a folder. */
export function fromCopy(source, scratch, tasks) {
  const folder =
    fs.existsSync(source) && fs.statSync(source).isDirectory()
      ? source
      : path.join(scratch, 'unpacked');
  if (folder !== source) unpack(source, folder);
  const there = tasks.filter(([task]) => fs.existsSync(path.join(folder, task)));
  if (!there.length)
    throw new Fault(
      `'${source}' holds none of the ${tasks.length} tasks.`,
      'it must have one folder per task.',
    );
  const { metaicl } = library();
  for (const [task, facts] of there) {
    const inside = path.join(scratch, task);
    fs.mkdirSync(inside, { recursive: true });
    for (const name of [...metaicl.fileNames(task), 'test.jsonl']) {
      const file = path.join(folder, task, name);
      if (fs.existsSync(file)) fs.copyFileSync(file, path.join(inside, name));
    }
    accept(scratch, task, facts, source);
  }
  return there.length;
}

/**
 * The tasks from the public mirror, one file after the other; tasks that are there are left alone.
 */
async function fromMirror(mirror, scratch, tasks) {
  const { metaicl } = library();
  let count = 0;
  for (const [task, facts] of tasks) {
    if (fs.existsSync(path.join(cacheDir, 'metaicl', task))) continue;
    const names = [
      ...metaicl.fileNames(task).map((name) => [name, name]),
      ...(facts.test ? [['test.jsonl', `${task}_16_100_test.jsonl`]] : []),
    ];
    for (const [name, remote] of names)
      await library().core.fetchPlain(
        `${mirror}/${task}/${remote}`,
        path.join(scratch, task, name),
        'give a copy with --from.',
      );
    accept(scratch, task, facts, new URL(mirror).host);
    say('data', `${task} (${++count})`);
  }
  return count;
}

/**
 * Omniglot's two small background sets (Lake et al. 2015, MIT licence); whatever a source serves
 * must have these checksums.
 */
export const OMNIGLOT = {
  source: 'https://raw.githubusercontent.com/brendenlake/omniglot/master/python',
  files: {
    'images_background_small1.zip':
      'f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4',
    'images_background_small2.zip':
      '3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f',
  },
};

/** Puts the alphabets of the archives in `folder` into `place`, whole or not at all. */
export function fromArchives(folder, place, { files } = OMNIGLOT) {
  const inside = path.join(folder, 'alphabets');
  for (const [name, sum] of Object.entries(files)) {
    const archive = [path.join(folder, name), path.join(folder, `omniglot_${name}`)].find((file) =>
      fs.existsSync(file),
    );
    if (!archive)
      throw new Fault(
        `There is no '${name}' in '${folder}'.`,
        'give a folder with both archives of Omniglot.',
      );
    if (createHash('sha256').update(fs.readFileSync(archive)).digest('hex') !== sum)
      throw new Fault(
        `'${archive}' does not have the known checksum.`,
        'use another copy; nothing was kept.',
      );
    const unpacked = path.join(folder, 'unpacked', name);
    unpack(archive, unpacked);
    const images = path.join(unpacked, name.replace('.zip', ''));
    for (const alphabet of fs.readdirSync(images))
      fs.cpSync(path.join(images, alphabet), path.join(inside, alphabet), { recursive: true });
  }
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.rmSync(place, { recursive: true, force: true });
  fs.renameSync(inside, place);
  return fs.readdirSync(place).length;
}

/** Omniglot from its source, or from a folder with both archives. */
async function omniglot(from) {
  const scratch = path.join(cacheDir, `omniglot.${process.pid}.part`);
  const place = path.join(cacheDir, 'omniglot');
  try {
    fs.mkdirSync(scratch, { recursive: true });
    const isUrl = from?.startsWith('http');
    for (const name of Object.keys(OMNIGLOT.files))
      if (from && !isUrl) {
        const found = [name, `omniglot_${name}`]
          .map((file) => path.join(path.resolve(from), file))
          .find((file) => fs.existsSync(file));
        if (found) fs.copyFileSync(found, path.join(scratch, name));
      } else
        await forReaders(() =>
          library().core.fetchPlain(
            `${from ?? OMNIGLOT.source}/${name}`,
            path.join(scratch, name),
            'give a folder with the archives with --from.',
          ),
        );
    say('data', `${fromArchives(scratch, place)} alphabets of Omniglot came to ${place}`);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return 0;
}

export async function data({ names: [what, ...more], from }) {
  if (!what || more.length)
    throw new Fault(
      what
        ? `npm run data takes one name, got ${[what, ...more].join(' and ')}.`
        : 'npm run data needs a name.',
      "for example 'npm run data -- metaicl', '-- metaicl --from ARCHIVE_OR_FOLDER', " +
        "'-- omniglot', '-- smollm2', '-- minilm', or '-- gpt2'.",
    );
  await setup();
  if (what === 'omniglot') return omniglot(from);
  if (Object.hasOwn(WEIGHTS, what)) return weights(what, from);
  if (what !== 'metaicl') {
    const folder = await forReaders(() =>
      library().language.fetchModel(what, { onProgress: onProgress() }),
    );
    say('data', `${what} lies in ${folder}`);
    return 0;
  }
  const tasks = Object.entries(JSON.parse(fs.readFileSync(CHECKSUMS, 'utf8')).tasks);
  const scratch = path.join(cacheDir, `metaicl.${process.pid}.part`);
  try {
    const isUrl = from?.startsWith('http');
    const count = await forReaders(() =>
      from && !isUrl
        ? fromCopy(path.resolve(from), scratch, tasks)
        : fromMirror(from ?? MIRROR, scratch, tasks),
    );
    say('data', `${count} tasks of MetaICL came to ${path.join(cacheDir, 'metaicl')}`);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return 0;
}

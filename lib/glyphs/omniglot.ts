/**
 * Omniglot's two small background sets: handwritten characters of eight alphabets, twenty drawings
 * each, made smaller.
 * Reference: Lake et al. (2015); the files are those of github.com/brendenlake/omniglot (MIT
 * licence). They are not in this repository: npm run data -- omniglot downloads them and checks
 * their checksum.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { PNG } from 'pngjs';

import { checkText } from '../core/checks';
import { CourseError, demand } from '../core/errors';
import { readWhole } from '../core/files';
import { cacheFolder } from '../core/cache';
import { PIXELS, SIDE, type Alphabet, type AlphabetSplit } from './alphabets';

/** The folder into which npm run data writes the files; ICL_OMNIGLOT names another. */
export const omniglotFolder = (): string =>
  process.env['ICL_OMNIGLOT'] ?? join(cacheFolder(), 'omniglot');

/** Five alphabets to train on, one to choose settings by, two to test on. */
export const OMNIGLOT_SPLIT = {
  train: ['Latin', 'Greek', 'Korean', 'Sanskrit', 'Japanese_(katakana)'],
  validation: ['Balinese'],
  test: ['Early_Aramaic', 'Tagalog'],
} as const;

/**
 * A drawing scaled down to 14 x 14 areas: three times the share of ink in each area, 1 at most.
 *
 * @throws CourseError when the file is no PNG that can be read
 */
function shrunk(file: string): Float32Array {
  let image: PNG;
  try {
    image = PNG.sync.read(readWhole(file));
  } catch (error) {
    throw new CourseError(
      `'${file}' is no PNG that can be read (${(error as Error).message}).`,
      'Fetch it again with npm run data -- omniglot.',
    );
  }
  const { width, height, data } = image;
  const [ink, area] = [new Float32Array(PIXELS), new Float32Array(PIXELS)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = Math.floor((y * SIDE) / height) * SIDE + Math.floor((x * SIDE) / width);
      area[at]! += 1;
      if (data[4 * (y * width + x)]! < 128) ink[at]! += 1;
    }
  return ink.map((value, at) => Math.min(1, (3 * value) / Math.max(1, area[at]!)));
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const folders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/**
 * An alphabet from its folder, which holds a folder of drawings for each character.
 *
 * @throws CourseError when the folder is missing or empty, or a drawing cannot be read; quoting
 *   what is no text
 */
export function readAlphabet(folder: string, name: string): Alphabet {
  checkText('The folder of the alphabets', folder);
  checkText('The name of an alphabet', name);
  const own = join(folder, name);
  demand(
    isFolder(own),
    () => `The alphabet '${name}' is not in '${folder}'.`,
    'Fetch Omniglot with npm run data -- omniglot, or set ICL_OMNIGLOT to its folder.',
  );
  const characters = folders(own).map((character) =>
    readdirSync(join(own, character))
      .filter((file) => file.endsWith('.png'))
      .sort()
      .map((file) => shrunk(join(own, character, file))),
  );
  demand(
    characters.length > 0 && characters.every((drawings) => drawings.length > 0),
    () => `The alphabet '${name}' in '${folder}' has no characters, or one without drawings.`,
    'Fetch Omniglot again with npm run data -- omniglot.',
  );
  return { name, characters };
}

/**
 * The eight alphabets, split.
 *
 * @throws CourseError when they were not fetched, or are damaged
 */
export function omniglot(folder: string = omniglotFolder()): AlphabetSplit {
  const all = (names: readonly string[]): Alphabet[] =>
    names.map((name) => readAlphabet(folder, name));
  return {
    train: all(OMNIGLOT_SPLIT.train),
    validation: all(OMNIGLOT_SPLIT.validation),
    test: all(OMNIGLOT_SPLIT.test),
  };
}

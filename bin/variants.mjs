// Where the records of variants lie, that is, of experiments with settings of the reader's own: in
// build/variants, or, from before, in the tracked folder of the course's records.
import fs from 'node:fs';
import path from 'node:path';
import { at } from './setup/base.mjs';

/** How the folder of a variant ends: the profile where it is full, and the hash of its config. */
const VARIANT = /(-full)?-[0-9a-f]{6}$/;

/** Both folders that may hold records of variants. */
const PLACES = [at('build', 'variants', 'results'), at('data', 'results')];

/** A folder as readers know it: from the course's own where it lies there. */
export const shown = (folder) =>
  folder.startsWith(at() + path.sep) ? path.relative(at(), folder) : folder;

/** The command that made a folder of records, as its manifest has it; null where it has none. */
function commandIn(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8')).command ?? null;
  } catch {
    return null;
  }
}

/**
 * The variants that have records.
 *
 * @returns of each the experiment, the folder, and the command that made it, where that is known
 */
export function recordedVariants(places = PLACES) {
  return places
    .filter((results) => fs.existsSync(results))
    .flatMap((results) =>
      fs
        .readdirSync(results)
        .filter((name) => VARIANT.test(name))
        .sort()
        .map((name) => {
          const place = path.join(results, name);
          return { experiment: name.replace(VARIANT, ''), place, command: commandIn(place) };
        }),
    );
}

/** Where the records of a variant go: `name` is that of its folder, `data` the folder it lies in. */
export function placeInWords(name, data) {
  const folder = shown(path.join(data, 'results', name));
  if (data !== at('data')) return `${name}: its records lie in ${folder}`;
  const better = path.join('build', 'variants', 'results', name);
  return (
    `${name}: goes on in ${folder}, where its earlier records lie, among the tracked files; ` +
    `to keep them out of git, move that folder to ${better}`
  );
}

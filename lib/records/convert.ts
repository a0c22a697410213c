/** Folders of records of version 1, rewritten in the format of today. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { demand } from '../core/errors';
import { readJson, writeAtomic } from '../core/files';
import { readRecords, writeRecords } from './format';
import { isOldRecord } from './oldformat';

/** Whether a file begins with a record of version 1. */
function isOldFile(file: string): boolean {
  const [line = ''] = readFileSync(file, 'utf8').split('\n', 1);
  try {
    return isOldRecord(JSON.parse(line));
  } catch {
    return false;
  }
}

/**
 * Rewrites all files of version 1 in a folder and the folders in it in the format of today, each
 * atomically; in manifests the list of variants gets its name of today. Other files are left as
 * they are.
 *
 * @returns how many files were rewritten
 * @throws CourseError when the folder is not there, a file is cut or cannot be written
 */
export function convertRecords(folder: string): number {
  demand(
    existsSync(folder),
    () => `There is no folder '${folder}' whose records could be converted.`,
    'Name the folder of results, for example data/results.',
  );
  let converted = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) converted += convertRecords(path);
    else if (entry.name.endsWith('.jsonl') && isOldFile(path)) {
      writeRecords(path, readRecords(path));
      converted++;
    } else if (entry.name === 'manifest.json') {
      const manifest = readJson(path) as Readonly<Record<string, unknown>>;
      if (!('arms' in manifest)) continue;
      const entries = Object.entries(manifest).map(([key, value]) => [
        key === 'arms' ? 'variants' : key,
        value,
      ]);
      writeAtomic(path, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
      converted++;
    }
  }
  return converted;
}

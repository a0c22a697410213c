/**
 * Verdicts by a recipe that was replaced after records had been made with it: what those records
 * said is kept beside the new ones, in `earlier.json`, so that no change is silent.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { checkText } from '../core/checks';
import { demand } from '../core/errors';
import { readJson, writeAtomic } from '../core/files';
import { VERDICT_WORDS } from './effects';
import { checkVerdicts, type Decision, type Verdict } from './verdicts';

/** The file beside the records of an experiment. */
interface Earlier {
  /** What was changed, when and why, in one sentence. */
  readonly change: string;
  readonly verdicts: readonly (Pick<Verdict, 'claim'> & Decision)[];
}

function fileIn(folder: string): string {
  checkText('The folder of the records', folder);
  return join(folder, 'earlier.json');
}

const isKept = (one: unknown): boolean => {
  const { claim, ours, verdict } = (one ?? {}) as Partial<Verdict>;
  return typeof claim === 'string' && typeof ours === 'string' && VERDICT_WORDS.includes(verdict!);
};

const isEarlier = (found: unknown): found is Earlier => {
  const { change, verdicts } = (found ?? {}) as Partial<Earlier>;
  return typeof change === 'string' && Array.isArray(verdicts) && verdicts.every(isKept);
};

/**
 * Verdicts of an experiment with those that earlier records gave on the same claims.
 *
 * @param folder of the experiment's records
 * @throws CourseError when they are no verdicts, or the file of earlier ones is not whole
 */
export function withEarlier(verdicts: readonly Verdict[], folder: string): Verdict[] {
  checkVerdicts(verdicts);
  const file = fileIn(folder);
  if (!existsSync(file)) return [...verdicts];
  const found: unknown = readJson(file);
  demand(
    isEarlier(found),
    () => `'${file}' holds no earlier verdicts.`,
    'Restore the file from the repository.',
  );
  const { change, verdicts: before } = found;
  return verdicts.map((verdict) => {
    const same = before.find(({ claim }) => claim === verdict.claim);
    if (!same || verdict.earlier) return verdict;
    const { claim: _, ...decision } = same;
    return { ...verdict, earlier: { change, ...decision } };
  });
}

/**
 * Keeps verdicts beside records that are about to be replaced.
 *
 * @throws CourseError when they are no verdicts, or the file cannot be written
 */
export function keepEarlier(folder: string, change: string, verdicts: readonly Verdict[]): void {
  checkVerdicts(verdicts);
  checkText('What was changed', change);
  const kept = verdicts.map(({ claim, ours, verdict }) => ({ claim, ours, verdict }));
  writeAtomic(fileIn(folder), `${JSON.stringify({ change, verdicts: kept }, null, 1)}\n`);
}

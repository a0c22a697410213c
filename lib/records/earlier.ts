/**
 * Verdicts by a recipe that was replaced after records had been made with it: what those records
 * said is kept beside the new ones, in `earlier.json`, so that no change is silent.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { demand } from '../core/errors';
import { readJson, writeAtomic } from '../core/files';
import { VERDICT_WORDS } from './effects';
import type { Decision, Verdict } from './verdicts';

/** The file beside the records of an experiment. */
interface Earlier {
  /** What was changed, when and why, in one sentence. */
  readonly change: string;
  readonly verdicts: readonly (Pick<Verdict, 'claim'> & Decision)[];
}

const fileIn = (folder: string): string => join(folder, 'earlier.json');

const isEarlier = (found: unknown): found is Earlier => {
  const { change, verdicts } = (found ?? {}) as Partial<Earlier>;
  return (
    typeof change === 'string' &&
    Array.isArray(verdicts) &&
    verdicts.every(
      ({ claim, ours, verdict }: Partial<Verdict>) =>
        typeof claim === 'string' && typeof ours === 'string' && VERDICT_WORDS.includes(verdict!),
    )
  );
};

/**
 * Verdicts of an experiment with those that earlier records gave on the same claims.
 *
 * @param folder of the experiment's records
 * @throws CourseError when the file of earlier verdicts is not whole
 */
export function withEarlier(verdicts: readonly Verdict[], folder: string): Verdict[] {
  if (!existsSync(fileIn(folder))) return [...verdicts];
  const found: unknown = readJson(fileIn(folder));
  demand(
    isEarlier(found),
    () => `'${fileIn(folder)}' holds no earlier verdicts.`,
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
 * @throws CourseError when the file cannot be written
 */
export function keepEarlier(folder: string, change: string, verdicts: readonly Verdict[]): void {
  const kept = verdicts.map(({ claim, ours, verdict }) => ({ claim, ours, verdict }));
  writeAtomic(fileIn(folder), `${JSON.stringify({ change, verdicts: kept }, null, 1)}\n`);
}

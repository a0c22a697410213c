/**
 * The tasks of a text benchmark: rows to learn from, demonstrations by seed, rows to be tested on;
 * from a folder of MetaICL's files or made by ourselves.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { checkFunction, checkText, checkTexts } from '../core/checks';
import { CourseError, demand, lookUp, plainObject } from '../core/errors';
import { cacheFolder } from '../core/cache';
import {
  checkLabelled,
  distinctTexts,
  taskKindOf,
  readTexts,
  type LabelledText,
  type TaskKind,
} from './examples';

/** Where MetaICL's tasks lie once they are downloaded; ICL_METAICL names another folder. */
export const benchmarkFolder = (): string =>
  process.env['ICL_METAICL'] ?? join(cacheFolder(), 'metaicl');

/** MetaICL's seeds of demonstrations. */
export const DEMONSTRATION_SEEDS: readonly number[] = [100, 13, 21, 42, 87];

/** One task. */
export interface TextTask {
  readonly name: string;
  readonly kind: TaskKind;
  /** All rows that may be trained on, without repeats. */
  readonly rows: readonly LabelledText[];
  /** Demonstrations for each seed; a prompt of k takes the first k. */
  readonly demonstrations: Readonly<Record<number, readonly LabelledText[]>>;
  /**
   * Rows to be tested on for a seed of demonstrations; none of them is among these demonstrations.
   */
  tests(seed: number): readonly LabelledText[];
}

/**
 * Refuses what is no task of texts, or one without rows.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkTextTask(task: TextTask): void {
  plainObject('A task of texts', task);
  checkText('The name of a task', task.name);
  lookUp('kind of tasks', { classification: 0, choice: 0, free: 0 }, task.kind);
  checkLabelled(`The rows of '${task.name}'`, task.rows, 1);
  plainObject(`The demonstrations of '${task.name}'`, task.demonstrations);
  for (const [seed, rows] of Object.entries(task.demonstrations))
    checkLabelled(`The demonstrations of '${task.name}' for seed ${seed}`, rows);
  checkFunction(`'tests' of '${task.name}'`, task.tests);
}

/**
 * The tasks with these names, where `folder` has them:
 * <folder>/<task>/<task>_<k>_<seed>_{train,dev}.jsonl and test.jsonl. Where a task has no
 * test.jsonl, the rows of the other seeds are its tests.
 *
 * @returns the tasks that are there, and the names of those that are not
 * @throws CourseError when the folder holds none of them, or a file cannot be read
 */
export function readTasks(
  folder: string,
  names: readonly string[],
): { readonly tasks: readonly TextTask[]; readonly missing: readonly string[] } {
  checkText('The folder of tasks', folder);
  checkTexts('The names of tasks', names);
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  const tasks = names
    .filter((name) => !missing.includes(name))
    .map((name) => readTask(join(folder, name), name));
  demand(
    tasks.length > 0,
    () => `'${folder}' holds none of the ${names.length} tasks of this setting.`,
    'Give a folder with one folder per task, or download them with npm run data -- metaicl.',
  );
  return { tasks, missing };
}

/**
 * The downloaded tasks with these names, all of them.
 *
 * @throws CourseError naming those that were not downloaded
 */
export function downloadedTasks(names: readonly string[]): readonly TextTask[] {
  const { tasks, missing } = readTasks(benchmarkFolder(), names);
  demand(
    missing.length === 0,
    () => `The tasks ${missing.join(', ')} are not in '${benchmarkFolder()}'.`,
    'Download them with npm run data -- metaicl.',
  );
  return tasks;
}

/** MetaICL's numbers of demonstrations whose files are used. */
const SIZES: readonly number[] = [8, 16];

/**
 * The files of a task that are used, of every size and seed.
 *
 * @throws CourseError when its name is no text
 */
export function fileNames(task: string): string[] {
  checkText('The name of a task', task);
  return SIZES.flatMap((k) =>
    DEMONSTRATION_SEEDS.flatMap((seed) =>
      ['train', 'dev'].map((part) => `${task}_${k}_${seed}_${part}.jsonl`),
    ),
  );
}

function readTask(folder: string, name: string): TextTask {
  const there = (file: string): boolean => existsSync(join(folder, file));
  const pool = distinctTexts(
    fileNames(name)
      .filter(there)
      .flatMap((file) => readTexts(join(folder, file))),
  );
  const held = there('test.jsonl') ? readTexts(join(folder, 'test.jsonl')) : [];
  const demonstrations = Object.fromEntries(
    DEMONSTRATION_SEEDS.map((seed) => {
      const ofSize = (k: number): LabelledText[] =>
        readTexts(join(folder, `${name}_${k}_${seed}_train.jsonl`));
      // the 8 come first, and are among the 16
      return [seed, distinctTexts([...ofSize(8), ...ofSize(16)])];
    }),
  );
  if (pool.length === 0)
    throw new CourseError(
      `The task '${name}' has no rows.`,
      `Fill '${folder}', or leave the task out.`,
    );
  const inputsOf = (rows: readonly LabelledText[]): Set<string> =>
    new Set(rows.map(({ input }) => input));
  const tests = (seed: number): readonly LabelledText[] => {
    const shown = inputsOf(demonstrations[seed]!);
    return (held.length > 0 ? held : pool).filter(({ input }) => !shown.has(input));
  };
  return {
    name,
    kind: taskKindOf(pool),
    rows: distinctTexts([...pool, ...held]),
    demonstrations,
    tests,
  };
}

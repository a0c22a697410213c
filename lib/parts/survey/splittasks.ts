/**
 * The tasks and models of experiments that measure a trained model: real tasks split for a seed with
 * words for their labels, one of our own tasks with a model of random weights to see the machinery
 * run, and the weights that are kept of the small model.
 */
import { loadSmallModel } from './small/smallcheckpoint';
import { SmallModel } from './small/smallmodel';
import { dataPath } from '../../core/coursepath';
import { CONTENT_FREE } from '../../language/calibration';
import type { LoadedModel } from '../../language/folder';
import { freshLanguageModel } from '../../language/ownmodel';
import { tokenizerOf, wordTokenizerJson } from '../../language/tokenizer';
import { downloadedTasks, type TextTask } from '../../metaicl/benchmark';
import { OWN_TASKS, ownTasks, withPlainLabels } from '../../metaicl/owntasks';
import { realTask, withWords } from '../../metaicl/realtasks';
import { splitTask, type SplitSizes, type TaskSplits } from '../../metaicl/splits';

/** A task with its parts, in the words of its prompts. */
export interface SplitTask {
  readonly title: string;
  readonly splits: TaskSplits;
}

/** The parts of a task with words for its labels. */
const inWords = (splits: TaskSplits, words: Readonly<Record<string, string>>): TaskSplits => {
  const of = (rows: TaskSplits['pool']): TaskSplits['pool'] =>
    rows.map((row) => withWords(row, words));
  const { train, pool, dev, test } = splits;
  return { ...splits, train: of(train), pool: of(pool), dev: of(dev), test: of(test) };
};

/**
 * Real tasks, split for a seed.
 *
 * @param names of metaicl.REAL_TASKS
 * @throws CourseError naming those that were not downloaded
 */
export function realSplits(
  names: readonly string[],
  seed: number,
  sizes: Partial<SplitSizes>,
): SplitTask[] {
  return downloadedTasks(names).map((task) => {
    const { title, words } = realTask(task.name);
    return { title, splits: inWords(splitTask(task, seed, sizes), words) };
  });
}

/** One of our own tasks, for the random model. */
export function ownSplits(
  seed: number,
  sizes: Partial<SplitSizes> & { test: number },
): SplitTask[] {
  const name = Object.keys(OWN_TASKS).find((one) => one.startsWith('mood'))!;
  const [task] = ownTasks([name], 40 * sizes.test, 1).map(withPlainLabels) as [TextTask];
  return [{ title: task.name, splits: splitTask(task, seed, sizes) }];
}

/** Sizes of the random model. */
const RANDOM = { width: 16, layers: 2, heads: 2, mlpRatio: 2, maxPositions: 1024 } as const;

/**
 * A language model of random weights that knows the words of some tasks.
 *
 * @param others texts whose words it knows too
 * @returns model and tokenizer; the caller disposes the model
 */
export function randomModel(tasks: readonly SplitTask[], others: readonly string[]): LoadedModel {
  const texts = tasks.flatMap(({ splits: { pool, test, unlabelled } }) => [
    ...[...pool, ...test].flatMap(({ input, output }) => [input, output]),
    ...unlabelled,
  ]);
  const words = [...texts, ...others, ...CONTENT_FREE].flatMap((one) => one.split(/\s+/));
  const known = [...new Set(words.filter((word) => word !== ''))].sort();
  return freshLanguageModel(tokenizerOf(wordTokenizerJson(known), 'words of a task'), RANDOM, 0);
}

/** The size of a small model of random weights, to see the machinery run. */
export const RANDOM_SMALL = {
  width: 16,
  layers: 2,
  heads: 2,
  mlpRatio: 2,
  maxPositions: 1,
} as const;

/** The weights of a small model of a seed, which are kept of the runs of notebook 20. */
export const smallWeights = (seed: number, method: 'ar' | 'invicl' = 'ar'): string =>
  dataPath('checkpoints', 'survey-small', `${method}-${seed}.safetensors`);

/**
 * The small model of a seed, or one of random weights.
 *
 * @returns the model; the caller disposes it
 */
export const smallModelOf = (
  model: 'random' | undefined,
  seed: number,
  method: 'ar' | 'invicl' = 'ar',
): SmallModel =>
  model === 'random'
    ? new SmallModel({ size: RANDOM_SMALL, seed, smearedKeys: true, alignedStart: true })
    : loadSmallModel(smallWeights(seed, method));

/**
 * The configs of experiments that read a language model, and what is shown and asked in them.
 */
import type { BaseConfig, Variant } from '../../experiments/experiment';
import type { Template } from '../../language/prompt';
import { downloadedTasks, type TextTask } from '../../metaicl/benchmark';
import { ownTasks, withPlainLabels } from '../../metaicl/owntasks';
import { drawnFrom, withWords, realTask, type Drawn } from '../../metaicl/realtasks';
import type { MethodKey } from '../../model/methods';

/** A way to read. */
export interface ReadingVariant extends Variant {
  readonly method: MethodKey;
  /** Examples of a window, for PCW. */
  readonly window?: number;
  /** Orders of the demonstrations over which the shares of the labels are averaged; 1 when left out. */
  readonly orders?: number;
  /** Numbers of demonstrations, where not all of the experiment's. */
  readonly ns?: readonly number[];
}

/** Which model is asked about which tasks, and how prompts are written. */
export interface ReadTasks {
  /** A downloaded model; null: a small one of random weights, on our own tasks. */
  readonly model: string | null;
  /** Real tasks, or our own. */
  readonly tasks: readonly string[];
  readonly template: Template;
}

/** The config of an experiment that reads a model under some methods. */
export interface ReadingConfig extends BaseConfig, ReadTasks {
  readonly measures: {
    /** Numbers of demonstrations. */
    readonly ns: readonly number[];
    /** Questions of each task. */
    readonly rows: number;
    /** How many questions are asked again after another order of how many demonstrations. */
    readonly reordered: { readonly n: number; readonly rows: number };
  };
}

/** A task, and how tables call it. */
interface Titled {
  readonly title: string;
  readonly task: TextTask;
}

/** The tasks of a config. */
function tasksOf({ model, tasks }: ReadTasks): readonly Titled[] {
  if (model === null)
    return ownTasks(tasks, 40, 1).map((task) => ({
      title: task.name,
      task: withPlainLabels(task),
    }));
  return downloadedTasks(tasks).map((task) => ({ title: realTask(task.name).title, task }));
}

/** What is shown and asked of a task, in the words of the prompt. */
export interface DrawnTask extends Drawn {
  /** How tables call the task. */
  readonly title: string;
  readonly options: readonly string[];
}

/**
 * Demonstrations and questions of each task for a seed, the same for every way of reading.
 *
 * @param most how many demonstrations a prompt has at most
 * @param rows questions of each task
 * @throws CourseError when a task is unknown or was not downloaded
 */
export function drawnTasks(
  config: ReadTasks,
  most: number,
  rows: number,
  seed: number,
): readonly DrawnTask[] {
  return tasksOf(config).map(({ title, task }) => {
    const drawn = drawnFrom(task, most, rows, seed);
    const asShown = (some: Drawn['shown']): Drawn['shown'] =>
      config.model === null ? some : some.map((row) => withWords(row, realTask(task.name).words));
    const [shown, asked] = [asShown(drawn.shown), asShown(drawn.asked)];
    return { title, shown, asked, options: asked[0]!.options };
  });
}

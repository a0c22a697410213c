/**
 * What experiments share that ask a language model about tasks without training it: the settings
 * that say who is asked what, their checks, and a run over the tasks.
 */
import { demand } from '../../core/errors';
import { mean } from '../../evaluation/statistics';
import type { Put, Requirements } from '../../experiments/experiment';
import { BASE_MB } from '../../experiments/kind';
import { list, maybe, oneOf, orNull, section, text, whole } from '../../experiments/settings';
import type { LoadedModel } from '../../language/folder';
import { OWN_TASKS } from '../../metaicl/owntasks';
import { realTask } from '../../metaicl/realtasks';
import { METHODS, pcwMethod, type Method } from '../../model/methods';
import type { Point } from '../../records/axis';
import { modelToRead } from './modeltoread';
import type { DrawnTask, ReadTasks, ReadingVariant } from './readingconfig';

/** How examples are written. */
export const TEMPLATE_SETTINGS = section('how examples are written', {
  style: oneOf('what comes first', 'direct', 'channel'),
  between: text('between input and output'),
  after: text('after each example'),
  begin: maybe(text('before the first example')),
  longest: whole('the most tokens of an example', 1, 1e5),
});

/** Who is asked what. */
export const READ_TASKS_SETTINGS = {
  seeds: whole('sets of demonstrations and questions', 1, 10_000),
  model: orNull(text('a downloaded model; null = random weights on our own tasks')),
  tasks: list('names of tasks', text('a task'), 1),
  template: TEMPLATE_SETTINGS,
};

/**
 * Refuses a task that is not known.
 *
 * @throws CourseError quoting it
 */
export function checkReadTasks({ model, tasks }: ReadTasks): void {
  for (const task of tasks)
    if (model !== null) realTask(task);
    else
      demand(
        Object.hasOwn(OWN_TASKS, task),
        () => `There is no task of our own '${task}'.`,
        'Use a name that metaicl.OWN_TASKS has, or name a model for real tasks.',
      );
}

/** The method of a variant; windows are PCW's. */
export const methodOfVariant = ({ method, window }: ReadingVariant): Method =>
  window === undefined ? METHODS[method] : pcwMethod(window);

/**
 * Refuses a window of a method that has none.
 *
 * @throws CourseError naming the variant
 */
export function checkWindows(variants: readonly ReadingVariant[]): void {
  for (const { method, window, key } of variants)
    demand(
      window === undefined || method === 'pcw',
      () => `'${key}' has a window, but its method is '${method}'.`,
      'Only PCW reads in windows.',
    );
}

/** Weights in 32 bits and their file, and the states of a batch. */
export const readTasksRequirements = ({ model }: ReadTasks): Requirements => ({
  memoryMB: BASE_MB + (model === null ? 50 : 1500),
  diskMB: 1,
});

/** Numbers by the name of their metric. */
export type MetricValues = Readonly<Record<string, number>>;

/** What is measured at one point of a figure's axis. */
export interface MeasuredAt {
  readonly at: Point;
  readonly found: MetricValues;
}

/**
 * Measures each task with a model that is loaded for it, and puts the numbers of each task and
 * their means over tasks.
 *
 * @param draw    demonstrations and questions of each task
 * @param name    how tables call what is measured
 * @param measure of one task, at the same points for all
 */
export function measureTasks(
  config: ReadTasks,
  draw: () => readonly DrawnTask[],
  name: string,
  put: Put,
  measure: (loaded: LoadedModel, task: DrawnTask) => readonly MeasuredAt[],
): void {
  const loaded = modelToRead(config.model);
  try {
    const told = draw().map((task) => {
      const measured = measure(loaded, task);
      for (const { at, found } of measured)
        for (const [metric, value] of Object.entries(found))
          put(name, at, `${metric}, ${task.title}`, value);
      return measured;
    });
    told[0]!.forEach(({ at, found }, i) => {
      for (const metric of Object.keys(found))
        put(name, at, metric, mean(told.map((points) => points[i]!.found[metric]!)));
    });
  } finally {
    loaded.model.dispose();
  }
}

/**
 * The configs of experiments that adapt a language model to prompts of demonstrations, and the tasks
 * that they train on and ask.
 * Reference: Min et al. (2022, MetaICL), whose settings say which tasks are on which side.
 */
import { demand } from '../../core/errors';
import type { TrainedConfig, Variant } from '../../experiments/experiment';
import type { Template } from '../../language/prompt';
import {
  benchmarkFolder,
  downloadedTasks,
  readTasks,
  type TextTask,
} from '../../metaicl/benchmark';
import { ownTasks, settingOrOwn, withPlainLabels } from '../../metaicl/owntasks';
import { drawnFrom } from '../../metaicl/realtasks';
import type { TextTraining } from '../../metaicl/texttrainer';
import type { AdapterConfig } from '../../model/adapters';
import type { MethodKey } from '../../model/methods';
import type { DrawnTask } from './readingconfig';

/** A way to read, and to train. */
export interface AdaptedVariant extends Variant {
  readonly method: MethodKey;
  readonly training?: Partial<Omit<TextTraining, 'seed'>>;
}

/** The config of such an experiment. */
export interface AdaptedConfig extends TrainedConfig {
  /** A downloaded model; null: a small one of random weights, on our own tasks. */
  readonly model: string | null;
  /** A setting of MetaICL, or 'own'. */
  readonly setting: string;
  /** Targets of the setting that are asked. */
  readonly targets: readonly string[];
  readonly template: Template;
  readonly adapters: Pick<AdapterConfig, 'rank' | 'alpha'>;
  readonly training: Partial<Omit<TextTraining, 'seed'>>;
  readonly measures: {
    /** Demonstrations of a question; without any, what does not learn in context is asked too. */
    readonly n: number;
    /** Questions of each target. */
    readonly rows: number;
    /** How many of them are asked again after another order. */
    readonly reordered: number;
  };
}

const ownTexts = (names: readonly string[]): readonly TextTask[] =>
  ownTasks(names, 40, 1).map(withPlainLabels);

/**
 * The tasks to train on: those of the setting that are at hand and have options.
 *
 * @throws CourseError when none was downloaded
 */
export function adaptedTraining({ setting }: AdaptedConfig): readonly TextTask[] {
  const { train } = settingOrOwn(setting);
  const tasks = setting === 'own' ? ownTexts(train) : readTasks(benchmarkFolder(), train).tasks;
  return tasks.filter(({ kind }) => kind !== 'free');
}

/** A target with what is shown and asked of it. */
export interface DrawnTarget extends DrawnTask {
  /** Whether no training task is of its domain. */
  readonly unseen: boolean;
}

/**
 * Demonstrations and questions of each target for a seed, the same for every variant.
 *
 * @throws CourseError when a target was not downloaded
 */
export function drawnTargets(config: AdaptedConfig, seed: number): readonly DrawnTarget[] {
  const { n, rows } = config.measures;
  const ofSetting = config.setting === 'own' ? ownTexts : downloadedTasks;
  const { unseen } = settingOrOwn(config.setting);
  return ofSetting(config.targets).map((task) => {
    const drawn = drawnFrom(task, n, rows, seed);
    const { options } = drawn.asked[0]!;
    return { title: task.name, ...drawn, options, unseen: unseen.includes(task.name) };
  });
}

/**
 * Refuses targets that are none of the setting's.
 *
 * @throws CourseError quoting one
 */
export function checkTargets({ setting, targets, model }: AdaptedConfig): void {
  const { name, target } = settingOrOwn(setting);
  for (const one of targets)
    demand(
      target.includes(one),
      () => `'${one}' is no target of ${name}.`,
      `Choose among ${target.join(', ')}.`,
    );
  demand(
    (setting === 'own') === (model === null),
    () => `The setting '${setting}' was given with the model ${model ?? 'of random weights'}.`,
    'The model of random weights knows our own words only, and a downloaded one real texts.',
  );
}

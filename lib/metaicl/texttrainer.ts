/**
 * Meta-training a language model on prompts of texts: every step draws tasks, and the loss is the
 * cross-entropy of the answers.
 * Reference: Min et al. (2022, MetaICL): loss on outputs only. Where a method may honestly use
 * them, the answers inside the context count too.
 */
import { checkMethod, type Method } from '../model/methods';
import { LanguageModelTrainer, type DrawnExamples } from '../language/trainer';
import type { CompileOptions } from '../core/compile';
import { checkList, checkTexts } from '../core/checks';
import { CourseError, demand, positiveInteger, shareNumber } from '../core/errors';
import { type Stream } from '../core/random';
import { STEPS, checkedSteps, type StepConfig } from '../training/steps';
import { checkTextTask, type TextTask } from './benchmark';
import { checkLoaded, type LoadedModel } from '../language/folder';
import { DIRECT, checkTemplate, type Template } from '../language/prompt';

/** How to train on prompts of texts. */
export interface TextTraining extends StepConfig {
  /** Examples per prompt; 0: tests alone, which is multi-task training without any context. */
  readonly n: number;
  /** Tests per prompt that do not see each other, m. */
  readonly tests: number;
  /**
   * Words that stand for the labels in some prompts, drawn anew for each, so that labels mean
   * nothing by themselves ...
   */
  readonly freshLabels: readonly string[];
  /** ... and the share of such prompts. */
  readonly freshShare: number;
}

export const TEXT_TRAINING: TextTraining = {
  ...STEPS,
  batch: 16,
  learningRate: 2e-3,
  n: 6,
  tests: 2,
  freshLabels: [],
  freshShare: 0,
};

/**
 * Trains a language model on tasks of texts under a method; its losses are cross-entropies in nats.
 */
export class TextTrainer extends LanguageModelTrainer<TextTraining> {
  /**
   * @param loaded   model and tokenizer; they stay the caller's
   * @param tasks    classifications or choices
   * @param template how examples are written
   * @throws CourseError quoting a setting that is unknown or refused, or what is no model, no method,
   *   no task or no template, or when there is no task with options
   */
  constructor(
    loaded: LoadedModel,
    method: Method,
    private readonly tasks: readonly TextTask[],
    given: Partial<TextTraining> = {},
    template: Template = DIRECT,
    options: CompileOptions = {},
  ) {
    checkLoaded(loaded);
    checkMethod(method);
    checkTemplate(template);
    checkList('Tasks', tasks, 'tasks of texts', (task) => typeof task === 'object');
    tasks.forEach(checkTextTask);
    const config = checkedSteps(given, TEXT_TRAINING);
    checkTexts('Fresh labels', config.freshLabels);
    positiveInteger('n', config.n, 0);
    positiveInteger('tests', config.tests);
    shareNumber('freshShare', config.freshShare);
    const most = Math.max(...tasks.map(({ rows }) => rows[0]?.options.length ?? 0));
    demand(
      config.freshShare === 0 || config.freshLabels.length >= most,
      () => `${config.freshLabels.length} fresh labels were given for tasks of ${most} labels.`,
      'Give at least as many.',
    );
    demand(tasks.length > 0, () => 'No task was given to train on.', 'Give at least one.');
    if (method.oneTest && config.tests > 1)
      throw new CourseError(
        `${method.name} was given ${config.tests} tests per prompt.`,
        'Its examples read the test; give it 1.',
      );
    super(loaded, method, config, TEXT_TRAINING, template, options);
  }

  /** Rows of one task with labels as they are, or with fresh words. */
  protected override draw(random: Stream): DrawnExamples {
    const { n, tests, freshLabels, freshShare } = this.config;
    const { rows } = this.tasks[random.integer(this.tasks.length)]!;
    const taken = new Set<number>();
    while (taken.size < Math.min(n + tests, rows.length)) taken.add(random.integer(rows.length));
    const drawn = [...taken].map((i) => rows[i]!);
    if (random.uniform() >= freshShare) return { shown: drawn.slice(0, n), asked: drawn.slice(n) };
    const order = random.permutation(freshLabels.length);
    const word = new Map(
      drawn[0]!.options.map((option, i) => [option, freshLabels[order[i % order.length]!]!]),
    );
    const renamed = drawn.map((row) => ({ ...row, output: word.get(row.output) ?? row.output }));
    return { shown: renamed.slice(0, n), asked: renamed.slice(n) };
  }
}

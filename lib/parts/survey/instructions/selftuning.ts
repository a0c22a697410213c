/**
 * Tuning a language model to instances of tasks, as it will be asked: low-rank adapters are trained on
 *
 *   min E_(I, x, y) [-log p(y | I, x)]
 *
 * over a set of instances, each written as
 *
 *   Task: Put the verb into the past tense.
 *   Input: walk
 *   Output: walked
 *
 * References: Wang et al. (2022, arXiv 2212.10560), who tune all weights; Hu et al. (2021,
 * arXiv 2106.09685) for the adapters.
 */
import { checkEach, checkFields, checkText, type Check } from '../../../core/checks';
import type { Stream } from '../../../core/random';
import { checkAdapted } from '../../../language/adaptedmodel';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import type { Demonstration, Template } from '../../../language/prompt';
import { LanguageModelTrainer, type DrawnExamples } from '../../../language/trainer';
import { METHODS } from '../../../model/methods';
import { STEPS, checkedSteps, type StepConfig } from '../../../training/steps';
import { checkTasks, type TaskWithInstances } from './seedtasks';
import { taskLine } from './selfprompts';

/** How an instance is written; its input has the instruction before it. */
export const SELF_TEMPLATE: Template = {
  style: 'direct',
  between: '\nOutput: ',
  after: '\n\n',
  longest: 128,
};

/** The same with a token that begins every text of a model; '' for none. */
export const selfTemplate = (begin: string): Template => {
  checkText('The beginning of a text', begin);
  return begin === '' ? SELF_TEMPLATE : { ...SELF_TEMPLATE, begin };
};

/**
 * An input under an instruction, as a text that the output follows.
 *
 * @throws CourseError when one is no text
 */
export function inputUnder(instruction: string, input: string): string {
  checkText('An instruction', instruction);
  checkText('An input', input);
  return `${taskLine(instruction)}Input: ${input}`;
}

/**
 * The instances of tasks, each under its instruction.
 *
 * @throws CourseError when they are no tasks with instances
 */
export function instancesOf(tasks: readonly TaskWithInstances[]): Demonstration[] {
  checkTasks(tasks, 0);
  return tasks.flatMap(({ instruction, instances }) =>
    instances.map(({ input, output }) => ({ input: inputUnder(instruction, input), output })),
  );
}

const SELF_STEPS: StepConfig = {
  ...STEPS,
  steps: 60,
  batch: 4,
  learningRate: 5e-4,
  warmUp: 0.05,
  finalRate: 0.1,
  adam: {},
};

const checkInstance: Check = (name, instance) =>
  checkFields(name, instance, { input: checkText, output: checkText });

/** Trains the adapters of a language model on instances, drawn one by one. */
export class InstanceTrainer extends LanguageModelTrainer<StepConfig> {
  /**
   * @param loaded    model with adapters, and tokenizer; they stay the caller's
   * @param instances each under its instruction
   * @param begin     the token that begins every text of the model, '' for none
   * @throws CourseError when the model has no adapters, there are no instances, or a setting is
   *   unknown or refused
   */
  constructor(
    loaded: LoadedModel,
    readonly instances: readonly Demonstration[],
    given: Partial<StepConfig> = {},
    begin = '',
  ) {
    checkLoaded(loaded);
    checkAdapted(loaded.model);
    checkEach('Instances', instances, 'instances', checkInstance, 1);
    const config = checkedSteps(given, SELF_STEPS);
    super(loaded, METHODS.arTestLoss, config, SELF_STEPS, selfTemplate(begin), {});
  }

  protected override draw(random: Stream): DrawnExamples {
    return { shown: [], asked: [this.instances[random.integer(this.instances.length)]!] };
  }
}

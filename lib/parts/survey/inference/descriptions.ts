/**
 * What a task costs to be told, and what it costs to be learned. An average over tasks with the prior
 * P gives data at least P(theta) times what the task theta gives them, so that for any theta
 *
 *   sum_t -ln p(x_t, y_t | earlier) <= -ln P(theta) + sum_t -ln p(x_t, y_t | theta),
 *
 * for each sequence of data. -ln P(theta) is the length of the description of theta in the best code
 * for P. Where labels have no noise and inputs say nothing about the task, as in TaskWorld with a skew
 * of 1/2, this is a bound on the labels alone:
 *
 *   sum_t -ln p(y_t | x_t, earlier) <= -ln P(theta).
 *
 * Where inputs do say something, the difference is sum_t ln [p(x_t | earlier) / p(x_t | theta)], whose
 * mean over inputs of the task is at most 0: the bound on labels then holds on average.
 * Reference: Hahn and Goyal (2023, arXiv 2303.07971), whose bound is of this form, with the length of a
 * derivation in a grammar.
 */
import { checkList, checkMadeBy } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { ExactBayes, checkWorldContext, labelIndex, type Example } from '../world/posterior';
import { TASKS, checkWorldTask, zeroShare, type WorldTask } from '../world/taskworld';
import type { WorldRule } from '../world/rules';

/** The number of a task among world.TASKS. */
const taskIndex = (task: WorldTask): number =>
  TASKS.findIndex(
    ({ rule, labels }) =>
      rule.feature === task.rule.feature &&
      rule.scope === task.rule.scope &&
      labels.every((label, c) => label === task.labels[c]),
  );

const checkExact = (bayes: ExactBayes): void =>
  checkMadeBy('The exact answer', bayes, ExactBayes, 'world.ExactBayes', 'Make one.');

/**
 * -ln P(theta), in nats; Infinity where the task has probability 0.
 *
 * @param instruction what is told of the rule before; left out: nothing
 * @throws CourseError when there is no exact answer or task, or no task fits the instruction
 */
export function descriptionLength(
  bayes: ExactBayes,
  task: WorldTask,
  instruction?: Partial<WorldRule>,
): number {
  checkExact(bayes);
  checkWorldTask(task);
  const prior = bayes.tasks({ examples: [], ...(instruction ? { instruction } : {}) });
  return -Math.log(prior[taskIndex(task)]!);
}

/** What a sequence of examples costs, [T] each, in nats and example by example. */
export interface SequenceCosts {
  /** -ln p(y_t | x_t, earlier). */
  readonly labels: readonly number[];
  /** -ln p(x_t, y_t | earlier), relative to inputs drawn uniformly. */
  readonly lines: readonly number[];
  /** -ln p(x_t, y_t | theta), in the same way. */
  readonly known: readonly number[];
}

/**
 * What the exact answer pays for examples of a task, one after the other, and what they cost where the
 * task is known.
 *
 * @throws CourseError when there is no exact answer or task, an example is none, or one is not of the
 *   task and noise is not allowed for
 */
export function sequenceCosts(
  bayes: ExactBayes,
  task: WorldTask,
  examples: readonly Example[],
  instruction?: Partial<WorldRule>,
): SequenceCosts {
  checkExact(bayes);
  checkWorldTask(task);
  checkList('Examples', examples, 'examples', (one) => typeof one === 'object' && one !== null);
  checkWorldContext({ examples });
  const alien = examples.find(({ label }) => !task.labels.includes(label));
  demand(
    alien === undefined,
    () => `An example has the label '${alien!.label}', which the task does not use.`,
    'Draw the examples with world.drawExamples.',
  );
  const zero = zeroShare(task, bayes.config);
  const costs = { labels: [] as number[], lines: [] as number[], known: [] as number[] };
  examples.forEach((example, t) => {
    const context = {
      examples: examples.slice(0, t),
      ...(instruction ? { instruction } : {}),
    };
    const { input, label } = example;
    costs.labels.push(-Math.log(bayes.answers(context, input)[labelIndex(label)]!));
    costs.lines.push(-bayes.logLine(context, example));
    costs.known.push(-Math.log(2 * (label === task.labels[0] ? zero : 1 - zero)));
  });
  return costs;
}

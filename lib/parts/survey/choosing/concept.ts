/**
 * Demonstrations that tell the latent task: each example is scored by the probability that it alone
 * gives to the task, P(theta | x_i, y_i), and the k largest are taken. If an example matters through
 * the task only, the set that tells most about the task tells most about the answers.
 * Reference: Wang et al. (2023, arXiv 2301.11916), who learn tokens for theta of a language model and
 * score by their probability after the example; in TaskWorld the exact answer has this probability.
 */
import { checkList, checkMadeBy } from '../../../core/checks';
import { ExactBayes, type Example } from '../world/posterior';
import { TASKS, checkWorldTask, type WorldTask } from '../world/taskworld';

/** The same rule and the same labels. */
const sameTask = (a: WorldTask, b: WorldTask): boolean =>
  a.rule.feature === b.rule.feature &&
  a.rule.scope === b.rule.scope &&
  a.labels.every((label, c) => label === b.labels[c]);

/**
 * P(theta | x_i, y_i) of each example.
 *
 * @param task theta
 * @throws CourseError when it is no task, an example is none, or there is no exact answer
 */
export function conceptShares(
  bayes: ExactBayes,
  task: WorldTask,
  examples: readonly Example[],
): number[] {
  checkMadeBy('The exact answer', bayes, ExactBayes, 'world.ExactBayes', 'Make one.');
  checkWorldTask(task);
  checkList('Examples', examples, 'examples', (one) => typeof one === 'object');
  const number = TASKS.findIndex((one) => sameTask(one, task));
  return examples.map((example) => bayes.tasks({ examples: [example] })[number]!);
}

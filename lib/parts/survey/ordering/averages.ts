/** Answers that do not depend on an order because they are averages over all of them. */
import { checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { softmax } from '../../../core/numerics';
import { mean } from '../../../evaluation/statistics';

/**
 * The logarithm of the mean probability of each option over orders.
 *
 * @param byOrder [orders][questions, options], in nats
 * @returns [questions, options], in nats
 * @throws CourseError when there is no order, or they are no rows of numbers for the same questions
 */
export function averagedOverOrders(
  byOrder: readonly (readonly (readonly number[])[])[],
): number[][] {
  demand(
    Array.isArray(byOrder) && byOrder.length > 0,
    () => 'An average over no order was asked for.',
    'Give the scores after at least one order.',
  );
  for (const scores of byOrder) checkRows('Scores after an order', scores);
  const [first] = byOrder as [readonly (readonly number[])[]];
  demand(
    byOrder.every((scores) => scores.length === first.length),
    () => 'Scores of unequal numbers of questions were to be averaged.',
    'Ask the same questions after every order.',
  );
  const shares = byOrder.map((scores) => scores.map(softmax));
  return first.map((row, q) => row.map((_, y) => Math.log(mean(shares.map((one) => one[q]![y]!)))));
}

/**
 * Contexts that favour one of two labels: it has more demonstrations, or stands last. The biases of
 * a model show in how often it answers with the favoured label where both are right equally often.
 * Reference: Zhao et al. (2021, arXiv 2102.09690), section 4.
 */
import { checkFields, checkFlag, checkList, checkStream } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';

/** How the demonstrations of a context are chosen and ordered. */
export interface ContextPlan {
  /** Which of the two labels is favoured, 0 or 1. */
  readonly favoured: 0 | 1;
  /** Demonstrations of the favoured label, and of the other. */
  readonly ofFavoured: number;
  readonly ofOther: number;
  /** Whether those of the favoured label stand last; else the order is random. */
  readonly last: boolean;
}

/** More demonstrations than this are no prompt. */
const MOST = 1e4;

/**
 * Refuses what is no plan of a context.
 *
 * @throws CourseError quoting what is wrong
 */
export const checkContextPlan = (plan: ContextPlan): void =>
  checkFields('The plan of a context', plan, {
    favoured: (name, value) => void positiveInteger(name, value as number, 0, 1),
    ofFavoured: (name, value) => void positiveInteger(name, value as number, 0, MOST),
    ofOther: (name, value) => void positiveInteger(name, value as number, 0, MOST),
    last: checkFlag,
  });

/**
 * The labels of a context, 0 or 1, in their order.
 *
 * @throws CourseError when the plan is refused, or what is given is no stream
 */
export function plannedLabels(random: Stream, plan: ContextPlan): (0 | 1)[] {
  checkStream(random);
  checkContextPlan(plan);
  const { favoured, ofFavoured, ofOther, last } = plan;
  const labels = [
    ...new Array<0 | 1>(ofOther).fill(favoured === 0 ? 1 : 0),
    ...new Array<0 | 1>(ofFavoured).fill(favoured),
  ];
  return last ? labels : shuffled(random, labels);
}

const isRow = (row: unknown): boolean => row !== undefined && row !== null;

/**
 * Demonstrations of a context, drawn without repeats.
 *
 * @param pools rows of label 0, and of label 1
 * @throws CourseError when a pool has too few rows or a row is missing, the plan is refused, or what
 *   is given is no stream
 */
export function plannedExamples<Row>(
  random: Stream,
  pools: readonly [readonly Row[], readonly Row[]],
  plan: ContextPlan,
): Row[] {
  const labels = plannedLabels(random, plan);
  checkList('Pools', pools, 'two lists of rows', Array.isArray, 2);
  pools.forEach((pool, label) =>
    checkList(`Rows of label ${label}`, pool, 'rows, none of them missing', isRow),
  );
  const orders = pools.map((pool) => random.permutation(pool.length));
  const counts = [0, 1].map((label) => labels.filter((one) => one === label).length);
  counts.forEach((count, label) =>
    demand(
      pools[label]!.length >= count,
      () =>
        `${count} demonstrations of label ${label} were planned, and there are ` +
        `${pools[label]!.length}.`,
      'Plan fewer, or give more rows.',
    ),
  );
  return labels.map((label) => pools[label]![orders[label]!.pop()!]!);
}

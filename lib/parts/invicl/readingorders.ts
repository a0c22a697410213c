/**
 * Experiments that ask a language model the same questions after many orders of the same
 * demonstrations, without training: how far answers spread, whether the last demonstration counts
 * more than the first, and what an average over orders costs and brings.
 * References: Lu et al. (2022, arXiv 2104.08786) for the spread; Zhao et al. (2021, arXiv 2102.09690)
 * for recency.
 */
import { checkHas, checkNumbers, checkRows } from '../../core/checks';
import { demand, plainObject, positiveInteger } from '../../core/errors';
import { argMax, softmax } from '../../core/numerics';
import { shuffled, stream } from '../../core/random';
import { orderingsOf } from '../../evaluation/permutations';
import { deviation, mean } from '../../evaluation/statistics';
import type { BaseConfig, ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { counts, section, whole } from '../../experiments/settings';
import { batchCalibration } from '../../language/calibration';
import type { LoadedModel } from '../../language/folder';
import { checkDemonstrations } from '../../language/prompt';
import { checkOptions } from '../../language/scoring';
import type { SessionScorer } from '../../language/session';
import { tokenScorer } from '../../language/tokenscorer';
import { drawnTasks, type DrawnTask, type ReadTasks, type ReadingVariant } from './readingconfig';
import {
  READ_TASKS_SETTINGS,
  checkReadTasks,
  checkWindows,
  measureTasks,
  methodOfVariant,
  readTasksRequirements,
  type MetricValues,
  type MeasuredAt,
} from './readtasks';

/** The config of such an experiment. */
export interface OrdersConfig extends BaseConfig, ReadTasks {
  readonly measures: {
    /** Numbers of demonstrations. */
    readonly ns: readonly number[];
    /** Orders of each number: all of them up to five demonstrations, else so many. */
    readonly orders: number;
    /** Questions of each task. */
    readonly rows: number;
    /** Over how many orders shares of labels are averaged. */
    readonly averaged: readonly number[];
  };
}

/** An experiment on orders of a language model's demonstrations. */
export type OrdersExperiment = ExperimentOf<ReadingVariant, OrdersConfig>;
type OrdersPlan = PlanOf<OrdersExperiment>;

type Scores = readonly (readonly number[])[];

/** Scores of the mean shares over some orders, [questions, options]. */
const averagedScores = (some: readonly Scores[]): number[][] =>
  some[0]!.map((_, i) => {
    const shares = some.map((rows) => softmax(rows[i]!));
    return shares[0]!.map((__, k) => Math.log(mean(shares.map((row) => row[k]!))));
  });

/** The share of pairs of orders after which a question is answered differently. */
const changedPairs = (answers: readonly (readonly number[])[]): number =>
  mean(
    answers.flatMap((a, i) =>
      answers.slice(i + 1).map((b) => mean(a.map((answer, q) => Number(answer !== b[q])))),
    ),
  );

/** How often the answer is the label of the demonstration at a place, over orders and questions. */
const followed = (
  answers: readonly (readonly number[])[],
  orders: readonly (readonly number[])[],
  labels: readonly number[],
  place: number,
): number =>
  mean(answers.flatMap((row, o) => row.map((a) => Number(a === labels[orders[o]!.at(place)!]))));

/** Which orders are read. */
export interface OrdersAsked {
  /** Demonstrations of the prompt, the first of the task's. */
  readonly n: number;
  /** All orders up to five demonstrations, else so many. */
  readonly orders: number;
  /** So many of these, drawn at random; all when left out. */
  readonly some?: number | undefined;
  /** Over how many orders shares of labels are averaged. */
  readonly averaged: readonly number[];
}

/**
 * What a reading makes of one task after many orders of the same demonstrations.
 *
 * @param scorer reads the prompts; it stays the caller's
 * @returns shares by the name of the metric; accuracies are calibrated by the batch
 * @throws CourseError when there are fewer demonstrations than asked for, there is no order of them,
 *   or what is given is no task or no numbers
 */
export function measureOrders(
  scorer: SessionScorer,
  task: DrawnTask,
  how: OrdersAsked,
  seed: number,
): MetricValues {
  checkHas('A scorer', scorer, 'a scorer of a session', 'score');
  plainObject('A drawn task', task);
  plainObject('What is asked of orders', how);
  const { shown, asked, options } = task;
  const { n, orders: count, some, averaged } = how;
  checkDemonstrations(shown);
  checkDemonstrations(asked);
  checkOptions(options);
  checkNumbers('Numbers of orders', averaged, 1);
  averaged.forEach((size) => void positiveInteger('A number of orders', size, 1));
  if (some !== undefined) positiveInteger("'some' orders", some, 1);
  const all = orderingsOf(n, count, seed);
  demand(
    shown.length >= n,
    () => `Orders of ${n} demonstrations were asked for, and ${shown.length} are given.`,
    'Ask for fewer, or give more.',
  );
  const orders =
    some === undefined ? all : shuffled(stream(seed, 'some orders', n), all).slice(0, some);
  const texts = asked.map(({ input }) => input);
  const byOrder = orders.map((order) => {
    const inOrder = order.map((i) => shown[i]!);
    const answered = scorer.score(inOrder, texts, options);
    plainObject('What a scorer answers', answered);
    checkRows('Scores', answered.scores, texts.length);
    return answered.scores;
  });
  const right = asked.map(({ output }) => options.indexOf(output));
  const labels = shown.map(({ output }) => options.indexOf(output));
  const accuracy = (rows: Scores): number =>
    mean(rows.map((row, i) => Number(argMax(row) === right[i])));
  const calibrated = byOrder.map(batchCalibration);
  const [answers, raw] = [calibrated, byOrder].map((scores) =>
    scores.map((rows) => rows.map(argMax)),
  ) as [number[][], number[][]];
  const accuracies = calibrated.map(accuracy);
  // disjoint groups of orders, as many as there are
  const overGroups = (size: number): number =>
    mean(
      Array.from({ length: Math.floor(byOrder.length / size) }, (_, g) =>
        accuracy(batchCalibration(averagedScores(byOrder.slice(g * size, (g + 1) * size)))),
      ),
    );
  return {
    'accuracy, mean over orders': mean(accuracies),
    'accuracy, best order': Math.max(...accuracies),
    'accuracy, worst order': Math.min(...accuracies),
    'spread of accuracy over orders': deviation(accuracies),
    'changed between two orders': changedPairs(answers),
    'changed between two orders, not calibrated': changedPairs(raw),
    'label of the last demonstration': followed(raw, orders, labels, -1),
    'label of the first demonstration': followed(raw, orders, labels, 0),
    ...Object.fromEntries(
      averaged
        .filter((size) => size <= byOrder.length)
        .map((size) => [`accuracy, shares of ${size} orders averaged`, overGroups(size)]),
    ),
  };
}

function measure({ config }: OrdersPlan, variant: ReadingVariant, seed: number, put: Put): void {
  const { ns, rows, orders, averaged } = config.measures;
  const draw = (): readonly DrawnTask[] => drawnTasks(config, Math.max(...ns), rows, seed);
  const measureTask = (loaded: LoadedModel, drawn: DrawnTask): MeasuredAt[] => {
    const scorer = tokenScorer(loaded, methodOfVariant(variant), config.template);
    try {
      return ns.map((n) => {
        const how = { n, orders, some: variant.orders, averaged };
        return { at: { n }, found: measureOrders(scorer, drawn, how, seed) };
      });
    } finally {
      scorer.dispose();
    }
  };
  measureTasks(config, draw, variant.name, put, measureTask);
}

const SETTINGS = section('an experiment on orders of demonstrations', {
  ...READ_TASKS_SETTINGS,
  measures: section('what is measured', {
    ns: counts('numbers of demonstrations, at least 2'),
    orders: whole('orders of each number', 2, 1e4),
    rows: whole('questions of each task', 1, 1e6),
    averaged: counts('orders over which shares are averaged'),
  }),
});

/** Experiments on orders of a language model's demonstrations. */
export const ORDERS_KIND = measuringKind<OrdersExperiment>({
  name: 'orders of demonstrations of a language model',
  settings: SETTINGS,
  check: ({ config, experiment }) => {
    checkReadTasks(config);
    checkWindows(experiment.variants);
  },
  baselines: ({ config }, put) => {
    const { ns, rows } = config.measures;
    const n = Math.max(...ns);
    const options = drawnTasks(config, n, rows, 0).map((task) => task.options.length);
    put('chance', { n }, 'accuracy', mean(options.map((count) => 1 / count)));
  },
  measure,
  requirements: ({ config }) => readTasksRequirements(config),
});

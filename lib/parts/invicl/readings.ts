/**
 * Experiments that read a trained language model under masks that it was not trained with: nothing
 * is trained, prompts of real tasks are answered as they are and calibrated. A seed is a set of
 * demonstrations and questions of each task, the same for every way of reading.
 */
import { demand } from '../../core/errors';
import { stream } from '../../core/random';
import { logSum, softmax } from '../../core/numerics';
import { mean } from '../../evaluation/statistics';
import { CONTENT_FREE, batchCalibration, contextualCalibration } from '../../language/calibration';
import type { Demonstration } from '../../language/prompt';
import type { SessionScorer } from '../../language/session';
import { tokenScorer } from '../../language/tokenscorer';
import { OWN_TASKS } from '../../metaicl/owntasks';
import { realTask } from '../../metaicl/realtasks';
import { METHODS, pcwMethod, type Method } from '../../model/methods';
import type { ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { BASE_MB, measuringKind } from '../../experiments/kind';
import {
  counts,
  list,
  maybe,
  oneOf,
  orNull,
  section,
  text,
  whole,
} from '../../experiments/settings';
import { modelToRead } from './modeltoread';
import { measureBaselines } from './readingbaselines';
import {
  drawnTasks,
  type DrawnTask,
  type ReadingConfig,
  type ReadingVariant,
} from './readingconfig';

/** An experiment that reads a language model. */
export type ReadingExperiment = ExperimentOf<ReadingVariant, ReadingConfig>;
type ReadingPlan = PlanOf<ReadingExperiment>;

const methodOfVariant = ({ method, window }: ReadingVariant): Method =>
  window === undefined ? METHODS[method] : pcwMethod(window);

/** What is asked of one task. */
interface Asked {
  readonly scorer: SessionScorer;
  readonly drawn: DrawnTask;
  readonly seed: number;
}

/** Scores in nats of the options after each text, and the probability that they have together. */
interface Scored {
  readonly scores: readonly (readonly number[])[];
  readonly mass: number;
}

/** The options' scores after demonstrations in some orders: the logarithm of their mean share. */
function scoredOver(
  { scorer, drawn: { options } }: Asked,
  orders: readonly (readonly Demonstration[])[],
  texts: readonly string[],
): Scored {
  const all = orders.map((shown) => scorer.score(shown, texts, options).scores);
  const masses = all.flat().map((row) => Math.exp(logSum(row)));
  const scores = texts.map((_, i) => {
    const shares = all.map((rows) => softmax(rows[i]!));
    return options.map((__, k) => Math.log(mean(shares.map((row) => row[k]!))));
  });
  return { scores, mass: mean(masses) };
}

/** The option with the highest score of a question, the first of several. */
export const bestScored = (row: readonly number[]): number => row.indexOf(Math.max(...row));

/** What is measured of one task with n demonstrations, by the name of the metric. */
function measuredOf(
  asked: Asked,
  n: number,
  orderCount: number,
  reordered: ReadingConfig['measures']['reordered'],
): Readonly<Record<string, number>> {
  const { drawn, seed } = asked;
  const shown = drawn.shown.slice(0, n);
  const inOrder = (o: number): readonly Demonstration[] =>
    o === 0
      ? shown
      : stream(seed, 'order', n, o)
          .permutation(n)
          .map((i) => shown[i]!);
  const orders = (from: number): readonly (readonly Demonstration[])[] =>
    Array.from({ length: orderCount }, (_, o) => inOrder(from + o));
  const texts = drawn.asked.map(({ input }) => input);
  const { scores, mass } = scoredOver(asked, orders(0), texts);
  const right = drawn.asked.map(({ output }) => drawn.options.indexOf(output));
  const accuracy = (rows: readonly (readonly number[])[]): number =>
    mean(rows.map((row, i) => Number(bestScored(row) === right[i])));
  const empty = scoredOver(asked, orders(0), CONTENT_FREE).scores;
  const changed = (): number => {
    const again = scoredOver(asked, orders(orderCount), texts.slice(0, reordered.rows)).scores;
    return mean(again.map((row, i) => Number(bestScored(row) !== bestScored(scores[i]!))));
  };
  return {
    accuracy: accuracy(scores),
    'accuracy, contextual calibration': accuracy(contextualCalibration(scores, empty)),
    'accuracy, batch calibration': accuracy(batchCalibration(scores)),
    'probability of the labels': mass,
    ...(n === reordered.n ? { 'changed by order': changed() } : {}),
  };
}

/** Measures one way of reading on all tasks: each task, and the mean over tasks. */
function measure({ config }: ReadingPlan, variant: ReadingVariant, seed: number, put: Put): void {
  const { ns, reordered } = config.measures;
  const loaded = modelToRead(config.model);
  const tasks = drawnTasks(config, seed);
  try {
    const own = variant.ns ?? ns;
    const told = tasks.map((drawn) => {
      const scorer = tokenScorer(loaded, methodOfVariant(variant), config.template);
      try {
        const asked = { scorer, drawn, seed };
        return own.map((n) => {
          const found = measuredOf(asked, n, variant.orders ?? 1, reordered);
          for (const [metric, value] of Object.entries(found))
            put(variant.name, { n }, `${metric}, ${drawn.title}`, value);
          return found;
        });
      } finally {
        scorer.dispose();
      }
    });
    own.forEach((n, i) => {
      for (const metric of Object.keys(told[0]![i]!))
        put(variant.name, { n }, metric, mean(told.map((task) => task[i]![metric]!)));
    });
  } finally {
    loaded.model.dispose();
  }
}

/** How examples are written. */
export const TEMPLATE_SETTINGS = section('how examples are written', {
  style: oneOf('what comes first', 'direct', 'channel'),
  between: text('between input and output'),
  after: text('after each example'),
  begin: maybe(text('before the first example')),
  longest: whole('the most tokens of an example', 1, 1e5),
});

const SETTINGS = section('an experiment that reads a language model', {
  seeds: whole('sets of demonstrations and questions', 1, 10_000),
  model: orNull(text('a downloaded model; null = random weights on our own tasks')),
  tasks: list('names of tasks', text('a task'), 1),
  template: TEMPLATE_SETTINGS,
  measures: section('what is measured', {
    ns: counts('numbers of demonstrations'),
    rows: whole('questions of each task', 1, 1e6),
    reordered: section('what is asked again after another order', {
      n: whole('demonstrations', 1, 1e4),
      rows: whole('questions', 1, 1e6),
    }),
  }),
});

/** Experiments that read a language model. */
export const READING_KIND = measuringKind<ReadingExperiment>({
  name: 'readings of a language model',
  settings: SETTINGS,
  check: ({ config, experiment }) => {
    for (const { method, window, key } of experiment.variants)
      demand(
        window === undefined || method === 'pcw',
        () => `'${key}' has a window, but its method is '${method}'.`,
        'Only PCW reads in windows.',
      );
    for (const task of config.tasks)
      if (config.model !== null) realTask(task);
      else
        demand(
          Object.hasOwn(OWN_TASKS, task),
          () => `There is no task of our own '${task}'.`,
          'Use a name that metaicl.OWN_TASKS has, or name a model for real tasks.',
        );
  },
  baselines: ({ config, experiment }, put) => {
    const seeds = Math.max(config.seeds, ...experiment.variants.map((one) => one.seeds ?? 0));
    const { ns } = config.measures;
    const drawn = (seed: number): readonly DrawnTask[] => drawnTasks(config, seed);
    measureBaselines({ ns, seeds, real: config.model !== null, drawn }, put);
  },
  measure,
  // weights in 32 bits and their file, and the states of a batch
  requirements: ({ config }) => ({
    memoryMB: BASE_MB + (config.model === null ? 50 : 1500),
    diskMB: 1,
  }),
});

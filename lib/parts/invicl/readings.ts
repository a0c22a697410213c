/**
 * Experiments that read a trained language model under masks that it was not trained with: nothing
 * is trained, prompts of real tasks are answered as they are and calibrated. A seed is a set of
 * demonstrations and questions of each task, the same for every way of reading.
 */
import { argMax, logSum, softmax } from '../../core/numerics';
import { stream } from '../../core/random';
import { mean } from '../../evaluation/statistics';
import type { ExperimentOf, PlanOf, Put } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { counts, section, whole } from '../../experiments/settings';
import { CONTENT_FREE, batchCalibration, contextualCalibration } from '../../language/calibration';
import type { Demonstration } from '../../language/prompt';
import type { SessionScorer } from '../../language/session';
import { tokenScorer } from '../../language/tokenscorer';
import { measureBaselines } from './readingbaselines';
import {
  drawnTasks,
  type DrawnTask,
  type ReadingConfig,
  type ReadingVariant,
} from './readingconfig';
import {
  READ_TASKS_SETTINGS,
  checkReadTasks,
  checkWindows,
  measureTasks,
  methodOfVariant,
  readTasksRequirements,
  type MetricValues,
} from './readtasks';

/** An experiment that reads a language model. */
export type ReadingExperiment = ExperimentOf<ReadingVariant, ReadingConfig>;
type ReadingPlan = PlanOf<ReadingExperiment>;

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

/** What is measured of one task with n demonstrations, by the name of the metric. */
function measuredOf(
  asked: Asked,
  n: number,
  orderCount: number,
  reordered: ReadingConfig['measures']['reordered'],
): MetricValues {
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
    mean(rows.map((row, i) => Number(argMax(row) === right[i])));
  const empty = scoredOver(asked, orders(0), CONTENT_FREE).scores;
  const changed = (): number => {
    const again = scoredOver(asked, orders(orderCount), texts.slice(0, reordered.rows)).scores;
    return mean(again.map((row, i) => Number(argMax(row) !== argMax(scores[i]!))));
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
  const { ns, rows, reordered } = config.measures;
  const draw = (): readonly DrawnTask[] => drawnTasks(config, Math.max(...ns), rows, seed);
  measureTasks(config, draw, variant.name, put, (loaded, drawn) => {
    const scorer = tokenScorer(loaded, methodOfVariant(variant), config.template);
    try {
      return (variant.ns ?? ns).map((n) => ({
        at: { n },
        found: measuredOf({ scorer, drawn, seed }, n, variant.orders ?? 1, reordered),
      }));
    } finally {
      scorer.dispose();
    }
  });
}

const SETTINGS = section('an experiment that reads a language model', {
  ...READ_TASKS_SETTINGS,
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
    checkReadTasks(config);
    checkWindows(experiment.variants);
  },
  baselines: ({ config, experiment }, put) => {
    const seeds = Math.max(config.seeds, ...experiment.variants.map((one) => one.seeds ?? 0));
    const { ns, rows } = config.measures;
    const drawn = (seed: number): readonly DrawnTask[] =>
      drawnTasks(config, Math.max(...ns), rows, seed);
    measureBaselines({ ns, seeds, real: config.model !== null, drawn }, put);
  },
  measure,
  requirements: ({ config }) => readTasksRequirements(config),
});

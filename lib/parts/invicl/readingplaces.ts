/**
 * Experiments that read a language model under InvICL's mask and move one thing only: how far the
 * second copies, or the tests, stand after the first copies. They say why an untrained model needs
 * places of their own for second copies.
 * References: Fang et al. (ICLR 2025), section 3.3, for places that both copies share; Su et al.
 * (2021, arXiv 2104.09864) for rotary positions, which know distances only.
 */
import { argMax, logSum } from '../../core/numerics';
import { mean } from '../../evaluation/statistics';
import type { BaseConfig, ExperimentOf, PlanOf, Put, Variant } from '../../experiments/experiment';
import { measuringKind } from '../../experiments/kind';
import { atLeast0, list, maybe, oneOf, section, text, whole } from '../../experiments/settings';
import { batchCalibration } from '../../language/calibration';
import type { LoadedModel } from '../../language/folder';
import { tokenScorer } from '../../language/tokenscorer';
import { METHODS, type Method } from '../../model/methods';
import { copiesApart } from '../../model/positions';
import { drawnTasks, type DrawnTask, type ReadTasks } from './readingconfig';
import {
  READ_TASKS_SETTINGS,
  checkReadTasks,
  measureTasks,
  readTasksRequirements,
  type MeasuredAt,
} from './readtasks';

/** What is moved. */
export interface PlacesVariant extends Variant {
  /** Second copies, with the tests right after them; or the tests alone. */
  readonly moved: 'second copies' | 'tests';
}

/** The config of such an experiment. */
export interface PlacesConfig extends BaseConfig, ReadTasks {
  readonly measures: {
    /** Demonstrations of a prompt. */
    readonly n: number;
    /** Questions of each task. */
    readonly rows: number;
    /** Distances, in lengths of the longest demonstration. */
    readonly distances: readonly number[];
  };
}

/** An experiment on the places of second copies. */
export type PlacesExperiment = ExperimentOf<PlacesVariant, PlacesConfig>;
type PlacesPlan = PlanOf<PlacesExperiment>;

/** InvICL's mask with second copies, or tests, a distance further on than as published. */
function movedBy(moved: PlacesVariant['moved'], distance: number): Method {
  const [second, test] = moved === 'tests' ? [0, distance] : [distance, 0];
  return {
    ...METHODS.inviclOwnPlaces,
    name: `InvICL, ${moved} ${distance} lengths further`,
    positions: copiesApart(second, test),
  };
}

function measure({ config }: PlacesPlan, variant: PlacesVariant, seed: number, put: Put): void {
  const { n, rows, distances } = config.measures;
  const draw = (): readonly DrawnTask[] => drawnTasks(config, n, rows, seed);
  const measureTask = (loaded: LoadedModel, { shown, asked, options }: DrawnTask): MeasuredAt[] => {
    const texts = asked.map(({ input }) => input);
    const right = asked.map(({ output }) => options.indexOf(output));
    const accuracy = (scored: readonly (readonly number[])[]): number =>
      mean(scored.map((row, i) => Number(argMax(row) === right[i])));
    return distances.map((distance) => {
      const scorer = tokenScorer(loaded, movedBy(variant.moved, distance), config.template);
      try {
        const { scores } = scorer.score(shown, texts, options);
        const found = {
          accuracy: accuracy(scores),
          'accuracy, batch calibration': accuracy(batchCalibration(scores)),
          'probability of the labels': mean(scores.map((row) => Math.exp(logSum(row)))),
        };
        return { at: { distance }, found };
      } finally {
        scorer.dispose();
      }
    });
  };
  measureTasks(config, draw, variant.name, put, measureTask);
}

/** Experiments on the places of second copies. */
export const PLACES_KIND = measuringKind<PlacesExperiment>({
  name: "places of InvICL's second copies",
  settings: section('an experiment on the places of second copies', {
    ...READ_TASKS_SETTINGS,
    measures: section('what is measured', {
      n: whole('demonstrations of a prompt', 2, 1e4),
      rows: whole('questions of each task', 1, 1e6),
      distances: list('distances, in lengths of the longest demonstration', atLeast0('one'), 1),
    }),
  }),
  variant: section('what is moved', {
    key: text('names its files'),
    name: text('how tables call it'),
    seeds: maybe(whole('seeds of this variant')),
    moved: oneOf('what is moved', 'second copies', 'tests'),
  }),
  check: ({ config }) => checkReadTasks(config),
  baselines: ({ config }, put) => {
    const { n, rows } = config.measures;
    const options = drawnTasks(config, n, rows, 0).map((task) => task.options.length);
    put('chance', { n }, 'accuracy', mean(options.map((count) => 1 / count)));
  },
  measure,
  requirements: ({ config }) => readTasksRequirements(config),
});

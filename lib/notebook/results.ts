/**
 * Recorded results as curves, bars and verdict tables.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import {
  planExperiment,
  type BaseConfig,
  type Experiment,
  type ProfileName,
} from '../experiments/experiment';
import { dataFolderOf } from '../experiments/places';
import type { PromptConfig } from '../experiments/prompts';
import {
  checkFinite,
  checkIndices,
  checkText,
  checkTexts,
  ifGiven,
  oneOfThese,
} from '../core/checks';
import { demand, knownKeys } from '../core/errors';
import { coordinateOf, KEY_OF, sameCoordinate, type Axis, type Point } from '../records/axis';
import { checkRecords, type ResultRecord } from '../records/record';
import { overSeeds, readExperiment } from '../records/records';
import { experimentOf, experimentsNamed } from '../parts/registry';
import { withEarlier } from '../records/earlier';
import { decide } from '../records/rules';
import { oursInWords, type Verdict } from '../records/verdicts';
import { logSummary, summary, type Summary } from '../evaluation/statistics';
import type { Bar } from './charts';
import type { Line } from './lines';
import { Display, show } from './display';
import { checkShownVerdicts, forestPlots } from './forest';
import { dataPath } from '../core/coursepath';
import { toHtml, toMarkdown, type Rows } from './table';
import { readJson } from '../core/files';

/** A recorded experiment, as a notebook reads it. */
export interface Recorded<C extends BaseConfig = PromptConfig> {
  readonly records: readonly ResultRecord[];
  readonly config: C;
  /** The registry's claims, decided by these records. */
  readonly verdicts: readonly Verdict[];
  /** In one sentence for captions: steps, seeds, band. */
  readonly caption: string;
}

/** Settings that were changed, by path, as `{ 'training.steps': 500 }`. */
type Changed = Readonly<Record<string, unknown>>;

function read(
  experiment: Experiment,
  profile: ProfileName,
  set: Changed,
  spread: string,
): Recorded<BaseConfig> {
  oneOfThese('quick', 'full')('The profile', profile);
  const plan = planExperiment(experiment, { profile, set });
  const { config } = plan;
  const from = join(dataFolderOf(plan), 'results', plan.folder);
  const records = readExperiment(from);
  const other = experiment.variants.find(
    ({ seeds = config.seeds }) => seeds !== config.seeds,
  )?.seeds;
  const some =
    other === undefined
      ? ''
      : other < config.seeds
        ? ` (${other} for controls and ablations)`
        : ` (${other} where they decide)`;
  const seeds = `${config.seeds} seeds${some}`;
  const steps = config.training?.steps?.toLocaleString('en-US');
  const what = steps === undefined ? 'Recorded.' : `Recorded, ${steps} steps.`;
  const caption = `${what} ${spread.replace('{seeds}', seeds)}`;
  const verdicts = withEarlier(decide(experiment.claims(config), records), from);
  return { records, config, verdicts, caption };
}

/** The name of an experiment. */
const named = (name: string): string => {
  checkText('The name of an experiment', name);
  return name;
};

const GEOMETRIC = 'Geometric mean over {seeds}; band: 95 % t-interval of the logarithm.';
const PLAIN = 'Mean over {seeds}; band: 95 % t-interval.';

/**
 * The records of an experiment on prompts of numbers as they lie in data/results, or, where
 * settings were changed with --set, in build/variants/results.
 *
 * @param set the settings that were changed, by path, as `{ 'training.steps': 500 }`
 * @throws CourseError when the experiment or a setting is unknown, or its records are missing, cut
 *   or mixed
 */
export const recorded = (
  name: string,
  profile: ProfileName = 'quick',
  set: Changed = {},
): Recorded => read(experimentOf(named(name)), profile, set, GEOMETRIC) as Recorded;

/**
 * The records of an experiment whose figures are scores (of texts, of few-shot classification, of
 * domains) as they lie in data/results, or, where settings were changed with --set, in
 * build/variants/results.
 *
 * @param set the settings that were changed, by path, as `{ 'training.steps': 500 }`
 * @throws CourseError when the experiment or a setting is unknown, or its records are missing, cut
 *   or mixed
 */
export const recordedScores = (
  name: string,
  profile: ProfileName = 'quick',
  set: Changed = {},
): Recorded<BaseConfig> => read(experimentsNamed(named(name))[0]!, profile, set, PLAIN);

/** The points of an axis at which a variant's metric is recorded, in their order. */
const pointsOver = (
  records: readonly ResultRecord[],
  variant: string,
  metric: string,
  axis: Exclude<Axis, 'pair'>,
): number[] =>
  sortedUnique(
    records.flatMap((r) =>
      r.variant === variant && r.metric === metric && r.over === axis ? [r.at] : [],
    ),
  );

/** Refuses what cannot be looked up in records. */
function checkAsked(
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric: string,
): void {
  checkRecords(records);
  checkTexts('The variants', variants);
  checkText('The metric', metric);
}

/** The same, with a point on an axis. */
function checkAskedAt(
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric: string,
  point: Point,
): void {
  checkAsked(records, variants, metric);
  knownKeys('A point', point, Object.values(KEY_OF));
  const { pair, ...rest } = point;
  for (const [name, value] of Object.entries(rest))
    ifGiven(checkFinite)(`The point's ${name}`, value);
  if (pair !== undefined) checkIndices("The point's pair", pair, Infinity, 2);
}

/** One curve for each variant: a metric against the points of an axis. */
function curvesOver(
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric: string,
  axis: Exclude<Axis, 'pair'>,
  summarise: Summarise,
): Line[] {
  checkAsked(records, variants, metric);
  return variants.map((variant) =>
    lineOver(
      variant,
      pointsOver(records, variant, metric, axis),
      (at) => overSeeds(records, { variant, metric, [KEY_OF[axis]]: at }),
      summarise,
    ),
  );
}

/**
 * Means over seeds with 95 % t-intervals against the number of examples in the prompt, for scores
 * from 0 to 1.
 */
export const scoresByExamples = (
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric = 'score',
): Line[] => curvesOver(records, variants, metric, 'examples', summary);

/** The logarithm to base 2 of the size of a data set. */
const logOfSize = (size: number): number => {
  demand(size > 0, () => `A data set of size ${size} is recorded.`, 'Leave that record out.');
  return Math.log2(size);
};

/** The same against the size of the data set, as its logarithm to base 2. */
export const scoresBySize = (
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric: string,
): Line[] =>
  curvesOver(records, variants, metric, 'size', summary).map((line) => ({
    ...line,
    x: line.x.map(logOfSize),
  }));

/** The same against steps of teaching. */
export const scoresByTeaching = (
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric: string,
): Line[] => curvesOver(records, variants, metric, 'steps', summary);

/**
 * A score against training steps at one point, as { size: 1024 }: means over seeds with 95 %
 * t-intervals.
 *
 * @throws CourseError when points on two axes are given
 */
export function scoresBySteps(
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric: string,
  point: Point,
): Line[] {
  checkAskedAt(records, variants, metric, point);
  const asked = coordinateOf(point);
  return variants.map((variant) => {
    const own = records.filter(
      (r) => r.variant === variant && r.metric === metric && sameCoordinate(r, asked),
    );
    const steps = sortedUnique(own.map(({ step }) => step));
    return lineOver(
      variant,
      steps,
      (step) => overSeeds(own, { variant, metric, step, ...point }),
      summary,
    );
  });
}

/**
 * A score in percent over seeds: the mean, and half the width of its 95 % t-interval.
 *
 * @param at a number of examples in the prompt, or a point of another axis, as { size: 1024 }
 * @returns '' where nothing is recorded
 * @throws CourseError when points on two axes are given
 */
export function percent(
  records: readonly ResultRecord[],
  variant: string,
  metric: string,
  at: number | Point,
): string {
  const point = typeof at === 'number' ? { n: at } : at;
  checkAskedAt(records, [variant], metric, point);
  const values = overSeeds(records, { variant, metric, ...point });
  if (values.length === 0) return '';
  const { mean, high, count } = summary(values);
  return `${(100 * mean).toFixed(1)}${count > 1 ? ` ± ${(100 * (high - mean)).toFixed(1)}` : ''}`;
}

const sortedUnique = (values: readonly number[]): number[] =>
  [...new Set(values)].sort((a, b) => a - b);

type Summarise = (values: readonly number[]) => Summary;

/** A curve over x: means of values over seeds, and a band where there are several. */
function lineOver(
  name: string,
  x: readonly number[],
  valuesAt: (x: number) => number[],
  summarise: Summarise = logSummary,
): Line {
  const summaries = x.map((at) => summarise(valuesAt(at)));
  const many = summaries.some(({ count }) => count > 1);
  return {
    name,
    x,
    y: summaries.map(({ mean }) => mean),
    ...(many
      ? { low: summaries.map(({ low }) => low), high: summaries.map(({ high }) => high) }
      : {}),
  };
}

/**
 * A metric against the number of examples: geometric mean over seeds, the 95 % t-interval of the
 * logarithm as band.
 */
export const byExamples = (
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric = 'error',
): Line[] => curvesOver(records, variants, metric, 'examples', logSummary);

/**
 * A metric against training steps: geometric mean over seeds, the 95 % t-interval of the logarithm
 * as band.
 */
export const bySteps = (
  records: readonly ResultRecord[],
  variants: readonly string[],
  metric = 'error along training',
): Line[] => {
  checkAsked(records, variants, metric);
  return variants.map((variant) => {
    const steps = sortedUnique(
      records.filter((r) => r.variant === variant && r.metric === metric).map(({ step }) => step),
    );
    return lineOver(variant, steps, (step) => overSeeds(records, { variant, metric, step }));
  });
};

/** A metric at one n: geometric means over seeds with 95 % t-intervals of the logarithm. */
export const atExamples = (
  records: readonly ResultRecord[],
  variants: readonly string[],
  n: number,
  metric = 'error',
): Bar[] => {
  checkAskedAt(records, variants, metric, { n });
  return variants.map((variant) => {
    const { mean, low, high } = logSummary(overSeeds(records, { variant, metric, n }));
    return { name: variant, value: mean, low, high };
  });
};

const VERDICTS = 'application/vnd.icl.verdicts+json';

/** So many claims, and a figure shows them before the table. */
const MANY = 4;

/**
 * Shows verdicts: where there are many over seeds, as a forest plot with the table folded beneath;
 * else as a table.
 *
 * @param linked the column of the rows whose cells are notebooks, and become links to them
 */
async function showWall(
  verdicts: readonly Verdict[],
  rows: Rows,
  more: Readonly<Record<string, unknown>>,
  linked?: string,
): Promise<void> {
  const isWall = verdicts.filter(({ effect }) => effect !== undefined).length >= MANY;
  if (isWall) for (const figure of forestPlots(verdicts)) await show(figure);
  const table = toHtml(rows, linked);
  const summaryOf = `All ${rows.length} claims with source, number and verdict`;
  new Display().write({
    ...more,
    'text/html': isWall ? `<details><summary>${summaryOf}</summary>\n${table}\n</details>` : table,
    'text/plain': toMarkdown(rows),
  });
}

const rowOf = (one: Verdict): Rows[number] => ({
  claim: one.claim,
  source: one.source,
  ours: oursInWords(one),
  verdict: one.verdict,
});

/**
 * Shows verdicts (many as a forest plot); `npm run reproduce` collects them.
 *
 * @throws CourseError when there are none, or naming what of a verdict is not as it has to be
 */
export async function showVerdicts(verdicts: readonly Verdict[]): Promise<void> {
  checkShownVerdicts(verdicts);
  await showWall(verdicts, verdicts.map(rowOf), { [VERDICTS]: { verdicts } });
}

/** The course's notebooks, in their order. */
export const notebookFiles = (): string[] =>
  readdirSync(dataPath('..', 'notebooks'))
    .filter((file) => file.endsWith('.ipynb'))
    .sort();

/** A verdict, and the notebook (as '05-one-layer-one-step.ipynb') whose last run showed it. */
export interface ShownVerdict extends Verdict {
  readonly notebook: string;
}

/**
 * The verdicts that committed notebooks show, in the order of the notebooks; a claim that two of
 * them show is the first's.
 *
 * @param numbers the notebooks, as '05'
 * @throws CourseError when the folder of notebooks or one of them cannot be read
 */
export function shownVerdicts(numbers: readonly string[]): ShownVerdict[] {
  checkTexts('The numbers of notebooks', numbers);
  const folder = dataPath('..', 'notebooks');
  const files = notebookFiles().filter((file) => numbers.includes(file.slice(0, 2)));
  const all = files.flatMap((notebook) => {
    const { cells } = readJson(join(folder, notebook)) as {
      readonly cells: readonly {
        readonly outputs?: readonly { readonly data?: Readonly<Record<string, unknown>> }[];
      }[];
    };
    const shown = cells
      .flatMap(({ outputs = [] }) => outputs)
      .map(({ data }) => data?.[VERDICTS] as { readonly verdicts: readonly Verdict[] } | undefined);
    return shown.flatMap((one) => one?.verdicts ?? []).map((verdict) => ({ ...verdict, notebook }));
  });
  return all.filter(({ claim }, i) => all.findIndex((other) => other.claim === claim) === i);
}

/**
 * Shows verdicts with a link from each to the notebook that shows its figure.
 *
 * @throws CourseError when there are none, or naming what of a verdict is not as it has to be
 */
export async function showLinkedVerdicts(verdicts: readonly ShownVerdict[]): Promise<void> {
  checkShownVerdicts(verdicts, { notebook: checkText });
  const rows = verdicts.map((one) => ({ notebook: one.notebook, ...rowOf(one) }));
  await showWall(verdicts, rows, {}, 'notebook');
}

/**
 * Labels that a model gives in context, for a cheap classifier to learn from, and demonstrations of
 * another task (notebook 37).
 * References: Ding et al. (2023, arXiv 2212.10450); Chatterjee et al. (2024, arXiv 2405.10548);
 * Tanwar et al. (2023, arXiv 2305.05940).
 */
import { rankCorrelation } from '../../../evaluation/ranks';
import { realTask } from '../../../metaicl/realtasks';
import { levelOf } from '../../../records/effects';
import { measured, seedwise, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy } from '../../../records/verdicts';
import { LABELLING_KIND, type LabellingConfig, type LabellingExperiment } from '../labellingkind';
import { HALF, keptName } from '../labellingmeasures';
import { CHOSEN_TASKS, REAL, SCORED_ON_THREE, SMALL_MODEL, metricAbove } from './scoringshared';

const DING = 'Ding et al. 2023';
const CHATTERJEE = 'Chatterjee et al. 2024';
const TANWAR = 'Tanwar et al. 2023, X-InSTA';

/** The rule of two students, or of a student and the model that taught it. */
const students = (model: string, a: string, b: string, title = ''): Claim['decide'] => {
  const of = (who: string): string =>
    (who === 'in context'
      ? 'accuracy, batch calibration, in context'
      : `accuracy, student, ${who}`) + title;
  return metricAbove(model, [a, of(a)], [b, of(b)]);
};

const [ALL, CONFIDENT] = [keptName(1), keptName(HALF)];

/** Labels of a model, and students. */
const labelling = (model: string, shown: number): Claim[] => {
  const where = `(${model})`;
  return [
    claim(
      `A classifier that learns from ${shown} true labels and those of the model is right more ` +
        `often than one that learns from the ${shown} alone ${where}`,
      DING,
      students(model, ALL, 'true few'),
    ),
    claim(
      `A classifier that learns from the more confident half of the model's labels is right more ` +
        `often than one that learns from all ${where}`,
      COURSE,
      students(model, CONFIDENT, ALL),
    ),
    claim(
      `The more confident half teaches a classifier better than as many labels at random ${where}`,
      COURSE,
      students(model, CONFIDENT, `${CONFIDENT} at random`),
    ),
    claim(
      `The model's labels of which it is more confident are right more often than all ${where}`,
      COURSE,
      metricAbove(
        model,
        ['the more confident half', `labels right, ${CONFIDENT}`],
        ['all', `labels right, ${ALL}`],
      ),
    ),
    claim(
      `A classifier that learns from the model's labels is right more often than the model in ` +
        `context ${where}`,
      COURSE,
      students(model, ALL, 'in context'),
    ),
    claim(
      `A classifier that learns from true labels of all rows is right more often than one that ` +
        `learns from the model's ${where}`,
      COURSE,
      students(model, 'true all', ALL),
    ),
  ];
};

/** The same where labels are words that the small model knows, and where they are symbols. */
const byMapping = (shown: number): Claim[] =>
  ['natural labels', 'arbitrary labels'].map((title) =>
    claim(
      `A classifier that learns from ${shown} true labels and those of the model is right more ` +
        `often than one that learns from the ${shown} alone (${SMALL_MODEL}, ${title})`,
      DING,
      students(SMALL_MODEL, ALL, 'true few', `, ${title}`),
    ),
  );

/**
 * The metric of answers after demonstrations of another task, as they are: a target is asked as many
 * questions of each label, one in the quick profile, and calibration over so few would use that.
 */
const after = (way: string): string => `accuracy, ${way}`;

/** What stands before a question, in words. */
const BEFORE = {
  none: 'no demonstrations',
  'header alone': 'a header alone',
  'random rows': 'random rows of another task',
  'random rows, header': 'random rows of another task and a header',
  'nearest rows': 'the nearest rows of another task',
  'nearest rows, header': 'the nearest rows of another task and a header',
  'own rows': 'rows of the task itself',
} as const;
type Before = keyof typeof BEFORE;

/** Pairs of ways, the one that is claimed to be right more often first. */
const CROSS_PAIRS: readonly (readonly [Before, Before, string])[] = [
  ['random rows', 'none', COURSE],
  ['nearest rows', 'none', CHATTERJEE],
  ['nearest rows', 'random rows', CHATTERJEE],
  ['random rows, header', 'random rows', TANWAR],
  ['nearest rows, header', 'nearest rows', TANWAR],
  ['nearest rows, header', 'none', COURSE],
  ['nearest rows, header', 'header alone', COURSE],
  ['own rows', 'nearest rows, header', COURSE],
];

/** The tasks, and each of them after another one. */
const TITLES = CHOSEN_TASKS.tasks.map((name) => realTask(name).title);
const TASK_PAIRS = TITLES.flatMap((target) =>
  TITLES.filter((source) => source !== target).map((source) => `${target} after ${source}`),
);

/** For each seed, how the gain of a pair of tasks goes with their likeness: a rank correlation. */
function likenessOfGains(records: readonly ResultRecord[], way: string): Measured {
  const of = (metric: string): Measured[] =>
    TASK_PAIRS.map((pair) => measured(records, REAL, { metric: `${metric}, ${pair}` }));
  const n = TASK_PAIRS.length;
  return seedwise(
    (...values) => {
      const [shown, bare, likeness] = [0, 1, 2].map((i) => values.slice(i * n, (i + 1) * n));
      const gains = shown!.map((share, pair) => share - bare![pair]!);
      return rankCorrelation(likeness!, gains);
    },
    ...of(after(way)),
    ...of(after('none')),
    ...of('likeness of tasks'),
  );
}

const crossTask = (): Claim[] => [
  ...CROSS_PAIRS.map(([a, b, source]) =>
    claim(
      `Answers are right more often after ${BEFORE[a]} than after ${BEFORE[b]} (${REAL})`,
      source,
      metricAbove(REAL, [a, after(a)], [b, after(b)]),
    ),
  ),
  ...['random rows', 'nearest rows'].map((way) =>
    claim(
      `The more alike two tasks are, the more demonstrations of one gain for the other (${REAL}, ` +
        `${way})`,
      COURSE, // Chatterjee et al. compare activations; here vectors of title and labels
      (records) =>
        decisionBy(
          levelOf(likenessOfGains(records, way), { bound: 0, claimed: 'above' }, 'level'),
          'rank correlation over pairs, ',
        ),
    ),
  ),
];

const quick: LabellingConfig = {
  ...CHOSEN_TASKS,
  seeds: 5,
  measures: {
    poolRows: 80,
    each: 8,
    worldTasks: 16,
    worldEach: 20,
    shown: 8,
    shares: [0.125, 0.25, 0.5, 0.75, 1],
    penalty: 1,
    crossEach: 1,
    headerTokens: 32,
  },
};

/** Labels of a model, and demonstrations of another task. */
export const LABELLING: LabellingExperiment = {
  name: 'survey-labelling',
  notebook: '37',
  claim:
    'Labels that a model gives in context teach a cheap classifier, and demonstrations of another ' +
    'task help where a task has none.',
  source: DING,
  variants: SCORED_ON_THREE,
  kind: LABELLING_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: { ...quick.measures, poolRows: 1000, worldTasks: 64, worldEach: 50, crossEach: 10 },
    },
  },
  claims: ({ measures: { shown } }) => [
    ...labelling(REAL, shown),
    claim(
      `A classifier that learns from ${shown} true labels and those of the model is right more ` +
        `often than one that learns from labels by the nearest label word (${REAL})`,
      DING,
      students(REAL, ALL, 'weak rule'),
    ),
    ...labelling(SMALL_MODEL, shown),
    ...byMapping(shown),
    ...crossTask(),
  ],
};

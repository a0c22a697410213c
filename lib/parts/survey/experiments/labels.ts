/**
 * What in the labels of demonstrations matters (notebook 32).
 * References: Min et al. (2022, arXiv 2202.12837); Yoo et al. (2022, arXiv 2205.12685); Wei et al.
 * (2023, arXiv 2303.03846).
 */
import { differenceOf, levelOf } from '../../../records/effects';
import { measured, seedwise, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import type { Condition } from '../factors/conditions';
import { LABELS_KIND, type LabelsConfig, type LabelsExperiment } from '../labelskind';
import {
  CHOSEN_TASKS,
  REAL,
  SCORED_INVICL,
  SCORED_ON_THREE,
  SMALL_INVICL,
  SMALL_MODEL,
  metricAbove,
  shareAbove,
} from './scoringshared';

const MIN = 'Min et al. 2022';
const YOO = 'Yoo et al. 2022';
const WEI = 'Wei et al. 2023';

/** The metric of right answers of a model: calibrated over the questions, or as they are. */
const CALIBRATED = 'accuracy, batch calibration';
const metricOf = (model: string): string => (model === REAL ? CALIBRATED : 'accuracy');

/** The name of a number of right answers in a condition, of all tasks or of one title. */
const after = (model: string, condition: Condition, title?: string): string =>
  `${metricOf(model)}, ${condition}${title === undefined ? '' : `, ${title}`}`;

/** The rule "answers are right more often in the first condition". */
const conditionAbove = (a: Condition, b: Condition): Claim['decide'] =>
  metricAbove(REAL, [a, after(REAL, a)], [b, after(REAL, b)]);

const WHERE = `(${REAL}, calibrated)`;

/** What demonstrations show in a condition, in words. */
const SHOWN: Readonly<Record<Condition, string>> = {
  gold: 'true demonstrations',
  'random labels': 'inputs of the task with random labels',
  'labels by frequency': 'inputs of the task with labels drawn by their frequencies',
  'flipped labels': 'demonstrations all of whose labels are wrong',
  'unrelated words': 'demonstrations whose labels are replaced by unrelated words',
  'random unrelated words': 'inputs of the task with random unrelated words',
  'inputs of another task': 'inputs of another task with random labels',
  'labels only': 'random labels alone',
  'inputs only': 'inputs alone',
  none: 'no demonstrations',
};

/** Pairs of conditions, the one that is claimed to be right more often first. */
const PAIRS: readonly (readonly [Condition, Condition, string])[] = [
  ['random labels', 'none', MIN],
  ['gold', 'flipped labels', YOO],
  ['flipped labels', 'none', MIN],
  ['gold', 'unrelated words', WEI],
  ['random labels', 'random unrelated words', MIN],
  ['random labels', 'inputs of another task', MIN],
  ['random labels', 'labels only', MIN],
  ['random labels', 'inputs only', MIN],
];

const pairs = (): Claim[] =>
  PAIRS.map(([a, b, source]) =>
    claim(
      `Answers are right more often after ${SHOWN[a]} than after ${SHOWN[b]} ${WHERE}`,
      source,
      conditionAbove(a, b),
    ),
  );

/** What random labels may cost, at most: Min et al. find 0 to 5 points. */
const COST = 0.05;

/** The task with two labels, where a wrong label is the other one. */
const TWO_LABELS = 'SST-2';

/** The least difference of sensitivities that counts. */
const NEAR = 0.1;

/** The accuracy that random labels cost the small model with one kind of labels. */
const costOf = (records: readonly ResultRecord[], title: string): Measured => {
  const of = (condition: Condition): Measured =>
    measured(records, SMALL_MODEL, { metric: after(SMALL_MODEL, condition, title) });
  return seedwise((gold, random) => gold! - random!, of('gold'), of('random labels'));
};

const sensitivities = (): Claim[] => [
  claim(
    `The share of right labels changes the accuracy of the ${SMALL_MODEL} with arbitrary labels ` +
      `more than that of ${REAL}, calibrated`,
    COURSE,
    (records) =>
      decisionBy(
        differenceOf(
          measured(records, SMALL_MODEL, { metric: 'sensitivity, arbitrary labels' }),
          measured(records, REAL, { metric: 'sensitivity, batch calibration' }),
          'number',
          { bound: 0, claimed: 'above' },
        ),
        'slopes, ',
      ),
  ),
  claim(
    `The slopes of a small model under InvICL and under AR differ by less than ${NEAR}`,
    COURSE,
    (records) => {
      const of = (model: string): Measured => measured(records, model, { metric: 'sensitivity' });
      const distance = seedwise((a, b) => Math.abs(a! - b!), of(SMALL_INVICL), of(SMALL_MODEL));
      return decisionBy(levelOf(distance, { bound: NEAR, claimed: 'below' }), 'distance, ');
    },
  ),
];

const small = (): Claim[] => [
  claim(
    `Random labels cost more right answers where labels are arbitrary than where they are natural ` +
      `(${SMALL_MODEL})`,
    COURSE,
    (records) =>
      compareShares(
        'arbitrary',
        costOf(records, 'arbitrary labels'),
        'natural',
        costOf(records, 'natural labels'),
      ),
  ),
  claim(
    `All labels flipped, answers are right less often than chance (${SMALL_MODEL}, natural labels)`,
    COURSE,
    metricAbove(
      SMALL_MODEL,
      ['chance', 'chance, natural labels'],
      ['flipped labels', after(SMALL_MODEL, 'flipped labels', 'natural labels')],
    ),
  ),
];

const quick: LabelsConfig = {
  ...CHOSEN_TASKS,
  seeds: 5,
  measures: {
    poolRows: 48,
    each: 8,
    worldTasks: 16,
    worldEach: 8,
    shown: 16,
    worldShown: 8,
    questions: 18,
    shares: [0, 0.25, 0.5, 0.75, 1],
  },
};

/** What in the labels of demonstrations matters. */
export const LABELS_SHOWN: LabelsExperiment = {
  name: 'survey-labels',
  notebook: '32',
  claim:
    'Demonstrations tell a model which inputs and labels there are and in which form; how much the ' +
    'right labels add depends on the model and on what the labels mean.',
  source: MIN,
  variants: [...SCORED_ON_THREE, SCORED_INVICL],
  kind: LABELS_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: {
        ...quick.measures,
        poolRows: 1000,
        worldTasks: 64,
        worldEach: 25,
        questions: 200,
      },
    },
  },
  claims: () => [
    claim(
      `Random labels cost less than ${100 * COST} points of right answers ${WHERE}`,
      MIN,
      shareAbove(
        REAL,
        null,
        ['random labels', (of) => of(after(REAL, 'random labels'))],
        ['gold', (of) => of(after(REAL, 'gold'))],
        COST,
      ),
    ),
    ...pairs(),
    claim(
      `All labels flipped, answers are still right more often than chance ${WHERE.slice(0, -1)}, ` +
        `${TWO_LABELS})`,
      WEI,
      metricAbove(
        REAL,
        ['flipped labels', after(REAL, 'flipped labels', TWO_LABELS)],
        ['chance', `chance, ${TWO_LABELS}`],
      ),
    ),
    ...sensitivities(),
    ...small(),
  ],
};

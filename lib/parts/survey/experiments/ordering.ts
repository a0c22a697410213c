/**
 * The order of demonstrations (notebook 26): how much it matters, which ways find a good one without
 * labels, what a search costs, and what readings save in which no order counts.
 * References: Lu et al. (2022, arXiv 2104.08786) for entropies; Liu et al. (2022, arXiv 2101.06804)
 * for nearest last; Liu et al. (2024, arXiv 2402.10738) for easy to hard.
 */
import { claim, type Claim } from '../../../records/rules';
import { seedwise } from '../../../records/measured';
import { COURSE } from '../../../records/sources';
import { METHODS } from '../../../model/methods';
import {
  ORDERING_KIND,
  type OrderingConfig,
  type OrderingExperiment,
  type OrderingVariant,
} from '../orderingkind';
import {
  CHOSEN_TASKS,
  REAL,
  SCORED,
  SMALL_MODEL,
  asItIs,
  waysAbove,
  shareAbove,
  type WayAbove,
} from './scoringshared';

/** An exact answer to which later examples count more: its order matters, and we know why. */
export const FORGETFUL = 'exact Bayes that forgets';

const VARIANTS: readonly OrderingVariant[] = [
  ...SCORED,
  { key: 'forgetful', name: FORGETFUL, model: 'exact', recency: 0.4, seeds: 3 },
];

const quick: OrderingConfig = {
  ...CHOSEN_TASKS,
  measures: {
    k: 4,
    sets: 1,
    dev: 8,
    written: 8,
    poolRows: 80,
    each: 4,
    worldTasks: 6,
    worldEach: 8,
  },
  seeds: 5,
};

const LU = 'Lu et al. 2022';
const LIU = 'Liu et al. 2022';
const ICCL = 'Liu et al. 2024, ICCL';

/** Which is right more often than which, and who says so. */
const PAIRS: readonly WayAbove[] = [
  ['nearest last', 'nearest first', LIU],
  ['nearest last', 'random order', LIU],
  ['easy to hard', 'hard to easy', ICCL],
  ['easy to hard', 'random order', ICCL],
  ['GlobalE, own inputs', 'random order', LU],
  ['LocalE, own inputs', 'random order', LU],
  ['GlobalE, pool inputs', 'random order', COURSE],
  ['best on labelled rows', 'random order', COURSE],
  ['mean over all orders', 'random order', COURSE],
];

/** How far the best of all orders has to be from the worst: 10 points. */
const APART = 0.1;

/** The claims on one model. */
const claimsOf = (model: string, k: number, pairs: readonly WayAbove[]): Claim[] =>
  waysAbove(
    model,
    k,
    'accuracy',
    pairs,
    (a, b) =>
      `Answers are right more often by '${a}' than by '${b}' (${model}, ${k} demonstrations)`,
  );

/** Claims on how much order matters to a model, and on the search for a good one. */
function orderMatters(model: string, k: number): Claim[] {
  const where = `(${model}, ${k} demonstrations)`;
  const [before, after] = ['spread over orders', 'spread over orders, batch calibration'];
  return [
    claim(
      `Between the best and the worst order lie more than ${100 * APART} points ${where}`,
      LU,
      shareAbove(
        model,
        k,
        ['best less 10 points', (of) => seedwise((x) => x! - APART, of('accuracy, best order'))],
        ['worst', asItIs('accuracy, worst order')],
      ),
    ),
    claim(
      `Batch calibration makes the spread over orders smaller ${where}`,
      COURSE,
      shareAbove(model, k, ['as it is', asItIs(before)], ['calibrated', asItIs(after)]),
    ),
    claim(
      `After 8 evaluations a local search is nearer to the best order than random orders ${where}`,
      'Dong et al. 2022 (open problem)',
      shareAbove(
        model,
        k,
        ['regret at random', asItIs('regret, at random, 8 evaluations')],
        ['of swaps', asItIs('regret, swaps, 8 evaluations')],
      ),
    ),
    claim(
      `After 4 evaluations orders by GlobalE are nearer to the best order than random ones ${where}`,
      LU,
      shareAbove(
        model,
        k,
        ['regret at random', asItIs('regret, at random, 4 evaluations')],
        ['by GlobalE', asItIs('regret, highest GlobalE first, 4 evaluations')],
      ),
    ),
  ];
}

const NAMES = { boe: METHODS.boe.name, invicl: METHODS.invicl.name };

/** The order of demonstrations. */
export const ORDERING: OrderingExperiment = {
  name: 'survey-ordering',
  notebook: '26',
  claim:
    'The order of demonstrations decides answers; some orders can be found without labels; where no ' +
    'order counts none has to be found.',
  source: LU,
  variants: VARIANTS,
  kind: ORDERING_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      measures: { ...quick.measures, sets: 10, dev: 32, written: 24, each: 50, worldTasks: 32 },
      seeds: 10,
    },
  },
  claims: ({ measures: { k } }) => [
    ...orderMatters(REAL, k),
    ...claimsOf(REAL, k, [
      ...PAIRS,
      [NAMES.invicl, 'random order', COURSE],
      [NAMES.boe, 'random order', COURSE],
    ]),
    ...orderMatters(SMALL_MODEL, k),
    ...claimsOf(SMALL_MODEL, k, [
      ...PAIRS,
      [NAMES.invicl, 'random order', COURSE],
      [NAMES.invicl, 'mean over all orders', COURSE],
    ]),
    ...claimsOf(FORGETFUL, k, [['nearest last', 'nearest first', LIU]]),
  ],
};

/**
 * Induction heads (notebook 33): in transformers of attention alone while they are trained, in SmolLM2
 * and in the small model of TaskWorld.
 * References: Olsson et al. (2022, arXiv 2209.11895); Elhage et al. (2021); Crosbie and Shutova (2025,
 * arXiv 2407.07011).
 */
import { levelOf } from '../../../records/effects';
import { measured, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { recordsOf } from '../../../records/records';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import {
  HEADS_KIND,
  type HeadsConfig,
  type HeadsExperiment,
  type HeadsVariant,
} from '../headskind';
import {
  REAL,
  SMALL_MODEL,
  TEXT_TEMPLATES,
  comparedNumbers,
  metricAbove,
  numbersCompared,
} from './scoringshared';

const OLSSON = 'Olsson et al. 2022';
const ELHAGE = 'Elhage et al. 2021';
const CROSBIE = 'Crosbie and Shutova 2025';

const [ONE, TWO] = ['one layer', 'two layers'] as const;

const VARIANTS: readonly HeadsVariant[] = [
  { key: 'smollm2', name: REAL, model: 'smollm2', seeds: 3 },
  { key: 'small', name: SMALL_MODEL, model: 'small', seeds: 3 },
  { key: 'two-layers', name: TWO, model: 'two layers', seeds: 3 },
  { key: 'one-layer', name: ONE, model: 'one layer', seeds: 3 },
];

const SCORE = 'in-context score along training';
const MATCHING = 'prefix matching along training';

/** What was measured along training, by seed: [step, value] in the order of steps. */
function along(
  records: readonly ResultRecord[],
  variant: string,
  metric: string,
): Map<number, (readonly [number, number])[]> {
  const bySeed = new Map<number, (readonly [number, number])[]>();
  for (const { seed, at, value } of recordsOf(records, variant, metric))
    bySeed.set(seed, [...(bySeed.get(seed) ?? []), [at as number, value]]);
  bySeed.forEach((points) => points.sort(([a], [b]) => a - b));
  return bySeed;
}

/** A fifth of the steps: how long a phase change may take. */
const WINDOW = 0.2;

/** How much of its whole fall a number falls within the steepest fifth of the steps. */
function shareInWindow(points: readonly (readonly [number, number])[]): number {
  const last = points.at(-1)![0];
  const fall = points[0]![1] - Math.min(...points.map(([, value]) => value));
  const within = points.flatMap(([from, high]) =>
    points.filter(([to]) => to > from && to - from <= WINDOW * last).map(([, low]) => high - low),
  );
  return Math.max(0, ...within) / fall;
}

/** The first step at which a number has gone half of its way from the first to its extreme value. */
function halfWay(points: readonly (readonly [number, number])[]): number {
  const first = points[0]![1];
  const far = points.reduce((d, [, v]) => (Math.abs(v - first) > Math.abs(d) ? v - first : d), 0);
  return points.find(([, value]) => (value - first) / far >= 0.5)![0];
}

const seedwiseOf = <T>(bySeed: ReadonlyMap<number, T>, of: (one: T) => number): Measured =>
  new Map([...bySeed].map(([seed, one]) => [seed, of(one)]));

/** How far apart, in shares of the steps, score and prefix matching go half of their ways. */
const apart = (records: readonly ResultRecord[]): Measured => {
  const matching = along(records, TWO, MATCHING);
  return new Map(
    [...along(records, TWO, SCORE)].map(([seed, points]) => [
      seed,
      Math.abs(halfWay(points) - halfWay(matching.get(seed)!)) / points.at(-1)![0],
    ]),
  );
};

const trained = (): Claim[] => [
  claim(
    'The best head of two layers matches prefixes more than the best one of one layer',
    ELHAGE,
    scoreAbove(TWO, ONE, { metric: 'prefix matching' }),
  ),
  claim(
    'The context helps late tokens more in two layers than in one (in-context score)',
    OLSSON,
    numbersCompared(
      'nats',
      'below',
      'nats',
    )([TWO, TWO, { metric: 'in-context score' }], [ONE, ONE, { metric: 'in-context score' }]),
  ),
  claim(
    `More than half of the fall of the in-context score happens within ${100 * WINDOW} % of the ` +
      `steps (${TWO})`,
    OLSSON,
    (records) =>
      compareShares(
        'share of the fall',
        seedwiseOf(along(records, TWO, SCORE), shareInWindow),
        'half',
        0.5,
      ),
  ),
  claim(
    `In-context score and prefix matching have gone half of their ways within a tenth of the steps ` +
      `of each other (${TWO})`,
    OLSSON,
    (records) =>
      decisionBy(
        levelOf(apart(records), { bound: 0.1, claimed: 'below' }, 'level'),
        'share of the steps between them, ',
      ),
  ),
  claim(
    'Without the heads of its second layer the model of two layers predicts late tokens worse than ' +
      'that of one layer',
    OLSSON,
    numbersCompared(
      'nats',
      'above',
      'nats',
    )(
      [
        'two layers without the second',
        TWO,
        { metric: 'loss of late tokens without the last layer, zero' },
      ],
      [ONE, ONE, { metric: 'loss of late tokens' }],
    ),
  ),
];

/** The rule "a number of the real model is on a side of a bound". */
const level =
  (metric: string, bound: number, claimed: 'above' | 'below', words: string): Claim['decide'] =>
  (records) =>
    decisionBy(
      levelOf(measured(records, REAL, { metric }), { bound, claimed }, 'level'),
      `${words}, `,
    );

/** The rule about a model without its top heads and without random ones. */
const withoutTop =
  (variant: string, n: number, metric: (which: string) => string): Claim['decide'] =>
  (records) => {
    const of = (which: string): Measured =>
      measured(records, variant, { n, metric: metric(which) });
    return compareShares(
      'without random heads',
      of('random heads'),
      'without the top heads',
      of('top heads'),
    );
  };

const CALIBRATED = 'accuracy, batch calibration';
const WORDED = 'SST-2, unrelated words';

const real = (most: number): Claim[] => [
  claim(
    `The order of heads by prefix matching agrees between two draws of random tokens with a rank ` +
      `correlation above 0.9 (${REAL})`,
    OLSSON,
    level('rank correlation of two draws', 0.9, 'above', 'rank correlation'),
  ),
  claim(
    `The best head attends more to what followed a token before than to the same places where no ` +
      `token occurs again (${REAL}, tokens by which it was not chosen)`,
    OLSSON,
    metricAbove(
      REAL,
      ['repeated', 'prefix matching, best head, other tokens'],
      ['not repeated', 'prefix matching, best head, unrepeated'],
    ),
  ),
  claim(
    `The ${most} heads with the highest prefix matching have a higher copying score than the others ` +
      `(${REAL})`,
    OLSSON,
    comparedNumbers(REAL, 'number', 'above', '')(
      'these',
      'copying, top heads',
      'others',
      'copying, other heads',
    ),
  ),
  claim(
    `Without ${most} such heads repeated tokens cost more than without as many random heads of the ` +
      `same layers (${REAL})`,
    OLSSON,
    numbersCompared(
      'nats',
      'above',
      'nats',
    )(
      ['without the top heads', REAL, { n: most, metric: 'loss, top heads, zero' }],
      ['without random heads', REAL, { n: most, metric: 'loss, random heads, zero' }],
    ),
  ),
  claim(
    `Without the four best previous-token heads the four best heads match prefixes less than without ` +
      `four random heads of the same layers (${REAL})`,
    ELHAGE,
    metricAbove(
      REAL,
      ['without random heads', 'prefix matching without random heads'],
      ['without previous-token heads', 'prefix matching without previous-token heads'],
    ),
  ),
  claim(
    `Without ${most} such heads real tasks are answered right less often than without as many random ` +
      `heads of the same layers (${REAL}, calibrated)`,
    CROSBIE,
    withoutTop(REAL, most, (which) => `${CALIBRATED}, ${which}`),
  ),
  claim(
    `The same where unrelated words stand for the labels (${REAL}, calibrated, SST-2)`,
    CROSBIE,
    withoutTop(REAL, most, (which) => `${CALIBRATED}, ${which}, ${WORDED}`),
  ),
];

const quick: HeadsConfig = {
  tasks: ['glue-sst2', 'sms_spam', 'trec'],
  template: { ...TEXT_TEMPLATES['Output']!, longest: 30 },
  seeds: 3,
  measures: {
    sequences: 3,
    half: 24,
    sizes: [1, 2, 4, 8, 16],
    draws: 2,
    randomSizes: [16],
    copied: 64,
    poolRows: 32,
    shown: 4,
    questions: 8,
    worded: 1,
    documents: 64,
    lines: 12,
    worldTasks: 16,
    worldEach: 8,
    worldShown: 8,
    worldSizes: [1, 2, 4],
    steps: 600,
    watchEvery: 20,
    watched: 64,
    compared: 8,
  },
};

/** Heads that look up what followed before. */
export const HEADS: HeadsExperiment = {
  name: 'survey-heads',
  notebook: '33',
  claim:
    'Heads that look up what followed the same token before appear in a short time of training, need ' +
    'two layers, and carry much of what a model learns from its context.',
  source: OLSSON,
  variants: VARIANTS,
  kind: HEADS_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: {
        ...quick.measures,
        sequences: 32,
        half: 50,
        draws: 8,
        randomSizes: [1, 2, 4, 8, 16],
        poolRows: 1000,
        questions: 200,
        worded: 3,
        worldTasks: 64,
        worldEach: 25,
      },
    },
  },
  claims: ({ measures: { sizes, worldSizes } }) => [
    ...trained(),
    ...real(sizes.at(-1)!),
    claim(
      `Without the ${worldSizes.at(-1)!} heads that look up best, arbitrary labels are answered right ` +
        `less often than without as many random heads of the same layers (${SMALL_MODEL})`,
      COURSE,
      withoutTop(
        SMALL_MODEL,
        worldSizes.at(-1)!,
        (which) => `accuracy, ${which}, arbitrary labels`,
      ),
    ),
  ],
};

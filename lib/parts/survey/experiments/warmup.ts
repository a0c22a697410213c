/**
 * Warm-up between pre-training and use (notebook 31): a small model that trusts natural labels reads
 * some batches of one kind, and is asked about tasks that it did not read.
 * The rules were written for another beginning: a model that was trained from the start on natural
 * labels alone, of which a pilot had been looked at. It did not learn to read demonstrations in 120
 * steps of any kind (one seed). The model of notebook 20, which can read them, was then taken in its
 * place, after a pilot of natural labels and symbol tuning on seed 0. The rules stayed as they were.
 * References: Min et al. (NAACL 2022, arXiv 2110.15943), MetaICL; Wei et al. (EMNLP 2023, arXiv
 * 2305.08298), symbol tuning; Chen et al. (NAACL 2022, arXiv 2205.01703), self-supervised objectives.
 */
import { mean } from '../../../evaluation/statistics';
import { measured, seedwise, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { recordsOf } from '../../../records/records';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { cellOf, worldCellName } from '../cells';
import { OBJECTIVES } from '../warmup/pseudotasks';
import { fitSaturation, type Saturation } from '../warmup/saturation';
import { WARM_UP_KIND, type WarmUpConfig, type WarmUpExperiment } from '../warmupkind';
import { NO_WARM_UP } from '../warmupmeasures';

const MIN = 'Min et al. 2022, MetaICL';
const WEI = 'Wei et al. 2023, symbol tuning';
const CHEN = 'Chen et al. 2022';

const BEFORE = NO_WARM_UP;
const MORE = 'further text';
const SYMBOLS = 'symbol tuning';
const META = 'MetaICL';
const MULTI = 'multi-task';
const ALL = 'all four';

/** Held-out rules and labels: arbitrary pairs of symbols, and flipped natural labels. */
const SYMBOL_TASKS = `accuracy, ${worldCellName(cellOf('arbitrary', { unseen: true }))}`;
const FLIPPED_TASKS = `accuracy, ${worldCellName(cellOf('flipped', { unseen: true }))}`;
const NATURAL_TASKS = `accuracy, ${worldCellName(cellOf('natural'))}`;
const BY_MEANING = 'answers by meaning, labels exchanged';

/** Where a number stands. */
interface Place {
  readonly variant: string;
  readonly metric: string;
  readonly n: number;
}

/** The rule "the first share is above the second, less a margin". */
const above =
  (a: Place, b: Place, margin = 0): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map(({ variant, metric, n }) =>
      measured(records, variant, { metric, n }),
    );
    const whose = ({ variant, n }: Place): string =>
      a.variant === b.variant && a.n !== b.n ? `after ${n}` : variant;
    return compareShares(whose(a), x!, whose(b), y!, margin);
  };

const between = (a: string, b: string, metric: string, n: number, margin = 0): Claim['decide'] =>
  above({ variant: a, metric, n }, { variant: b, metric, n }, margin);

const symbolClaims = (n: number): Claim[] => [
  claim(
    `Symbol tuning raises right answers on held-out pairs of symbols above those of as much further ` +
      `text (${n} demonstrations)`,
    WEI,
    between(SYMBOLS, MORE, SYMBOL_TASKS, n),
  ),
  claim(
    `After symbol tuning flipped labels are followed more often than after as much further text ` +
      `(${n} demonstrations, held-out rules)`,
    WEI,
    between(SYMBOLS, MORE, FLIPPED_TASKS, n),
  ),
  claim(
    'With all labels exchanged, the symbol-tuned model answers by their meaning in fewer than half ' +
      'of the questions',
    WEI,
    (records) =>
      compareShares('half', 0.5, SYMBOLS, measured(records, SYMBOLS, { metric: BY_MEANING, n })),
  ),
  claim(
    'With all labels exchanged, the model without warm-up answers by their meaning in more than half of ' +
      'the questions',
    WEI,
    (records) =>
      compareShares(BEFORE, measured(records, BEFORE, { metric: BY_MEANING, n }), 'half', 0.5),
  ),
  claim(
    `Symbol tuning costs natural labels at most five points against as much further text ` +
      `(${n} demonstrations)`,
    COURSE,
    between(SYMBOLS, MORE, NATURAL_TASKS, n, 0.05),
  ),
];

const metaClaims = (n: number): Claim[] => [
  ...(
    [
      ['pairs of symbols', SYMBOL_TASKS],
      ['flipped labels', FLIPPED_TASKS],
    ] as const
  ).flatMap(([what, metric]) => [
    claim(
      `Meta-training in context gives more right answers on held-out tasks than no warm-up ` +
        `(${n} demonstrations, ${what})`,
      MIN,
      between(META, BEFORE, metric, n),
    ),
    claim(
      `Meta-training in context gives more right answers on held-out tasks than multi-task training ` +
        `asked without demonstrations (${what})`,
      MIN,
      above({ variant: META, metric, n }, { variant: MULTI, metric, n: 0 }),
    ),
    claim(
      `Meta-training in context gives more right answers on held-out tasks than multi-task training ` +
        `asked with as many demonstrations (${n}, ${what})`,
      MIN,
      between(META, MULTI, metric, n),
    ),
  ]),
];

const objectiveClaims = (n: number): Claim[] => [
  ...[...OBJECTIVES, ALL].map((name) =>
    claim(
      `Warm-up on ${name === ALL ? 'all four objectives' : `the objective "${name}"`} gives more ` +
        `right answers on pairs of symbols than no warm-up (${n} demonstrations)`,
      CHEN,
      between(name, BEFORE, SYMBOL_TASKS, n),
    ),
  ),
  claim(
    `All four objectives together are above the mean of each alone (${n} demonstrations, pairs of ` +
      'symbols)',
    CHEN,
    (records) => {
      const of = (name: string): Measured => measured(records, name, { metric: SYMBOL_TASKS, n });
      const each = seedwise((...shares) => mean(shares), ...OBJECTIVES.map(of));
      return compareShares('all four', of(ALL), 'mean of each', each);
    },
  ),
  claim(
    `Symbol tuning, with labels, gives more right answers on pairs of symbols than all four ` +
      `objectives, without (${n} demonstrations)`,
    COURSE,
    between(SYMBOLS, ALL, SYMBOL_TASKS, n),
  ),
];

/** The curve of a seed along symbol tuning, point by point. */
function curveOf(records: readonly ResultRecord[], metric: string, seed: number): Saturation {
  const own = recordsOf(records, SYMBOLS, metric.replace('accuracy', 'accuracy along training'));
  const points = own.filter((one) => one.seed === seed);
  return fitSaturation(points.map(({ at, value }) => ({ n: at as number, y: value })));
}

/** What is left to the fitted limit after the last step: all of it where none is determined. */
function leftOf({ a, b, c, limit }: Saturation, steps: number): number {
  if (limit === 'still rising' || limit === 'still falling') return 1;
  const left = limit === 'determined' ? Math.abs(b * steps ** -c) : 0;
  return Number.isFinite(a) ? Math.min(left, 1) : 1;
}

const curveClaims = (steps: number): Claim[] =>
  (
    [
      ['pairs of symbols', SYMBOL_TASKS],
      ['flipped labels', FLIPPED_TASKS],
    ] as const
  ).map(([what, metric]) =>
    claim(
      `After ${steps} steps of symbol tuning the fitted curve a - b n^-c is within five points of its ` +
        `limit (${what}; a curve without a limit counts as far from it)`,
      COURSE,
      (records) => {
        const seeds = new Set(recordsOf(records, SYMBOLS, metric).map(({ seed }) => seed));
        const left = new Map(
          [...seeds].map((seed) => [seed, leftOf(curveOf(records, metric, seed), steps)]),
        );
        return compareShares('five points', 0.05, 'left', left);
      },
    ),
  );

const quick: WarmUpConfig = {
  seeds: 3,
  naturalSteps: 80,
  steps: 50,
  batch: 32,
  watchEvery: 5,
  measures: { ns: [0, 8], questions: 192, watched: 96, n: 8, flipped: [0, 2, 4, 6, 8] },
};

const full: WarmUpConfig = {
  ...quick,
  naturalSteps: 400,
  steps: 2000,
  watchEvery: 100,
  measures: { ...quick.measures, questions: 2048, watched: 512 },
};

/** Warm-up. */
export const WARMING_UP: WarmUpExperiment = {
  name: 'survey-warmup',
  notebook: '31',
  claim:
    'A short warm-up on labels that mean nothing makes a model that trusts natural labels read its ' +
    'demonstrations again.',
  source: WEI,
  variants: [
    {
      key: 'labels',
      name: 'warm-ups with labels',
      kinds: ['further text', 'symbol tuning', 'MetaICL', 'multi-task', 'all four'],
      before: true,
    },
    { key: 'objectives', name: 'each objective alone', kinds: OBJECTIVES, before: false },
  ],
  kind: WARM_UP_KIND,
  profiles: { quick, full },
  claims: ({ steps, measures: { n } }) => [
    ...symbolClaims(n),
    ...metaClaims(n),
    ...objectiveClaims(n),
    ...curveClaims(steps),
  ],
};

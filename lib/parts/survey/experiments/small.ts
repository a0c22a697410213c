/**
 * The small language model, trained on TaskWorld at three sizes and under two masks (notebook 20):
 * that it learns in context, how far it is from the exact answer, and what that took.
 * References: Dong et al. (2022, arXiv 2301.00234), the survey; Brown et al. (2020) for sizes and
 * numbers of examples; Min et al. (2022, arXiv 2202.12837) for labels drawn at random; Wei et al.
 * (2023, arXiv 2303.03846) for flipped labels and sizes; Fang et al. (ICLR 2025) for InvICL.
 */
import { measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares } from '../../../records/verdicts';
import { worldCellName, cellOf, type WorldCell } from '../cells';
import { EMERGENCE_KIND, type EmergenceConfig, type EmergenceExperiment } from '../emergence';
import { STAGES } from '../small/stages';
import { linearVote } from '../votes';
import { fallClaims } from './smallfall';

const [MODEL, EXACT] = ['small model', 'exact Bayes'];
const [LITTLE, LARGE] = ['small model, width 32', 'small model, width 96'];
const PLAIN = 'small model, plain start';
const AT_ONCE = 'small model, all at once';
const INVICL = 'small model, InvICL';

/** Share of right answers in a cell. */
const accuracy = (cell: WorldCell): string => `accuracy, ${worldCellName(cell)}`;

const [NATURAL, FLIPPED, ARBITRARY] = [cellOf('natural'), cellOf('flipped'), cellOf('arbitrary')];
const INSTRUCTED = cellOf('arbitrary', { instructed: true });

/** Where a cell is meant in a sentence. */
const inWords = ({ mapping, instructed, unseen }: WorldCell): string =>
  `${mapping} labels${instructed ? ' with the instruction' : ''}` +
  (unseen ? ', combinations not seen in training' : '');

/** The rule "a's share in a cell is above b's, less a margin", with n examples. */
const above =
  (a: string, b: string, cell: WorldCell, n: number, margin = 0): Claim['decide'] =>
  (records) => {
    const of = (name: string) => measured(records, name, { metric: accuracy(cell), n });
    return compareShares(a, of(a), b, of(b), margin);
  };

/** The rule "the model's share is larger in one cell than in another". */
const largerIn =
  (a: WorldCell, b: WorldCell, n: number, margin = 0): Claim['decide'] =>
  (records) => {
    const of = (cell: WorldCell) => measured(records, MODEL, { metric: accuracy(cell), n });
    return compareShares(worldCellName(a), of(a), worldCellName(b), of(b), margin);
  };

/** The rule "with n examples a model is right more often than with `fewer`". */
const risesWith =
  (name: string, cell: WorldCell, fewer: number, n: number): Claim['decide'] =>
  (records: readonly ResultRecord[]) => {
    const of = (k: number) => measured(records, name, { metric: accuracy(cell), n: k });
    return compareShares(`with ${n}`, of(n), `with ${fewer}`, of(fewer));
  };

/** That it learns in context, and how well. */
const learns = (n: number): Claim[] => [
  ...[NATURAL, FLIPPED, ARBITRARY].map((cell) =>
    claim(
      `The small model is right more often with ${n} examples than with none (${inWords(cell)})`,
      'Brown et al. 2020, section 3',
      risesWith(MODEL, cell, 0, n),
    ),
  ),
  ...[NATURAL, FLIPPED, ARBITRARY, INSTRUCTED].map((cell) =>
    claim(
      `The small model is at most five points below the exact answer (${inWords(cell)}, ${n} ` +
        'examples)',
      'Xie et al. 2022',
      above(MODEL, EXACT, cell, n, 0.05),
    ),
  ),
  ...[NATURAL, FLIPPED, ARBITRARY].map((cell) =>
    claim(
      `The small model is right more often than a vote of the examples by their features ` +
        `(${inWords(cell)}, ${n} examples)`,
      COURSE,
      above(MODEL, linearVote.name, cell, n),
    ),
  ),
  ...[FLIPPED, ARBITRARY, INSTRUCTED].map((cell) =>
    claim(
      `Combinations of rule and labels that training left out are answered at most five points ` +
        `worse (${inWords(cell)}, ${n} examples)`,
      COURSE,
      largerIn({ ...cell, unseen: true }, cell, n, 0.05),
    ),
  ),
  claim(
    `An instruction raises the accuracy (${inWords(ARBITRARY)}, ${n} examples)`,
    'Dong et al. 2022, section 4',
    largerIn(INSTRUCTED, ARBITRARY, n),
  ),
];

/** What spoilt demonstrations cost. */
const spoilt = (n: number): Claim[] => [
  claim(
    `Labels drawn at random cost less than five points (${inWords(NATURAL)}, ${n} examples)`,
    'Min et al. 2022',
    largerIn(cellOf('natural', { shown: 'random labels' }), NATURAL, n, 0.05),
    'zero to five points',
  ),
  claim(
    `Labels drawn at random lower the accuracy (${inWords(ARBITRARY)}, ${n} examples)`,
    COURSE,
    largerIn(ARBITRARY, cellOf('arbitrary', { shown: 'random labels' }), n),
  ),
  claim(
    `Demonstrations of another task lower the accuracy (${inWords(NATURAL)}, ${n} examples)`,
    COURSE,
    largerIn(NATURAL, cellOf('natural', { shown: 'another task' }), n),
  ),
];

/** What it took: sizes, mask, start, stages. */
const took = (n: number): Claim[] => [
  ...[FLIPPED, ARBITRARY].flatMap((cell) =>
    [
      [MODEL, LITTLE],
      [LARGE, MODEL],
    ].map(([a, b]) =>
      claim(
        `${a === MODEL ? 'Width 64' : 'Width 96'} is right more often than width ` +
          `${a === MODEL ? 32 : 64} (${inWords(cell)}, ${n} examples)`,
        'Wei et al. 2023',
        above(a!, b!, cell, n),
      ),
    ),
  ),
  ...[NATURAL, ARBITRARY, INSTRUCTED].map((cell) =>
    claim(
      `The small model under InvICL is at most five points below that under AR ` +
        `(${inWords(cell)}, ${n} examples)`,
      'Fang et al. 2025',
      above(INVICL, MODEL, cell, n, 0.05),
    ),
  ),
  claim(
    'A new order changes a larger share of the small model’s answers under AR than under InvICL',
    'Fang et al. 2025, table 5',
    scoreAbove(MODEL, INVICL, { metric: 'changed by order', n }),
  ),
  ...(
    [
      [PLAIN, 'Smeared keys and the aligned start raise'],
      [AT_ONCE, 'Reading in stages raises'],
    ] as const
  ).map(([name, words]) =>
    claim(
      `${words} the accuracy (${inWords(INSTRUCTED)}, ${n} examples)`,
      COURSE,
      above(MODEL, name, INSTRUCTED, n),
    ),
  ),
];

const quick: EmergenceConfig = {
  size: 'middle',
  training: { steps: 7000, batch: 32, learningRate: 2e-3, logEvery: 100, stages: STAGES },
  seeds: 3,
  watchEvery: 250,
  measures: { ns: [0, 1, 2, 4, 8], questions: 512, watched: 128, n: 8 },
};

const full: EmergenceConfig = {
  ...quick,
  size: 'large',
  training: { ...quick.training, steps: 40_000, batch: 128 },
  seeds: 10,
  watchEvery: 1000,
};

/** The small language model on TaskWorld. */
export const SMALL: EmergenceExperiment = {
  name: 'survey-small',
  notebook: '20',
  claim:
    'A small language model that is trained on documents about many tasks learns new tasks from ' +
    'the examples in its prompt, nearly as well as the exact answer.',
  source: COURSE,
  variants: [
    { key: 'ar', name: MODEL, method: 'ar' },
    { key: 'ar-32', name: LITTLE, method: 'ar', size: 'small' },
    { key: 'ar-96', name: LARGE, method: 'ar', size: 'large' },
    { key: 'invicl', name: INVICL, method: 'invicl' },
    {
      key: 'ar-plain',
      name: PLAIN,
      method: 'ar',
      model: { smearedKeys: false, alignedStart: false },
    },
    {
      key: 'ar-at-once',
      name: AT_ONCE,
      method: 'ar',
      training: { stages: [STAGES.at(-1)!] },
    },
  ],
  weights: ['ar', 'invicl'],
  weightSeeds: 3,
  kind: EMERGENCE_KIND,
  profiles: { quick, full },
  claims: ({ measures: { n } }) => [
    ...learns(n),
    ...spoilt(n),
    ...took(n),
    ...fallClaims({
      middle: MODEL,
      little: LITTLE,
      large: LARGE,
      invicl: INVICL,
      plain: PLAIN,
      atOnce: AT_ONCE,
    }),
  ],
};

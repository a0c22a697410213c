/**
 * What a single demonstration decides, and where it stands (notebook 32): influences of
 * demonstrations that are left out, and labels that change within a prompt.
 * Reference: Kossen et al. (2024, arXiv 2307.12375).
 */
import { differenceOf, levelOf } from '../../../records/effects';
import { measured, paired, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy, inWords } from '../../../records/verdicts';
import {
  INFLUENCE_KIND,
  readAs,
  type InfluenceConfig,
  type InfluenceExperiment,
  type InfluenceVariant,
} from '../influencekind';
import { FORGETFUL } from './ordering';
import {
  EXACT_ANSWER,
  REAL,
  SCORED_INVICL,
  SMALL_INVICL,
  SMALL_MODEL,
  TEXT_TEMPLATES,
  comparedNumbers,
} from './scoringshared';

const KOSSEN = 'Kossen et al. 2024';

const REAL_INVICL = readAs(REAL, 'InvICL');

const VARIANTS: readonly InfluenceVariant[] = [
  { key: 'smollm2', name: REAL, model: 'smollm2', seeds: 3 },
  { key: 'small', name: SMALL_MODEL, model: 'small', seeds: 3 },
  SCORED_INVICL,
  { key: 'exact', name: EXACT_ANSWER, model: 'exact', seeds: 3 },
  { key: 'forgetful', name: FORGETFUL, model: 'exact', recency: 0.8, seeds: 3 },
];

/** One number: of a reader, a metric, and a position or per cent where it has one. */
type At = readonly [reader: string, metric: string, n?: number];

const numberAt = (records: readonly ResultRecord[], [reader, metric, n]: At): Measured =>
  measured(records, reader, n === undefined ? { metric } : { metric, n });

/** The rule "the first share is above the second", or above a number. */
const shareOver =
  ([a, x]: readonly [string, At], [b, y]: readonly [string, At | number]): Claim['decide'] =>
  (records) =>
    compareShares(a, numberAt(records, x), b, typeof y === 'number' ? y : numberAt(records, y));

/** The rule "the first rank correlation is above the second". */
const correlationOver =
  ([a, x]: readonly [string, At], [b, y]: readonly [string, At]): Claim['decide'] =>
  (records) => {
    const [ours, theirs] = [numberAt(records, x), numberAt(records, y)];
    const said = paired(ours, theirs).map((values) => inWords(values));
    return decisionBy(
      differenceOf(ours, theirs, 'number', { bound: 0, claimed: 'above' }),
      `${a} ${said[0]!}, ${b} ${said[1]!}: `,
    );
  };

const PLACE = 'variance, place';
const LIKE_EXACT = 'rank correlation with exact';
const FOLLOWS = 'follows late labels';

/** Less than this share of the variance is none, in numbers of 32 bits. */
const NONE = 1e-3;

/** Where a demonstration stands. */
const positions = (k: number): Claim[] => [
  ...[REAL, SMALL_MODEL].map((model) =>
    claim(
      `The last of ${k} demonstrations has a larger influence than the first (${model})`,
      KOSSEN,
      shareOver(
        ['share of the last', [model, 'share of influence', k]],
        ['of the first', [model, 'share of influence', 1]],
      ),
    ),
  ),
  ...[
    [REAL, REAL_INVICL],
    [SMALL_MODEL, SMALL_INVICL],
  ].flatMap(([ar, invicl]) => [
    claim(
      `Where a demonstration stands makes more of the variance of influences under AR than under ` +
        `InvICL (${ar!})`,
      COURSE,
      shareOver(['under AR', [ar!, PLACE]], ['under InvICL', [invicl!, PLACE]]),
    ),
    claim(
      `Where a demonstration stands makes less than ${100 * NONE} % of the variance of influences ` +
        `under InvICL (${ar!})`,
      COURSE,
      (records) =>
        decisionBy(
          levelOf(numberAt(records, [invicl!, PLACE]), { bound: NONE, claimed: 'below' }, 'level'),
          'share of the variance, ',
        ),
    ),
  ]),
];

/** Which labels are followed after a change. */
const changes = (): Claim[] => [
  ...[REAL, SMALL_MODEL].map((model) =>
    claim(
      `After labels that are exchanged half-way, more than half of the answers follow the later ` +
        `ones (${model})`,
      KOSSEN,
      shareOver(['follow the later', [model, FOLLOWS, 50]], ['half', 0.5]),
    ),
  ),
  claim(
    `When a quarter of the demonstrations stands after the change, more answers follow it under AR ` +
      `(${SMALL_MODEL}) than of the exact answer`,
    COURSE,
    shareOver(
      ['follow the later under AR', [SMALL_MODEL, FOLLOWS, 25]],
      ['of the exact answer', [EXACT_ANSWER, FOLLOWS, 25]],
    ),
  ),
  claim(
    `Half-way, more answers follow the later labels where these are the true ones than where they ` +
      `are the exchanged ones (${REAL})`,
    KOSSEN,
    shareOver(
      ['true ones late', [REAL, `${FOLLOWS}, true ones late`, 50]],
      ['exchanged ones late', [REAL, `${FOLLOWS}, exchanged ones late`, 50]],
    ),
  ),
];

/** What a demonstration says. */
const contents = (): Claim[] => [
  claim(
    `A demonstration with the label of the question speaks more for it than one with the other ` +
      `label (${REAL})`,
    KOSSEN,
    comparedNumbers(REAL, 'nats', 'above', 'nats')(
      'same label',
      'influence, same label',
      'other label',
      'influence, other label',
    ),
  ),
  claim(
    `The rank correlation of influences with those of the exact answer is above 0.5 (${SMALL_MODEL})`,
    COURSE,
    (records) =>
      decisionBy(
        levelOf(
          numberAt(records, [SMALL_MODEL, LIKE_EXACT]),
          { bound: 0.5, claimed: 'above' },
          'level',
        ),
        'rank correlation, ',
      ),
  ),
  claim(
    `Influences go more with those of the exact answer under InvICL than under AR (${SMALL_MODEL})`,
    COURSE,
    correlationOver(
      ['rank correlation under InvICL', [SMALL_INVICL, LIKE_EXACT]],
      ['under AR', [SMALL_MODEL, LIKE_EXACT]],
    ),
  ),
  claim(
    `Influences go more with those of the exact answer as means over rotations than in single ` +
      `prompts (${SMALL_MODEL})`,
    COURSE,
    correlationOver(
      ['rank correlation of means', [SMALL_MODEL, `${LIKE_EXACT}, mean over rotations`]],
      ['of single prompts', [SMALL_MODEL, LIKE_EXACT]],
    ),
  ),
];

const quick: InfluenceConfig = {
  tasks: ['glue-sst2', 'sms_spam'], // both have two labels
  template: TEXT_TEMPLATES['Output']!,
  seeds: 5,
  measures: {
    poolRows: 32,
    each: 4,
    worldTasks: 4,
    worldEach: 8,
    k: 8,
    sets: 1,
    asked: 2,
    worldRotations: 8,
    textRotations: 4,
    setRotations: 2,
    lateShares: [0.25, 0.5, 0.75],
  },
};

/** What a single demonstration decides. */
export const INFLUENCE: InfluenceExperiment = {
  name: 'survey-influence',
  notebook: '32',
  claim:
    'How far a demonstration decides an answer depends on where it stands, unless demonstrations are ' +
    'read as a set.',
  source: KOSSEN,
  variants: VARIANTS,
  kind: INFLUENCE_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: { ...quick.measures, poolRows: 200, each: 30, worldTasks: 32, sets: 4, asked: 8 },
    },
  },
  claims: ({ measures: { k } }) => [...positions(k), ...changes(), ...contents()],
};

/**
 * Learning from pictures in context (notebook 38): models that fill the hole of a canvas, several
 * examples, layouts and chosen examples, and models that read examples as blocks.
 * References: Bar et al. (2022, arXiv 2209.00647), Wang et al. (2023, arXiv 2304.03284), Zhang et al.
 * (2023, arXiv 2301.13670), Sun et al. (2023, arXiv 2304.04748).
 */
import { levelOf, ratioOf } from '../../../records/effects';
import { measured, type Where } from '../../../records/measured';
import { claim, errorBelow, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy } from '../../../records/verdicts';
import { CHOICE_ERROR } from '../picturechoicemeasures';
import { COPY_QUERY, SEVERAL_ERROR, TILED } from '../picturemeasures';
import { MOST_EXAMPLES } from '../pictures/pictureblocks';
import { PICTURES_KIND, type PicturesConfig, type PicturesExperiment } from '../pictureskind';

const [HOLE, PATCHES_MASKED] = ['hole masked', 'patches masked'] as const;
const [AR_PICTURES, INVICL_PICTURES] = ['AR on pictures', 'InvICL on pictures'] as const;
const [ANSWERS, FEATURES] = ['answers averaged', 'features averaged'] as const;

const [BAR, SEGGPT] = ['Bar et al. 2022', 'Wang et al. 2023 (SegGPT)'] as const;
const [ZHANG, SUN] = ['Zhang et al. 2023', 'Sun et al. 2023'] as const;
const FANG = 'Fang et al. 2025';

type Place = readonly [name: string, where: Where];

/** The rule that one squared error is below another, as a ratio. */
const smallerError =
  ([a, x]: Place, [b, y]: Place): Claim['decide'] =>
  (records) =>
    decisionBy(ratioOf(measured(records, a, x), measured(records, b, y)), 'ratio of the errors: ');

const single = { metric: 'squared error, single' };
const several = (n: number): Where => ({ metric: SEVERAL_ERROR, n });

const sortClaims = (): Claim[] => [
  ...(['single', 'pair', 'held out'] as const).map((sort) =>
    claim(
      `A model that was trained to fill the hole has a smaller error than a copy of the query ` +
        `(${{ single: 'single tasks', pair: 'pairs of training', 'held out': 'unseen pairs' }[sort]})`,
      BAR,
      errorBelow(HOLE, COPY_QUERY, { metric: `squared error, ${sort}` }),
    ),
  ),
  claim(
    'So has a model that was trained on patches masked at random (single tasks)',
    BAR,
    errorBelow(PATCHES_MASKED, COPY_QUERY, single),
  ),
  claim(
    'Training on the hole leaves a smaller error than training on patches anywhere (single tasks)',
    COURSE,
    errorBelow(HOLE, PATCHES_MASKED, single),
  ),
  claim(
    'The example counts: the error is smaller with it than without it (single tasks)',
    BAR,
    smallerError([HOLE, single], [HOLE, { metric: 'squared error, single, no example' }]),
  ),
  claim(
    'On unseen pairs of tasks the error is larger than on pairs of training',
    COURSE,
    smallerError(
      [HOLE, { metric: 'squared error, pair' }],
      [HOLE, { metric: 'squared error, held out' }],
    ),
  ),
];

const severalClaims = ([few, many]: readonly [number, number]): Claim[] => [
  claim(
    `Averaged features make fewer errors with ${many} examples than with ${few}`,
    SEGGPT,
    smallerError([FEATURES, several(many)], [FEATURES, several(few)]),
  ),
  claim(
    'With four examples averaged features make fewer errors than tiles',
    SEGGPT,
    errorBelow(FEATURES, TILED, several(4)),
  ),
  claim(
    `With ${many} examples averaged features make fewer errors than averaged answers`,
    COURSE,
    errorBelow(FEATURES, ANSWERS, several(many)),
  ),
  ...[AR_PICTURES, INVICL_PICTURES].map((name) =>
    claim(
      `${name}: fewer errors with ${MOST_EXAMPLES} examples than with one`,
      COURSE,
      smallerError([name, several(MOST_EXAMPLES)], [name, several(1)]),
    ),
  ),
  claim(
    `With ${MOST_EXAMPLES} examples InvICL makes fewer errors than AR`,
    FANG,
    errorBelow(INVICL_PICTURES, AR_PICTURES, several(MOST_EXAMPLES)),
  ),
  ...(
    [
      [FEATURES, 'below'],
      [INVICL_PICTURES, 'below'],
      [AR_PICTURES, 'above'],
    ] as const
  ).map(([name, claimed]) =>
    claim(
      `${name}: turning the order of the examples changes the most changed channel by ` +
        `${claimed === 'below' ? 'less' : 'more'} than 0.001`,
      name === FEATURES ? SEGGPT : FANG,
      (records) =>
        decisionBy(
          levelOf(
            measured(records, name, { metric: 'change by order' }),
            { bound: 0.001, claimed },
            'number',
          ),
          'change, ',
        ),
    ),
  ),
];

const choiceClaims = (): Claim[] => {
  const chosen = { metric: CHOICE_ERROR };
  const one = { metric: 'squared error, one layout' };
  return [
    claim(
      'The example with the nearest features leaves a smaller error than a random one',
      ZHANG,
      errorBelow('nearest features', 'random example', chosen),
    ),
    claim(
      'The example with the nearest pixels leaves a smaller error than a random one',
      SUN,
      errorBelow('nearest pixels', 'random example', chosen),
    ),
    claim(
      'A trained retriever leaves a smaller error than the nearest features',
      ZHANG,
      errorBelow('trained retriever', 'nearest features', chosen),
    ),
    claim(
      'The mean answer of eight layouts has a smaller error than one layout has on average',
      SUN,
      smallerError([HOLE, { metric: 'squared error, eight layouts' }], [HOLE, one]),
    ),
  ];
};

const claims = ({ measures: { ks } }: PicturesConfig): Claim[] => [
  ...sortClaims(),
  ...severalClaims([ks[0]!, ks.at(-1)!]),
  ...choiceClaims(),
];

const quick: PicturesConfig = {
  size: { width: 64, layers: 4, heads: 4, mlpRatio: 2 },
  training: { steps: 4000, batch: 32, learningRate: 3e-3, logEvery: 50 },
  seeds: 3,
  watchEvery: 500,
  measures: {
    prompts: 120,
    several: 120,
    ks: [1, 2, 4, 8],
    watched: 40,
    choice: {
      pools: 12,
      pairs: 24,
      queries: 12,
      trainedPools: 16,
      trainedQueries: 16,
      candidates: 8,
    },
  },
};

/** A width and depth between the course's and Painter's, for longer; sources train on photographs. */
const full: PicturesConfig = {
  ...quick,
  size: { width: 384, layers: 12, heads: 6, mlpRatio: 4 },
  training: { steps: 50_000, batch: 64, learningRate: 5e-4, logEvery: 100 },
  seeds: 5,
  watchEvery: 5000,
  measures: { ...quick.measures, prompts: 1000, several: 500, watched: 100 },
};

const BLOCK_STEPS = { steps: 2000, batch: 16 };

/** Models on pictures. */
export const PICTURES: PicturesExperiment = {
  name: 'survey-pictures',
  notebook: '38',
  claim:
    'A model that fills the hole of a canvas does the task that the example shows, also pairs of ' +
    'tasks that it never saw together.',
  source: BAR,
  variants: [
    { key: 'hole', name: HOLE, trained: 'hole' },
    { key: 'patches', name: PATCHES_MASKED, trained: 'patches' },
    { key: 'ar', name: AR_PICTURES, trained: 'ar', training: BLOCK_STEPS },
    { key: 'invicl', name: INVICL_PICTURES, trained: 'invicl', training: BLOCK_STEPS },
  ],
  weights: ['hole'],
  kind: PICTURES_KIND,
  profiles: { quick, full },
  claims,
};

/**
 * Sight for a language model that has only read (notebook 39): vectors of an encoder in place of words,
 * gated layers, and a bridge that is trained on captions or on instructions.
 */
import { mean } from '../../../evaluation/statistics';
import { levelOf } from '../../../records/effects';
import { measured, seedwise, type Measured, type Where } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy } from '../../../records/verdicts';
import {
  IN_WORDS,
  MEASURED_ASKS,
  UNTRAINED,
  captionsRight,
  namedRight,
  placesRight,
} from '../captionmeasures';
import { CAPTIONS_KIND, type CaptionsConfig, type CaptionsExperiment } from '../captionskind';
import { mendedShares, type NamedShare } from './mendedrules';

const [FROZEN, ALL_TRAINED] = ['Frozen', 'Frozen, language model trained too'] as const;
const [SHUT, OPEN] = ['Flamingo', 'Flamingo, gates open at first'] as const;
const [BY_CAPTIONS, BY_INSTRUCTIONS] = ['bridge, captions', 'bridge, instructions'] as const;

const [TSIMPOUKELLI, ALAYRAC, HUANG, LIU] = [
  'Tsimpoukelli et al. 2021',
  'Alayrac et al. 2022',
  'Huang et al. 2023',
  'Liu et al. 2023',
] as const;

type Records = Parameters<Claim['decide']>[0];

/** A share of a variant; called by the variant, or by its metric. */
const shareOf = (variant: string, where: Where, named = variant): NamedShare => [
  named,
  (records) => measured(records, variant, where),
];

/** The claim that one share lies above another: of two variants, or of one at two places. */
const above = (
  words: string,
  source: string,
  [variant, where]: readonly [string, Where],
  [other, beside]: readonly [string, Where],
): Claim => {
  const one = variant === other;
  return mendedShares(
    words,
    source,
    shareOf(variant, where, one ? where.metric : variant),
    shareOf(other, beside, one ? beside.metric : other),
  );
};

/** The rule "a share is above a number". */
const aboveLevel =
  (variant: string, where: Where, bound: number): Claim['decide'] =>
  (records) =>
    decisionBy(
      levelOf(measured(records, variant, where), { bound, claimed: 'above' }, 'level'),
      `${where.metric}, `,
    );

const namingClaims = (few: number, n: number): Claim[] => {
  const named = (of: Parameters<typeof namedRight>[0]): Where => ({ metric: namedRight(of), n });
  const when = `each given ${n} times`;
  return [
    claim(
      `After training on captions alone, more than half of the names are right (${when})`,
      TSIMPOUKELLI,
      aboveLevel(FROZEN, named('seen'), 0.5),
    ),
    above(
      `More names are right than with an encoder that was not trained (${when})`,
      TSIMPOUKELLI,
      [FROZEN, named('seen')],
      [UNTRAINED, named('seen')],
    ),
    above(
      `More names are right than where pictures are shown without regard to names (${when})`,
      COURSE,
      [FROZEN, named('seen')],
      [FROZEN, named('shuffled')],
    ),
    claim(
      `More than half of the names of pairs that no caption showed are right (${when})`,
      TSIMPOUKELLI,
      aboveLevel(FROZEN, named('held out'), 0.5),
    ),
    claim(
      `More than half of the names of characters that no caption has words for are right (${when})`,
      TSIMPOUKELLI,
      aboveLevel(FROZEN, named('glyphs'), 0.5),
    ),
    above(
      `More names are right after ${n} pictures of each than after ${few}`,
      TSIMPOUKELLI,
      [FROZEN, named('seen')],
      [FROZEN, { metric: namedRight('seen'), n: few }],
    ),
    above(
      `Words of detail in place of pictures give more right names (${when})`,
      COURSE,
      [IN_WORDS, named('seen')],
      [FROZEN, named('seen')],
    ),
    above(
      `With a frozen language model more names are right than where it is trained too (${when})`,
      TSIMPOUKELLI,
      [FROZEN, named('seen')],
      [ALL_TRAINED, named('seen')],
    ),
    above(
      `The language model that is trained too gives fewer right names in texts without pictures`,
      TSIMPOUKELLI,

      [FROZEN, { metric: 'names right in text', n }],
      [ALL_TRAINED, { metric: 'names right in text', n }],
    ),
  ];
};

const gateClaims = (n: number): Claim[] => {
  const named: Where = { metric: namedRight('seen'), n };
  return [
    above(
      `Gates that are shut at first give more right captions than open ones`,
      ALAYRAC,
      [SHUT, { metric: captionsRight('shows') }],
      [OPEN, { metric: captionsRight('shows') }],
    ),
    above(
      `Gates that are shut at first give more right names than open ones (each given ${n} times)`,
      COURSE,
      [SHUT, named],
      [OPEN, named],
    ),
    claim(
      `With gates that are shut at first, more than half of the names are right (each given ${n} times)`,
      ALAYRAC,
      aboveLevel(SHUT, named, 0.5),
    ),
    above(
      `Gated layers give more right names than vectors in place of words (each given ${n} times)`,
      ALAYRAC,
      [SHUT, named],
      [FROZEN, named],
    ),
    above(
      `Gated layers give more right captions than vectors in place of words`,
      ALAYRAC,

      [SHUT, { metric: captionsRight('shows') }],
      [FROZEN, { metric: captionsRight('shows') }],
    ),
  ];
};

/** The mean share of right answers to all questions. */
const allAsks = (records: Records, variant: string): Measured =>
  seedwise(
    (...shares) => mean(shares),
    ...MEASURED_ASKS.map((ask) => measured(records, variant, { metric: captionsRight(ask) })),
  );

const askingClaims = (n: number): Claim[] => [
  above(
    'After a description in its own words more places are right than at once, of motifs of which texts ' +
      'told by names alone',
    HUANG,

    [FROZEN, { metric: placesRight(true, false) }],
    [FROZEN, { metric: placesRight(false, false) }],
  ),
  above(
    'The same of motifs of which texts told by words of detail too',
    HUANG,

    [FROZEN, { metric: placesRight(true, true) }],
    [FROZEN, { metric: placesRight(false, true) }],
  ),
  mendedShares(
    'A bridge that is trained on instructions answers more of four questions right than one that is ' +
      'trained on captions',
    LIU,
    [BY_INSTRUCTIONS, (records) => allAsks(records, BY_INSTRUCTIONS)],
    [BY_CAPTIONS, (records) => allAsks(records, BY_CAPTIONS)],
  ),
  mendedShares(
    `It costs at most five points of right captions`,
    COURSE,
    shareOf(BY_INSTRUCTIONS, { metric: captionsRight('shows') }),
    [
      `${BY_CAPTIONS}, less five points`,
      (records) =>
        seedwise(
          (share) => share! - 0.05,
          measured(records, BY_CAPTIONS, { metric: captionsRight('shows') }),
        ),
    ],
  ),
  above(
    `It also gives more right names, for which neither was trained (each given ${n} times)`,
    COURSE,

    [BY_INSTRUCTIONS, { metric: namedRight('seen'), n }],
    [BY_CAPTIONS, { metric: namedRight('seen'), n }],
  ),
];

const quick: CaptionsConfig = {
  training: { steps: 400, batch: 32, learningRate: 3e-3, logEvery: 20 },
  seeds: 3,
  watchEvery: 50,
  measures: { ks: [1, 2, 3], prompts: 256, pictures: 256, watched: 96 },
};

const full: CaptionsConfig = {
  ...quick,
  training: { ...quick.training, steps: 4000, batch: 128 },
  watchEvery: 400,
  measures: { ks: [1, 2, 3, 5], prompts: 1024, pictures: 1024, watched: 256 },
};

/** Sight for a language model. */
export const CAPTIONS: CaptionsExperiment = {
  name: 'survey-captions',
  notebook: '39',
  claim:
    'An encoder that is trained on captions through a frozen language model lets it name in context what ' +
    'it sees.',
  source: TSIMPOUKELLI,
  variants: [
    { key: 'frozen', name: FROZEN, way: 'encoder', controls: true },
    { key: 'everything', name: ALL_TRAINED, way: 'encoder', trained: 'everything' },
    { key: 'flamingo', name: SHUT, way: 'gates' },
    { key: 'flamingo-open', name: OPEN, way: 'gates', gate: 1 },
    { key: 'bridge-captions', name: BY_CAPTIONS, way: 'encoder', trained: 'bridge' },
    {
      key: 'bridge-instructions',
      name: BY_INSTRUCTIONS,
      way: 'encoder',
      trained: 'bridge',
      training: { asks: ['shows', 'colour', 'shape', 'belongs'] },
    },
  ],
  weights: ['frozen', 'flamingo', 'flamingo-open'],
  kind: CAPTIONS_KIND,
  profiles: { quick, full },
  claims: ({ measures: { ks } }) => [
    ...namingClaims(ks[0]!, ks.at(-1)!),
    ...gateClaims(ks.at(-1)!),
    ...askingClaims(ks.at(-1)!),
  ],
};

/**
 * Experiments on texts (notebooks 13 to 16): MetaICL's seven settings and our own tasks.
 * Reference: InvICL (Fang et al., ICLR 2025), tables 2 to 5; MetaICL (Min et al., 2022) for
 * settings and scores.
 */
import { SIZES } from '../../../model/config';
import type { MethodKey } from '../../../model/methods';
import { SETTINGS, type SettingKey } from '../../../metaicl/settings';
import { EPISODE_KIND, type EpisodeConfig, type EpisodeExperiment } from '../episodes';
import type { MethodVariant } from '../../../experiments/prompts';
import { measured, type Measured } from '../../../records/measured';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { compareShares } from '../../../records/verdicts';
import { COURSE } from '../../../records/sources';
import { TEXT_KIND, type TextExperiment } from '../texts';
import { FANG_2025, methodVariant } from './shared';

/**
 * The paper's methods; BatchICL is derived from the AR model, and so is InvICL's mask on weights
 * trained as AR.
 */
const METHODS_OF_TABLE_2: readonly MethodVariant[] = [
  methodVariant('ar', { also: ['BatchICL', 'InvICL mask'] }),
  methodVariant('nope'),
  methodVariant('pcw'),
  methodVariant('saicl', { training: { tests: 2 } }),
  methodVariant('prefix'),
  methodVariant('invicl', { also: ['AR mask'] }),
];

/** The rows of table 5. */
const ABLATIONS: readonly MethodVariant[] = (
  [
    'arSymmetric',
    'arInvariantMask',
    'arDoubled',
    'pcwDoubled',
    'prefixDoubled',
  ] as const satisfies readonly MethodKey[]
).map((method) => methodVariant(method, { seeds: 3 }));

/** Minutes a run: three layers, heads wide enough for a whole inner product. */
const quick = (setting: string, rest: Partial<EpisodeConfig> = {}): EpisodeConfig => ({
  setting,
  rowsPerTask: 2000,
  features: { dims: 32 },
  model: { size: { width: 64, layers: 3, heads: 2, mlpRatio: 2, maxPositions: 64 } },
  training: {
    steps: 1200,
    batch: 32,
    n: 8,
    tests: 8,
    learningRate: 3e-3,
    madeUntil: 0.3,
    madeAfter: 0.5,
  },
  seeds: 3,
  watchEvery: 100,
  measures: { ns: [1, 4, 8, 12], rows: 40, orders: 2 },
  ...rest,
});

/** The size that Garg et al. call standard, on all rows. */
const full = (setting: string): EpisodeConfig => ({
  ...quick(setting),
  rowsPerTask: 16_384,
  features: { dims: 64 },
  model: { size: { ...SIZES.standard, maxPositions: 64 } },
  training: {
    steps: 30_000,
    batch: 64,
    n: 8,
    tests: 8,
    learningRate: 3e-4,
    madeUntil: 0.3,
    madeAfter: 0.5,
  },
  seeds: 5,
  watchEvery: 500,
  measures: { ns: [1, 2, 4, 6, 8, 10, 12, 16], rows: 500, orders: 8 },
});

/** The paper's averages over the seven settings, all targets; InvICL has 42.4. */
const PAPER_AVERAGES: Readonly<Record<string, number>> = {
  AR: 41.9,
  NoPE: 37.0,
  PCW: 38.1,
  SAICL: 41.4,
  BatchICL: 30.7,
  Prefix: 39.4,
};
const PAPER_UNSEEN = 'on average 48.4 against 43.6';

/**
 * What is claimed of scores in a setting; `unseen`: are there files of a task of an unseen domain?
 */
const scoresOf = (name: string, n: number, unseen: boolean): Claim[] => [
  ...Object.keys(PAPER_AVERAGES).map((rival) =>
    claim(
      `InvICL scores higher than ${rival} (${name})`,
      `${FANG_2025}, table 2`,
      scoreAbove('InvICL', rival, { metric: 'score', n }),
      `on average over its settings 42.4 against ${PAPER_AVERAGES[rival]}`,
    ),
  ),
  ...(unseen
    ? [
        claim(
          `InvICL scores higher than AR on unseen domains (${name})`,
          `${FANG_2025}, table 3`,
          scoreAbove('InvICL', 'AR', { metric: 'score, unseen domains', n }),
          PAPER_UNSEEN,
        ),
      ]
    : []),
  claim(
    'A new order of the demonstrations changes a larger share of AR’s answers than of ' +
      `InvICL’s (${name})`,
    `${FANG_2025}, table 5`,
    scoreAbove('AR', 'InvICL', { metric: 'changed by order', n }),
    'sensitivity AR 0.25, InvICL 0.00',
  ),
  claim(
    `InvICL scores higher than the label of the nearest example (${name})`,
    COURSE,
    scoreAbove('InvICL', '1 nearest neighbour', { metric: 'score', n }),
  ),
  claim(
    `The InvICL mask on weights trained as AR lowers the score (${name})`,
    'a question of the paper’s reviewers',
    scoreAbove('AR', 'AR weights, InvICL mask', { metric: 'score', n }),
  ),
];

const TABLE_5: readonly (readonly [string, string, string, string])[] = [
  [
    'Symmetric positions alone lower the score of AR',
    'AR',
    'AR + symmetric positions',
    '43.4 against 38.4',
  ],
  [
    'The invariant mask alone raises the score of AR',
    'AR + invariant mask',
    'AR',
    '44.8 against 43.4',
  ],
  [
    'InvICL, with the invariant mask and symmetric positions, scores higher than AR with ' +
      'the mask alone',
    'InvICL',
    'AR + invariant mask',
    '45.1 against 44.8',
  ],
  [
    'InvICL scores higher than AR on the doubled prompt',
    'InvICL',
    'AR, doubled',
    '45.1 against 43.8',
  ],
  [
    'InvICL scores higher than PCW on the doubled prompt',
    'InvICL',
    'PCW, doubled',
    '45.1 against 40.6',
  ],
  [
    'InvICL scores higher than Prefix on the doubled prompt',
    'InvICL',
    'Prefix, doubled',
    '45.1 against 41.7',
  ],
];

const ablationClaims = (name: string, n: number): Claim[] =>
  TABLE_5.map(([words, a, b, paper]) =>
    claim(
      `${words} (${name})`,
      `${FANG_2025}, table 5`,
      scoreAbove(a, b, { metric: 'score', n }),
      `accuracy ${paper}`,
    ),
  );

const onSetting = (key: SettingKey): EpisodeExperiment => {
  const { name, key: file } = SETTINGS[key];
  return {
    name: `metaicl-${file.replaceAll('_', '-')}`,
    notebook: '14',
    claim:
      `MetaICL’s setting ${name}: InvICL scores higher than AR, and its answers do not ` +
      'depend on the order of the demonstrations.',
    source: `${FANG_2025}, tables 2, 3 and 5`,
    variants: METHODS_OF_TABLE_2,
    kind: EPISODE_KIND,
    profiles: { quick: quick(key), full: full(key) },
    claims: ({ training: { n = 8 } }) =>
      scoresOf(
        name,
        n,
        SETTINGS[key].unseen.some((task) => !task.startsWith('unifiedqa:')),
      ), // whose files cannot be downloaded
  };
};

const onOwnTasks: EpisodeExperiment = {
  name: 'metaicl-own',
  notebook: '14',
  claim:
    'Our own tasks: InvICL scores higher than AR, and its answers do not depend on the ' +
    'order of the demonstrations.',
  source: `${FANG_2025}, tables 2, 3 and 5`,
  variants: [...METHODS_OF_TABLE_2, ...ABLATIONS],
  weights: ['ar', 'invicl'],
  kind: EPISODE_KIND,
  profiles: {
    quick: quick('own', {
      features: { dims: 20, minTexts: 1 },
      training: {
        steps: 2500,
        batch: 64,
        n: 8,
        tests: 8,
        learningRate: 3e-3,
        madeUntil: 0.3,
        madeAfter: 0.6,
      },
      seeds: 5,
      measures: { ns: [1, 2, 4, 8, 12], rows: 60, orders: 3 },
    }),
    full: { ...full('own'), features: { dims: 20, minTexts: 1 } },
  },
  claims: ({ training: { n = 8 } }) => [
    ...scoresOf('our own tasks', n, true),
    ...ablationClaims('our own tasks', n),
  ],
};

/** All experiments on episodes of texts. */
export const EPISODE_EXPERIMENTS: readonly EpisodeExperiment[] = [
  onOwnTasks,
  ...(Object.keys(SETTINGS) as SettingKey[]).map(onSetting),
];

const texts = (n: number, metric: string) => ({ n, metric });

/** The rule "a variant scores higher with more examples". */
const moreHelp =
  (variant: string, few: number, many: number): Claim['decide'] =>
  (records) => {
    const at = (n: number): Measured => measured(records, variant, { metric: 'score', n });
    return compareShares(`${variant} with ${many}`, at(many), `with ${few}`, at(few));
  };

/** A language model on prompts of words, token by token; with --profile full MetaICL's own size. */
const languageModel: TextExperiment = {
  name: 'language-model',
  notebook: '13',
  claim:
    'A language model scores higher under InvICL’s mask and positions than under AR’s, ' +
    'and its answers do not depend on the order of the demonstrations.',
  source: `${FANG_2025}, tables 2 and 5`,
  variants: [
    methodVariant('ar', { also: ['InvICL mask'] }),
    methodVariant('prefix'),
    methodVariant('invicl', { also: ['AR mask'] }),
  ],
  weights: ['ar', 'invicl'],
  kind: TEXT_KIND,
  profiles: {
    quick: {
      setting: 'own',
      clauses: 0,
      model: {
        size: { width: 64, layers: 3, heads: 4, mlpRatio: 2, maxPositions: 256 },
        name: null,
      },
      training: { steps: 1800, batch: 16, n: 8, tests: 4, learningRate: 3e-3 },
      seeds: 3,
      watchEvery: 150,
      measures: { ns: [0, 1, 2, 4, 8], rows: 16, seeds: 3, orders: 2 },
    },
    full: {
      setting: 'hrToLr',
      clauses: 1,
      model: {
        size: { width: 1280, layers: 36, heads: 20, mlpRatio: 4, maxPositions: 1024 },
        name: 'openai-community/gpt2-large/main',
      },
      training: {
        steps: 30_000,
        batch: 8,
        microBatch: 1,
        n: 8,
        tests: 1,
        learningRate: 1e-5,
        warmUp: 0,
        finalRate: 0,
        clip: 1,
        adam: { beta2: 0.995 },
      },
      seeds: 1,
      watchEvery: 500,
      measures: { ns: [0, 1, 2, 4, 6, 8, 10, 12], rows: 500, seeds: 5, orders: 4 },
    },
  },
  claims: ({ training: { n = 8 } }) => [
    claim(
      'InvICL scores higher than AR (a language model on our notes)',
      `${FANG_2025}, table 2`,
      scoreAbove('InvICL', 'AR', texts(n, 'score')),
    ),
    claim(
      'InvICL scores higher than Prefix (a language model on our notes)',
      `${FANG_2025}, table 2`,
      scoreAbove('InvICL', 'Prefix', texts(n, 'score')),
    ),
    claim(
      'A new order of the demonstrations changes a larger share of AR’s answers than of ' +
        'InvICL’s (a language model on our notes)',
      `${FANG_2025}, table 5`,
      scoreAbove('AR', 'InvICL', texts(n, 'changed by order')),
      'sensitivity AR 0.25, InvICL 0.00',
    ),
    claim(
      'The InvICL mask on weights trained as AR lowers the score (a language model on our ' +
        'notes)',
      'a question of the paper’s reviewers',
      scoreAbove('AR', 'AR weights, InvICL mask', texts(n, 'score')),
    ),
    claim(
      `InvICL scores higher with ${n} examples than with 1 (a language model on our notes)`,
      COURSE,
      moreHelp('InvICL', 1, n),
    ),
  ],
};

/** All experiments on prompts of words. */
export const TEXT_EXPERIMENTS: readonly TextExperiment[] = [languageModel];

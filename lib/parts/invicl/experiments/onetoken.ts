/**
 * Linear regression with one token per example (notebook 08).
 */
import {
  PROMPT_KIND,
  type PromptConfig,
  type PromptExperiment,
} from '../../../experiments/prompts';
import {
  type Claim,
  claim,
  errorAbove,
  errorBelow,
  errorWithin,
  soonerThan,
} from '../../../records/rules';
import { COURSE, REVIEWERS } from '../../../records/sources';
import {
  ALL_RIVALS,
  CANONICAL,
  FIGURE10,
  FIGURE3,
  FIGURE4,
  FIGURE7,
  LINEAR_BASELINES,
  TABLE5,
  earlyShare,
  fullPrompts,
  inWordsOf,
  linear,
  pairs,
  profiles,
  shiftsOf,
  methodVariant,
  versus,
} from './shared';

/** Every method at the middle rate of the search of notebook 08, and twice as long as there. */
const oneToken = (training: Partial<PromptConfig['training']>): PromptConfig => {
  const config = pairs({ steps: 2000, learningRate: 3e-3, ...training });
  return { ...config, seeds: 5, measures: { ...config.measures, prompts: 2048 } };
};

/** The ablations of table 5. */
const ablations = (n: number): Claim[] => [
  claim(
    `Symmetric positions alone raise the error of AR (n = ${n})`,
    TABLE5,
    errorAbove('AR + symmetric positions', 'AR', { n }),
    '38.4 against 43.4 % accuracy',
  ),
  claim(
    `The invariant mask alone lowers the error of AR (n = ${n})`,
    TABLE5,
    errorBelow('AR + invariant mask', 'AR', { n }),
    '44.8 against 43.4 % accuracy',
  ),
  claim(
    'InvICL, with the invariant mask and symmetric positions, has a smaller error than ' +
      `AR with the mask alone (n = ${n})`,
    TABLE5,
    errorBelow('InvICL', 'AR + invariant mask', { n }),
    '45.1 against 44.8 % accuracy',
  ),
  claim(
    'InvICL is less sensitive to the order of the examples than AR with the invariant ' +
      'mask alone',
    TABLE5,
    errorBelow('InvICL', 'AR + invariant mask', { metric: 'sensitivity' }),
    'sensitivity 0.00 against 0.10 and 0.25',
  ),
  ...(['AR', 'Prefix', 'PCW'] as const).map((name) =>
    claim(
      `InvICL has a smaller error than ${name} on the doubled prompt (n = ${n})`,
      TABLE5,
      errorBelow('InvICL', `${name}, doubled`, { n }),
      'AR 43.8, PCW 40.6, Prefix 41.7, InvICL 45.1 % accuracy',
    ),
  ),
  claim(
    `Doubling the prompt lowers the error of Prefix (n = ${n})`,
    TABLE5,
    errorBelow('Prefix, doubled', 'Prefix', { n }),
    '41.7 against 40.3 % accuracy',
  ),
];

/** What probes and exchanged masks show (figure 10). */
const insideClaims = (n: number, layers: number): Claim[] => [
  claim(
    'Probes of the answer: the layers before the last reach a larger share of the final ' +
      'R² in InvICL than in AR (one token)',
    FIGURE10,
    earlyShare('InvICL', 'AR', 'answer', layers),
    'InvICL early, AR at the last layer only',
  ),
  claim(
    'The InvICL mask on weights trained as AR gives a larger error than the AR mask (n = ' +
      `${n})`,
    REVIEWERS,
    errorAbove('AR weights, InvICL mask', 'AR', { n }),
  ),
  claim(
    'The AR mask on weights trained as InvICL gives a larger error than the InvICL mask ' +
      `(n = ${n})`,
    REVIEWERS,
    errorAbove('InvICL weights, AR mask', 'InvICL', { n }),
  ),
];

export const linearRandom: PromptExperiment = {
  name: 'linear-random-n',
  notebook: '08',
  claim:
    'InvICL learns linear regression in context faster and to a smaller error than AR, ' +
    'NoPE, Prefix and BoE (n drawn anew at each training step).',
  source: FIGURE3,
  variants: [
    methodVariant('ar', { also: ['BatchICL', 'mean of 8 orders', 'InvICL mask'] }),
    methodVariant('nope'),
    methodVariant('prefix'),
    methodVariant('boe'),
    methodVariant('invicl', { also: ['AR mask'] }),
    { ...CANONICAL, seeds: 3 },
    ...(
      [
        'prefixTestApart',
        'pcw',
        'saicl',
        'arSymmetric',
        'arInvariantMask',
        'arDoubled',
        'prefixSymmetric',
        'prefixDoubled',
        'pcwDoubled',
      ] as const
    ).map((method) =>
      methodVariant(method, {
        seeds: 3,
        ...(method === 'saicl' ? { training: { tests: 3 } } : {}),
      }),
    ),
  ],
  weights: ['ar', 'nope', 'prefix', 'boe', 'invicl', 'arSymmetric'],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(oneToken({}), fullPrompts(linear(20), { nRandom: true })),
  claims: (config) => {
    const { n, d, layers, regime, beyond } = inWordsOf(config);
    return [
      ...versus(ALL_RIVALS, { n }, FIGURE3, `${regime}, n = ${n}`),
      ...versus(
        ['AR, canonical order', 'AR, mean of 8 orders'],
        { n },
        COURSE,
        `${regime}, n = ${n}`,
      ),
      claim(
        `InvICL reaches error 0.1 in fewer steps than AR (${regime})`,
        FIGURE3,
        soonerThan('InvICL', 'AR', 0.1),
        'near least squares at 50k steps, others later',
      ),
      claim(
        'With fewer examples than dimensions the error of InvICL is at most 1.1 times that ' +
          `of least squares (n = ${d - 1})`,
        FIGURE3,
        errorWithin('InvICL', 'least squares', 1.1, { n: d - 1 }),
      ),
      ...[2, 3].flatMap((times) =>
        versus(['AR', 'NoPE', 'Prefix'], { n: times * n }, FIGURE4, beyond(times)),
      ),
      ...Object.keys(shiftsOf(d)).flatMap((shift) =>
        versus(['AR', 'Prefix'], { n, metric: `error, ${shift}` }, FIGURE7, `${shift}, n = ${n}`),
      ),
      ...ablations(n),
      ...insideClaims(n, layers),
    ];
  },
};

export const linearFixed: PromptExperiment = {
  name: 'linear-fixed-n',
  notebook: '08',
  claim:
    'InvICL learns linear regression in context faster and to a smaller error than AR, ' +
    'NoPE, Prefix and BoE (the same n at every training step).',
  source: FIGURE3,
  variants: [
    methodVariant('ar'),
    methodVariant('nope'),
    methodVariant('prefix'),
    methodVariant('boe'),
    methodVariant('invicl'),
    { ...CANONICAL, seeds: 3 },
    methodVariant('pcw', { seeds: 3 }),
  ],
  weights: ['ar', 'prefix', 'invicl'],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(oneToken({ nRandom: false }), fullPrompts(linear(20))),
  claims: (config) => {
    const { n, regime, beyond } = inWordsOf(config);
    return [
      ...versus(ALL_RIVALS, { n }, FIGURE3, `${regime}, n = ${n}`),
      claim(
        `InvICL reaches error 0.1 in fewer steps than AR (${regime})`,
        FIGURE3,
        soonerThan('InvICL', 'AR', 0.1),
      ),
      ...versus(['AR', 'Prefix'], { n: 2 * n }, FIGURE4, beyond(2)),
    ];
  },
};

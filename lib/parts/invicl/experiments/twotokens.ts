/**
 * Linear regression in the paper’s layout, two tokens per example (notebook 08).
 */
import {
  PROMPT_MEASURES,
  PROMPT_KIND,
  type PromptConfig,
  type PromptExperiment,
} from '../../../experiments/prompts';
import { claim, errorAbove, errorBelow, soonerThan } from '../../../records/rules';
import { COURSE, REVIEWERS } from '../../../records/sources';
import {
  ALL_RIVALS,
  FIGURE10,
  FIGURE3,
  FIGURE4,
  LINEAR_BASELINES,
  STANDARD,
  earlyShare,
  fullPrompts,
  inWordsOf,
  linear,
  profiles,
  shiftsOf,
  methodVariant,
  versus,
} from './shared';

/** Two tokens per example (the paper's layout), d = 3, six layers. */
const twoTokens = (training: Partial<PromptConfig['training']>, layers = 6): PromptConfig => ({
  task: linear(3),
  model: { layout: 'xy', size: { layers } },
  training: {
    steps: 2000,
    batch: 48,
    n: 8,
    nRandom: true,
    tests: 4,
    learningRate: 2e-3,
    ...training,
  },
  seeds: 5,
  watchEvery: 50,
  measures: {
    ...PROMPT_MEASURES,
    ns: [1, 2, 3, 4, 6, 8, 12, 16, 24],
    shifts: shiftsOf(3),
    shiftNs: [4, 8, 16],
    probes: 768,
  },
});

export const twoTokensRandom: PromptExperiment = {
  name: 'two-tokens-random-n',
  notebook: '08',
  claim:
    'In the paper’s layout of two tokens per example InvICL has a smaller error than its ' +
    'rivals, and a loss inside the context lowers the error of AR and of InvICL (n drawn ' +
    'anew at each training step).',
  source: FIGURE3,
  variants: [
    methodVariant('ar', { also: ['InvICL mask'] }),
    methodVariant('prefix'),
    methodVariant('boe'),
    methodVariant('invicl', { also: ['AR mask'] }),
    ...(
      [
        'nope',
        'arTestLoss',
        'prefixAllLoss',
        'prefixTestApart',
        'inviclTestLoss',
        'inviclOwnPlaces',
      ] as const
    ).map((method) => methodVariant(method, { seeds: 3 })),
  ],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(twoTokens({}), fullPrompts(linear(20), { nRandom: true })),
  claims: (config) => {
    const { n, layers, regime, beyond } = inWordsOf(config);
    return [
      ...versus(ALL_RIVALS, { n }, FIGURE3, `${regime}, n = ${n}`),
      ...versus(['AR'], { n: 2 * n }, FIGURE4, `two tokens, ${beyond(2)}`),
      claim(
        `InvICL reaches error 0.3 in fewer steps than AR (${regime})`,
        FIGURE3,
        soonerThan('InvICL', 'AR', 0.3),
      ),
      claim(
        `A loss inside the context lowers the error of AR (two tokens, n = ${n})`,
        REVIEWERS,
        errorBelow('AR', 'AR, loss on the test', { n }),
      ),
      claim(
        `A loss inside the context lowers the error of InvICL (two tokens, n = ${n})`,
        REVIEWERS,
        errorBelow('InvICL', 'InvICL, loss on the test', { n }),
      ),
      claim(
        'Prefix, whose inputs see their own labels, has a larger error with the loss ' +
          `everywhere than with the loss on the test (two tokens, n = ${n})`,
        REVIEWERS,
        errorAbove('Prefix, loss everywhere', 'Prefix', { n }),
        'Prefix error near 0.5',
      ),
      claim(
        'A test token that does not attend to itself lowers the error of Prefix (two tokens, ' +
          `n = ${n})`,
        REVIEWERS,
        errorBelow('Prefix, test blind to itself', 'Prefix', { n }),
      ),
      claim(
        'Positions of their own for the second copies lower the error of InvICL (two tokens, ' +
          `n = ${n})`,
        COURSE,
        errorBelow('InvICL, second copies at places of their own', 'InvICL', { n }),
      ),
      claim(
        'Probes of the answer: the layers before the last reach a larger share of the final ' +
          'R² in InvICL than in AR (two tokens)',
        FIGURE10,
        earlyShare('InvICL', 'AR', 'answer', layers),
        'InvICL early, AR at the last layer only',
      ),
    ];
  },
};

export const twoTokensFixed: PromptExperiment = {
  name: 'two-tokens-fixed-n',
  notebook: '08',
  claim:
    'In the paper’s layout of two tokens per example InvICL has a smaller error than AR, ' +
    'Prefix and BoE (the same n at every training step).',
  source: FIGURE3,
  variants: [
    methodVariant('ar'),
    methodVariant('prefix'),
    methodVariant('boe'),
    methodVariant('invicl'),
  ],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(
    { ...twoTokens({ nRandom: false, steps: 2400 }), seeds: 3 },
    fullPrompts(linear(20)),
  ),
  claims: (config) => {
    const { n, regime } = inWordsOf(config);
    return versus(['AR', 'Prefix', 'BoE'], { n }, FIGURE3, `${regime}, n = ${n}`);
  },
};

export const twoTokensShallow: PromptExperiment = {
  name: 'two-tokens-four-layers',
  notebook: '08',
  claim:
    'In the paper’s layout of two tokens per example InvICL has a smaller error than AR ' +
    'with fewer layers, too.',
  source: COURSE,
  variants: [methodVariant('ar', { seeds: 3 }), methodVariant('invicl', { seeds: 3 })],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(twoTokens({}, 4), {
    ...fullPrompts(linear(20), { nRandom: true }),
    model: { layout: 'xy', size: { ...STANDARD, layers: 6 } },
  }),
  claims: (config) => {
    const { n, layers } = inWordsOf(config);
    return versus(['AR'], { n }, COURSE, `two tokens, ${layers} layers, n = ${n}`);
  },
};

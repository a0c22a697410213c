/**
 * Linear regression in the paper’s layout, two tokens per example (notebook 08).
 */
import {
  PROMPT_MEASURES,
  PROMPT_KIND,
  type MethodVariant,
  type PromptConfig,
  type PromptExperiment,
} from '../../../experiments/prompts';
import { type Claim, claim, errorAbove, errorBelow, soonerThan } from '../../../records/rules';
import type { Layout } from '../../../model/incontext';
import { METHODS } from '../../../model/methods';
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

/**
 * Two tokens per example, d = 3, six layers. Weights begin at 1 / sqrt(fan-in): GPT-2's 0.02 holds
 * networks of this width on a plateau (notebook 08).
 */
const twoTokens = (
  training: Partial<PromptConfig['training']>,
  {
    layout = 'xy',
    layers = 6,
    seeds = 3,
  }: { readonly layout?: Layout; readonly layers?: number; readonly seeds?: number } = {},
): PromptConfig => ({
  task: linear(3),
  model: { layout, size: { layers }, initialScale: 'fan-in' },
  training: {
    steps: 2500,
    batch: 64,
    n: 8,
    nRandom: true,
    tests: 4,
    learningRate: 2e-3,
    ...training,
  },
  seeds,
  watchEvery: 50,
  measures: {
    ...PROMPT_MEASURES,
    ns: [1, 2, 3, 4, 6, 8, 12, 16, 24],
    prompts: 2048,
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
    methodVariant('nope'),
    methodVariant('invicl', { also: ['AR mask'] }),
    ...(
      [
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
  profiles: profiles(twoTokens({}, { seeds: 10 }), fullPrompts(linear(20), { nRandom: true })),
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

/** The initial scale of GPT-2, for its width of 768, in place of 1 / sqrt(fan-in). */
const atGpt2Scale = (method: 'ar' | 'invicl'): MethodVariant =>
  methodVariant(method, {
    key: `${method}-0.02`,
    name: `${METHODS[method].name}, initial scale 0.02`,
    seeds: 3,
    model: { initialScale: 0.02 },
  });

/**
 * Prefix, whose labels find their inputs by positions alone, with positions that say so and are
 * large enough to be seen from the first step.
 */
const PREFIX_BY_EXAMPLE = methodVariant('prefixByExample', {
  model: { positionScale: 0.5 },
  seeds: 3,
});

/** The rule that these positions help Prefix. */
const byExampleHelps = (n: number, regime: string): Claim =>
  claim(
    'Positions of 0.5 that both tokens of an example share lower the error of Prefix ' +
      `(${regime}, n = ${n})`,
    COURSE,
    errorBelow('Prefix, positions by example', 'Prefix', { n }),
  );

const METHODS_OF_FIGURE_3 = (['ar', 'prefix', 'boe', 'nope', 'invicl'] as const).map((method) =>
  methodVariant(method),
);

export const twoTokensFixed: PromptExperiment = {
  name: 'two-tokens-fixed-n',
  notebook: '08',
  claim:
    'In the paper’s layout of two tokens per example InvICL has a smaller error than AR, ' +
    'NoPE, Prefix and BoE (the same n at every training step).',
  source: FIGURE3,
  variants: [...METHODS_OF_FIGURE_3, PREFIX_BY_EXAMPLE, atGpt2Scale('ar'), atGpt2Scale('invicl')],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(twoTokens({ nRandom: false }, { seeds: 8 }), fullPrompts(linear(20))),
  claims: (config) => {
    const { n, regime } = inWordsOf(config);
    return [
      ...versus(ALL_RIVALS, { n }, FIGURE3, `${regime}, n = ${n}`),
      byExampleHelps(n, regime),
      ...(['AR', 'InvICL'] as const).map((name) =>
        claim(
          `${name} reaches error 0.2 in fewer steps from weights of 1/sqrt(fan-in) than from ` +
            `GPT-2's 0.02 (${regime})`,
          COURSE,
          soonerThan(name, `${name}, initial scale 0.02`, 0.2),
        ),
      ),
    ];
  },
};

/** Tokens that say whether they are an input or a label, in a column of its own. */
export const markedFixed: PromptExperiment = {
  name: 'marked-tokens-fixed-n',
  notebook: '08',
  claim:
    'With two tokens per example that say which of them is the label, InvICL has a smaller ' +
    'error than its rivals (the same n at every training step).',
  source: COURSE,
  variants: [...METHODS_OF_FIGURE_3, PREFIX_BY_EXAMPLE],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(twoTokens({ nRandom: false }, { layout: 'xy-marked' }), {
    ...fullPrompts(linear(20)),
    model: { layout: 'xy-marked', size: STANDARD },
  }),
  claims: (config) => {
    const { n, regime, beyond } = inWordsOf(config);
    return [
      ...versus(ALL_RIVALS, { n }, COURSE, `${regime}, n = ${n}`),
      ...versus(ALL_RIVALS, { n: 2 * n }, COURSE, `marked tokens, ${beyond(2)}`),
      byExampleHelps(n, regime),
    ];
  },
};

export const twoTokensShallow: PromptExperiment = {
  name: 'two-tokens-four-layers',
  notebook: '08',
  claim:
    'In the paper’s layout of two tokens per example InvICL has a smaller error than AR ' +
    'with fewer layers, too.',
  source: COURSE,
  variants: [methodVariant('ar'), methodVariant('invicl')],
  kind: PROMPT_KIND,
  baselines: LINEAR_BASELINES,
  profiles: profiles(twoTokens({}, { layers: 4, seeds: 10 }), {
    ...fullPrompts(linear(20), { nRandom: true }),
    model: { layout: 'xy', size: { ...STANDARD, layers: 6 } },
  }),
  claims: (config) => {
    const { n, layers } = inWordsOf(config);
    return versus(['AR'], { n }, COURSE, `two tokens, ${layers} layers, n = ${n}`);
  },
};

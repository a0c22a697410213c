/**
 * What the experiments on numbers share: sources, sizes, and how claims name a config.
 */
import { averaging, leastSquares, nearestNeighbours, ridge, zero } from '../../../baselines';
import { mean } from '../../../evaluation/statistics';
import type { ProfileName } from '../../../experiments/experiment';
import {
  PROMPT_MEASURES,
  type Measures,
  type MethodVariant,
  type PromptConfig,
  type PromptExperiment,
} from '../../../experiments/prompts';
import { SIZES, sizeOf } from '../../../model/config';
import type { Layout } from '../../../model/incontext';
import { METHODS, type MethodKey } from '../../../model/methods';
import { differenceOf } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured, type Where } from '../../../records/measured';
import { type Claim, claim, errorBelow } from '../../../records/rules';
import { decisionBy, digits } from '../../../records/verdicts';
import { type TaskSpec, taskOf } from '../../../tasks';

export const FANG_2025 = 'Fang et al. 2025';

export const FIGURE3 = `${FANG_2025}, figure 3`;

export const FIGURE4 = `${FANG_2025}, figure 4`;

export const FIGURE6 = `${FANG_2025}, figure 6`;

export const FIGURE7 = `${FANG_2025}, figure 7`;

export const FIGURE10 = `${FANG_2025}, figure 10`;

export const TABLE5 = `${FANG_2025}, table 5`;

/** A variant that is a method without changes, with the method's name. */
export const methodVariant = (
  method: MethodKey,
  rest: Partial<MethodVariant> = {},
): MethodVariant => ({
  key: method,
  name: METHODS[method].name,
  method,
  ...rest,
});

export const CANONICAL: MethodVariant = {
  key: 'ar-canonical',
  name: 'AR, canonical order',
  method: 'ar',
  order: 'canonical',
};

export const linear = (d: number, rest: object = {}): TaskSpec => ({ kind: 'linear', d, ...rest });

/** The shifts of the paper's figure 7, and inputs of unequal variances. */
export const shiftsOf = (d: number): Measures['shifts'] => ({
  'label noise': linear(d, { noise: 1 }),
  'inputs times 3': linear(d, { inputScale: 3 }),
  subspace: linear(d, { subspace: Math.max(1, d >> 1) }),
  'ill-conditioned': linear(d, { condition: 30 }),
});

/** Garg et al.'s twelve layers, with positions for three times 40 examples of two tokens, twice. */
export const STANDARD = { ...SIZES.standard, maxPositions: 512 };

/**
 * The paper's size: d = 20, 40 examples of two tokens, Garg et al.'s twelve layers and curriculum.
 */
export function fullPrompts(
  task: TaskSpec,
  rest: Partial<PromptConfig['training']> = {},
): PromptConfig {
  return {
    task,
    model: { layout: 'xy', size: STANDARD },
    training: {
      steps: 200_000,
      batch: 64,
      n: 40,
      tests: 1,
      learningRate: 1e-4,
      finalRate: 1,
      clip: 0,
      adam: { beta2: 0.999 },
      logEvery: 100,
      curriculum: {
        active: { start: 5, end: 20, by: 1, every: 2000 },
        n: { start: 10, end: 40, by: 2, every: 2000 },
      },
      ...rest,
    },
    seeds: 5,
    watchEvery: 1000,
    measures: {
      ...PROMPT_MEASURES,
      ns: [1, 5, 8, 10, 15, 16, 18, 19, 20, 25, 30, 40, 60, 80, 100, 120],
      prompts: 1280,
      tests: 1,
      shifts: task.kind === 'linear' && task.keep === undefined ? shiftsOf(task.d) : {},
      shiftNs: [8, 20, 40, 80, 120],
      probes: 1536,
    },
  };
}

/** One token per example, d = 4, the `course` network: a minute or two a run. */
export const pairs = (
  training: Partial<PromptConfig['training']>,
  rest: Partial<PromptConfig> = {},
): PromptConfig => ({
  task: linear(4),
  model: { layout: 'pair', size: 'course' },
  training: {
    steps: 1200,
    batch: 64,
    n: 10,
    nRandom: true,
    tests: 10,
    learningRate: 6e-3,
    ...training,
  },
  seeds: 5,
  watchEvery: 50,
  measures: {
    ...PROMPT_MEASURES,
    ns: [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30],
    shifts: shiftsOf(4),
    shiftNs: [2, 4, 6, 10, 20, 30],
    probes: 768,
  },
  ...rest,
});

export const profiles = (
  quick: PromptConfig,
  whole: PromptConfig,
): Readonly<Record<ProfileName, PromptConfig>> => ({
  quick,
  full: whole,
});

const TOKENS: Readonly<Record<Layout, string>> = {
  pair: 'one token',
  xy: 'two tokens',
  'xy-marked': 'two marked tokens',
};

/**
 * What claims name of a config: n and its multiples, d, layers, and the regime in words.
 */
export const inWordsOf = (config: PromptConfig) => {
  const { n = 10, nRandom = false } = config.training;
  const tokens = TOKENS[config.model.layout];
  return {
    n,
    d: taskOf(config.task).d,
    layers: sizeOf(config.model.size).layers,
    regime: `${tokens}, n ${nRandom ? 'random' : 'fixed'}`,
    beyond: (times: number): string =>
      `${times * n} examples, trained on ${nRandom ? 'up to ' : ''}${n}`,
  };
};

/** InvICL's error is below that of each rival. */
export const versus = (
  rivals: readonly string[],
  where: Where,
  source: string,
  words: string,
): Claim[] =>
  rivals.map((rival) =>
    claim(
      `InvICL has a smaller error than ${rival} (${words})`,
      source,
      errorBelow('InvICL', rival, where),
    ),
  );

export const LINEAR_BASELINES = (): ReturnType<PromptExperiment['baselines']> => [
  leastSquares,
  ridge(1),
  averaging,
  nearestNeighbours(3),
  zero,
];

/**
 * The rule "in the layers before the last, a reaches a larger mean share of the final R^2 than b".
 */
export const earlyShare =
  (a: string, b: string, what: string, layers: number): Claim['decide'] =>
  (records) => {
    const shares = (variant: string): Measured => {
      const at = (layer: number): Measured =>
        measured(records, variant, { metric: `probe of ${what}, layer ${layer}` });
      const inner = Array.from({ length: layers - 1 }, (_, l) => at(l + 1));
      return seedwise(
        (last, ...before) => mean(before.map((r2) => Math.max(0, r2))) / Math.max(last!, 0.05),
        at(layers),
        ...inner,
      );
    };
    const [x, y] = [shares(a), shares(b)];
    const before =
      `mean share of the final R² in the layers before the last: ${a} ` +
      `${digits(mean(valuesIn(x)))}, ${b} ${digits(mean(valuesIn(y)))}; `;
    return decisionBy(differenceOf(x, y), before);
  };

export const ALL_RIVALS = ['AR', 'NoPE', 'Prefix', 'BoE'];

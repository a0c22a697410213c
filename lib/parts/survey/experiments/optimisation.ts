/**
 * Layers against iterations on ill-conditioned inputs, and a network that is trained on two strengths of
 * noise against explicit choices of an algorithm (notebook 36).
 * References: Fu et al. (2023, arXiv 2310.17086); Bai et al. (2023, arXiv 2306.04637).
 */
import { rankCorrelation } from '../../../evaluation/ranks';
import { levelOf, ratioOf } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, errorBelow, errorWithin, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy, inWords } from '../../../records/verdicts';
import { sizeOf } from '../../../model/config';
import { iteratedName } from '../optimisationmeasures';
import type { AlgorithmName } from '../optimisation/iterations';
import {
  OPTIMISATION_KIND,
  ridgeFor,
  type OptimisationConfig,
  type OptimisationExperiment,
  type OptimisationVariant,
} from '../optimisationkind';
import { numbersCompared } from './scoringshared';

const FU = 'Fu et al. 2023';
const BAI = 'Bai et al. 2023';

const [DESCENT, NEWTON] = ['gradient descent', 'iterative Newton'] as const;
const [AR, INVICL, NOISY] = ['AR, deep', 'InvICL, deep', 'AR on two noises'] as const;

const VARIANTS: readonly OptimisationVariant[] = [
  { key: 'ar', name: AR, task: 'ill-conditioned', method: 'ar' },
  { key: 'invicl', name: INVICL, task: 'ill-conditioned', method: 'invicl' },
  {
    key: 'noises',
    name: NOISY,
    task: 'noise mixture',
    method: 'ar',
    model: { size: { width: 32, layers: 4, heads: 4, mlpRatio: 2, maxPositions: 64 } },
    training: { steps: 2500, nRandom: true },
  },
];

/** 0, and the powers of two up to 2^most. */
const powers = (most: number): number[] => [
  0,
  ...Array.from({ length: most + 1 }, (_, j) => 2 ** j),
];

const QUICK: OptimisationConfig = {
  d: 5,
  condition: 100,
  noises: [0.1, 1],
  model: {
    layout: 'pair',
    size: { width: 32, layers: 8, heads: 4, mlpRatio: 2, maxPositions: 64 },
    initialScale: 'fan-in',
  },
  training: { steps: 1500, batch: 64, n: 12, tests: 8, learningRate: 3e-3 },
  seeds: 3,
  watchEvery: 100,
  measures: {
    prompts: 64,
    tests: 8,
    fitted: 256,
    descent: powers(11),
    newton: Array.from({ length: 21 }, (_, j) => j),
    ns: [3, 6, 9, 12],
  },
};

/** The size of Fu et al.: d = 20, 40 examples, Garg et al.'s twelve layers. */
const FULL: OptimisationConfig = {
  ...QUICK,
  d: 20,
  model: {
    layout: 'xy',
    size: { width: 256, layers: 12, heads: 8, mlpRatio: 4, maxPositions: 256 },
  },
  training: { steps: 200_000, batch: 64, n: 40, tests: 1, learningRate: 1e-4, finalRate: 1 },
  seeds: 5,
  watchEvery: 5000,
  measures: { ...QUICK.measures, prompts: 640, ns: [10, 20, 30, 40] },
};

type Records = readonly ResultRecord[];

const bestOf = (records: Records, variant: string, name: AlgorithmName, layer: number): Measured =>
  seedwise(
    (count) => 1 + count!,
    measured(records, variant, { metric: `best iteration of ${name}, layer ${layer}` }),
  );

/** How many times as many iterations the last layer resembles as the middle one, both plus one. */
const growth =
  (
    variant: string,
    name: AlgorithmName,
    layers: number,
    claimed: 'above' | 'below',
  ): Claim['decide'] =>
  (records) => {
    const [middle, last] = [layers / 2, layers].map((l) => bestOf(records, variant, name, l)) as [
      Measured,
      Measured,
    ];
    const [from, to] = [middle, last].map((one) => inWords(valuesIn(one)));
    return decisionBy(
      ratioOf(last, middle, { bound: 2, claimed }),
      `1 + iterations at layer ${layers / 2}: ${from!}, at layer ${layers}: ${to!}: `,
    );
  };

/** The rank correlation of layers with the iterations that they resemble, from the first layer on. */
const rising =
  (variant: string, name: AlgorithmName, layers: number): Claim['decide'] =>
  (records) => {
    const all = Array.from({ length: layers }, (_, l) => bestOf(records, variant, name, l + 1));
    const order = all.map((_, l) => l);
    return decisionBy(
      levelOf(
        seedwise((...counts) => rankCorrelation(order, counts as number[]), ...all),
        { bound: 0.8, claimed: 'above' },
        'level',
      ),
      'rank correlation, ',
    );
  };

const similarity = (name: AlgorithmName, untrained = ''): string =>
  `highest similarity to ${name}, last layer${untrained}`;

const ofDepth = (variant: string, layers: number): Claim[] => [
  ...([DESCENT, NEWTON] as const).map((name) =>
    claim(
      `${variant}: the error is below that of ${name} with as many ` +
        `${name === DESCENT ? 'steps' : 'iterations'} as there are layers`,
      name === DESCENT ? FU : COURSE,
      errorBelow(variant, iteratedName(name, layers), {}),
    ),
  ),
  claim(
    `${variant}: the later a layer, the later the iteration of Newton that it resembles most (rank ` +
      'correlation above 0.8)',
    FU,
    rising(variant, NEWTON, layers),
  ),
  claim(
    `${variant}: the steps of gradient descent that layers resemble grow faster than the layers (more ` +
      'than twofold from the middle layer to the last)',
    FU,
    growth(variant, DESCENT, layers, 'above'),
  ),
  claim(
    `${variant}: the iterations of Newton that layers resemble grow no faster than the layers (less ` +
      'than twofold from the middle layer to the last)',
    FU,
    growth(variant, NEWTON, layers, 'below'),
  ),
  claim(
    `${variant}: the errors of the last layer resemble an iteration of Newton more than any step of ` +
      'gradient descent',
    FU,
    numbersCompared(
      'number',
      'above',
      '(similarity of errors)',
    )(
      ['Newton', variant, { metric: similarity(NEWTON) }],
      ['gradient descent', variant, { metric: similarity(DESCENT) }],
    ),
  ),
  claim(
    `${variant}: the errors of the last layer resemble an iteration of Newton more than those of a ` +
      'random start do',
    COURSE,
    numbersCompared(
      'number',
      'above',
      '(similarity of errors)',
    )(
      ['trained', variant, { metric: similarity(NEWTON) }],
      ['random start', variant, { metric: similarity(NEWTON, ', untrained') }],
    ),
  ),
];

const ofNoises = ({ noises, measures: { ns } }: OptimisationConfig): Claim[] => {
  const [few, many] = [ns[1] ?? ns[0]!, ns.at(-1)!];
  return [
    ...[few, many].map((n) =>
      claim(
        `On two strengths of noise the error of a trained network is at most 1.25 times that of the ` +
          `exact mixture (n = ${n})`,
        BAI,
        errorWithin(NOISY, 'exact mixture', 1.25, { n }),
      ),
    ),
    ...['chosen by validation', 'chosen by a test'].map((way) =>
      claim(
        `The network has a smaller error than ridge regression whose noise is ${way} (n = ${few})`,
        COURSE,
        errorBelow(NOISY, way, { n: few }),
      ),
    ),
    ...noises.map((noise) =>
      claim(
        `The network has a smaller error than ${ridgeFor(noise)} on both (n = ${few})`,
        BAI,
        errorBelow(NOISY, ridgeFor(noise), { n: few }),
      ),
    ),
  ];
};

export const OPTIMISATION: OptimisationExperiment = {
  name: 'survey-optimisation',
  notebook: '36',
  claim:
    'On ill-conditioned inputs the layers of a trained transformer resemble iterations of Newton, and ' +
    'on two strengths of noise it comes near the exact mixture of two algorithms.',
  source: `${FU}; ${BAI}`,
  variants: VARIANTS,
  kind: OPTIMISATION_KIND,
  profiles: { quick: QUICK, full: FULL },
  claims: (config) => {
    const { layers } = sizeOf(config.model.size);
    return [
      ...ofDepth(AR, layers),
      ...ofDepth(INVICL, layers),
      claim(
        'Under InvICL the error on ill-conditioned inputs is below that under AR',
        COURSE,
        errorBelow(INVICL, AR, {}),
      ),
      ...ofNoises(config),
    ];
  },
};

/**
 * Experiments of the work on in-context learners as few-shot learners (notebooks 40 to 44).
 * Reference: Wu et al. (ICLR 2025), "Why In-Context Learning Models are Good Few-Shot Learners?";
 * figures by the article's numbers.
 */
import { stream } from '../../core/random';
import { difference, summary } from '../../evaluation/statistics';
import type { DomainTraining } from './domaintrainer';
import { NETWORKS, type NetworkSpec } from './networks';
import { leastSquares, zero } from '../../baselines/linear';
import type { TaskSpec } from '../../tasks';
import type { DomainsConfig } from './regressiondomains';
import {
  DOMAIN_KIND,
  type DomainVariant,
  type DomainConfig,
  type DomainExperiment,
} from './domains';
import type { MethodVariant } from '../../experiments/prompts';
import {
  CLASSIFICATION_KIND,
  type FewShotConfig,
  type FewShotExperiment,
  type FewShotMeasures,
  type NetworkVariant,
} from './classification';
import {
  MEASURES as MEASURES_OF_PROMPTS,
  PROMPT_KIND,
  type PromptExperiment,
} from '../../experiments/prompts';
import type { ResultRecord } from '../../records/record';
import {
  claim,
  compareShares,
  errorAbove,
  errorBelow,
  scoreAbove,
  soonerThan,
  valuesOf,
  type Claim,
} from '../../records/rules';
import { digits, wordFor } from '../../records/verdicts';

const PAPER = 'Wu et al. 2025';
const COURSE = 'this course';
const REVIEWERS = 'a question of the paper’s reviewers';

/** The three kinds of tasks, and the fourth that nothing is trained on. */
export const PAIRWISE: TaskSpec = { kind: 'pairs' };
export const PROTOTYPE: TaskSpec = { kind: 'prototypes' };
export const AMORTIZATION: TaskSpec = { kind: 'thresholds' };
export const THREE: readonly TaskSpec[] = [PAIRWISE, PROTOTYPE, AMORTIZATION];
const KINDS = {
  'pair-wise': PAIRWISE,
  prototype: PROTOTYPE,
  amortization: AMORTIZATION,
  radius: { kind: 'radius' },
} as const satisfies Readonly<Record<string, TaskSpec>>;
const MIXTURE: TaskSpec = { kind: 'mixture', of: THREE };
/** Kinds that are trained on. */
export const TRAINED_KINDS = ['pair-wise', 'prototype', 'amortization'] as const;

const MEASURES: FewShotMeasures = {
  kinds: KINDS,
  ns: [1, 2, 4, 8, 16],
  prompts: 1000,
  tests: 4,
  compared: 100,
  spreads: [],
};

const quick = (task: TaskSpec, rest: Partial<FewShotConfig> = {}): FewShotConfig => ({
  task,
  training: { steps: 3000, batch: 96, learningRate: 8e-3, n: 16, tests: 8 },
  seeds: 3,
  watchEvery: 250,
  measures: MEASURES,
  ...rest,
});

/** The released size: 50 inputs a task, batches of 128, up to a million steps. */
const full = (task: TaskSpec): FewShotConfig => ({
  ...quick(task),
  training: {
    steps: 500_000,
    batch: 126,
    learningRate: 3e-3,
    warmUp: 0,
    finalRate: 1,
    n: 49,
    tests: 8,
  },
  seeds: 5,
  watchEvery: 2000,
  measures: { ...MEASURES, ns: [1, 2, 4, 8, 16, 32, 49], prompts: 2048 },
});

/** Small networks need a larger rate and fewer steps. */
const FEW_WEIGHTS: NetworkVariant['training'] = { steps: 3000, learningRate: 1e-2 };

const variantOf = (
  key: string,
  name: string,
  network: NetworkSpec,
  rest: Partial<NetworkVariant> = {},
): NetworkVariant => ({
  key,
  name,
  network,
  ...rest,
});

const CLASSICS: readonly NetworkVariant[] = [
  variantOf('matchnet', 'MatchNet', NETWORKS.matchnet, { training: FEW_WEIGHTS }),
  variantOf('protonet', 'ProtoNet', NETWORKS.protonet, { training: FEW_WEIGHTS }),
  variantOf('cnp', 'CNP', NETWORKS.cnp, { training: FEW_WEIGHTS }),
  variantOf('maml', 'MAML', NETWORKS.maml, { training: FEW_WEIGHTS }),
];
const ICL_VARIANT = variantOf('icl', 'ICL', NETWORKS.icl);
const WIDE: readonly NetworkVariant[] = [
  variantOf('matchnet-wide', 'MatchNet, as many weights as ICL', NETWORKS.matchnetWide, {
    training: { steps: 3000, learningRate: 3e-3 },
  }),
  variantOf('protonet-wide', 'ProtoNet, as many weights as ICL', NETWORKS.protonetWide, {
    training: { steps: 3000, learningRate: 3e-3 },
  }),
  variantOf('cnp-wide', 'CNP, as many weights as ICL', NETWORKS.cnpWide, {
    training: { steps: 3000, learningRate: 3e-3 },
  }),
];

/**
 * Mean over several metrics and numbers of examples, seed by seed; a baseline's one number serves
 * every seed.
 */
export const meanOver = (
  records: readonly ResultRecord[],
  variant: string,
  metrics: readonly string[],
  ns: readonly number[],
): number[] => {
  const all = metrics.flatMap((metric) => ns.map((n) => valuesOf(records, variant, { metric, n })));
  return all[0]!.map(
    (_, seed) => all.reduce((sum, values) => sum + (values[seed] ?? values[0]!), 0) / all.length,
  );
};

/** The accuracies of the three kinds. */
const ACCURACIES = TRAINED_KINDS.map((kind) => `accuracy, ${kind}`);

/** The rule "a is above b" (or no further below than a margin), over several metrics and ns. */
const above =
  (
    a: string,
    b: string,
    metrics: readonly string[],
    ns: readonly number[],
    margin = 0,
  ): Claim['decide'] =>
  (records) =>
    compareShares(
      a,
      meanOver(records, a, metrics, ns),
      b,
      meanOver(records, b, metrics, ns),
      margin,
    );

/** The rule "a number over seeds lies below a bound". */
const lessThan =
  (variant: string, metric: string, n: number, bound: number): Claim['decide'] =>
  (records) => {
    const values = valuesOf(records, variant, { metric, n });
    const { mean, low, high } = summary(values);
    const interval = `95 % CI ${digits(low)} to ${digits(high)}, ${values.length} seeds`;
    return {
      ours: `${variant} ${digits(mean)} (${interval}; asked: below ${bound})`,
      verdict: wordFor(high < bound, mean < bound),
    };
  };

/** The method designed for each kind of tasks. */
const DESIGNED_FOR: Readonly<Record<(typeof TRAINED_KINDS)[number], string>> = {
  'pair-wise': 'MatchNet',
  prototype: 'ProtoNet',
  amortization: 'CNP',
};

/** Training on one kind (figure 2, upper row). */
const onOneKind = (kind: (typeof TRAINED_KINDS)[number], name: string): FewShotExperiment => {
  const rival = DESIGNED_FOR[kind];
  return {
    name,
    notebook: '41',
    claim:
      `Trained on ${kind} tasks only, ICL is as accurate as ${rival}, the method designed ` +
      'for them.',
    source: `${PAPER}, figure 2`,
    variants: [ICL_VARIANT, ...CLASSICS],
    kind: CLASSIFICATION_KIND,
    profiles: { quick: quick(KINDS[kind]), full: full(KINDS[kind]) },
    claims: ({ training: { n = 16 }, measures: { ns } }) => [
      claim(
        `Trained on ${kind} tasks, ICL is at most one point less accurate than ${rival} ` +
          '(mean over n)',
        `${PAPER}, figure 2 above`,
        above('ICL', rival, [`accuracy, ${kind}`], ns, 0.01),
      ),
      claim(
        `Trained on ${kind} tasks, ICL diverges from the Bayes-optimal predictor by less ` +
          `than 0.02 nats (n = ${n})`,
        REVIEWERS,
        lessThan('ICL', `divergence, ${kind}`, n, 0.02),
      ),
      claim(
        `Trained on ${kind} tasks, ${rival} diverges from the Bayes-optimal predictor by ` +
          `less than 0.02 nats (n = ${n})`,
        COURSE,
        lessThan(rival, `divergence, ${kind}`, n, 0.02),
      ),
    ],
  };
};

const SPREADS = [1, 2, 3, 4, 5];
const atSpread = (kind: string, spread: number): string =>
  `accuracy over n, ${kind}, spread ${spread}`;

/** The rule "at the widest spread a loses more than b, against spread 1". */
const losesMore =
  (a: string, b: string, kind: string, wide: number): Claim['decide'] =>
  (records) => {
    const loss = (variant: string): number[] => {
      const [near, far] = [1, wide].map((spread) =>
        valuesOf(records, variant, { metric: atSpread(kind, spread) }),
      );
      return near!.map((value, seed) => value - far![seed]!);
    };
    const [x, y] = [loss(a), loss(b)];
    return compareShares(`from spread 1 to ${wide} ${a} loses`, x, b, y);
  };

/** What is claimed of accuracies on the kinds that are trained on. */
const accuracyClaims = (n: number, ns: readonly number[]): Claim[] => [
  ...['MatchNet', 'ProtoNet', 'CNP', 'MAML'].map((rival) =>
    claim(
      `Trained on the mixture, ICL is more accurate than ${rival} (mean over kinds and n)`,
      `${PAPER}, figure 2 below`,
      above('ICL', rival, ACCURACIES, ns),
    ),
  ),
  ...['MatchNet', 'ProtoNet', 'CNP'].map((rival) =>
    claim(
      `Trained on the mixture, ICL is more accurate than ${rival} with equally many ` +
        'weights (mean over kinds and n)',
      REVIEWERS,
      above('ICL', `${rival}, as many weights as ICL`, ACCURACIES, ns),
    ),
  ),
  ...TRAINED_KINDS.map((kind) =>
    claim(
      `Training on the mixture in place of ${kind} tasks alone lowers the accuracy of ` +
        `${DESIGNED_FOR[kind]} on ${kind} tasks (mean over n)`,
      `${PAPER}, figure 2 below`,
      above(`${DESIGNED_FOR[kind]} specialist`, DESIGNED_FOR[kind], [`accuracy, ${kind}`], ns),
    ),
  ),
  ...TRAINED_KINDS.map((kind) =>
    claim(
      'Trained on the mixture, ICL diverges from the Bayes-optimal predictor by less than ' +
        `0.02 nats (${kind}, n = ${n})`,
      REVIEWERS,
      lessThan('ICL', `divergence, ${kind}`, n, 0.02),
    ),
  ),
  claim(
    'Trained on the mixture, ICL is more accurate than ridge regression on the context ' +
      '(mean over kinds and n)',
    COURSE,
    above('ICL', 'ridge', ACCURACIES, ns),
  ),
  claim(
    'Trained on the mixture, ICL is more accurate than logistic regression on the ' +
      'context (mean over kinds and n)',
    COURSE,
    above('ICL', 'logistic regression', ACCURACIES, ns),
  ),
];

/** What is claimed beyond the training distribution, and of the order of the examples. */
const beyondTraining = (n: number): Claim[] => [
  claim(
    'On circles, a kind not trained on, ICL is more accurate than the oracle selection ' +
      `among the specialists (n = ${n})`,
    `${PAPER}, figure 3 b`,
    scoreAbove('ICL', 'oracle selection', { metric: 'accuracy, radius', n }),
  ),
  claim(
    'On circles, a kind not trained on, ICL is more accurate than the selection by ' +
      `context among specialists and rules (n = ${n})`,
    `${PAPER}, figure 3 b`,
    scoreAbove('ICL', 'selection by context', { metric: 'accuracy, radius', n }),
  ),
  claim(
    'On circles, a kind not trained on, ICL is more accurate than 1 nearest neighbour, ' +
      `which is not among the rules to select from (n = ${n})`,
    COURSE,
    scoreAbove('ICL', '1 nearest neighbour', { metric: 'accuracy, radius', n }),
  ),
  ...TRAINED_KINDS.map((kind) =>
    claim(
      'On inputs that spread five times as wide, ICL loses more accuracy than the ' +
        `selection by context (${kind}, mean over n)`,
      `${PAPER}, figure 3 c`,
      losesMore('ICL', 'selection by context', kind, SPREADS.at(-1)!),
    ),
  ),
  claim(
    'Permuting the examples changes the probabilities of ICL by less than 1e-5 (n = ' +
      `${n >> 1})`,
    `${PAPER}, section on ICL`,
    lessThan('ICL', 'largest change by order', n >> 1, 1e-5),
  ),
];

const mixed: FewShotExperiment = {
  name: 'meta-mixture',
  notebook: '41',
  claim:
    'Trained on a mixture of three kinds of tasks, ICL is as accurate on each kind as ' +
    'when trained on that kind alone; MatchNet, ProtoNet and CNP are not.',
  source: `${PAPER}, figures 2 and 3`,
  variants: [
    ICL_VARIANT,
    ...CLASSICS,
    variantOf(
      'specialists',
      'specialists',
      { kind: 'specialists', widths: [8, 8], width: 16 },
      { training: FEW_WEIGHTS, task: THREE },
    ),
    variantOf('icl-linear', 'ICL, linear attention', NETWORKS.linear, { seeds: 3 }),
    ...WIDE.map((one) => ({ ...one, seeds: 3 })),
  ],
  weights: ['icl', 'matchnet', 'protonet', 'cnp', 'maml', 'specialists'],
  kind: CLASSIFICATION_KIND,
  profiles: {
    quick: quick(MIXTURE, {
      training: { steps: 4000, batch: 96, learningRate: 8e-3, n: 16, tests: 8 },
      seeds: 5,
      measures: { ...MEASURES, compared: 200, spreads: SPREADS },
    }),
    full: { ...full(MIXTURE), measures: { ...full(MIXTURE).measures, spreads: SPREADS } },
  },
  claims: ({ training: { n = 16 }, measures: { ns } }) => [
    ...accuracyClaims(n, ns),
    ...beyondTraining(n),
  ],
};

/**
 * The mixture as the released script has it: pair-wise tasks whose anchors are all 0,
 * demonstrations with reversed labels.
 */
const RELEASED_MIXTURE: TaskSpec = {
  kind: 'mixture',
  of: [
    { kind: 'pairs', anchors: 0 },
    PROTOTYPE,
    { kind: 'thresholds', demonstrations: 'reversed' },
  ],
};
const ONE_ERROR = (of: readonly TaskSpec[]): TaskSpec => ({ kind: 'mixture', of });

const published: FewShotExperiment = {
  name: 'meta-published',
  notebook: '41',
  claim:
    'The errors in the released code change its own comparison of methods (all together ' +
    'and one at a time).',
  source: `${PAPER}, released code`,
  variants: [
    variantOf('icl-published', 'ICL as published', NETWORKS.published, {
      task: RELEASED_MIXTURE,
      training: { steps: 3000, learningRate: 3e-3 },
    }),
    variantOf('matchnet-published', 'MatchNet as published', NETWORKS.matchnetPublished, {
      task: RELEASED_MIXTURE,
      training: FEW_WEIGHTS,
    }),
    variantOf('protonet-published', 'ProtoNet as published', NETWORKS.protonetPublished, {
      task: RELEASED_MIXTURE,
      training: FEW_WEIGHTS,
    }),
    variantOf('cnp-published', 'CNP as published', NETWORKS.cnpPublished, {
      task: RELEASED_MIXTURE,
      training: FEW_WEIGHTS,
    }),
    variantOf('icl-repaired', 'ICL as published, repaired mixture', NETWORKS.published, {
      training: { steps: 3000, learningRate: 3e-3 },
    }),
    variantOf(
      'matchnet-repaired',
      'MatchNet as published, repaired mixture',
      NETWORKS.matchnetPublished,
      { training: FEW_WEIGHTS },
    ),
    variantOf(
      'protonet-repaired',
      'ProtoNet as published, repaired mixture',
      NETWORKS.protonetPublished,
      { training: FEW_WEIGHTS },
    ),
    variantOf(
      'matchnet-double',
      'MatchNet, double softmax',
      { ...NETWORKS.matchnet, doubleSoftmax: true, unused: 2 },
      { training: FEW_WEIGHTS },
    ),
    variantOf(
      'protonet-double',
      'ProtoNet, double softmax',
      { ...NETWORKS.protonet, doubleSoftmax: true, unused: 2 },
      { training: FEW_WEIGHTS },
    ),
    variantOf(
      'protonet-raw',
      'ProtoNet, raw query',
      { kind: 'protonet', widths: [8, 2], rawQuery: true },
      { training: FEW_WEIGHTS },
    ),
    variantOf('matchnet-plain', 'MatchNet, repaired', NETWORKS.matchnet, { training: FEW_WEIGHTS }),
    variantOf('protonet-plain', 'ProtoNet, repaired', NETWORKS.protonet, { training: FEW_WEIGHTS }),
    variantOf('cnp-plain', 'CNP, repaired', NETWORKS.cnp, { training: FEW_WEIGHTS }),
    variantOf('cnp-empty', 'CNP, pair-wise tasks without anchors', NETWORKS.cnp, {
      training: FEW_WEIGHTS,
      task: ONE_ERROR([{ kind: 'pairs', anchors: 0 }, PROTOTYPE, AMORTIZATION]),
    }),
    variantOf('cnp-reversed', 'CNP, reversed demonstrations', NETWORKS.cnp, {
      training: FEW_WEIGHTS,
      task: ONE_ERROR([PAIRWISE, PROTOTYPE, { kind: 'thresholds', demonstrations: 'reversed' }]),
    }),
    variantOf('cnp-l3', 'CNP, anchors of L3 norm 1', NETWORKS.cnp, {
      training: FEW_WEIGHTS,
      task: ONE_ERROR([{ kind: 'pairs', norm: 3 }, PROTOTYPE, AMORTIZATION]),
    }),
  ],
  kind: CLASSIFICATION_KIND,
  profiles: {
    quick: quick(MIXTURE, { measures: { ...MEASURES, compared: 40 } }),
    full: full(MIXTURE),
  },
  claims: ({ measures: { ns } }) => [
    claim(
      'In the released code ICL is more accurate than MatchNet (mean over kinds and n)',
      `${PAPER}, figure 2 below`,
      above('ICL as published', 'MatchNet as published', ACCURACIES, ns),
    ),
    claim(
      'In the released code ICL is more accurate than ProtoNet (mean over kinds and n)',
      `${PAPER}, figure 2 below`,
      above('ICL as published', 'ProtoNet as published', ACCURACIES, ns),
    ),
    claim(
      'The double softmax lowers the accuracy of MatchNet (mean over kinds and n)',
      COURSE,
      above('MatchNet, repaired', 'MatchNet, double softmax', ACCURACIES, ns),
    ),
    claim(
      'The double softmax lowers the accuracy of ProtoNet (mean over kinds and n)',
      COURSE,
      above('ProtoNet, repaired', 'ProtoNet, double softmax', ACCURACIES, ns),
    ),
    claim(
      'Comparing the query without its embedding lowers the accuracy of ProtoNet (mean ' +
        'over kinds and n)',
      COURSE,
      above('ProtoNet, repaired', 'ProtoNet, raw query', ACCURACIES, ns),
    ),
    claim(
      'Training with anchors of 0 lowers the accuracy of CNP on pair-wise tasks (mean over ' + 'n)',
      COURSE,
      above('CNP, repaired', 'CNP, pair-wise tasks without anchors', ['accuracy, pair-wise'], ns),
    ),
    claim(
      'Training with reversed demonstrations lowers the accuracy of CNP on amortization ' +
        'tasks (mean over n)',
      COURSE,
      above('CNP, repaired', 'CNP, reversed demonstrations', ['accuracy, amortization'], ns),
    ),
    claim(
      'Training with anchors of L3 norm 1 lowers the accuracy of CNP on pair-wise tasks ' +
        '(mean over n)',
      COURSE,
      above('CNP, repaired', 'CNP, anchors of L3 norm 1', ['accuracy, pair-wise'], ns),
    ),
  ],
};

const pooled: FewShotExperiment = {
  name: 'meta-pool',
  notebook: '43',
  claim:
    'Training on few tasks lowers the accuracy of ICL on new tasks, and augmenting the ' +
    'tasks raises it.',
  source: `${PAPER}, on the number of tasks`,
  variants: [
    ...[64, 1024].map((count) =>
      variantOf(`icl-${count}`, `ICL, ${count} tasks`, NETWORKS.icl, {
        task: { kind: 'pool', of: MIXTURE, count },
      }),
    ),
    variantOf('icl-64-augmented', 'ICL, 64 tasks, augmented', NETWORKS.icl, {
      task: { kind: 'augmented', of: { kind: 'pool', of: MIXTURE, count: 64 } },
    }),
    variantOf('icl-all', 'ICL, fresh tasks', NETWORKS.icl),
  ],
  kind: CLASSIFICATION_KIND,
  profiles: {
    quick: quick(MIXTURE, { measures: { ...MEASURES, compared: 40 } }),
    full: full(MIXTURE),
  },
  claims: ({ measures: { ns } }) => [
    ...[64, 1024].map((count) =>
      claim(
        `Training on ${count} tasks in place of fresh ones lowers the accuracy of ICL on new ` +
          'tasks (mean over kinds and n)',
        `${PAPER}, on the number of tasks`,
        above('ICL, fresh tasks', `ICL, ${count} tasks`, ACCURACIES, ns),
      ),
    ),
    ...(['pair-wise', 'prototype', 'amortization'] as const).map((kind) =>
      claim(
        'Augmenting 64 training tasks by rotations and reflections raises the accuracy of ' +
          `ICL on new tasks (${kind}, mean over n)`,
        COURSE,
        above('ICL, 64 tasks, augmented', 'ICL, 64 tasks', [`accuracy, ${kind}`], ns),
      ),
    ),
  ],
};

/** All experiments on few-shot classification. */
export const CLASSIFICATION_EXPERIMENTS: readonly FewShotExperiment[] = [
  onOneKind('pair-wise', 'meta-pairs'),
  onOneKind('prototype', 'meta-prototypes'),
  onOneKind('amortization', 'meta-thresholds'),
  mixed,
  published,
  pooled,
];

/**
 * Which share of the input's dimensions counts, stage by stage, in the first 0.3 of the steps;
 * after that all count.
 */
const RISING = Array.from({ length: 16 }, (_, k) => 0.25 + (0.75 * k) / 15);
const ORDERS: Readonly<Record<'easy' | 'hard' | 'mixed', readonly number[]>> = {
  easy: RISING,
  hard: [...RISING].reverse(),
  mixed: Array.from({ length: 12 }, (_, round) =>
    stream(0, 'mixed stages', round).permutation(RISING.length),
  ).flatMap((order) => order.map((k) => RISING[k]!)),
};
/** Far more examples than any profile has: n itself does not grow. */
const ALL_EXAMPLES = { start: 1000, end: 1000, by: 0, every: 1 };
const staged = (order: keyof typeof ORDERS): MethodVariant['training'] => ({
  curriculum: { active: { shares: ORDERS[order], until: 0.3 }, n: ALL_EXAMPLES },
});

const curriculum: PromptExperiment = {
  name: 'meta-curriculum',
  notebook: '43',
  claim:
    'A curriculum from easy to hard tasks speeds up training of ICL and does not lower ' +
    'its final error.',
  source: `${PAPER}, figure 4`,
  variants: [
    { key: 'none', name: 'no curriculum', method: 'ar' },
    { key: 'easy', name: 'easy to hard', method: 'ar', training: staged('easy') },
    { key: 'hard', name: 'hard to easy', method: 'ar', seeds: 3, training: staged('hard') },
    { key: 'mixed', name: 'mixed order', method: 'ar', seeds: 3, training: staged('mixed') },
  ],
  kind: PROMPT_KIND,
  baselines: () => [leastSquares, zero],
  profiles: {
    quick: {
      task: { kind: 'linear', d: 5 },
      model: {
        layout: 'xy',
        size: { width: 64, layers: 4, heads: 4, mlpRatio: 2, maxPositions: 64 },
      },
      training: {
        steps: 2000,
        batch: 64,
        n: 10,
        nRandom: false,
        tests: 1,
        learningRate: 2e-3,
        finalRate: 1,
        warmUp: 0.02,
      },
      seeds: 5,
      watchEvery: 100,
      measures: {
        ...MEASURES_OF_PROMPTS,
        ns: [1, 2, 3, 4, 5, 6, 8, 10],
        watchNs: [1, 2, 3, 4, 5, 6, 8, 10],
        prompts: 256,
        tests: 4,
      },
    },
    full: {
      task: { kind: 'linear', d: 20 },
      model: { layout: 'xy', size: 'standard' },
      training: {
        steps: 500_000,
        batch: 64,
        n: 40,
        tests: 1,
        learningRate: 1e-4,
        finalRate: 1,
        clip: 0,
        adam: { beta2: 0.999 },
      },
      seeds: 3,
      watchEvery: 10_000,
      measures: {
        ...MEASURES_OF_PROMPTS,
        ns: [1, 5, 10, 15, 20, 25, 30, 40],
        watchNs: [10, 20, 40],
        prompts: 1280,
        tests: 1,
      },
    },
  },
  claims: ({ training: { n = 10 } }) => [
    claim(
      'A curriculum from easy to hard reaches error 0.3 in fewer steps than no curriculum ' +
        '(linear regression)',
      `${PAPER}, figure 4`,
      soonerThan('easy to hard', 'no curriculum', 0.3),
    ),
    claim(
      'A curriculum from easy to hard reaches error 0.3 in fewer steps than the same tasks ' +
        'in mixed order (linear regression)',
      COURSE,
      soonerThan('easy to hard', 'mixed order', 0.3),
    ),
    claim(
      'A curriculum from hard to easy reaches error 0.3 in fewer steps than no curriculum ' +
        '(linear regression)',
      COURSE,
      soonerThan('hard to easy', 'no curriculum', 0.3),
    ),
    claim(
      'At the end of training a curriculum from easy to hard has a smaller error than no ' +
        `curriculum (linear regression, n = ${n})`,
      `${PAPER}, figure 4: no better`,
      errorBelow('easy to hard', 'no curriculum', { n }),
    ),
  ],
};

/** Experiments of this work on prompts of numbers. */
export const CURRICULUM_EXPERIMENTS: readonly PromptExperiment[] = [curriculum];

/** The rule "adapted to t tasks, a's error over all n is below b's". */
const adaptedBelow = (a: string, b: string, t: number): Claim['decide'] =>
  errorBelow(a, b, { metric: 'error over n', tasks: t });

/** The rule "without adaptation a's error is above b's". */
const plainAbove = (a: string, b: string, n: number): Claim['decide'] => errorAbove(a, b, { n });

/** The rule "the ratio of b's error to a's is larger after few tasks than after many". */
const gapCloses =
  (a: string, b: string, few: number, many: number): Claim['decide'] =>
  (records) => {
    const gap = (t: number): number[] => {
      const [x, y] = [a, b].map((variant) =>
        valuesOf(records, variant, { metric: 'error over n', tasks: t }),
      );
      return x!.map((value, seed) => Math.log(y![seed]! / value));
    };
    const { mean, low, high } = difference(gap(few), gap(many));
    const factor = (t: number): string => Math.exp(summary(gap(t)).mean).toPrecision(3);
    const [quotient, from, to] = [mean, low, high].map((log) => Math.exp(log).toPrecision(3));
    return {
      ours:
        `${b} has ${factor(few)} times the error of ${a} with ${few} tasks, ` +
        `${factor(many)} times with ${many}: quotient ${quotient} ` +
        `(95 % CI ${from} to ${to}, ${gap(few).length} seeds)`,
      verdict: wordFor(low > 0, mean > 0),
    };
  };

const M2: Partial<DomainTraining> = { innerSteps: 5, innerRate: 0.01 };
const TWO_LEVELS: readonly DomainVariant[] = [
  { key: 'icl', name: 'ICL' },
  { key: 'm2', name: 'M2-ICL', training: M2 },
];

const domainClaims = (where: string, ns: readonly number[], tasks: readonly number[]): Claim[] => [
  ...tasks.map((t) =>
    claim(
      `Adapted to ${t} tasks of a new domain, M2-ICL has a smaller error than ICL ` + `(${where})`,
      `${PAPER}, figure 5`,
      adaptedBelow('M2-ICL, adapted', 'ICL, adapted', t),
    ),
  ),
  claim(
    `The ratio of ICL’s error to M2-ICL’s is larger after adaptation to ${tasks[0]} ` +
      `tasks than to ${tasks.at(-1)} (${where})`,
    `${PAPER}, figure 5: large at 64, marginal at 1024`,
    gapCloses('M2-ICL, adapted', 'ICL, adapted', tasks[0]!, tasks.at(-1)!),
  ),
  claim(
    `Adapted to ${tasks[0]} tasks of a new domain, M2-ICL has a smaller error than ICL ` +
      `in the shortest prompts (${where}, n = ${ns[0]})`,
    `${PAPER}, figure 5`,
    errorBelow('M2-ICL, adapted', 'ICL, adapted', {
      metric: `error, ${tasks[0]} tasks`,
      n: ns[0]!,
    }),
  ),
  claim(
    `Without adaptation M2-ICL has a larger error than ICL (${where}, n = ${ns.at(-1)})`,
    `${PAPER}, figure 5`,
    plainAbove('M2-ICL, not adapted', 'ICL, not adapted', ns.at(-1)!),
  ),
];

const RULES: DomainConfig['measures']['rules'] = [
  { optimiser: 'descent', rate: 0.01, batch: 64 },
  { optimiser: 'descent', rate: 0.05, batch: 64 },
  { optimiser: 'Adam', rate: 3e-3, batch: 64 },
  { optimiser: 'Adam', rate: 1e-2, batch: 64 },
];

/** A minute a run. */
const quickRegressions = (kind: DomainsConfig['kind'], seeds: number): DomainConfig => ({
  domains: { from: 'regression', kind, d: 3 },
  model: {
    method: 'ar',
    layout: 'pair',
    size: { width: 32, layers: 2, heads: 4, mlpRatio: 4, maxPositions: 16 },
  },
  training: {
    steps: 9000,
    batch: 64,
    learningRate: 3e-3,
    ns: [1, 2, 3, 4, 5, 6],
    tests: 4,
    logEvery: 100,
  },
  seeds,
  watchEvery: 1000,
  measures: {
    tasks: [16, 64, 256, 1024],
    ns: [1, 2, 3, 4, 5, 6],
    prompts: 64,
    tests: 4,
    domains: 16,
    validation: 6,
    rules: RULES,
    steps: [5, 20, 50],
  },
});

/** The released size. */
const fullRegressions = (kind: DomainsConfig['kind']): DomainConfig => ({
  domains: { from: 'regression', kind, d: 5, labelScale: 8 },
  model: { method: 'ar', layout: 'xy', size: 'standard' },
  training: {
    steps: 600_000,
    batch: 64,
    learningRate: 1e-4,
    warmUp: 0,
    finalRate: 1,
    ns: [10],
    tests: 1,
    logEvery: 1000,
  },
  seeds: 3,
  watchEvery: 10_000,
  measures: {
    tasks: [64, 256, 1024],
    ns: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    prompts: 256,
    tests: 1,
    domains: 20,
    validation: 6,
    rules: RULES,
    steps: [5, 20, 50],
  },
});

const onRegressions = (
  name: string,
  kind: DomainsConfig['kind'],
  claimed: string,
  seeds: number,
): DomainExperiment => ({
  name,
  notebook: '44',
  claim: claimed,
  source: `${PAPER}, figure 5`,
  variants: TWO_LEVELS,
  kind: DOMAIN_KIND,
  profiles: { quick: quickRegressions(kind, seeds), full: fullRegressions(kind) },
  claims: ({ measures: { ns, tasks } }) =>
    domainClaims(kind === 'map' ? 'domains as in the code' : 'domains as in the text', ns, tasks),
});

/** A network for drawings of 14 x 14 pixels. */
const FOR_GLYPHS = { width: 64, layers: 3, heads: 4, mlpRatio: 2, maxPositions: 1 };
const GLYPH_VARIANTS: readonly DomainVariant[] = [
  { key: 'icl', name: 'ICL', network: { kind: 'icl', size: FOR_GLYPHS, attention: 'softmax' } },
  {
    key: 'm2',
    name: 'M2-ICL',
    network: { kind: 'icl', size: FOR_GLYPHS, attention: 'softmax' },
    training: M2,
  },
  { key: 'matchnet', name: 'MatchNet', network: { kind: 'matchnet', widths: [128, 64] } },
  { key: 'protonet', name: 'ProtoNet', network: { kind: 'protonet', widths: [128, 64] } },
  { key: 'cnp', name: 'CNP', network: { kind: 'cnp', width: 96 } },
];

/** Minutes a run. */
const quickAlphabets = (
  domains: DomainConfig['domains'],
  steps: number,
  counts: { test: number; validation: number },
): DomainConfig => ({
  domains,
  model: { method: 'ar', layout: 'pair', size: 'course' },
  training: {
    steps,
    batch: 32,
    learningRate: 1e-3,
    ns: [5, 10, 25],
    tests: 5,
    domainsPerBatch: 4,
    logEvery: 100,
  },
  seeds: 3,
  watchEvery: 250,
  measures: {
    tasks: [16, 64, 256],
    ns: [5, 10, 25],
    prompts: 100,
    tests: 5,
    domains: counts.test,
    validation: counts.validation,
    rules: [
      { optimiser: 'descent', rate: 0.01, batch: 32 },
      { optimiser: 'Adam', rate: 3e-4, batch: 32 },
    ],
    steps: [5, 20],
  },
});

const onAlphabets = (
  name: string,
  domains: DomainConfig['domains'],
  steps: number,
  counts: { test: number; validation: number },
): DomainExperiment => {
  const where = name === 'meta-omniglot' ? 'Omniglot' : 'our own alphabets';
  const quickOne = quickAlphabets(domains, steps, counts);
  return {
    name,
    notebook: '44',
    claim:
      'On new alphabets ICL has a smaller error than other few-shot learners, and M2-ICL a ' +
      `smaller one after adaptation to few tasks (${where}).`,
    source: `${PAPER}, appendix H (its numbers are not known to us)`,
    variants: GLYPH_VARIANTS,
    kind: DOMAIN_KIND,
    profiles: {
      quick: quickOne,
      full: { ...quickOne, training: { ...quickOne.training, steps: 60_000 }, seeds: 5 },
    },
    claims: ({ measures: { ns, tasks } }) => [
      ...['MatchNet', 'ProtoNet', 'CNP'].map((rival) =>
        claim(
          `On characters of new alphabets ICL has a smaller error than ${rival} (${where}, not ` +
            `adapted, ${ns[0]} examples of 5 classes)`,
          REVIEWERS,
          errorBelow('ICL, not adapted', `${rival}, not adapted`, { n: ns[0]! }),
        ),
      ),
      claim(
        'On characters of new alphabets ICL has a smaller error than 1 nearest neighbour ' +
          `(${where}, not adapted, ${ns[0]} examples of 5 classes)`,
        COURSE,
        errorBelow('ICL, not adapted', '1 nearest neighbour', { n: ns[0]! }),
      ),
      ...domainClaims(where, ns, tasks),
    ],
  };
};

/** Domains of linear regressions. */
const REGRESSIONS: readonly DomainExperiment[] = [
  onRegressions(
    'meta-domains',
    'weights',
    'Adapted to few tasks of a new domain, M2-ICL has a smaller error than ICL ' +
      '(regressions with weights around a centre, as in the text).',
    3,
  ),
  onRegressions(
    'meta-domains-map',
    'map',
    'Adapted to few tasks of a new domain, M2-ICL has a smaller error than ICL ' +
      '(regressions with mapped inputs, as in the code).',
    3,
  ),
];

/** Alphabets as domains. */
const ALPHABETS: readonly DomainExperiment[] = [
  onAlphabets(
    'meta-glyphs',
    { from: 'own alphabets', classes: 5, train: 30, validation: 4, test: 8 },
    3000,
    { test: 8, validation: 4 },
  ),
  onAlphabets('meta-omniglot', { from: 'Omniglot', classes: 5 }, 4000, { test: 2, validation: 1 }),
];

/** All experiments on domains. */
export const DOMAIN_EXPERIMENTS: readonly DomainExperiment[] = [...REGRESSIONS, ...ALPHABETS];

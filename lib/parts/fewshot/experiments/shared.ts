/**
 * What the experiments on few-shot classification share: kinds of tasks, sizes, variants and rules.
 */
import { checkIndices, checkText, checkTexts } from '../../../core/checks';
import { mean } from '../../../evaluation/statistics';
import { checkRecords, type ResultRecord } from '../../../records/record';
import { levelOf } from '../../../records/effects';
import { measured, seedwise, type Measured } from '../../../records/measured';
import type { Claim } from '../../../records/rules';
import { compareShares, decisionBy } from '../../../records/verdicts';
import type { TaskSpec } from '../../../tasks';
import type { FewShotConfig, FewShotMeasures, NetworkVariant } from '../classification';
import { NETWORKS, type NetworkSpec } from '../networks';

export const WU_2025 = 'Wu et al. 2025';

/** The three kinds of tasks, and the fourth that nothing is trained on. */
export const PAIRWISE: TaskSpec = { kind: 'pairs' };

export const PROTOTYPE: TaskSpec = { kind: 'prototypes' };

export const AMORTIZATION: TaskSpec = { kind: 'thresholds' };

export const THREE: readonly TaskSpec[] = [PAIRWISE, PROTOTYPE, AMORTIZATION];

export const KINDS = {
  'pair-wise': PAIRWISE,
  prototype: PROTOTYPE,
  amortization: AMORTIZATION,
  radius: { kind: 'radius' },
} as const satisfies Readonly<Record<string, TaskSpec>>;

export const MIXTURE: TaskSpec = { kind: 'mixture', of: THREE };

/** Kinds that are trained on. */
export const TRAINED_KINDS = ['pair-wise', 'prototype', 'amortization'] as const;

export const FEWSHOT_MEASURES: FewShotMeasures = {
  kinds: KINDS,
  ns: [1, 2, 4, 8, 16],
  prompts: 1000,
  tests: 4,
  compared: 100,
  spreads: [],
};

export const quickFewShot = (task: TaskSpec, rest: Partial<FewShotConfig> = {}): FewShotConfig => ({
  task,
  training: { steps: 3000, batch: 96, learningRate: 8e-3, n: 16, tests: 8 },
  seeds: 3,
  watchEvery: 250,
  measures: FEWSHOT_MEASURES,
  ...rest,
});

/** The released size: 50 inputs a task, batches of 128, up to a million steps. */
export const fullFewShot = (task: TaskSpec): FewShotConfig => ({
  ...quickFewShot(task),
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
  measures: { ...FEWSHOT_MEASURES, ns: [1, 2, 4, 8, 16, 32, 49], prompts: 2048 },
});

/** Small networks need a larger rate and fewer steps. */
export const FEW_WEIGHTS: NetworkVariant['training'] = { steps: 3000, learningRate: 1e-2 };

export const networkVariant = (
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

export const CLASSICS: readonly NetworkVariant[] = [
  networkVariant('matchnet', 'MatchNet', NETWORKS.matchnet, { training: FEW_WEIGHTS }),
  networkVariant('protonet', 'ProtoNet', NETWORKS.protonet, { training: FEW_WEIGHTS }),
  networkVariant('cnp', 'CNP', NETWORKS.cnp, { training: FEW_WEIGHTS }),
  networkVariant('maml', 'MAML', NETWORKS.maml, { training: FEW_WEIGHTS }),
];

export const ICL_VARIANT = networkVariant('icl', 'ICL', NETWORKS.icl);

/**
 * Mean over several metrics and numbers of examples, seed by seed.
 *
 * @throws CourseError when one of them was not measured, and quoting what is no list of records, of
 *   metrics or of numbers of examples
 */
export const meanOver = (
  records: readonly ResultRecord[],
  variant: string,
  metrics: readonly string[],
  ns: readonly number[],
): Measured => {
  checkRecords(records, 'Records');
  checkText('The name of a variant', variant);
  checkTexts('Metrics', metrics, 1);
  checkIndices('Numbers of examples', ns, Infinity, 1);
  const all = metrics.flatMap((metric) => ns.map((n) => measured(records, variant, { metric, n })));
  return seedwise((...values) => mean(values), ...all);
};

/** The accuracies of the three kinds. */
export const ACCURACIES = TRAINED_KINDS.map((kind) => `accuracy, ${kind}`);

/** The rule "a is above b" (or no further below than a margin), over several metrics and ns. */
export const above =
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
export const lessThan =
  (variant: string, metric: string, n: number, bound: number): Claim['decide'] =>
  (records) => {
    const values = measured(records, variant, { metric, n });
    const effect = levelOf(values, { bound, claimed: 'below' }, 'level');
    return decisionBy(effect, `${variant}: `, `; asked: below ${bound}`);
  };

/** The method designed for each kind of tasks. */
export const DESIGNED_FOR: Readonly<Record<(typeof TRAINED_KINDS)[number], string>> = {
  'pair-wise': 'MatchNet',
  prototype: 'ProtoNet',
  amortization: 'CNP',
};

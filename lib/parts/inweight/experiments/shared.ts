/**
 * What the experiments on sequences share: sources, sizes and rules.
 */
import type { ResultRecord } from '../../../records/record';
import { measured, seedwise, type Measured } from '../../../records/measured';
import type { Claim } from '../../../records/rules';
import { compareShares } from '../../../records/verdicts';
import { CENTRES } from '../inputs';
import { PAIR_TRANSFORMER } from '../pairtransformer';
import type { SequenceExperimentConfig } from '../sequences';

export const CHAN_2025 = 'Chan et al. 2025';

/** 2^from, 2^(from + 2), ... 2^to. */
export const powers = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 2 + 1 }, (_, i) => 2 ** (from + 2 * i));

/** Errors over seeds of a variant at a size. */
const errorAt = (
  records: readonly ResultRecord[],
  variant: string,
  cell: string,
  N: number,
): Measured => measured(records, variant, { metric: `error, ${cell}`, size: N });

/** Relevant context, labels shifted: right answers are copied from the context. */
export const COPYING = 'relevant, rare, shifted';

/**
 * The rule "the error of a at one size is above that of b at another", in the same cell or in two.
 */
export const moreErrors =
  (
    a: { variant: string; N: number; cell?: string },
    b: { variant: string; N: number; cell?: string },
    margin = 0,
  ): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map(({ variant, N, cell = COPYING }) =>
      errorAt(records, variant, cell, N),
    ) as [Measured, Measured];
    const where = (cell = COPYING): string => (a.cell === b.cell ? '' : `, ${cell}`);
    const name = ({ variant, N, cell }: typeof a): string => `${variant} (N = ${N}${where(cell)})`;
    return compareShares(name(a), x, name(b), y, margin);
  };

/** Irrelevant context, labels as in training: right answers come from the weights. */
export const REMEMBERING = 'irrelevant, rare, same';

/**
 * The rule "from one setting to another the error of copying changes by more points than the error
 * of answers from the weights", by how much each changes in either direction.
 */
export const copyingChangesMore =
  (from: string, to: string, N: number): Claim['decide'] =>
  (records) => {
    const change = (cell: string): Measured =>
      seedwise(
        (before, after) => Math.abs(after - before),
        errorAt(records, from, cell, N),
        errorAt(records, to, cell, N),
      );
    return compareShares(
      'change in context',
      change(COPYING),
      'change in the weights',
      change(REMEMBERING),
    );
  };

export const quickSequences = (
  rest: Partial<SequenceExperimentConfig> = {},
): SequenceExperimentConfig => ({
  law: {},
  inputs: CENTRES,
  sizes: powers(8, 18),
  network: { size: PAIR_TRANSFORMER.size, hidden: [], period: PAIR_TRANSFORMER.period },
  training: { steps: 4000, batch: 32, learningRate: 1e-3, logEvery: 200 },
  seeds: 3,
  watchEvery: 1000,
  measures: { rows: 500, watched: 200 },
  ...rest,
});

/** The authors' size: d = 64, width 64, data sets up to 2^20, rate 3e-4. */
export const fullSequences = (
  rest: Partial<SequenceExperimentConfig> = {},
  steps = 50_000,
): SequenceExperimentConfig => ({
  ...quickSequences(),
  inputs: { from: 'centres', d: 64, noise: 0.2 },
  sizes: powers(10, 20),
  network: { size: { width: 64, layers: 2, heads: 1, mlpRatio: 4 }, hidden: [], period: 30 },
  seeds: 5,
  watchEvery: 1000,
  measures: { rows: 3000, watched: 500 },
  ...rest,
  training: { steps, batch: 32, learningRate: 3e-4, logEvery: 500, ...rest.training },
});

export const [MIDDLE, LARGEST] = [1024, 2 ** 18];

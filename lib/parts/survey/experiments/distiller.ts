/**
 * Distilled demonstrations (notebook 27): a small transformer reads the demonstrations once and
 * writes a few vectors, which stand before each question to the small model in their place.
 * Reference: Li et al. (2024, arXiv 2403.06914).
 */
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import {
  DISTILLER_KIND,
  type DistillerExperiment,
  type DistillerExperimentConfig,
} from '../distillerkind';
import { asItIs, shareAbove } from './scoringshared';

const DISTILLED = 'distilled vectors';
const LI = 'Li et al. 2024';

/** The rule "more right answers one way than the other, less a margin". */
const above = (a: string, b: string, which: string, margin = 0): Claim['decide'] => {
  const of = (how: string) => asItIs(`accuracy, ${how}, ${which}`);
  return shareAbove(DISTILLED, null, [a, of(a)], [b, of(b)], margin);
};

/** Tasks whose labels are words of the feature, symbols, and symbols never seen with this rule. */
const SORTS = ['natural', 'arbitrary', 'held out'] as const;

const TASKS: Readonly<Record<(typeof SORTS)[number], string>> = {
  natural: 'natural labels',
  arbitrary: 'arbitrary labels',
  'held out': 'tasks held out',
};

/** The claims on one sort of tasks. */
const claimsOn = (which: (typeof SORTS)[number], fewest: number, most: number): Claim[] => {
  const tasks = TASKS[which];
  return [
    claim(
      `${most} vectors give more right answers than ${fewest} (${tasks})`,
      COURSE,
      above(`${most} vectors`, `${fewest} vectors`, which),
    ),
    claim(
      `${most} vectors give more right answers than no demonstrations (${tasks})`,
      LI,
      above(`${most} vectors`, 'no demonstrations', which),
    ),
    claim(
      `${most} vectors are at most five points below all demonstrations (${tasks})`,
      LI,
      above(`${most} vectors`, 'all demonstrations', which, 0.05),
    ),
    claim(
      `${most} vectors give more right answers than ${most} demonstrations, ${6 * most} tokens ` +
        `(${tasks})`,
      COURSE,
      above(`${most} vectors`, `${most} demonstrations`, which),
    ),
  ];
};

const quick: DistillerExperimentConfig = {
  training: {
    steps: 4000,
    batch: 16,
    learningRate: 1e-3,
    k: 8,
    questions: 8,
    vectors: [1, 2, 4],
    beta: 0.2,
    logEvery: 50,
  },
  seeds: 3,
  watchEvery: 250,
  measures: { k: 8, vectors: [1, 2, 4], tasks: 96, questions: 8 },
};

const full: DistillerExperimentConfig = {
  ...quick,
  training: { ...quick.training, steps: 40_000 },
  seeds: 10,
  watchEvery: 1000,
  measures: { ...quick.measures, tasks: 256, questions: 16 },
};

/** Distilled demonstrations. */
export const DISTILLING: DistillerExperiment = {
  name: 'survey-distiller',
  notebook: '27',
  claim:
    'Four vectors that a distiller writes after reading eight demonstrations are worth nearly as ' +
    'much as the demonstrations themselves.',
  source: LI,
  variants: [{ key: 'distiller', name: DISTILLED }],
  weights: ['distiller'],
  kind: DISTILLER_KIND,
  profiles: { quick, full },
  claims: ({ measures: { vectors } }) =>
    SORTS.flatMap((which) => claimsOn(which, vectors[0]!, vectors.at(-1)!)),
};

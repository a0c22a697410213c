/**
 * Curricula: tasks from easy to hard, from hard to easy, and mixed (notebook 43).
 */
import { leastSquares, zero } from '../../../baselines/linear';
import { stream } from '../../../core/random';
import {
  PROMPT_MEASURES,
  type MethodVariant,
  PROMPT_KIND,
  type PromptExperiment,
} from '../../../experiments/prompts';
import { claim, errorBelow, soonerThan } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { WU_2025 } from './shared';

/**
 * Which share of the input's dimensions counts, stage by stage, in the first 0.2 of the steps;
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
  curriculum: { active: { shares: ORDERS[order], until: 0.2 }, n: ALL_EXAMPLES },
});

export const curriculum: PromptExperiment = {
  name: 'meta-curriculum',
  notebook: '43',
  claim:
    'A curriculum from easy to hard tasks speeds up training of ICL and does not lower ' +
    'its final error.',
  source: `${WU_2025}, figure 4`,
  variants: [
    { key: 'none', name: 'no curriculum', method: 'ar' },
    { key: 'easy', name: 'easy to hard', method: 'ar', training: staged('easy') },
    { key: 'hard', name: 'hard to easy', method: 'ar', training: staged('hard') },
    { key: 'mixed', name: 'mixed order', method: 'ar', training: staged('mixed') },
  ],
  kind: PROMPT_KIND,
  baselines: () => [leastSquares, zero],
  profiles: {
    quick: {
      task: { kind: 'linear', d: 5 },
      model: {
        layout: 'xy',
        size: { width: 64, layers: 4, heads: 4, mlpRatio: 2, maxPositions: 64 },
        initialScale: 'fan-in',
      },
      training: {
        steps: 3000,
        batch: 64,
        n: 10,
        nRandom: false,
        tests: 1,
        learningRate: 2e-3,
        finalRate: 1,
        warmUp: 0.02,
      },
      seeds: 8,
      watchEvery: 100,
      measures: {
        ...PROMPT_MEASURES,
        ns: [1, 2, 3, 4, 5, 6, 8, 10],
        watchNs: [1, 2, 3, 4, 5, 6, 8, 10],
        prompts: 2048,
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
        ...PROMPT_MEASURES,
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
      `${WU_2025}, figure 4`,
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
      `${WU_2025}, figure 4: no better`,
      errorBelow('easy to hard', 'no curriculum', { n }),
    ),
  ],
};

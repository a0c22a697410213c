/**
 * Noise on inputs and labels, and the size of the data set (notebook 53).
 */
import { claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { PAIR_TRANSFORMER } from '../pairtransformer';
import {
  SEQUENCE_KIND,
  type SequenceExperiment,
  type SequenceExperimentConfig,
  type SequenceVariant,
} from '../sequences';
import { LARGEST, MIDDLE, CHAN_2025, fullSequences, moreErrors, quickSequences } from './shared';

/** Trained with a relevant context in 0.9 of the sequences, in all, in none. */
const three = (
  key: string,
  name: string,
  rest: Partial<SequenceVariant>,
  seeds = 3,
): SequenceVariant[] => [
  { ...rest, key, name, seeds },
  {
    ...rest,
    key: `${key}-context`,
    name: `in-context, ${name}`,
    law: { ...rest.law, pRelevant: 1 },
  },
  {
    ...rest,
    key: `${key}-weights`,
    name: `in-weight, ${name}`,
    law: { ...rest.law, pRelevant: 0 },
  },
];

const NOISES = { 'no noise': 0, 'noise 0.28': 0.28, 'noise 0.57': 0.57 };

export const onNoise: SequenceExperiment = {
  name: 'iwl-noise',
  notebook: '53',
  claim:
    'In-context learning of rare classes first strengthens and then weakens as the data ' +
    'set grows, unless the inputs are too noisy for in-weight learning.',
  source: `${CHAN_2025}, figures 2 and 3`,
  variants: [
    ...Object.entries(NOISES).flatMap(([name, noise], i) =>
      three(`noise-${i}`, name, { noise }, i > 0 ? 5 : 3),
    ),
    ...three('labels-20', 'label noise 0.2', { law: { labelNoise: 0.2 } }),
    { key: 'labels-10', name: 'label noise 0.1', law: { labelNoise: 0.1 } },
  ],
  weights: ['noise-1'],
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quickSequences({ law: { low: 5 } }),
    full: fullSequences({ law: { low: 5 } }, 500_000),
  },
  claims: () => [
    claim(
      `Growing the data set from N = ${MIDDLE} to ${LARGEST} weakens in-context learning ` +
        '(more errors on shifted labels of rare classes, noise 0.28)',
      `${CHAN_2025}, figure 3`,
      moreErrors({ variant: 'noise 0.28', N: LARGEST }, { variant: 'noise 0.28', N: MIDDLE }),
    ),
    claim(
      `Growing the data set from N = 256 to ${MIDDLE} strengthens in-context learning ` +
        '(fewer errors on shifted labels of rare classes, noise 0.28)',
      `${CHAN_2025}, figure 3`,
      moreErrors({ variant: 'noise 0.28', N: 256 }, { variant: 'noise 0.28', N: MIDDLE }),
    ),
    claim(
      `With noise 0.57, growing the data set from N = ${MIDDLE} to ${LARGEST} preserves ` +
        'in-context learning (at most 5 points more errors on shifted labels of rare classes)',
      `${CHAN_2025}, figure 3`,
      moreErrors({ variant: 'noise 0.57', N: MIDDLE }, { variant: 'noise 0.57', N: LARGEST }, 0.05),
    ),
    claim(
      'With noise 0.57 the in-weight predictor has more errors in irrelevant contexts than ' +
        `the in-context one in relevant contexts (rare classes, N = ${LARGEST})`,
      `${CHAN_2025}, figure 3`,
      moreErrors(
        { variant: 'in-weight, noise 0.57', N: LARGEST, cell: 'irrelevant, rare, same' },
        { variant: 'in-context, noise 0.57', N: LARGEST, cell: 'relevant, rare, same' },
      ),
    ),
    claim(
      'In-context learning is stronger for rare classes than for common ones (fewer errors ' +
        `on shifted labels, noise 0.28, N = ${MIDDLE})`,
      `${CHAN_2025}, figure 2`,
      moreErrors(
        { variant: 'noise 0.28', N: MIDDLE, cell: 'relevant, common, shifted' },
        { variant: 'noise 0.28', N: MIDDLE },
      ),
    ),
    claim(
      'Label noise 0.2 weakens in-context learning (more errors on shifted labels of rare ' +
        `classes than without it, noise 0.28, N = ${MIDDLE})`,
      `${CHAN_2025}, section 3; ${COURSE}`,
      moreErrors({ variant: 'label noise 0.2', N: MIDDLE }, { variant: 'noise 0.28', N: MIDDLE }),
    ),
  ],
};

/** The article's dimension, width and noise: classes overlap by sigma, not by the noise's length. */
const ARTICLE: Partial<SequenceExperimentConfig> = {
  law: { low: 5 },
  inputs: { from: 'centres', d: 64, noise: 0.2 },
  network: {
    size: { ...PAIR_TRANSFORMER.size, width: 64 },
    hidden: [],
    period: PAIR_TRANSFORMER.period,
  },
};

export const onArticleNoise: SequenceExperiment = {
  name: 'iwl-noise-64',
  notebook: '53',
  claim:
    'With the article’s 64 numbers an input, in-context learning of rare classes first strengthens ' +
    'and then weakens as the data set grows at noise 0.2, and is preserved at 0.4.',
  source: `${CHAN_2025}, figures 2 and 3`,
  variants: [
    ...three('noise-20', 'd 64, noise 0.2', { noise: 0.2 }, 5),
    ...three('noise-40', 'd 64, noise 0.4', { noise: 0.4 }, 5),
  ],
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quickSequences(ARTICLE),
    full: fullSequences({ law: { low: 5 } }, 500_000),
  },
  claims: () => [
    ...[256, LARGEST].map((N) =>
      claim(
        `Growing the data set from N = ${Math.min(N, MIDDLE)} to ${Math.max(N, MIDDLE)} ` +
          `${N < MIDDLE ? 'strengthens' : 'weakens'} in-context learning (d = 64, noise 0.2, ` +
          'errors on shifted labels of rare classes)',
        `${CHAN_2025}, figure 3`,
        moreErrors({ variant: 'd 64, noise 0.2', N }, { variant: 'd 64, noise 0.2', N: MIDDLE }),
      ),
    ),
    claim(
      `With d = 64 and noise 0.4, growing the data set from N = ${MIDDLE} to ${LARGEST} preserves ` +
        'in-context learning (at most 5 points more errors on shifted labels of rare classes)',
      `${CHAN_2025}, figure 3`,
      moreErrors(
        { variant: 'd 64, noise 0.4', N: MIDDLE },
        { variant: 'd 64, noise 0.4', N: LARGEST },
        0.05,
      ),
    ),
  ],
};

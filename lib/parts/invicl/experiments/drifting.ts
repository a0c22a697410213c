/**
 * Weights that drift along the prompt, so that order carries information (notebook 11).
 */
import { kalman, leastSquares, ridge, zero } from '../../../baselines';
import { PROMPT_MEASURES, PROMPT_KIND, type PromptExperiment } from '../../../experiments/prompts';
import { claim, errorBelow, errorWithin } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import {
  CANONICAL,
  fullPrompts,
  inWordsOf,
  linear,
  pairs,
  profiles,
  methodVariant,
} from './shared';

const KEEP = 0.9;

export const drifting: PromptExperiment = {
  name: 'drifting',
  notebook: '11',
  claim:
    'When the weights drift along the prompt, so that order carries information, methods ' +
    'that see the order have a smaller error than InvICL.',
  source: COURSE,
  variants: [
    methodVariant('ar'),
    methodVariant('nope'),
    methodVariant('prefix'),
    methodVariant('invicl'),
    CANONICAL,
  ],
  kind: PROMPT_KIND,
  baselines: () => [kalman(KEEP), leastSquares, ridge(1), zero],
  profiles: profiles(
    pairs(
      {},
      {
        task: linear(4, { keep: KEEP }),
        seeds: 8,
        measures: { ...PROMPT_MEASURES, ns: [1, 2, 3, 4, 5, 6, 8, 10, 15, 20] },
      },
    ),
    fullPrompts(linear(20, { keep: KEEP }), { nRandom: true }),
  ),
  claims: (config) => {
    const { n } = inWordsOf(config);
    return [
      claim(
        `With drifting weights AR has a smaller error than InvICL (n = ${n})`,
        COURSE,
        errorBelow('AR', 'InvICL', { n }),
      ),
      claim(
        'With drifting weights Prefix, which has positions, has a smaller error than InvICL ' +
          `(n = ${n})`,
        COURSE,
        errorBelow('Prefix', 'InvICL', { n }),
      ),
      claim(
        'With drifting weights AR has a smaller error in the given order than in the ' +
          `canonical order (n = ${n})`,
        COURSE,
        errorBelow('AR', 'AR, canonical order', { n }),
      ),
      claim(
        'With drifting weights the error of AR is at most 1.2 times that of the Kalman ' +
          `filter (n = ${n})`,
        COURSE,
        errorWithin('AR', 'Kalman filter', 1.2, { n }),
      ),
    ];
  },
};

/**
 * Characters in place of synthetic classes (notebook 54).
 */
import { type Claim, claim } from '../../../records/rules';
import {
  SEQUENCE_KIND,
  type SequenceExperiment,
  type SequenceExperimentConfig,
  type SequenceVariant,
} from '../sequences';
import { CHAN_2025, fullSequences, moreErrors, quickSequences } from './shared';

const GLYPHS_N = 2 ** 16;

const GLYPH_BASE = 'p_high 0.9, p_relevant 0.9, L 2, pixel noise 1';

type Drawings = 'own alphabets' | 'Omniglot';

const quickDrawings = (from: Drawings): SequenceExperimentConfig =>
  quickSequences({
    law: { high: 10, low: 90, L: 2 },
    inputs: { from, noise: 1, drawings: 1 },
    sizes: [2 ** 10, 2 ** 13, GLYPHS_N],
    network: { size: { width: 64, layers: 2, heads: 1, mlpRatio: 4 }, hidden: [64], period: 30 },
    training: { steps: 5000, batch: 32, learningRate: 1e-3, logEvery: 200 },
  });

const fullDrawings = (from: Drawings): SequenceExperimentConfig =>
  fullSequences({
    law: { high: 20, low: 180, L: 2 },
    inputs: { from, noise: 1, drawings: 1 },
    sizes: [10_000, 100_000, 1_000_000],
    network: {
      size: { width: 64, layers: 2, heads: 1, mlpRatio: 4 },
      hidden: [256, 128],
      period: 30,
    },
    seeds: 3,
  });

/**
 * The article's settings on drawings: 10 common and 90 rare characters, L = 2, one drawing each
 * with noise on its pixels. The noise is the article's largest: with 0.1 a hundred drawings are
 * memorised at once.
 */
const onGlyphs = (
  name: string,
  from: Drawings,
  more: readonly SequenceVariant[],
  moreClaims: readonly Claim[] = [],
): SequenceExperiment => ({
  name,
  notebook: '54',
  claim:
    `On characters (${from}) the strength of in-context learning depends on the data as ` +
    'it does on synthetic classes.',
  source: `${CHAN_2025}, section 5`,
  variants: [
    { key: 'base', name: GLYPH_BASE },
    { key: 'relevant-50', name: 'p_relevant 0.5', law: { pRelevant: 0.5 } },
    { key: 'relevant-100', name: 'p_relevant 1', law: { pRelevant: 1 } },
    { key: 'noise-10', name: 'pixel noise 0.1', noise: 0.1 },
    { key: 'drawings-15', name: '15 drawings of each', drawings: 15 },
    ...more,
  ],
  kind: SEQUENCE_KIND,
  profiles: { quick: quickDrawings(from), full: fullDrawings(from) },
  claims: () => [
    claim(
      `On characters (${from}) raising p_relevant from 0.5 to 1 strengthens in-context ` +
        `learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
      `${CHAN_2025}, figure 6`,
      moreErrors(
        { variant: 'p_relevant 0.5', N: GLYPHS_N },
        { variant: 'p_relevant 1', N: GLYPHS_N },
      ),
    ),
    claim(
      `On characters (${from}) in-context learning is stronger for rare classes than for ` +
        `common ones (fewer errors on shifted labels, N = ${GLYPHS_N})`,
      `${CHAN_2025}, figure 6`,
      moreErrors(
        { variant: GLYPH_BASE, N: GLYPHS_N, cell: 'relevant, common, shifted' },
        { variant: GLYPH_BASE, N: GLYPHS_N },
      ),
    ),
    claim(
      `On characters (${from}) raising the pixel noise from 0.1 to 1 strengthens ` +
        `in-context learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
      `${CHAN_2025}, figure 6`,
      moreErrors({ variant: 'pixel noise 0.1', N: GLYPHS_N }, { variant: GLYPH_BASE, N: GLYPHS_N }),
    ),
    ...moreClaims,
  ],
});

/** Experiments on characters. */
export const CHARACTERS: readonly SequenceExperiment[] = [
  onGlyphs('iwl-glyphs', 'own alphabets', []),
  onGlyphs(
    'iwl-omniglot',
    'Omniglot',
    [
      { key: 'high-50', name: 'p_high 0.5', law: { pHigh: 0.5 } },
      { key: 'high-99', name: 'p_high 0.99', law: { pHigh: 0.99 } },
      { key: 'length-1', name: 'L 1', law: { L: 1 } },
      { key: 'length-4', name: 'L 4', law: { L: 4 } },
      { key: 'copies-2', name: 'L_relevant 2 of 4', law: { L: 4, copies: 2 } },
      { key: 'copies-4', name: 'L_relevant 4 of 4', law: { L: 4, copies: 4 } },
    ],
    [
      claim(
        'On characters (Omniglot) raising L from 1 to 4 weakens in-context learning (more ' +
          `errors on shifted labels, N = ${GLYPHS_N})`,
        `${CHAN_2025}, figure 6`,
        moreErrors({ variant: 'L 4', N: GLYPHS_N }, { variant: 'L 1', N: GLYPHS_N }),
      ),
      claim(
        'On characters (Omniglot) raising L_relevant from 2 to 4 of L = 4 strengthens ' +
          `in-context learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
        `${CHAN_2025}, figure 6`,
        moreErrors(
          { variant: 'L_relevant 2 of 4', N: GLYPHS_N },
          { variant: 'L_relevant 4 of 4', N: GLYPHS_N },
        ),
      ),
      claim(
        'On characters (Omniglot) lowering p_high from 0.99 to 0.5 strengthens in-context ' +
          `learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
        `${CHAN_2025}, figure 6`,
        moreErrors({ variant: 'p_high 0.99', N: GLYPHS_N }, { variant: 'p_high 0.5', N: GLYPHS_N }),
      ),
    ],
  ),
];

/**
 * Experiments of the work on in-context and in-weight learning (notebooks 50 to 54).
 * Reference: Chan et al. (ICLR 2025), "Toward Understanding In-context vs. In-weight Learning";
 * figures by the article's numbers.
 */
import type { SequenceExperiment } from '../sequences';
import type { RealFactExperiment } from '../realteaching';
import type { FactExperiment } from '../teaching';
import { onBursts } from './bursts';
import { CHARACTERS } from './characters';
import { onCities } from './facts';
import { onRealCities } from './realfacts';
import { gatedModel } from './gated';
import { onArticleNoise, onNoise } from './noise';
import { onSteps } from './steps';
import { onLongSweeps, onSweeps } from './sweeps';

/** All experiments on sequences. */
export const SEQUENCE_EXPERIMENTS: readonly SequenceExperiment[] = [
  gatedModel,
  onSweeps,
  onLongSweeps,
  onBursts,
  onNoise,
  onArticleNoise,
  onSteps,
  ...CHARACTERS,
];

/** All experiments on names and cities. */
export const FACT_EXPERIMENTS: readonly (FactExperiment | RealFactExperiment)[] = [
  onCities,
  onRealCities,
];

export { windowMeans } from './steps';

/**
 * Maps of pictures and back (notebook 38): a denoiser that is conditioned on an example and a query,
 * beside a model that says all channels at once.
 * Reference: Wang et al. (2023, arXiv 2305.01115, Prompt Diffusion).
 */
import { levelOf } from '../../../records/effects';
import { measured } from '../../../records/measured';
import { claim, scoreAbove, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import { COPY_MAP } from '../mapmeasures';
import { MAPS_KIND, type MapsConfig, type MapsExperiment } from '../mapskind';

const [DENOISER, AT_ONCE] = ['denoiser', 'all channels at once'] as const;
const WANG = 'Wang et al. 2023 (Prompt Diffusion)';

const GROUPS = ['one right answer', 'back to colours'] as const;

const claims = (): Claim[] => [
  ...GROUPS.map((group) =>
    claim(`The denoiser is right more often than a copy of the query (${group})`, WANG, (records) =>
      compareShares(
        DENOISER,
        measured(records, DENOISER, { metric: `right, ${group}` }),
        COPY_MAP,
        measured(records, COPY_MAP, { metric: `right, ${group}` }),
      ),
    ),
  ),
  ...GROUPS.map((group) =>
    claim(
      `The denoiser is right more often with an example than without one (${group})`,
      WANG,
      (records) =>
        compareShares(
          'with',
          measured(records, DENOISER, { metric: `right, ${group}` }),
          'without',
          measured(records, DENOISER, { metric: `right, ${group}, no example` }),
        ),
    ),
  ),
  claim(
    'Back to colours the denoiser is right more often than the model that says all at once',
    COURSE,
    scoreAbove(DENOISER, AT_ONCE, { metric: 'right, back to colours' }),
  ),
  claim(
    'Where one answer is right the model that says all at once is right more often',
    COURSE,
    scoreAbove(AT_ONCE, DENOISER, { metric: 'right, one right answer' }),
  ),
  claim(
    'Drawn eight times, one silhouette gets more than three colours on average',
    COURSE,
    (records) =>
      decisionBy(
        levelOf(
          measured(records, DENOISER, { metric: 'colours of a shape' }),
          { bound: 3, claimed: 'above' },
          'number',
        ),
        'colours, ',
      ),
  ),
];

const quick: MapsConfig = {
  size: { width: 64, layers: 4, heads: 4, mlpRatio: 2 },
  noiseSteps: 50,
  training: { steps: 1200, batch: 32, learningRate: 3e-3, logEvery: 50 },
  seeds: 3,
  watchEvery: 400,
  measures: { prompts: 40, repeated: 20, draws: 8, watched: 4 },
};

/** More of everything; the source fine-tunes Stable Diffusion. */
const full: MapsConfig = {
  ...quick,
  size: { width: 384, layers: 12, heads: 6, mlpRatio: 4 },
  noiseSteps: 1000,
  training: { steps: 30_000, batch: 64, learningRate: 5e-4, logEvery: 100 },
  seeds: 5,
  watchEvery: 5000,
  measures: { prompts: 200, repeated: 100, draws: 8, watched: 10 },
};

/** Maps of pictures. */
export const PICTURE_MAPS: MapsExperiment = {
  name: 'survey-diffusion',
  notebook: '38',
  claim:
    'A denoiser that sees an example and a query draws a map of a picture or the way back, and where ' +
    'many answers are right it draws one of them.',
  source: WANG,
  variants: [
    { key: 'denoiser', name: DENOISER, denoises: true },
    { key: 'at-once', name: AT_ONCE, denoises: false },
  ],
  weights: ['denoiser', 'at-once'],
  kind: MAPS_KIND,
  profiles: { quick, full },
  claims,
};

/**
 * Bursts, many classes and variation within a class (notebook 52).
 */
import { claim } from '../../../records/rules';
import { SEQUENCE_KIND, type SequenceExperiment } from '../sequences';
import { fullSequences, moreErrors, quickSequences } from './shared';

const NEW = 'relevant, new, same';

const BURSTY_N = 2 ** 16;

export const onBursts: SequenceExperiment = {
  name: 'iwl-bursty',
  notebook: '52',
  claim: 'Bursts, many classes and variation within a class strengthen in-context learning.',
  source: 'Chan et al. 2022',
  variants: [
    { key: 'bursty', name: 'bursts in 0.9 of the rows' },
    { key: 'half', name: 'bursts in half of the rows', law: { pRelevant: 0.5 } },
    { key: 'none', name: 'no bursts', law: { pRelevant: 0 } },
    { key: 'zipf', name: 'bursts, Zipf 1', law: { zipf: 1 } },
    { key: 'variation', name: 'bursts, noise 0.4', noise: 0.4 },
    { key: 'few', name: 'bursts, 10 classes', law: { low: 5 } },
  ],
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quickSequences({
      law: { zipf: 0, L: 4, copies: 2, distractors: 1 },
      sizes: [2 ** 12, BURSTY_N],
      training: { steps: 10_000, batch: 32, learningRate: 1e-3, logEvery: 200 },
    }),
    full: fullSequences(
      {
        law: { high: 10, low: 1590, zipf: 0, L: 8, copies: 3, distractors: 3 },
        sizes: [2 ** 12, 2 ** 16, 2 ** 20],
      },
      500_000,
    ),
  },
  claims: ({ inputs: { noise } }) => [
    claim(
      'Bursts in 0.9 of the sequences strengthen in-context learning (fewer errors on ' +
        `classes not trained on than without bursts, N = ${BURSTY_N})`,
      'Chan et al. 2022',
      moreErrors(
        { variant: 'no bursts', N: BURSTY_N, cell: NEW },
        { variant: 'bursts in 0.9 of the rows', N: BURSTY_N, cell: NEW },
      ),
    ),
    claim(
      'Raising the number of classes from 10 to 50 strengthens in-context learning (fewer ' +
        `errors on classes not trained on, N = ${BURSTY_N})`,
      'Chan et al. 2022',
      moreErrors(
        { variant: 'bursts, 10 classes', N: BURSTY_N, cell: NEW },
        { variant: 'bursts in 0.9 of the rows', N: BURSTY_N, cell: NEW },
      ),
    ),
    claim(
      `Raising the noise within a class from ${noise} to 0.4 strengthens in-context ` +
        `learning (fewer errors on classes not trained on, N = ${BURSTY_N})`,
      'Chan et al. 2022',
      moreErrors(
        { variant: 'bursts in 0.9 of the rows', N: BURSTY_N, cell: NEW },
        { variant: 'bursts, noise 0.4', N: BURSTY_N, cell: NEW },
      ),
    ),
  ],
};

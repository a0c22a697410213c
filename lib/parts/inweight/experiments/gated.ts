/**
 * The gated model (notebook 51).
 */
import { measured, type Measured } from '../../../records/measured';
import { claim } from '../../../records/rules';
import { compareShares } from '../../../records/verdicts';
import { SEQUENCE_KIND, type SequenceExperiment } from '../sequences';
import { LARGEST, CHAN_2025, fullSequences, quickSequences } from './shared';

const TRAINING_WAYS = ['end to end', 'parts first'] as const;

export const gatedModel: SequenceExperiment = {
  name: 'iwl-stylised',
  notebook: '51',
  claim:
    'A gate between a perceptron on the query and a similarity vote of the context moves ' +
    'from the context to the weights as data grow.',
  source: `${CHAN_2025}, section 4`,
  variants: TRAINING_WAYS.flatMap((stylised) => [
    { key: stylised.replaceAll(' ', '-'), name: stylised, stylised },
    {
      key: `${stylised.replaceAll(' ', '-')}-noisy`,
      name: `${stylised}, noise 0.57`,
      stylised,
      noise: 0.57,
    },
  ]),
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quickSequences({
      law: { low: 15, L: 4 },
      training: { steps: 8000, batch: 32, learningRate: 1e-3, logEvery: 200 },
    }),
    full: fullSequences({ law: { low: 15, L: 4 } }),
  },
  claims: () =>
    TRAINING_WAYS.flatMap((way) => [
      claim(
        'The gate gives the in-weight predictor a larger share for common classes than for ' +
          `rare ones (${way}, relevant contexts, N = 4096)`,
        `${CHAN_2025}, section 3`,
        (records) => {
          const alpha = (query: string): Measured =>
            measured(records, way, { metric: `alpha, relevant, ${query}`, size: 4096 });
          return compareShares('common', alpha('common'), 'rare', alpha('rare'));
        },
      ),
      claim(
        `Growing the data set from N = 4096 to ${LARGEST} raises the share that the gate ` +
          `gives the in-weight predictor (${way}, relevant contexts, rare classes)`,
        `${CHAN_2025}, section 3`,
        (records) => {
          const alpha = (size: number): Measured =>
            measured(records, way, { metric: 'alpha, relevant, rare', size });
          return compareShares(`N = ${LARGEST}`, alpha(LARGEST), 'N = 4096', alpha(4096));
        },
      ),
    ]),
};

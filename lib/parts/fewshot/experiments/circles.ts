/**
 * Circles, a kind of tasks that nothing is trained on, with contexts of the paper's length
 * (notebook 42).
 */
import { claim, scoreAbove } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { CLASSIFICATION_KIND, type FewShotExperiment } from '../classification';
import { NETWORKS } from '../networks';
import {
  FEWSHOT_MEASURES,
  FEW_WEIGHTS,
  KINDS,
  MIXTURE,
  THREE,
  WU_2025,
  fullFewShot,
  networkVariant,
  quickFewShot,
} from './shared';

const STEPS = 12_000;

/** The most examples in a context: 50 inputs a task, one of them the test. */
const LONGEST = 49;

const onCircles = { kinds: { radius: KINDS.radius }, ns: [2, 4, 8, 16, 32, LONGEST] } as const;

export const circles: FewShotExperiment = {
  name: 'meta-circles',
  notebook: '42',
  claim:
    'Trained on a mixture of three other kinds with up to 49 examples, ICL is more accurate on ' +
    'circles than the oracle selection among specialists for those kinds.',
  source: `${WU_2025}, figure 3 b`,
  variants: [
    networkVariant('icl', 'ICL', NETWORKS.icl),
    networkVariant('icl-16', 'ICL, up to 16 examples', NETWORKS.icl, {
      training: { n: 16, batch: 96 },
    }),
    networkVariant(
      'specialists',
      'specialists',
      { kind: 'specialists', widths: [8, 8], width: 16 },
      { training: { ...FEW_WEIGHTS, steps: STEPS }, task: THREE },
    ),
  ],
  kind: CLASSIFICATION_KIND,
  profiles: {
    quick: quickFewShot(MIXTURE, {
      training: { steps: STEPS, batch: 48, learningRate: 8e-3, n: LONGEST, tests: 8 },
      watchEvery: 500,
      measures: { ...FEWSHOT_MEASURES, ...onCircles },
    }),
    full: {
      ...fullFewShot(MIXTURE),
      measures: { ...fullFewShot(MIXTURE).measures, ...onCircles },
    },
  },
  claims: () => [
    ...['oracle selection', 'selection by context', '1 nearest neighbour'].map((rival) =>
      claim(
        `On circles, a kind not trained on, ICL is more accurate than ${rival} (trained with up ` +
          `to ${LONGEST} examples, n = ${LONGEST})`,
        rival === '1 nearest neighbour' ? COURSE : `${WU_2025}, figure 3 b`,
        scoreAbove('ICL', rival, { metric: 'accuracy, radius', n: LONGEST }),
      ),
    ),
    claim(
      `On circles ICL is more accurate when trained with up to ${LONGEST} examples than with up ` +
        `to 16 (n = ${LONGEST})`,
      COURSE,
      scoreAbove('ICL', 'ICL, up to 16 examples', { metric: 'accuracy, radius', n: LONGEST }),
    ),
  ],
};

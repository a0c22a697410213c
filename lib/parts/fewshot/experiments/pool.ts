/**
 * Few training tasks, and augmented ones (notebook 43).
 */
import { claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { CLASSIFICATION_KIND, type FewShotExperiment } from '../classification';
import { NETWORKS } from '../networks';
import {
  ACCURACIES,
  FEWSHOT_MEASURES,
  MIXTURE,
  WU_2025,
  above,
  fullFewShot,
  quickFewShot,
  networkVariant,
} from './shared';

export const pooled: FewShotExperiment = {
  name: 'meta-pool',
  notebook: '43',
  claim:
    'Training on few tasks lowers the accuracy of ICL on new tasks, and augmenting the ' +
    'tasks raises it.',
  source: `${WU_2025}, on the number of tasks`,
  variants: [
    ...[64, 1024].map((count) =>
      networkVariant(`icl-${count}`, `ICL, ${count} tasks`, NETWORKS.icl, {
        task: { kind: 'pool', of: MIXTURE, count },
      }),
    ),
    networkVariant('icl-64-augmented', 'ICL, 64 tasks, augmented', NETWORKS.icl, {
      task: { kind: 'augmented', of: { kind: 'pool', of: MIXTURE, count: 64 } },
    }),
    networkVariant('icl-all', 'ICL, fresh tasks', NETWORKS.icl),
  ],
  kind: CLASSIFICATION_KIND,
  profiles: {
    quick: quickFewShot(MIXTURE, { measures: { ...FEWSHOT_MEASURES, compared: 40 } }),
    full: fullFewShot(MIXTURE),
  },
  claims: ({ measures: { ns } }) => [
    ...[64, 1024].map((count) =>
      claim(
        `Training on ${count} tasks in place of fresh ones lowers the accuracy of ICL on new ` +
          'tasks (mean over kinds and n)',
        `${WU_2025}, on the number of tasks`,
        above('ICL, fresh tasks', `ICL, ${count} tasks`, ACCURACIES, ns),
      ),
    ),
    ...(['pair-wise', 'prototype', 'amortization'] as const).map((kind) =>
      claim(
        'Augmenting 64 training tasks by rotations and reflections raises the accuracy of ' +
          `ICL on new tasks (${kind}, mean over n)`,
        COURSE,
        above('ICL, 64 tasks, augmented', 'ICL, 64 tasks', [`accuracy, ${kind}`], ns),
      ),
    ),
  ],
};

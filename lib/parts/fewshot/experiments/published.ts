/**
 * The errors in the released code, all together and one at a time (notebook 41).
 */
import { claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import type { TaskSpec } from '../../../tasks';
import { CLASSIFICATION_KIND, type FewShotExperiment } from '../classification';
import { NETWORKS } from '../networks';
import {
  ACCURACIES,
  AMORTIZATION,
  FEW_WEIGHTS,
  FEWSHOT_MEASURES,
  MIXTURE,
  PAIRWISE,
  WU_2025,
  PROTOTYPE,
  above,
  fullFewShot,
  quickFewShot,
  networkVariant,
} from './shared';

/**
 * The mixture as the released script has it: pair-wise tasks whose anchors are all 0,
 * demonstrations with reversed labels.
 */
const RELEASED_MIXTURE: TaskSpec = {
  kind: 'mixture',
  of: [
    { kind: 'pairs', anchors: 0 },
    PROTOTYPE,
    { kind: 'thresholds', demonstrations: 'reversed' },
  ],
};

const ONE_ERROR = (of: readonly TaskSpec[]): TaskSpec => ({ kind: 'mixture', of });

export const published: FewShotExperiment = {
  name: 'meta-published',
  notebook: '41',
  claim:
    'The errors in the released code change its own comparison of methods (all together ' +
    'and one at a time).',
  source: `${WU_2025}, released code`,
  variants: [
    networkVariant('icl-published', 'ICL as published', NETWORKS.published, {
      task: RELEASED_MIXTURE,
      training: { steps: 3000, learningRate: 3e-3 },
    }),
    networkVariant('matchnet-published', 'MatchNet as published', NETWORKS.matchnetPublished, {
      task: RELEASED_MIXTURE,
      training: FEW_WEIGHTS,
    }),
    networkVariant('protonet-published', 'ProtoNet as published', NETWORKS.protonetPublished, {
      task: RELEASED_MIXTURE,
      training: FEW_WEIGHTS,
    }),
    networkVariant('cnp-published', 'CNP as published', NETWORKS.cnpPublished, {
      task: RELEASED_MIXTURE,
      training: FEW_WEIGHTS,
    }),
    networkVariant('icl-repaired', 'ICL as published, repaired mixture', NETWORKS.published, {
      training: { steps: 3000, learningRate: 3e-3 },
    }),
    networkVariant(
      'matchnet-repaired',
      'MatchNet as published, repaired mixture',
      NETWORKS.matchnetPublished,
      { training: FEW_WEIGHTS },
    ),
    networkVariant(
      'protonet-repaired',
      'ProtoNet as published, repaired mixture',
      NETWORKS.protonetPublished,
      { training: FEW_WEIGHTS },
    ),
    networkVariant(
      'matchnet-double',
      'MatchNet, double softmax',
      { ...NETWORKS.matchnet, doubleSoftmax: true, unused: 2 },
      { training: FEW_WEIGHTS },
    ),
    networkVariant(
      'protonet-double',
      'ProtoNet, double softmax',
      { ...NETWORKS.protonet, doubleSoftmax: true, unused: 2 },
      { training: FEW_WEIGHTS },
    ),
    networkVariant(
      'protonet-raw',
      'ProtoNet, raw query',
      { kind: 'protonet', widths: [8, 2], rawQuery: true },
      { training: FEW_WEIGHTS },
    ),
    networkVariant('matchnet-plain', 'MatchNet, repaired', NETWORKS.matchnet, {
      training: FEW_WEIGHTS,
    }),
    networkVariant('protonet-plain', 'ProtoNet, repaired', NETWORKS.protonet, {
      training: FEW_WEIGHTS,
    }),
    networkVariant('cnp-plain', 'CNP, repaired', NETWORKS.cnp, { training: FEW_WEIGHTS }),
    networkVariant('cnp-empty', 'CNP, pair-wise tasks without anchors', NETWORKS.cnp, {
      training: FEW_WEIGHTS,
      task: ONE_ERROR([{ kind: 'pairs', anchors: 0 }, PROTOTYPE, AMORTIZATION]),
    }),
    networkVariant('cnp-reversed', 'CNP, reversed demonstrations', NETWORKS.cnp, {
      training: FEW_WEIGHTS,
      task: ONE_ERROR([PAIRWISE, PROTOTYPE, { kind: 'thresholds', demonstrations: 'reversed' }]),
    }),
    networkVariant('cnp-l3', 'CNP, anchors of L3 norm 1', NETWORKS.cnp, {
      training: FEW_WEIGHTS,
      task: ONE_ERROR([{ kind: 'pairs', norm: 3 }, PROTOTYPE, AMORTIZATION]),
    }),
  ],
  kind: CLASSIFICATION_KIND,
  profiles: {
    quick: quickFewShot(MIXTURE, { measures: { ...FEWSHOT_MEASURES, compared: 40 } }),
    full: fullFewShot(MIXTURE),
  },
  claims: ({ measures: { ns } }) => [
    claim(
      'In the released code ICL is more accurate than MatchNet (mean over kinds and n)',
      `${WU_2025}, figure 2 below`,
      above('ICL as published', 'MatchNet as published', ACCURACIES, ns),
    ),
    claim(
      'In the released code ICL is more accurate than ProtoNet (mean over kinds and n)',
      `${WU_2025}, figure 2 below`,
      above('ICL as published', 'ProtoNet as published', ACCURACIES, ns),
    ),
    claim(
      'The double softmax lowers the accuracy of MatchNet (mean over kinds and n)',
      COURSE,
      above('MatchNet, repaired', 'MatchNet, double softmax', ACCURACIES, ns),
    ),
    claim(
      'The double softmax lowers the accuracy of ProtoNet (mean over kinds and n)',
      COURSE,
      above('ProtoNet, repaired', 'ProtoNet, double softmax', ACCURACIES, ns),
    ),
    claim(
      'Comparing the query without its embedding lowers the accuracy of ProtoNet (mean ' +
        'over kinds and n)',
      COURSE,
      above('ProtoNet, repaired', 'ProtoNet, raw query', ACCURACIES, ns),
    ),
    claim(
      'Training with anchors of 0 lowers the accuracy of CNP on pair-wise tasks (mean over ' + 'n)',
      COURSE,
      above('CNP, repaired', 'CNP, pair-wise tasks without anchors', ['accuracy, pair-wise'], ns),
    ),
    claim(
      'Training with reversed demonstrations lowers the accuracy of CNP on amortization ' +
        'tasks (mean over n)',
      COURSE,
      above('CNP, repaired', 'CNP, reversed demonstrations', ['accuracy, amortization'], ns),
    ),
    claim(
      'Training with anchors of L3 norm 1 lowers the accuracy of CNP on pair-wise tasks ' +
        '(mean over n)',
      COURSE,
      above('CNP, repaired', 'CNP, anchors of L3 norm 1', ['accuracy, pair-wise'], ns),
    ),
  ],
};

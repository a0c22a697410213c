/**
 * Training on a mixture of three kinds of tasks (notebooks 41 and 42).
 */
import { measured, seedwise, type Measured } from '../../../records/measured';
import { type Claim, claim, scoreAbove } from '../../../records/rules';
import { compareShares } from '../../../records/verdicts';
import { COURSE, REVIEWERS } from '../../../records/sources';
import {
  CLASSIFICATION_KIND,
  type FewShotExperiment,
  type NetworkVariant,
} from '../classification';
import { NETWORKS } from '../networks';
import {
  ACCURACIES,
  CLASSICS,
  DESIGNED_FOR,
  FEW_WEIGHTS,
  ICL_VARIANT,
  FEWSHOT_MEASURES,
  MIXTURE,
  WU_2025,
  THREE,
  TRAINED_KINDS,
  above,
  fullFewShot,
  lessThan,
  quickFewShot,
  networkVariant,
} from './shared';

const WIDE: readonly NetworkVariant[] = [
  networkVariant('matchnet-wide', 'MatchNet, as many weights as ICL', NETWORKS.matchnetWide, {
    training: { steps: 12_000, learningRate: 3e-3 },
  }),
  networkVariant('protonet-wide', 'ProtoNet, as many weights as ICL', NETWORKS.protonetWide, {
    training: { steps: 12_000, learningRate: 3e-3 },
  }),
  networkVariant('cnp-wide', 'CNP, as many weights as ICL', NETWORKS.cnpWide, {
    training: { steps: 12_000, learningRate: 3e-3 },
  }),
];

const SPREADS = [1, 2, 3, 4, 5];

const atSpread = (kind: string, spread: number): string =>
  `accuracy over n, ${kind}, spread ${spread}`;

/** The rule "at the widest spread a loses more than b, against spread 1". */
const losesMore =
  (a: string, b: string, kind: string, wide: number): Claim['decide'] =>
  (records) => {
    const loss = (variant: string): Measured =>
      seedwise(
        (near, far) => near! - far!,
        ...[1, wide].map((spread) =>
          measured(records, variant, { metric: atSpread(kind, spread) }),
        ),
      );
    const [x, y] = [loss(a), loss(b)];
    return compareShares(`from spread 1 to ${wide} ${a} loses`, x, b, y);
  };

/** What is claimed of accuracies on the kinds that are trained on. */
const accuracyClaims = (n: number, ns: readonly number[]): Claim[] => [
  ...['MatchNet', 'ProtoNet', 'CNP', 'MAML'].map((rival) =>
    claim(
      `Trained on the mixture, ICL is more accurate than ${rival} (mean over kinds and n)`,
      `${WU_2025}, figure 2 below`,
      above('ICL', rival, ACCURACIES, ns),
    ),
  ),
  ...['MatchNet', 'ProtoNet', 'CNP'].map((rival) =>
    claim(
      `Trained on the mixture, ICL is more accurate than ${rival} with equally many ` +
        'weights (mean over kinds and n)',
      REVIEWERS,
      above('ICL', `${rival}, as many weights as ICL`, ACCURACIES, ns),
    ),
  ),
  ...TRAINED_KINDS.map((kind) =>
    claim(
      `Training on the mixture in place of ${kind} tasks alone lowers the accuracy of ` +
        `${DESIGNED_FOR[kind]} on ${kind} tasks (mean over n)`,
      `${WU_2025}, figure 2 below`,
      above(`${DESIGNED_FOR[kind]} specialist`, DESIGNED_FOR[kind], [`accuracy, ${kind}`], ns),
    ),
  ),
  ...TRAINED_KINDS.map((kind) =>
    claim(
      'Trained on the mixture, ICL diverges from the Bayes-optimal predictor by less than ' +
        `0.02 nats (${kind}, n = ${n})`,
      REVIEWERS,
      lessThan('ICL', `divergence, ${kind}`, n, 0.02),
    ),
  ),
  claim(
    'Trained on the mixture, ICL is more accurate than ridge regression on the context ' +
      '(mean over kinds and n)',
    COURSE,
    above('ICL', 'ridge', ACCURACIES, ns),
  ),
  claim(
    'Trained on the mixture, ICL is more accurate than logistic regression on the ' +
      'context (mean over kinds and n)',
    COURSE,
    above('ICL', 'logistic regression', ACCURACIES, ns),
  ),
];

/** What is claimed beyond the training distribution, and of the order of the examples. */
const beyondTraining = (n: number): Claim[] => [
  claim(
    'On circles, a kind not trained on, ICL is more accurate than the oracle selection ' +
      `among the specialists (n = ${n})`,
    `${WU_2025}, figure 3 b`,
    scoreAbove('ICL', 'oracle selection', { metric: 'accuracy, radius', n }),
  ),
  claim(
    'On circles, a kind not trained on, ICL is more accurate than the selection by ' +
      `context among specialists and rules (n = ${n})`,
    `${WU_2025}, figure 3 b`,
    scoreAbove('ICL', 'selection by context', { metric: 'accuracy, radius', n }),
  ),
  claim(
    'On circles, a kind not trained on, ICL is more accurate than 1 nearest neighbour, ' +
      `which is not among the rules to select from (n = ${n})`,
    COURSE,
    scoreAbove('ICL', '1 nearest neighbour', { metric: 'accuracy, radius', n }),
  ),
  ...TRAINED_KINDS.map((kind) =>
    claim(
      'On inputs that spread five times as wide, ICL loses more accuracy than the ' +
        `selection by context (${kind}, mean over n)`,
      `${WU_2025}, figure 3 c`,
      losesMore('ICL', 'selection by context', kind, SPREADS.at(-1)!),
    ),
  ),
  claim(
    'Permuting the examples changes the probabilities of ICL by less than 1e-5 (n = ' +
      `${n >> 1})`,
    `${WU_2025}, section on ICL`,
    lessThan('ICL', 'largest change by order', n >> 1, 1e-5),
  ),
];

export const mixed: FewShotExperiment = {
  name: 'meta-mixture',
  notebook: '41',
  claim:
    'Trained on a mixture of three kinds of tasks, ICL is as accurate on each kind as ' +
    'when trained on that kind alone; MatchNet, ProtoNet and CNP are not.',
  source: `${WU_2025}, figures 2 and 3`,
  variants: [
    ICL_VARIANT,
    ...CLASSICS.map((one) => ({ ...one, training: { ...FEW_WEIGHTS, steps: 12_000 } })),
    networkVariant(
      'specialists',
      'specialists',
      { kind: 'specialists', widths: [8, 8], width: 16 },
      { training: { ...FEW_WEIGHTS, steps: 12_000 }, task: THREE },
    ),
    networkVariant('icl-linear', 'ICL, linear attention', NETWORKS.linear, { seeds: 3 }),
    ...WIDE.map((one) => ({ ...one, seeds: 3 })),
  ],
  weights: ['icl', 'matchnet', 'protonet', 'cnp', 'maml', 'specialists'],
  kind: CLASSIFICATION_KIND,
  profiles: {
    quick: quickFewShot(MIXTURE, {
      training: { steps: 16_000, batch: 96, learningRate: 8e-3, n: 16, tests: 8 },
      seeds: 5,
      watchEvery: 500,
      measures: { ...FEWSHOT_MEASURES, compared: 200, spreads: SPREADS },
    }),
    full: {
      ...fullFewShot(MIXTURE),
      measures: { ...fullFewShot(MIXTURE).measures, spreads: SPREADS },
    },
  },
  claims: ({ training: { n = 16 }, measures: { ns } }) => [
    ...accuracyClaims(n, ns),
    ...beyondTraining(n),
  ],
};

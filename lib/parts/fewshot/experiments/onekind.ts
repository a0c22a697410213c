/**
 * Training on one kind of tasks (notebook 41).
 */
import { claim } from '../../../records/rules';
import { CLASSIFICATION_KIND, type FewShotExperiment } from '../classification';
import {
  CLASSICS,
  COURSE,
  DESIGNED_FOR,
  ICL_VARIANT,
  KINDS,
  PAPER,
  REVIEWERS,
  TRAINED_KINDS,
  above,
  full,
  lessThan,
  quick,
} from './shared';

/** Training on one kind (figure 2, upper row). */
export const onOneKind = (
  kind: (typeof TRAINED_KINDS)[number],
  name: string,
): FewShotExperiment => {
  const rival = DESIGNED_FOR[kind];
  return {
    name,
    notebook: '41',
    claim:
      `Trained on ${kind} tasks only, ICL is as accurate as ${rival}, the method designed ` +
      'for them.',
    source: `${PAPER}, figure 2`,
    variants: [ICL_VARIANT, ...CLASSICS],
    kind: CLASSIFICATION_KIND,
    profiles: { quick: quick(KINDS[kind]), full: full(KINDS[kind]) },
    claims: ({ training: { n = 16 }, measures: { ns } }) => [
      claim(
        `Trained on ${kind} tasks, ICL is at most one point less accurate than ${rival} ` +
          '(mean over n)',
        `${PAPER}, figure 2 above`,
        above('ICL', rival, [`accuracy, ${kind}`], ns, 0.01),
      ),
      claim(
        `Trained on ${kind} tasks, ICL diverges from the Bayes-optimal predictor by less ` +
          `than 0.02 nats (n = ${n})`,
        REVIEWERS,
        lessThan('ICL', `divergence, ${kind}`, n, 0.02),
      ),
      claim(
        `Trained on ${kind} tasks, ${rival} diverges from the Bayes-optimal predictor by ` +
          `less than 0.02 nats (n = ${n})`,
        COURSE,
        lessThan(rival, `divergence, ${kind}`, n, 0.02),
      ),
    ],
  };
};

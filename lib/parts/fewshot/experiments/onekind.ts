/**
 * Training on one kind of tasks (notebook 41).
 */
import { claim } from '../../../records/rules';
import { COURSE, REVIEWERS } from '../../../records/sources';
import { CLASSIFICATION_KIND, type FewShotExperiment } from '../classification';
import {
  CLASSICS,
  DESIGNED_FOR,
  ICL_VARIANT,
  KINDS,
  WU_2025,
  TRAINED_KINDS,
  above,
  fullFewShot,
  lessThan,
  quickFewShot,
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
    source: `${WU_2025}, figure 2`,
    variants: [ICL_VARIANT, ...CLASSICS],
    kind: CLASSIFICATION_KIND,
    profiles: { quick: quickFewShot(KINDS[kind]), full: fullFewShot(KINDS[kind]) },
    claims: ({ training: { n = 16 }, measures: { ns } }) => [
      claim(
        `Trained on ${kind} tasks, ICL is at most one point less accurate than ${rival} ` +
          '(mean over n)',
        `${WU_2025}, figure 2 above`,
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

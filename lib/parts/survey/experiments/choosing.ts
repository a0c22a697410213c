/**
 * Choosing demonstrations by what they look like (notebook 23): for each question its nearest rows
 * of a pool, near and different ones, or one set for all questions.
 * References: Liu et al. (2022, arXiv 2101.06804) for nearest rows; Ye et al. (2023, arXiv
 * 2302.05698) for determinants; Su et al. (2023, arXiv 2209.01975) for vote-k.
 */
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { CHOOSING_WAYS } from '../choosing/ways';
import { CHOOSING_KIND, type ChoosingConfig, type ChoosingExperiment } from '../choosingkind';
import {
  CHOSEN_TASKS,
  REAL,
  SCORED,
  SMALL_MODEL,
  afterDemonstrations,
  asItIs,
  waysAbove,
  shareAbove,
  type WayAbove,
} from './scoringshared';

const quick: ChoosingConfig = {
  ...CHOSEN_TASKS,
  measures: { ks: [4, 8], poolRows: 80, each: 4, worldTasks: 8, worldEach: 12 },
  seeds: 5,
};

const LIU = 'Liu et al. 2022, table 2';
const YE = 'Ye et al. 2023, CEIL';
const SU = 'Su et al. 2023';

const W = CHOOSING_WAYS;

/** Which way is right more often than which, and who says so. */
const PAIRS: readonly WayAbove[] = [
  [W.cosine.name, W.random.name, LIU],
  [W.bm25.name, W.random.name, 'Rubin et al. 2022'],
  [W.marginalRelevance.name, W.cosine.name, 'Ye et al. 2023, Complementary explanations'],
  [W.determinant.name, W.cosine.name, YE],
  [W.voteK.name, W.random.name, SU],
  [W.facilities.name, W.random.name, COURSE],
  [W.labelledByVotes.name, W.labelledAtRandom.name, SU],
];

/** The claims on one model, whose answers are as they are or calibrated. */
function claimsOf(model: string, k: number, metric: string, answers = ''): Claim[] {
  const where = `(${model}${answers}, ${k} demonstrations)`;
  return [
    ...waysAbove(model, k, metric, PAIRS, afterDemonstrations(where)),
    claim(
      `After its nearest demonstrations the model is right more often than a vote of their labels ` +
        where,
      COURSE,
      shareAbove(
        model,
        k,
        ['the model', asItIs(`${metric}, ${W.cosine.name}`)],
        ['the vote', asItIs(`accuracy of a vote, ${W.cosine.name}`)],
      ),
    ),
  ];
}

/** Choosing demonstrations by what they look like. */
export const CHOOSING: ChoosingExperiment = {
  name: 'survey-choosing',
  notebook: '23',
  claim:
    'Demonstrations that look like the question help more than random ones, and those that also ' +
    'differ from each other help more than the nearest.',
  source: LIU,
  variants: SCORED,
  kind: CHOOSING_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      measures: { ks: [2, 4, 8, 16], poolRows: 1000, each: 100, worldTasks: 32, worldEach: 50 },
      seeds: 10,
    },
  },
  claims: ({ measures: { ks } }) => {
    const k = Math.max(...ks);
    return [
      ...claimsOf(REAL, k, 'accuracy, batch calibration', ', calibrated'),
      // added when two of the seeds had been seen: calibration itself may be what choice gives
      ...claimsOf(REAL, k, 'accuracy', ', as it is'),
      ...claimsOf(SMALL_MODEL, k, 'accuracy'),
    ];
  },
};

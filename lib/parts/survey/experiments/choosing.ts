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
import { REAL, SCORED, SMALL_MODEL, TEXT_TEMPLATES, asItIs, shareAbove } from './scoringshared';

const quick: ChoosingConfig = {
  tasks: ['glue-sst2', 'trec', 'ag_news', 'emotion'],
  template: TEXT_TEMPLATES['Output']!,
  measures: { ks: [4, 8], poolRows: 80, each: 4, worldTasks: 8, worldEach: 12 },
  seeds: 3,
};

const LIU = 'Liu et al. 2022, table 2';
const YE = 'Ye et al. 2023, CEIL';
const SU = 'Su et al. 2023';

const W = CHOOSING_WAYS;

/** Which way is right more often than which, and who says so. */
const PAIRS = [
  [W.cosine, W.random, LIU],
  [W.bm25, W.random, 'Rubin et al. 2022'],
  [W.marginalRelevance, W.cosine, 'Ye et al. 2023, Complementary explanations'],
  [W.determinant, W.cosine, YE],
  [W.voteK, W.random, SU],
  [W.facilities, W.random, COURSE],
  [W.labelledByVotes, W.labelledAtRandom, SU],
] as const;

/** The claims on one model, whose answers are as they are or calibrated. */
function claimsOf(model: string, k: number, metric: string, answers = ''): Claim[] {
  const where = `(${model}${answers}, ${k} demonstrations)`;
  const right = (way: string) => asItIs(`${metric}, ${way}`);
  return [
    ...PAIRS.map(([a, b, source]) =>
      claim(
        `After demonstrations by '${a.name}' answers are right more often than by '${b.name}' ${where}`,
        source,
        shareAbove(model, k, [a.name, right(a.name)], [b.name, right(b.name)]),
      ),
    ),
    claim(
      `After its nearest demonstrations the model is right more often than a vote of their labels ` +
        where,
      COURSE,
      shareAbove(
        model,
        k,
        ['the model', right(W.cosine.name)],
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

/**
 * Learning to choose demonstrations (notebook 25): retrievers that are trained on what helps the
 * language model, and policies that choose one row after another.
 * References: Rubin et al. (2022, arXiv 2112.08633), EPR; Li et al. (2023, arXiv 2305.04320), UDR; Ye
 * et al. (2023, arXiv 2302.05698), CEIL; Wang et al. (2024, arXiv 2307.07164), LLM-R; Zhang et al.
 * (2022, arXiv 2211.04486), policies.
 */
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { LEARNED_KIND, type LearnedConfig, type LearnedExperiment } from '../learnedkind';
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

const quick: LearnedConfig = {
  ...CHOSEN_TASKS,
  measures: {
    poolRows: 80,
    each: 3,
    worldTasks: 4,
    worldEach: 12,
    k: 4,
    rows: 20,
    heldRows: 6,
    candidates: 10,
    sets: 3,
    steps: 100,
    policyTasks: 2,
    policyRows: 8,
    horizon: 3,
    dev: 6,
    worldPolicyTasks: 3,
    worldDev: 48,
    episodes: 1000,
    policySteps: 600,
  },
  seeds: 5,
};

const RUBIN = 'Rubin et al. 2022, EPR';
const LI = 'Li et al. 2023, UDR';
const YE = 'Ye et al. 2023, CEIL';
const WANG = 'Wang et al. 2024, LLM-R';
const ZHANG = 'Zhang et al. 2022';
const SU = 'Su et al. 2023';

const NEAREST = 'nearest, cosine';

/** After whose demonstrations answers are right more often than after whose, and who says so. */
const PAIRS: readonly WayAbove[] = [
  ['EPR', NEAREST, RUBIN],
  ['UDR', NEAREST, LI],
  ['CEIL', NEAREST, YE],
  ['LLM-R', NEAREST, WANG],
  ['UDR', 'EPR', LI],
  ['CEIL', 'EPR', YE],
  ['LLM-R', 'EPR', WANG],
  ['UDR, held-out task', NEAREST, LI],
  ['UDR, held-out task', 'EPR, held-out task', LI],
  ['nearest of 16, full vote-k', 'nearest of 16, vote-k', SU],
];

/** Whose recall is above that of nearest rows, and who says so. */
const FINDS_MORE: readonly WayAbove[] = [
  ['EPR', NEAREST, RUBIN],
  ['UDR', NEAREST, LI],
  ['LLM-R', NEAREST, WANG],
];

/** The claims on retrievers of one model. */
function claimsOf(model: string, k: number, metric: string): Claim[] {
  const where = `(${model}, ${k} demonstrations)`;
  return [
    ...waysAbove(model, k, metric, PAIRS, afterDemonstrations(where)),
    ...waysAbove(
      model,
      k,
      'recall of the most helpful',
      FINDS_MORE,
      (name) => `'${name}' finds more of the most helpful candidates than nearest rows do ${where}`,
    ),
  ];
}

/** The claims on policies of one model. */
const policyClaims = (model: string, horizon: number): Claim[] =>
  (
    [
      ['Q-table', ZHANG],
      ['Q-network', ZHANG],
      ['best set', COURSE],
    ] as const
  ).map(([name, source]) =>
    claim(
      `On new questions the set of '${name}' is right more often than random sets ` +
        `(${model}, ${horizon} demonstrations)`,
      source,
      shareAbove(
        model,
        horizon,
        [name, asItIs(`accuracy, ${name}`)],
        ['random sets', asItIs('accuracy, random set')],
      ),
    ),
  );

/** Learning to choose. */
export const LEARNED: LearnedExperiment = {
  name: 'survey-learned',
  notebook: '25',
  claim:
    'Retrievers that learn what helps the language model find better demonstrations than likeness ' +
    'alone, sets better ones than single rows, and one retriever serves tasks that it never saw.',
  source: RUBIN,
  variants: SCORED,
  kind: LEARNED_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      measures: {
        ...quick.measures,
        poolRows: 1000,
        each: 100,
        worldTasks: 32,
        worldEach: 50,
        rows: 400,
        heldRows: 100,
        candidates: 50,
        sets: 10,
        steps: 2000,
        horizon: 4,
        dev: 100,
        worldPolicyTasks: 24,
        worldDev: 100,
      },
      seeds: 10,
    },
  },
  claims: ({ measures: { k, horizon } }) => [
    ...claimsOf(REAL, k, 'accuracy, batch calibration'),
    ...policyClaims(REAL, horizon),
    ...claimsOf(SMALL_MODEL, k, 'accuracy'),
    ...policyClaims(SMALL_MODEL, horizon),
  ],
};

/**
 * Choosing demonstrations by what the model says (notebook 24): signals of a set without labels,
 * influence and InfoScore with labels, the latent task, and for each question the shortest code,
 * ambiguity, and few rows that are labelled where the model is uncertain.
 * References: Sorensen et al. (2022, arXiv 2203.11364), Gonen et al. (2023, arXiv 2212.04037),
 * Nguyen and Wong (2023, arXiv 2302.11042), Li and Qiu (2023, arXiv 2302.13539), Wang et al. (2023,
 * arXiv 2301.11916), Wu et al. (2023, arXiv 2212.10375), Gao et al. (2023, arXiv 2309.07900),
 * Mavromatis et al. (2023, arXiv 2310.20046).
 */
import { levelOf } from '../../../records/effects';
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { decisionBy } from '../../../records/verdicts';
import { MODEL_WAYS } from '../signalmeasures';
import { SIGNALS_KIND, type SignalsConfig, type SignalsExperiment } from '../signalskind';
import {
  CHOSEN_TASKS,
  EXACT_ANSWER,
  REAL,
  SCORED,
  SMALL_MODEL,
  afterDemonstrations,
  waysAbove,
  type WayAbove,
} from './scoringshared';

const quick: SignalsConfig = {
  ...CHOSEN_TASKS,
  measures: {
    k: 4,
    poolRows: 40,
    candidates: 16,
    probes: 6,
    sets: 12,
    each: 3,
    worldTasks: 6,
    worldEach: 12,
  },
  seeds: 5,
};

const SORENSEN = 'Sorensen et al. 2022';
const GONEN = 'Gonen et al. 2023';
const NGUYEN = 'Nguyen and Wong 2023';
const LI = 'Li and Qiu 2023';
const WANG = 'Wang et al. 2023';
const WU = 'Wu et al. 2023, Self-adaptive in-context learning';
const GAO = 'Gao et al. 2023';
const MAVROMATIS = 'Mavromatis et al. 2023';

const W = MODEL_WAYS;
/** The mean over random sets. */
const RANDOM = 'random';

/** Signals without labels, and who says that they go with the share of right answers. */
const SIGNALS = [
  [W.information, SORENSEN],
  [W.likelihood, GONEN],
  [W.confidence, COURSE],
  [W.certainty, COURSE],
] as const;

/** Which way is right more often than which, and who says so. */
const PAIRS: readonly WayAbove[] = [
  ...SIGNALS.map(([way, source]) => [way.name, RANDOM, source] as const),
  [W.labelled.name, RANDOM, COURSE],
  [W.influence.name, RANDOM, NGUYEN],
  [W.influence.name, W.leastInfluence.name, NGUYEN],
  [W.infoScore.name, RANDOM, LI],
  [W.supportSearch.name, W.infoScore.name, LI],
  [W.shortestCode.name, W.nearest.name, WU],
  [W.predicted.name, W.nearest.name, GAO],
  [W.misclassified.name, W.gold.name, GAO],
  [W.labelledByCover.name, W.labelledAtRandom.name, MAVROMATIS],
];

/** The same of ways that need the latent task, in TaskWorld. */
const LATENT_PAIRS: readonly WayAbove[] = [
  [W.concept.name, RANDOM, WANG],
  [W.concept.name, W.leastConcept.name, WANG],
];

/** The claims that one way is right more often than another. */
const pairClaims = (model: string, k: number, pairs: readonly WayAbove[]): Claim[] =>
  waysAbove(model, k, 'accuracy', pairs, afterDemonstrations(`(${model})`));

/** The claims that a signal puts sets into the order of their shares of right answers. */
const signalClaims = (model: string, k: number): Claim[] =>
  SIGNALS.map(([{ name }, source]) =>
    claim(`Sets with a higher '${name}' have more right answers (${model})`, source, (records) => {
      const metric = `correlation of accuracy, ${name}`;
      const found = measured(records, model, { metric, n: k });
      return decisionBy(
        levelOf(found, { bound: 0, claimed: 'above' }, 'level'),
        'rank correlation, ',
      );
    }),
  );

/** Choosing demonstrations by what the model says. */
export const SIGNALS_OF_SETS: SignalsExperiment = {
  name: 'survey-signals',
  notebook: '24',
  claim:
    'What a model answers after a set of demonstrations, also without labels, tells which sets it ' +
    'will be right after.',
  source: SORENSEN,
  variants: SCORED,
  kind: SIGNALS_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      measures: {
        k: 4,
        poolRows: 400,
        candidates: 64,
        probes: 100,
        sets: 320,
        each: 100,
        worldTasks: 24,
        worldEach: 50,
      },
      seeds: 10,
    },
  },
  claims: ({ measures: { k } }) => [
    ...[REAL, SMALL_MODEL].flatMap((model) => [
      ...signalClaims(model, k),
      ...pairClaims(model, k, PAIRS),
    ]),
    ...[SMALL_MODEL, EXACT_ANSWER].flatMap((model) => pairClaims(model, k, LATENT_PAIRS)),
  ],
};

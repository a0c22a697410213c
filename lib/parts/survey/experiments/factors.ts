/**
 * What makes demonstrations good, and what a model takes from those that leave open which feature is
 * meant (notebook 32).
 * References: An et al. (ACL 2023, arXiv 2305.04835); Si et al. (ACL 2023, arXiv 2305.13299).
 */
import { levelOf } from '../../../records/effects';
import { measured } from '../../../records/measured';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy } from '../../../records/verdicts';
import { FACTORS_KIND, type FactorsConfig, type FactorsExperiment } from '../factorskind';
import type { SET_FACTORS } from '../factors/designs';
import { pairName } from '../featuremeasures';
import {
  CHOSEN_TASKS,
  EXACT_ANSWER,
  REAL,
  SCORED_INVICL,
  SCORED_ON_THREE,
  SMALL_MODEL,
  metricAbove,
} from './scoringshared';

const AN = 'An et al. 2023';
const SI = 'Si et al. 2023';

/** The rule "a number lies above (or below) a bound". */
const level =
  (
    variant: string,
    metric: string,
    unit: string,
    bound: number,
    claimed: 'above' | 'below' = 'above',
  ): Claim['decide'] =>
  (records) =>
    decisionBy(
      levelOf(measured(records, variant, { metric }), { bound, claimed }, 'level'),
      `${unit}, `,
    );

/** What each factor is, in words. */
const MEANINGS: Readonly<Record<(typeof SET_FACTORS)[number], string>> = {
  similarity: 'demonstrations that are more similar to the question',
  diversity: 'more diverse demonstrations',
  simplicity: 'simpler demonstrations',
};

/** The claim on the sign of a factor's coefficient. */
const coefficient = (
  factor: keyof typeof MEANINGS,
  variant: string,
  claimed: 'above' | 'below',
  source: string,
): Claim =>
  claim(
    `While the other factors are held, ${MEANINGS[factor]} make the right answer ` +
      `${claimed === 'above' ? 'more' : 'less'} probable (${variant})`,
    source,
    level(variant, `coefficient, ${factor}`, 'nats for one standard deviation', 0, claimed),
  );

/** The share by the feature that was named. */
const named = (told: string): string => `share by the named feature, ${told}`;

/** An instruction decides nearly all answers. */
const instructed = (variant: string): Claim =>
  claim(
    `After an instruction that names the rule, more than 90 % of the answers are by it where ` +
      `demonstrations leave the feature open (${variant})`,
    COURSE,
    level(variant, named('instruction'), 'share by the named feature', 0.9),
  );

const MEANT = 'share by the meant feature';

/** More demonstrations that disagree bring more answers to the feature that is meant. */
const moreDisagree = (few: number, most: number): Claim =>
  claim(
    `${most} demonstrations on which the features disagree bring more answers to the one that is ` +
      `meant than ${few} (${REAL})`,
    COURSE,
    (records) => {
      const after = (n: number) => measured(records, REAL, { metric: MEANT, n });
      return compareShares(`${most} disagree`, after(most), `${few} disagrees`, after(few));
    },
  );

const quick: FactorsConfig = {
  ...CHOSEN_TASKS,
  seeds: 3,
  measures: {
    poolRows: 80,
    each: 3,
    asked: 4,
    shown: 6,
    worldShown: 4,
    draws: 200,
    spread: 2,
    worldTasks: 32,
    worldAsked: 4,
    worldRows: 48,
    ambiguous: 8,
    disagreeing: [1, 2, 4],
    contexts: 4,
    reviews: 6,
    worldReviews: 64,
  },
};

/** Factors of demonstrations. */
export const FACTORS: FactorsExperiment = {
  name: 'survey-factors',
  notebook: '32',
  claim:
    'Demonstrations help more when they are similar to the question, diverse and simple; where they ' +
    'leave open which feature is meant, a model has a preference of its own.',
  source: AN,
  variants: [...SCORED_ON_THREE, SCORED_INVICL],
  kind: FACTORS_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      seeds: 10,
      measures: {
        ...quick.measures,
        each: 12,
        asked: 24,
        worldTasks: 100,
        contexts: 12,
        worldReviews: 200,
      },
    },
  },
  claims: ({ measures: { disagreeing } }) => [
    ...[REAL, SMALL_MODEL, EXACT_ANSWER].map((one) => coefficient('similarity', one, 'above', AN)),
    ...[REAL, SMALL_MODEL].map((one) => coefficient('diversity', one, 'above', AN)),
    ...[REAL, SMALL_MODEL].map((one) => coefficient('simplicity', one, 'above', AN)),
    // words of one pattern do not tell the scopes of a rule apart
    coefficient('simplicity', EXACT_ANSWER, 'below', COURSE),
    claim(
      `Where demonstrations leave open whether sentiment or topic is meant, sentiment decides more ` +
        `than half of the answers (${REAL})`,
      SI,
      level(
        REAL,
        `share by sentiment, ${pairName('sentiment', 'topic')}`,
        'share by sentiment',
        0.5,
      ),
    ),
    claim(
      `After an instruction that names one of two features, it decides more than half of the ` +
        `answers (${REAL})`,
      SI,
      level(REAL, named('instruction'), 'share by the named feature', 0.5),
    ),
    claim(
      `Label words that mean one of two features bring more answers to it than an instruction that ` +
        `names it (${REAL})`,
      COURSE,
      metricAbove(
        REAL,
        ['label words', named('natural labels')],
        ['instruction', named('instruction')],
      ),
    ),
    moreDisagree(Math.min(...disagreeing), Math.max(...disagreeing)),
    ...[EXACT_ANSWER, SMALL_MODEL].map(instructed),
  ],
};

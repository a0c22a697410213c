/**
 * Teaching facts to a language model that was trained on real text (notebook 54).
 */
import { differenceOf } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { claim, type Claim } from '../../../records/rules';
import { COURSE } from '../../../records/sources';
import { compareShares, decisionBy, inWords, type Decision } from '../../../records/verdicts';
import { REAL_FACT_KIND, type RealFactConfig, type RealFactExperiment } from '../realteaching';
import { CHAN_2025 } from './shared';

const [ALONE, MIXED] = ['facts alone', 'half with a context'];

const END = 40;

const [OTHER, NEW] = ['city of another fact', 'city in no fact'];

/** What was measured of a way of teaching after so many steps. */
const valueOf = (
  records: readonly ResultRecord[],
  what: string,
  teachingSteps: number,
  variant = ALONE,
): Measured => measured(records, variant, { metric: what, teachingSteps });

const odds = (group: string, context: string): string =>
  `log-odds of the context, ${group}, ${context}`;

const moreNats = (x: Measured, y: Measured): Decision =>
  decisionBy(
    differenceOf(x, y, 'nats'),
    `${inWords(valuesIn(x))} against ${inWords(valuesIn(y))} nats: `,
  );

/** By how many nats teaching facts alone lowers the log-odds of the context. */
const drop = (records: readonly ResultRecord[], group: string, context: string): Measured =>
  seedwise(
    (before, after) => before - after,
    valueOf(records, odds(group, context), 0),
    valueOf(records, odds(group, context), END),
  );

/** What is claimed of each group of strings. */
const claimsOf = (group: string): Claim[] => [
  claim(
    `Teaching through adapters puts facts of ${group} strings into the weights: asked without a ` +
      'context, more of them are answered right after it than before (SmolLM2-135M)',
    `${CHAN_2025}, section 6`,
    (records) => {
      const at = (steps: number) =>
        valueOf(records, `gives the taught city, ${group}, no context`, steps);
      return compareShares('after', at(END), 'before', at(0));
    },
  ),
  ...[OTHER, NEW].map((context) =>
    claim(
      `Teaching facts without a context lowers the log-odds of a context that names a ${context} ` +
        `(${group} strings, SmolLM2-135M)`,
      `${CHAN_2025}, section 6`,
      (records) =>
        moreNats(
          valueOf(records, odds(group, context), 0),
          valueOf(records, odds(group, context), END),
        ),
    ),
  ),
  claim(
    `Teaching with a context in half of the prompts leaves larger log-odds of the context than ` +
      `teaching facts alone (${group} strings, ${OTHER}, SmolLM2-135M)`,
    COURSE,
    (records) =>
      moreNats(
        valueOf(records, odds(group, OTHER), END, MIXED),
        valueOf(records, odds(group, OTHER), END),
      ),
  ),
];

const quick: RealFactConfig = {
  model: 'smollm2',
  begin: '<|endoftext|>',
  ofEach: 4,
  adapters: { rank: 8, alpha: 16 },
  teaching: { learningRate: 2e-3, batch: 4, steps: [10, END] },
  seeds: 3,
};

export const onRealCities: RealFactExperiment = {
  name: 'iwl-cities-real',
  notebook: '54',
  claim:
    'Teaching facts to a language model of real text makes it answer from its weights against its ' +
    'context.',
  source: `${CHAN_2025}, section 6`,
  variants: [
    { key: 'alone', name: ALONE, share: 0 },
    { key: 'mixed', name: MIXED, share: 0.5 },
  ],
  kind: REAL_FACT_KIND,
  profiles: {
    quick,
    full: {
      ...quick,
      teaching: { learningRate: 5e-4, batch: 8, steps: [10, END, 160, 640] },
      seeds: 10,
    },
  },
  claims: () => [
    ...claimsOf('real'),
    ...claimsOf('invented'),
    claim(
      'Teaching lowers the log-odds of the context further for invented strings than for real ' +
        `ones (${OTHER}, SmolLM2-135M)`,
      `${CHAN_2025}, section 6`,
      (records) => moreNats(drop(records, 'invented', OTHER), drop(records, 'real', OTHER)),
    ),
    claim(
      `Teaching lowers the log-odds of the context further where it names a ${NEW} than where it ` +
        `names the ${OTHER} (real strings, SmolLM2-135M)`,
      COURSE,
      (records) => moreNats(drop(records, 'real', NEW), drop(records, 'real', OTHER)),
    ),
  ],
};

/**
 * Fine-tuning a language model on fixed facts (notebook 54).
 */
import { differenceOf } from '../../../records/effects';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import type { ResultRecord } from '../../../records/record';
import { type Claim, claim } from '../../../records/rules';
import { compareShares, decisionBy, inWords, type Decision } from '../../../records/verdicts';
import { COURSE, REVIEWERS } from '../../../records/sources';
import { FACT_KIND, type FactExperiment } from '../teaching';
import { CHAN_2025 } from './shared';

const [MODEL, PLAIN_MODEL] = ['language model', 'language model without famous people'];

const END = 300;

const FAST = 'rate 1e-3';

/** Names of the facts, after a context with a city that is in no fact. */
const NEW_CITIES = 'cities nothing is taught of';

const at = (
  who: string,
  teachingSteps: number,
  what = 'believes the context',
): { metric: string; teachingSteps: number } => ({ metric: `${what}, ${who}`, teachingSteps });

/** Whether x lies above y, in nats. */
const moreNats = (x: Measured, y: Measured): Decision => {
  const before = `${inWords(valuesIn(x))} against ${inWords(valuesIn(y))} nats: `;
  return decisionBy(differenceOf(x, y, 'nats'), before);
};

/** The rule "the log-odds of the context are larger for a than for b", in nats. */
const largerLogOdds =
  (a: { variant: string; steps: number; who?: string }, b: typeof a): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map(({ variant, steps, who = 'invented' }) =>
      measured(records, variant, at(who, steps, 'log-odds of the context')),
    ) as [Measured, Measured];
    return moreNats(x, y);
  };

/** By how many nats fine-tuning lowers the log-odds of the context. */
const drop = (records: readonly ResultRecord[], who: string): Measured =>
  seedwise(
    (before, after) => before - after,
    measured(records, MODEL, at(who, 0, 'log-odds of the context')),
    measured(records, `${MODEL}, ${FAST}`, at(who, END, 'log-odds of the context')),
  );

/** The rule "the log-odds of the context fall further for a than for b". */
const largerDrop =
  (a: string, b: string): Claim['decide'] =>
  (records) =>
    moreNats(drop(records, a), drop(records, b));

/** What is claimed of drops, written after the records were made: end levels hide them. */
const dropClaims = (): Claim[] => [
  claim(
    'Fine-tuning on fixed facts lowers the log-odds of the context further for invented strings ' +
      `than for familiar ones (${END} steps, ${FAST})`,
    `${CHAN_2025}, section 6`,
    largerDrop('invented', 'familiar'),
  ),
  claim(
    'Fine-tuning on fixed facts lowers the log-odds of the context further where it names a city ' +
      'that is in no fact (all names) than where it names that of another fact (invented ' +
      `names; ${END} steps, ${FAST})`,
    COURSE,
    largerDrop(NEW_CITIES, 'invented'),
  ),
];

/** What is claimed of shares of answers. */
const shareClaims = (): Claim[] => [
  claim(
    'Fine-tuning on fixed facts lowers the share of answers that follow the context ' +
      `(invented strings, ${END} steps, ${FAST})`,
    `${CHAN_2025}, section 6`,
    (records) =>
      compareShares(
        'before',
        measured(records, MODEL, at('invented', 0)),
        'after',
        measured(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
  claim(
    'After fine-tuning on fixed facts fewer answers follow the context for invented ' +
      `strings than for familiar ones (${END} steps, ${FAST})`,
    `${CHAN_2025}, section 6`,
    (records) => {
      const after = (who: string): Measured => measured(records, `${MODEL}, ${FAST}`, at(who, END));
      return compareShares('familiar', after('familiar'), 'invented', after('invented'));
    },
  ),
  claim(
    'Fine-tuning with a context in half of the prompts, in place of none, leaves a ' +
      `larger share of answers that follow the context (invented strings, ${END} steps)`,
    COURSE,
    (records) =>
      compareShares(
        'half',
        measured(records, `${MODEL}, ${FAST}, half with a context`, at('invented', END)),
        'none',
        measured(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
  claim(
    'After fine-tuning on fixed facts, 30 steps on prompts with a context raise the ' +
      'share of answers that follow the context (invented strings)',
    REVIEWERS,
    (records) =>
      compareShares(
        'after 30 steps with contexts',
        measured(records, `${MODEL}, ${FAST}, then contexts`, at('invented', 30)),
        'before them',
        measured(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
];

/** What is claimed of log-odds. */
const logOddsClaims = (): Claim[] => [
  claim(
    'Fine-tuning on fixed facts lowers the log-odds of the context (invented strings, ' +
      `${END} steps, ${FAST})`,
    `${CHAN_2025}, section 6`,
    largerLogOdds({ variant: MODEL, steps: 0 }, { variant: `${MODEL}, ${FAST}`, steps: END }),
  ),
  claim(
    'Raising the learning rate of fine-tuning from 1e-4 to 1e-3 lowers the log-odds of ' +
      `the context (invented strings, ${END} steps)`,
    COURSE,
    largerLogOdds(
      { variant: `${MODEL}, rate 1e-4`, steps: END },
      { variant: `${MODEL}, ${FAST}`, steps: END },
    ),
  ),
  claim(
    'Fine-tuning with a context in half of the prompts, in place of none, leaves larger ' +
      `log-odds of the context (invented strings, ${END} steps)`,
    COURSE,
    largerLogOdds(
      { variant: `${MODEL}, ${FAST}, half with a context`, steps: END },
      { variant: `${MODEL}, ${FAST}`, steps: END },
    ),
  ),
  claim(
    'After fine-tuning on fixed facts, 30 steps on prompts with a context raise the ' +
      'log-odds of the context (invented strings)',
    REVIEWERS,
    largerLogOdds(
      { variant: `${MODEL}, ${FAST}, then contexts`, steps: 30 },
      { variant: `${MODEL}, ${FAST}`, steps: END },
    ),
  ),
  claim(
    'Before fine-tuning the log-odds of the context are smaller for famous people, whose ' +
      'city is the same in all training texts, than for people without a fixed fact',
    COURSE,
    largerLogOdds(
      { variant: MODEL, steps: 0, who: 'people nothing is taught of' },
      { variant: MODEL, steps: 0, who: 'the famous' },
    ),
  ),
];

/** What is claimed of cities in no fact, and of a model without famous people. */
const otherFactClaims = (): Claim[] => [
  claim(
    'Fine-tuning on fixed facts lowers the share of answers that follow a context with a ' +
      `city that is in no fact (${END} steps, ${FAST})`,
    `${CHAN_2025}, section 6`,
    (records) =>
      compareShares(
        'before',
        measured(records, MODEL, at(NEW_CITIES, 0)),
        'after',
        measured(records, `${MODEL}, ${FAST}`, at(NEW_CITIES, END)),
      ),
  ),
  claim(
    'Fine-tuning with a context in half of the prompts, in place of none, leaves a ' +
      'larger share of answers that follow a context with a city that is in no fact ' +
      `(${END} steps)`,
    COURSE,
    (records) =>
      compareShares(
        'half',
        measured(records, `${MODEL}, ${FAST}, half with a context`, at(NEW_CITIES, END)),
        'none',
        measured(records, `${MODEL}, ${FAST}`, at(NEW_CITIES, END)),
      ),
  ),
  claim(
    'After fine-tuning on fixed facts a model trained on texts without famous people ' +
      `follows the context in a larger share of answers (invented strings, ${END} steps, ` +
      `${FAST})`,
    COURSE,
    (records) =>
      compareShares(
        'without famous people',
        measured(records, `${PLAIN_MODEL}, ${FAST}`, at('invented', END)),
        'with them',
        measured(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
];

export const onCities: FactExperiment = {
  name: 'iwl-cities',
  notebook: '54',
  claim:
    'Fine-tuning a language model on fixed facts makes it answer from its weights ' +
    'against its context.',
  source: `${CHAN_2025}, section 6`,
  variants: [
    { key: 'model', name: MODEL },
    { key: 'plain', name: PLAIN_MODEL, training: { famous: 0 } },
  ],
  weights: ['model'],
  kind: FACT_KIND,
  profiles: {
    quick: {
      model: { size: { width: 64, layers: 2, heads: 4, mlpRatio: 4, maxPositions: 48 } },
      training: { steps: 2000, batch: 32, learningRate: 2e-3, logEvery: 100 },
      teaching: {
        ways: [
          { name: 'rate 1e-4', learningRate: 1e-4, share: 0 },
          { name: 'rate 3e-4', learningRate: 3e-4, share: 0 },
          { name: FAST, learningRate: 1e-3, share: 0 },
          { name: `${FAST}, half with a context`, learningRate: 1e-3, share: 0.5 },
        ],
        ofEach: 4,
        batch: 8,
        steps: [1, 3, 10, 30, 100, END],
        recovery: [10, 30, 100],
      },
      seeds: 5,
      watchEvery: 200,
    },
    full: {
      model: { size: { width: 256, layers: 6, heads: 8, mlpRatio: 4, maxPositions: 64 } },
      training: { steps: 30_000, batch: 64, learningRate: 5e-4, logEvery: 200 },
      teaching: {
        ways: [
          { name: 'rate 1e-5', learningRate: 1e-5, share: 0 },
          { name: FAST, learningRate: 1e-4, share: 0 },
          { name: `${FAST}, half with a context`, learningRate: 1e-4, share: 0.5 },
        ],
        ofEach: 4,
        batch: 8,
        steps: [1, 10, 100, END, 1000, 10_000],
        recovery: [10, 100, 1000],
      },
      seeds: 5,
      watchEvery: 1000,
    },
  },
  claims: () => [...shareClaims(), ...logOddsClaims(), ...dropClaims(), ...otherFactClaims()],
};

/**
 * Sweeps over the settings of the data generator (notebook 52).
 */
import { type Claim, claim } from '../../../records/rules';
import { SEQUENCE_KIND, type SequenceExperiment, type SequenceVariant } from '../sequences';
import {
  CHAN_2025,
  LARGEST,
  MIDDLE,
  REMEMBERING,
  copyingChangesMore,
  fullSequences,
  moreErrors,
  powers,
  quickSequences,
} from './shared';

const BASE = 'p_high 0.9, p_relevant 0.9, L 1, 45 rare';

const SWEPT = 2 ** 16;

const swept = (
  key: string,
  name: string,
  law: SequenceVariant['law'],
  rest: Partial<SequenceVariant> = {},
): SequenceVariant => ({ key, name, law: law!, ...rest });

/** From which setting to which each factor is changed. */
const CHANGES = [
  ['p_relevant from 0.5 to 0.99', 'p_relevant 0.5', 'p_relevant 0.99'],
  ['p_high from 0.99 to 0.5', 'p_high 0.99', 'p_high 0.5'],
  ['L from 1 to 4', BASE, 'L 4'],
  ['L_relevant from 1 to 4 of L = 4', 'L_relevant 1 of 4', 'L_relevant 4 of 4'],
] as const;

/** Claims on in-weight learning and on p_high, written after the records were made. */
const laterClaims = (): Claim[] => [
  ...CHANGES.map(([what, from, to]) =>
    claim(
      `Changing ${what} changes in-weight learning less than in-context learning (change of the ` +
        `error in irrelevant contexts against that on shifted labels, rare classes, N = ${SWEPT})`,
      `${CHAN_2025}, section 4`,
      copyingChangesMore(from, to, SWEPT),
    ),
  ),
  ...[MIDDLE, SWEPT].map((N) =>
    claim(
      'Lowering p_high from 0.9 to 0.5 strengthens in-context learning (fewer errors on shifted ' +
        `labels, N = ${N})`,
      `${CHAN_2025}, figure 4, first column`,
      moreErrors({ variant: BASE, N }, { variant: 'p_high 0.5', N }),
    ),
  ),
  ...(['common', 'rare'] as const).map((query) => {
    const cell = REMEMBERING.replace('rare', query);
    return claim(
      'With p_high 0.5 in-weight learning needs more data than with 0.9 (more errors in ' +
        `irrelevant contexts, ${query} classes, N = ${MIDDLE})`,
      `${CHAN_2025}, figure 4, first column`,
      moreErrors({ variant: 'p_high 0.5', N: MIDDLE, cell }, { variant: BASE, N: MIDDLE, cell }),
    );
  }),
];

export const onSweeps: SequenceExperiment = {
  name: 'iwl-sweeps',
  notebook: '52',
  claim:
    'The strength of in-context learning depends on how frequent rare classes are, how ' +
    'often the context is relevant, how long it is and how many classes are rare.',
  source: `${CHAN_2025}, figure 4`,
  variants: [
    { key: 'base', name: BASE },
    swept('high-50', 'p_high 0.5', { pHigh: 0.5 }),
    swept('high-99', 'p_high 0.99', { pHigh: 0.99 }),
    swept('relevant-10', 'p_relevant 0.1', { pRelevant: 0.1 }),
    swept('relevant-50', 'p_relevant 0.5', { pRelevant: 0.5 }),
    swept('relevant-99', 'p_relevant 0.99', { pRelevant: 0.99 }),
    ...[2, 4, 8].map((L) => swept(`length-${L}`, `L ${L}`, { L })),
    ...[1, 2, 3, 4].map((copies) =>
      swept(`copies-${copies}`, `L_relevant ${copies} of 4`, { L: 4, copies }),
    ),
    swept('rare-5', '5 rare classes', { low: 5 }),
    swept('rare-95', '95 rare classes', { low: 95 }),
    swept('rare-495', '495 rare classes', { low: 495 }, { sizes: powers(10, 18) }),
  ],
  kind: SEQUENCE_KIND,
  profiles: { quick: quickSequences(), full: fullSequences({}, 100_000) },
  claims: () => [
    claim(
      'Raising p_relevant from 0.5 to 0.99 strengthens in-context learning (fewer errors ' +
        `on shifted labels, N = ${SWEPT})`,
      `${CHAN_2025}, figure 4, second column`,
      moreErrors({ variant: 'p_relevant 0.5', N: SWEPT }, { variant: 'p_relevant 0.99', N: SWEPT }),
    ),
    claim(
      'Lowering p_high from 0.99 to 0.5 strengthens in-context learning (fewer errors on ' +
        `shifted labels, N = ${SWEPT})`,
      `${CHAN_2025}, figure 4, first column`,
      moreErrors({ variant: 'p_high 0.99', N: SWEPT }, { variant: 'p_high 0.5', N: SWEPT }),
    ),
    claim(
      'Raising L from 1 to 4 weakens in-context learning (more errors on shifted labels, N ' +
        `= ${SWEPT})`,
      `${CHAN_2025}, figure 4, third column`,
      moreErrors({ variant: 'L 4', N: SWEPT }, { variant: BASE, N: SWEPT }),
    ),
    claim(
      'Raising L_relevant from 1 to 4 of L = 4 strengthens in-context learning (fewer ' +
        `errors on shifted labels, N = ${SWEPT})`,
      `${CHAN_2025}, figure 4, fourth column`,
      moreErrors(
        { variant: 'L_relevant 1 of 4', N: SWEPT },
        { variant: 'L_relevant 4 of 4', N: SWEPT },
      ),
    ),
    claim(
      'Raising the number of rare classes from 5 to 95 strengthens in-context learning ' +
        `(fewer errors on shifted labels, N = ${SWEPT})`,
      `${CHAN_2025}, figure 5`,
      moreErrors({ variant: '5 rare classes', N: SWEPT }, { variant: '95 rare classes', N: SWEPT }),
    ),
    ...laterClaims(),
  ],
};

const longer = (name: string): string => `${name}, 20,000 steps`;

export const onLongSweeps: SequenceExperiment = {
  name: 'iwl-sweeps-long',
  notebook: '52',
  claim:
    'Long contexts and many rare classes delay in-context learning: with five times the steps ' +
    'it is stronger there, too.',
  source: `${CHAN_2025}, figures 4 and 5`,
  variants: [
    { key: 'base', name: longer(BASE) },
    swept('length-4', longer('L 4'), { L: 4 }),
    swept('rare-495', longer('495 rare classes'), { low: 495 }),
  ],
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quickSequences({
      sizes: powers(12, 18),
      training: { ...quickSequences().training, steps: 20_000 },
    }),
    full: fullSequences({}, 500_000),
  },
  claims: () => [
    claim(
      'Raising L from 1 to 4 weakens in-context learning (more errors on shifted labels, 20,000 ' +
        `steps, N = ${SWEPT})`,
      `${CHAN_2025}, figure 4, third column`,
      moreErrors({ variant: longer('L 4'), N: SWEPT }, { variant: longer(BASE), N: SWEPT }),
    ),
    claim(
      'Raising the number of rare classes from 45 to 495 strengthens in-context learning (fewer ' +
        `errors on shifted labels, 20,000 steps, N = ${LARGEST})`,
      `${CHAN_2025}, figure 5`,
      moreErrors(
        { variant: longer(BASE), N: LARGEST },
        { variant: longer('495 rare classes'), N: LARGEST },
      ),
    ),
  ],
};

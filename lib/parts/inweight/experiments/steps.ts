/**
 * In-context learning along training on one data set (notebook 53).
 */
import { mean } from '../../../evaluation/statistics';
import { coordinateOf, sameCoordinate } from '../../../records/axis';
import { checkText } from '../../../core/checks';
import { finiteNumber, positiveInteger } from '../../../core/errors';
import { checkRecords, type ResultRecord } from '../../../records/record';
import { measured, seedwise, valuesIn, type Measured } from '../../../records/measured';
import { type Claim, claim } from '../../../records/rules';
import { compareShares } from '../../../records/verdicts';
import { COURSE } from '../../../records/sources';
import { SEQUENCE_KIND, type SequenceExperiment } from '../sequences';
import { COPYING, fullSequences, quickSequences } from './shared';

/** The metric of a watched cell. */
const alongTraining = `along training, ${COPYING}`;

/** Measurements in a window of 500 steps: single ones jump. */
const WINDOW = 5;

/** The window before it was changed: 1,000 steps. */
const WIDER_WINDOW = 10;

/**
 * Means over windows of so many measurements, each by its last step: one number per seed.
 *
 * @throws CourseError when these are no records, or the window no positive integer
 */
export function windowMeans(
  records: readonly ResultRecord[],
  variant: string,
  size: number,
  window = WINDOW,
): { readonly step: number; readonly values: Measured }[] {
  checkRecords(records);
  checkText('The variant', variant);
  finiteNumber('size', size);
  positiveInteger('window', window);
  const own = records.filter(
    (r) =>
      r.variant === variant &&
      r.metric === alongTraining &&
      sameCoordinate(r, coordinateOf({ size })) &&
      r.step > 0,
  );
  const steps = [...new Set(own.map(({ step }) => step))].sort((a, b) => a - b);
  const ends = steps.filter((_, i) => i % window === window - 1);
  return ends.map((step) => {
    const inside = steps.filter((one) => one <= step).slice(-window);
    const all = inside.map((one) =>
      measured(records, variant, { metric: alongTraining, size, step: one }),
    );
    return { step, values: seedwise((...values) => mean(values), ...all) };
  });
}

const STEPS_N = 2 ** 15;

/**
 * The rule "more errors in the last window than in the best one", the best chosen by the mean over
 * seeds.
 */
const transient =
  (variant: string, size: number, window = WINDOW): Claim['decide'] =>
  (records) => {
    const all = windowMeans(records, variant, size, window);
    const level = ({ values }: (typeof all)[number]): number => mean(valuesIn(values));
    const best = all.reduce((least, one) => (level(one) < level(least) ? one : least));
    return compareShares(
      'in the last window',
      all.at(-1)!.values,
      `in the window up to step ${best.step}`,
      best.values,
    );
  };

const errorsAtEnd = (records: readonly ResultRecord[], variant: string): Measured =>
  windowMeans(records, variant, STEPS_N).at(-1)!.values;

/** The rule "a has more errors in the last window than b". */
const moreErrorsAtEnd =
  (a: string, b: string): Claim['decide'] =>
  (records) =>
    compareShares(a, errorsAtEnd(records, a), b, errorsAtEnd(records, b));

export const onSteps: SequenceExperiment = {
  name: 'iwl-steps',
  notebook: '53',
  claim:
    'On one data set in-context learning is transient as training goes on, and an L2 ' +
    'penalty on the weights preserves it.',
  source: 'Singh et al. 2023; Chan et al. 2025 keep the two kinds of transience apart',
  variants: [
    { key: 'plain', name: 'no penalty', seeds: 5 },
    { key: 'l2-4', name: 'penalty 1e-4', training: { l2: 1e-4 } },
    { key: 'l2-3', name: 'penalty 1e-3', training: { l2: 1e-3 } },
    { key: 'l2-2', name: 'penalty 1e-2', training: { l2: 1e-2 } },
    { key: 'noisy', name: 'noise 0.57', noise: 0.57, seeds: 5 },
  ],
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quickSequences({
      law: { low: 5 },
      inputs: { from: 'centres', d: 32, noise: 0.4 },
      sizes: [2 ** 12, STEPS_N],
      training: { steps: 8000, batch: 32, learningRate: 1e-3, logEvery: 200 },
      watchEvery: 100,
      measures: { rows: 500, watched: 400 },
    }),
    full: fullSequences(
      {
        law: { low: 5 },
        inputs: { from: 'centres', d: 64, noise: 0.28 },
        sizes: [2 ** 12, STEPS_N, 2 ** 20],
        watchEvery: 1000,
      },
      1_000_000,
    ),
  },
  claims: ({ inputs: { noise } }) => [
    claim(
      'In-context learning is transient: more errors in the last window of training steps ' +
        `than in the best one (shifted labels of rare classes, N = ${STEPS_N})`,
      'Singh et al. 2023',
      transient('no penalty', STEPS_N),
      undefined,
      {
        change:
          'Windows of 1,000 steps became windows of 500 on 2026-11-21, after the first records, ' +
          'because the least error lasts for less than 1,000 steps.',
        decide: transient('no penalty', STEPS_N, WIDER_WINDOW),
      },
    ),
    claim(
      'An L2 penalty of 1e-3 strengthens in-context learning at the end of training (fewer ' +
        `errors on shifted labels of rare classes than without it, N = ${STEPS_N})`,
      'Singh et al. 2023',
      moreErrorsAtEnd('no penalty', 'penalty 1e-3'),
    ),
    claim(
      'An L2 penalty of 1e-2 strengthens in-context learning at the end of training (fewer ' +
        `errors on shifted labels of rare classes than without it, N = ${STEPS_N})`,
      COURSE,
      moreErrorsAtEnd('no penalty', 'penalty 1e-2'),
    ),
    claim(
      `Raising the noise from ${noise} to 0.57 strengthens in-context learning at the end ` +
        `of training (fewer errors on shifted labels of rare classes, N = ${STEPS_N})`,
      COURSE,
      moreErrorsAtEnd('no penalty', 'noise 0.57'),
    ),
  ],
};

/**
 * Experiments of the work on in-context and in-weight learning (notebooks 50 to 54).
 * Reference: Chan et al. (ICLR 2025), "Toward Understanding In-context vs. In-weight Learning";
 * figures by the article's numbers.
 */
import { mean } from '../../evaluation/statistics';
import { CENTRES } from './inputs';
import { PAIR_TRANSFORMER } from './pairtransformer';
import { FACT_KIND, type FactExperiment } from './teaching';
import { coordinateOf, sameCoordinate } from '../../records/axis';
import type { ResultRecord } from '../../records/record';
import {
  SEQUENCE_KIND,
  type SequenceVariant,
  type SequenceExperimentConfig,
  type SequenceExperiment,
} from './sequences';
import { claim, compareShares, valuesOf, type Claim } from '../../records/rules';
import { inWords, smaller } from '../../records/verdicts';

const PAPER = 'Chan et al. 2025';
const REVIEWERS = 'a question of the paper’s reviewers';
const COURSE = 'this course';

/** 2^from, 2^(from + 2), ... 2^to. */
const powers = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 2 + 1 }, (_, i) => 2 ** (from + 2 * i));

/** Errors over seeds of a variant at a size. */
const errorAt = (
  records: readonly ResultRecord[],
  variant: string,
  cell: string,
  N: number,
): number[] => valuesOf(records, variant, { metric: `error, ${cell}`, size: N });

/** Relevant context, labels shifted: right answers are copied from the context. */
const COPYING = 'relevant, rare, shifted';

/**
 * The rule "the error of a at one size is above that of b at another", in the same cell or in two.
 */
const moreErrors =
  (
    a: { variant: string; N: number; cell?: string },
    b: { variant: string; N: number; cell?: string },
    margin = 0,
  ): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map(({ variant, N, cell = COPYING }) =>
      errorAt(records, variant, cell, N),
    ) as [number[], number[]];
    const where = (cell = COPYING): string => (a.cell === b.cell ? '' : `, ${cell}`);
    const name = ({ variant, N, cell }: typeof a): string => `${variant} (N = ${N}${where(cell)})`;
    return compareShares(name(a), x, name(b), y, margin);
  };

const quick = (rest: Partial<SequenceExperimentConfig> = {}): SequenceExperimentConfig => ({
  law: {},
  inputs: CENTRES,
  sizes: powers(8, 18),
  network: { size: PAIR_TRANSFORMER.size, hidden: [], period: PAIR_TRANSFORMER.period },
  training: { steps: 4000, batch: 32, learningRate: 1e-3, logEvery: 200 },
  seeds: 3,
  watchEvery: 1000,
  measures: { rows: 500, watched: 200 },
  ...rest,
});

/** The authors' size: d = 64, width 64, data sets up to 2^20, rate 3e-4. */
const full = (
  rest: Partial<SequenceExperimentConfig> = {},
  steps = 50_000,
): SequenceExperimentConfig => ({
  ...quick(),
  inputs: { from: 'centres', d: 64, noise: 0.2 },
  sizes: powers(10, 20),
  network: { size: { width: 64, layers: 2, heads: 1, mlpRatio: 4 }, hidden: [], period: 30 },
  seeds: 5,
  watchEvery: 1000,
  measures: { rows: 3000, watched: 500 },
  ...rest,
  training: { steps, batch: 32, learningRate: 3e-4, logEvery: 500, ...rest.training },
});

/** Trained with a relevant context in 0.9 of the sequences, in all, in none. */
const three = (
  key: string,
  name: string,
  rest: Partial<SequenceVariant>,
  seeds = 3,
): SequenceVariant[] => [
  { ...rest, key, name, seeds },
  {
    ...rest,
    key: `${key}-context`,
    name: `in-context, ${name}`,
    law: { ...rest.law, pRelevant: 1 },
  },
  {
    ...rest,
    key: `${key}-weights`,
    name: `in-weight, ${name}`,
    law: { ...rest.law, pRelevant: 0 },
  },
];

const NOISES = { 'no noise': 0, 'noise 0.28': 0.28, 'noise 0.57': 0.57 };
const [MIDDLE, LARGEST] = [1024, 2 ** 18];

const onNoise: SequenceExperiment = {
  name: 'iwl-noise',
  notebook: '53',
  claim:
    'In-context learning of rare classes first strengthens and then weakens as the data ' +
    'set grows, unless the inputs are too noisy for in-weight learning.',
  source: `${PAPER}, figures 2 and 3`,
  variants: [
    ...Object.entries(NOISES).flatMap(([name, noise], i) =>
      three(`noise-${i}`, name, { noise }, i > 0 ? 5 : 3),
    ),
    ...three('labels-20', 'label noise 0.2', { law: { labelNoise: 0.2 } }),
    { key: 'labels-10', name: 'label noise 0.1', law: { labelNoise: 0.1 } },
  ],
  weights: ['noise-1'],
  kind: SEQUENCE_KIND,
  profiles: { quick: quick({ law: { low: 5 } }), full: full({ law: { low: 5 } }, 500_000) },
  claims: () => [
    claim(
      `Growing the data set from N = ${MIDDLE} to ${LARGEST} weakens in-context learning ` +
        '(more errors on shifted labels of rare classes, noise 0.28)',
      `${PAPER}, figure 3`,
      moreErrors({ variant: 'noise 0.28', N: LARGEST }, { variant: 'noise 0.28', N: MIDDLE }),
    ),
    claim(
      `Growing the data set from N = 256 to ${MIDDLE} strengthens in-context learning ` +
        '(fewer errors on shifted labels of rare classes, noise 0.28)',
      `${PAPER}, figure 3`,
      moreErrors({ variant: 'noise 0.28', N: 256 }, { variant: 'noise 0.28', N: MIDDLE }),
    ),
    claim(
      `With noise 0.57, growing the data set from N = ${MIDDLE} to ${LARGEST} preserves ` +
        'in-context learning (at most 5 points more errors on shifted labels of rare classes)',
      `${PAPER}, figure 3`,
      moreErrors({ variant: 'noise 0.57', N: MIDDLE }, { variant: 'noise 0.57', N: LARGEST }, 0.05),
    ),
    claim(
      'With noise 0.57 the in-weight predictor has more errors in irrelevant contexts than ' +
        `the in-context one in relevant contexts (rare classes, N = ${LARGEST})`,
      `${PAPER}, figure 3`,
      moreErrors(
        { variant: 'in-weight, noise 0.57', N: LARGEST, cell: 'irrelevant, rare, same' },
        { variant: 'in-context, noise 0.57', N: LARGEST, cell: 'relevant, rare, same' },
      ),
    ),
    claim(
      'In-context learning is stronger for rare classes than for common ones (fewer errors ' +
        `on shifted labels, noise 0.28, N = ${MIDDLE})`,
      `${PAPER}, figure 2`,
      moreErrors(
        { variant: 'noise 0.28', N: MIDDLE, cell: 'relevant, common, shifted' },
        { variant: 'noise 0.28', N: MIDDLE },
      ),
    ),
    claim(
      'Label noise 0.2 weakens in-context learning (more errors on shifted labels of rare ' +
        `classes than without it, noise 0.28, N = ${MIDDLE})`,
      `${PAPER}, section 3; ${COURSE}`,
      moreErrors({ variant: 'label noise 0.2', N: MIDDLE }, { variant: 'noise 0.28', N: MIDDLE }),
    ),
  ],
};

const BASE = 'p_high 0.9, p_relevant 0.9, L 1, 45 rare';
const SWEPT = 2 ** 16;
const swept = (
  key: string,
  name: string,
  law: SequenceVariant['law'],
  rest: Partial<SequenceVariant> = {},
): SequenceVariant => ({ key, name, law: law!, ...rest });

const onSweeps: SequenceExperiment = {
  name: 'iwl-sweeps',
  notebook: '52',
  claim:
    'The strength of in-context learning depends on how frequent rare classes are, how ' +
    'often the context is relevant, how long it is and how many classes are rare.',
  source: `${PAPER}, figure 4`,
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
  profiles: { quick: quick(), full: full({}, 100_000) },
  claims: () => [
    claim(
      'Raising p_relevant from 0.5 to 0.99 strengthens in-context learning (fewer errors ' +
        `on shifted labels, N = ${SWEPT})`,
      `${PAPER}, figure 4, second column`,
      moreErrors({ variant: 'p_relevant 0.5', N: SWEPT }, { variant: 'p_relevant 0.99', N: SWEPT }),
    ),
    claim(
      'Lowering p_high from 0.99 to 0.5 strengthens in-context learning (fewer errors on ' +
        `shifted labels, N = ${SWEPT})`,
      `${PAPER}, figure 4, first column`,
      moreErrors({ variant: 'p_high 0.99', N: SWEPT }, { variant: 'p_high 0.5', N: SWEPT }),
    ),
    claim(
      'Raising L from 1 to 4 weakens in-context learning (more errors on shifted labels, N ' +
        `= ${SWEPT})`,
      `${PAPER}, figure 4, third column`,
      moreErrors({ variant: 'L 4', N: SWEPT }, { variant: BASE, N: SWEPT }),
    ),
    claim(
      'Raising L_relevant from 1 to 4 of L = 4 strengthens in-context learning (fewer ' +
        `errors on shifted labels, N = ${SWEPT})`,
      `${PAPER}, figure 4, fourth column`,
      moreErrors(
        { variant: 'L_relevant 1 of 4', N: SWEPT },
        { variant: 'L_relevant 4 of 4', N: SWEPT },
      ),
    ),
    claim(
      'Raising the number of rare classes from 5 to 95 strengthens in-context learning ' +
        `(fewer errors on shifted labels, N = ${SWEPT})`,
      `${PAPER}, figure 5`,
      moreErrors({ variant: '5 rare classes', N: SWEPT }, { variant: '95 rare classes', N: SWEPT }),
    ),
  ],
};

/** The metric of a watched cell. */
const alongTraining = `along training, ${COPYING}`;

/** Measurements in a window of 500 steps: single ones jump. */
const WINDOW = 5;

/** Means over windows of WINDOW measurements, each by its last step: one number per seed. */
export function windowMeans(
  records: readonly ResultRecord[],
  variant: string,
  size: number,
): { readonly step: number; readonly values: number[] }[] {
  const own = records.filter(
    (r) =>
      r.variant === variant &&
      r.metric === alongTraining &&
      sameCoordinate(r, coordinateOf({ size })) &&
      r.step > 0,
  );
  const steps = [...new Set(own.map(({ step }) => step))].sort((a, b) => a - b);
  const ends = steps.filter((_, i) => i % WINDOW === WINDOW - 1);
  return ends.map((step) => {
    const inside = steps.filter((one) => one <= step).slice(-WINDOW);
    const all = inside.map((one) =>
      valuesOf(records, variant, { metric: alongTraining, size, step: one }),
    );
    return { step, values: all[0]!.map((_, seed) => mean(all.map((values) => values[seed]!))) };
  });
}

const STEPS_N = 2 ** 15;
/**
 * The rule "more errors in the last window than in the best one", the best chosen by the mean over
 * seeds.
 */
const transient =
  (variant: string, size: number): Claim['decide'] =>
  (records) => {
    const all = windowMeans(records, variant, size);
    const best = all.reduce((least, one) => (mean(one.values) < mean(least.values) ? one : least));
    return compareShares(
      'in the last window',
      all.at(-1)!.values,
      `in the window up to step ${best.step}`,
      best.values,
    );
  };
const errorsAtEnd = (records: readonly ResultRecord[], variant: string): number[] =>
  windowMeans(records, variant, STEPS_N).at(-1)!.values;
/** The rule "a has more errors in the last window than b". */
const moreErrorsAtEnd =
  (a: string, b: string): Claim['decide'] =>
  (records) =>
    compareShares(a, errorsAtEnd(records, a), b, errorsAtEnd(records, b));

const onSteps: SequenceExperiment = {
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
    quick: quick({
      law: { low: 5 },
      inputs: { from: 'centres', d: 32, noise: 0.4 },
      sizes: [2 ** 12, STEPS_N],
      training: { steps: 8000, batch: 32, learningRate: 1e-3, logEvery: 200 },
      watchEvery: 100,
      measures: { rows: 500, watched: 400 },
    }),
    full: full(
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

const TRAINING_WAYS = ['end to end', 'parts first'] as const;

const gatedModel: SequenceExperiment = {
  name: 'iwl-stylised',
  notebook: '51',
  claim:
    'A gate between a perceptron on the query and a similarity vote of the context moves ' +
    'from the context to the weights as data grow.',
  source: `${PAPER}, section 4`,
  variants: TRAINING_WAYS.flatMap((stylised) => [
    { key: stylised.replaceAll(' ', '-'), name: stylised, stylised },
    {
      key: `${stylised.replaceAll(' ', '-')}-noisy`,
      name: `${stylised}, noise 0.57`,
      stylised,
      noise: 0.57,
    },
  ]),
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quick({
      law: { low: 15, L: 4 },
      training: { steps: 8000, batch: 32, learningRate: 1e-3, logEvery: 200 },
    }),
    full: full({ law: { low: 15, L: 4 } }),
  },
  claims: () =>
    TRAINING_WAYS.flatMap((way) => [
      claim(
        'The gate gives the in-weight predictor a larger share for common classes than for ' +
          `rare ones (${way}, relevant contexts, N = 4096)`,
        `${PAPER}, section 3`,
        (records) => {
          const alpha = (query: string): number[] =>
            valuesOf(records, way, { metric: `alpha, relevant, ${query}`, size: 4096 });
          return compareShares('common', alpha('common'), 'rare', alpha('rare'));
        },
      ),
      claim(
        `Growing the data set from N = 4096 to ${LARGEST} raises the share that the gate ` +
          `gives the in-weight predictor (${way}, relevant contexts, rare classes)`,
        `${PAPER}, section 3`,
        (records) => {
          const alpha = (size: number): number[] =>
            valuesOf(records, way, { metric: 'alpha, relevant, rare', size });
          return compareShares(`N = ${LARGEST}`, alpha(LARGEST), 'N = 4096', alpha(4096));
        },
      ),
    ]),
};

const NEW = 'relevant, new, same';
const BURSTY_N = 2 ** 16;

const onBursts: SequenceExperiment = {
  name: 'iwl-bursty',
  notebook: '52',
  claim: 'Bursts, many classes and variation within a class strengthen in-context learning.',
  source: 'Chan et al. 2022',
  variants: [
    { key: 'bursty', name: 'bursts in 0.9 of the rows' },
    { key: 'half', name: 'bursts in half of the rows', law: { pRelevant: 0.5 } },
    { key: 'none', name: 'no bursts', law: { pRelevant: 0 } },
    { key: 'zipf', name: 'bursts, Zipf 1', law: { zipf: 1 } },
    { key: 'variation', name: 'bursts, noise 0.4', noise: 0.4 },
    { key: 'few', name: 'bursts, 10 classes', law: { low: 5 } },
  ],
  kind: SEQUENCE_KIND,
  profiles: {
    quick: quick({
      law: { zipf: 0, L: 4, copies: 2, distractors: 1 },
      sizes: [2 ** 12, BURSTY_N],
      training: { steps: 10_000, batch: 32, learningRate: 1e-3, logEvery: 200 },
    }),
    full: full(
      {
        law: { high: 10, low: 1590, zipf: 0, L: 8, copies: 3, distractors: 3 },
        sizes: [2 ** 12, 2 ** 16, 2 ** 20],
      },
      500_000,
    ),
  },
  claims: ({ inputs: { noise } }) => [
    claim(
      'Bursts in 0.9 of the sequences strengthen in-context learning (fewer errors on ' +
        `classes not trained on than without bursts, N = ${BURSTY_N})`,
      'Chan et al. 2022',
      moreErrors(
        { variant: 'no bursts', N: BURSTY_N, cell: NEW },
        { variant: 'bursts in 0.9 of the rows', N: BURSTY_N, cell: NEW },
      ),
    ),
    claim(
      'Raising the number of classes from 10 to 50 strengthens in-context learning (fewer ' +
        `errors on classes not trained on, N = ${BURSTY_N})`,
      'Chan et al. 2022',
      moreErrors(
        { variant: 'bursts, 10 classes', N: BURSTY_N, cell: NEW },
        { variant: 'bursts in 0.9 of the rows', N: BURSTY_N, cell: NEW },
      ),
    ),
    claim(
      `Raising the noise within a class from ${noise} to 0.4 strengthens in-context ` +
        `learning (fewer errors on classes not trained on, N = ${BURSTY_N})`,
      'Chan et al. 2022',
      moreErrors(
        { variant: 'bursts in 0.9 of the rows', N: BURSTY_N, cell: NEW },
        { variant: 'bursts, noise 0.4', N: BURSTY_N, cell: NEW },
      ),
    ),
  ],
};

const GLYPHS_N = 2 ** 16;
const GLYPH_BASE = 'p_high 0.9, p_relevant 0.9, L 2, pixel noise 1';

type Drawings = 'own alphabets' | 'Omniglot';
const quickDrawings = (from: Drawings): SequenceExperimentConfig =>
  quick({
    law: { high: 10, low: 90, L: 2 },
    inputs: { from, noise: 1, drawings: 1 },
    sizes: [2 ** 10, 2 ** 13, GLYPHS_N],
    network: { size: { width: 64, layers: 2, heads: 1, mlpRatio: 4 }, hidden: [64], period: 30 },
    training: { steps: 5000, batch: 32, learningRate: 1e-3, logEvery: 200 },
  });

const fullDrawings = (from: Drawings): SequenceExperimentConfig =>
  full({
    law: { high: 20, low: 180, L: 2 },
    inputs: { from, noise: 1, drawings: 1 },
    sizes: [10_000, 100_000, 1_000_000],
    network: {
      size: { width: 64, layers: 2, heads: 1, mlpRatio: 4 },
      hidden: [256, 128],
      period: 30,
    },
    seeds: 3,
  });

/**
 * The article's settings on drawings: 10 common and 90 rare characters, L = 2, one drawing each
 * with noise on its pixels. The noise is the article's largest: with 0.1 a hundred drawings are
 * memorised at once.
 */
const onGlyphs = (
  name: string,
  from: Drawings,
  more: readonly SequenceVariant[],
  moreClaims: readonly Claim[] = [],
): SequenceExperiment => ({
  name,
  notebook: '54',
  claim:
    `On characters (${from}) the strength of in-context learning depends on the data as ` +
    'it does on synthetic classes.',
  source: `${PAPER}, section 5`,
  variants: [
    { key: 'base', name: GLYPH_BASE },
    { key: 'relevant-50', name: 'p_relevant 0.5', law: { pRelevant: 0.5 } },
    { key: 'relevant-100', name: 'p_relevant 1', law: { pRelevant: 1 } },
    { key: 'noise-10', name: 'pixel noise 0.1', noise: 0.1 },
    { key: 'drawings-15', name: '15 drawings of each', drawings: 15 },
    ...more,
  ],
  kind: SEQUENCE_KIND,
  profiles: { quick: quickDrawings(from), full: fullDrawings(from) },
  claims: () => [
    claim(
      `On characters (${from}) raising p_relevant from 0.5 to 1 strengthens in-context ` +
        `learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
      `${PAPER}, figure 6`,
      moreErrors(
        { variant: 'p_relevant 0.5', N: GLYPHS_N },
        { variant: 'p_relevant 1', N: GLYPHS_N },
      ),
    ),
    claim(
      `On characters (${from}) in-context learning is stronger for rare classes than for ` +
        `common ones (fewer errors on shifted labels, N = ${GLYPHS_N})`,
      `${PAPER}, figure 6`,
      moreErrors(
        { variant: GLYPH_BASE, N: GLYPHS_N, cell: 'relevant, common, shifted' },
        { variant: GLYPH_BASE, N: GLYPHS_N },
      ),
    ),
    claim(
      `On characters (${from}) raising the pixel noise from 0.1 to 1 strengthens ` +
        `in-context learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
      `${PAPER}, figure 6`,
      moreErrors({ variant: 'pixel noise 0.1', N: GLYPHS_N }, { variant: GLYPH_BASE, N: GLYPHS_N }),
    ),
    ...moreClaims,
  ],
});

/** Experiments on characters. */
const CHARACTERS: readonly SequenceExperiment[] = [
  onGlyphs('iwl-glyphs', 'own alphabets', []),
  onGlyphs(
    'iwl-omniglot',
    'Omniglot',
    [
      { key: 'high-50', name: 'p_high 0.5', law: { pHigh: 0.5 } },
      { key: 'high-99', name: 'p_high 0.99', law: { pHigh: 0.99 } },
      { key: 'length-1', name: 'L 1', law: { L: 1 } },
      { key: 'length-4', name: 'L 4', law: { L: 4 } },
      { key: 'copies-2', name: 'L_relevant 2 of 4', law: { L: 4, copies: 2 } },
      { key: 'copies-4', name: 'L_relevant 4 of 4', law: { L: 4, copies: 4 } },
    ],
    [
      claim(
        'On characters (Omniglot) raising L from 1 to 4 weakens in-context learning (more ' +
          `errors on shifted labels, N = ${GLYPHS_N})`,
        `${PAPER}, figure 6`,
        moreErrors({ variant: 'L 4', N: GLYPHS_N }, { variant: 'L 1', N: GLYPHS_N }),
      ),
      claim(
        'On characters (Omniglot) raising L_relevant from 2 to 4 of L = 4 strengthens ' +
          `in-context learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
        `${PAPER}, figure 6`,
        moreErrors(
          { variant: 'L_relevant 2 of 4', N: GLYPHS_N },
          { variant: 'L_relevant 4 of 4', N: GLYPHS_N },
        ),
      ),
      claim(
        'On characters (Omniglot) lowering p_high from 0.99 to 0.5 strengthens in-context ' +
          `learning (fewer errors on shifted labels, N = ${GLYPHS_N})`,
        `${PAPER}, figure 6`,
        moreErrors({ variant: 'p_high 0.99', N: GLYPHS_N }, { variant: 'p_high 0.5', N: GLYPHS_N }),
      ),
    ],
  ),
];

/** All experiments on sequences. */
export const SEQUENCE_EXPERIMENTS: readonly SequenceExperiment[] = [
  gatedModel,
  onSweeps,
  onBursts,
  onNoise,
  onSteps,
  ...CHARACTERS,
];

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

/** The rule "the log-odds of the context are larger for a than for b", in nats. */
const largerLogOdds =
  (a: { variant: string; steps: number; who?: string }, b: typeof a): Claim['decide'] =>
  (records) => {
    const [x, y] = [a, b].map(({ variant, steps, who = 'invented' }) =>
      valuesOf(records, variant, at(who, steps, 'log-odds of the context')),
    ) as [number[], number[]];
    return { ours: `${inWords(x)} against ${inWords(y)} nats`, verdict: smaller(y, x) };
  };

/** What is claimed of shares of answers. */
const shareClaims = (): Claim[] => [
  claim(
    'Fine-tuning on fixed facts lowers the share of answers that follow the context ' +
      `(invented strings, ${END} steps, ${FAST})`,
    `${PAPER}, section 6`,
    (records) =>
      compareShares(
        'before',
        valuesOf(records, MODEL, at('invented', 0)),
        'after',
        valuesOf(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
  claim(
    'After fine-tuning on fixed facts fewer answers follow the context for invented ' +
      `strings than for familiar ones (${END} steps, ${FAST})`,
    `${PAPER}, section 6`,
    (records) => {
      const after = (who: string): number[] => valuesOf(records, `${MODEL}, ${FAST}`, at(who, END));
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
        valuesOf(records, `${MODEL}, ${FAST}, half with a context`, at('invented', END)),
        'none',
        valuesOf(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
  claim(
    'After fine-tuning on fixed facts, 30 steps on prompts with a context raise the ' +
      'share of answers that follow the context (invented strings)',
    REVIEWERS,
    (records) =>
      compareShares(
        'after 30 steps with contexts',
        valuesOf(records, `${MODEL}, ${FAST}, then contexts`, at('invented', 30)),
        'before them',
        valuesOf(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
];

/** What is claimed of log-odds. */
const logOddsClaims = (): Claim[] => [
  claim(
    'Fine-tuning on fixed facts lowers the log-odds of the context (invented strings, ' +
      `${END} steps, ${FAST})`,
    `${PAPER}, section 6`,
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
    `${PAPER}, section 6`,
    (records) =>
      compareShares(
        'before',
        valuesOf(records, MODEL, at(NEW_CITIES, 0)),
        'after',
        valuesOf(records, `${MODEL}, ${FAST}`, at(NEW_CITIES, END)),
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
        valuesOf(records, `${MODEL}, ${FAST}, half with a context`, at(NEW_CITIES, END)),
        'none',
        valuesOf(records, `${MODEL}, ${FAST}`, at(NEW_CITIES, END)),
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
        valuesOf(records, `${PLAIN_MODEL}, ${FAST}`, at('invented', END)),
        'with them',
        valuesOf(records, `${MODEL}, ${FAST}`, at('invented', END)),
      ),
  ),
];

const onCities: FactExperiment = {
  name: 'iwl-cities',
  notebook: '54',
  claim:
    'Fine-tuning a language model on fixed facts makes it answer from its weights ' +
    'against its context.',
  source: `${PAPER}, section 6`,
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
  claims: () => [...shareClaims(), ...logOddsClaims(), ...otherFactClaims()],
};

/** All experiments on names and cities. */
export const FACT_EXPERIMENTS: readonly FactExperiment[] = [onCities];

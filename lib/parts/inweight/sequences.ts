/**
 * Experiments on sequences: networks trained on data sets of several sizes at once, measured in
 * every cell of the grid of tests (is the context relevant, is the class common, are labels as in
 * training), and along training.
 */
import { tf } from '../../core/backend';
import { demand } from '../../core/errors';
import type { Tensor } from '@tensorflow/tfjs';

import { oneHot, type ClassifierNetwork } from '../../classifiers/classifier';
import { similarityVote, oracleOfCentres } from './predictors';
import { GatedModel, LEAST_PROBABILITY } from './gatedmodel';
import { SEQUENCES_KEPT, SequenceGenerator, sequencePrompts, type Sequence } from './generator';
import { checkedSize, classesOf, generatorConfig, type GeneratorConfig } from './generatorconfig';
import { centres, type ClassInputs } from './aroundcentres';
import { inputsOf, type InputSpec } from './inputs';
import {
  GRID,
  UNSEEN,
  answerShares,
  answersOf,
  cellName,
  testSequences,
  type Cell,
} from './measures';
import { PairTransformer, type PairTransformerConfig } from './pairtransformer';
import { SequenceTrainer, type SequenceTraining } from './sequencetrainer';
import { mean } from '../../evaluation/statistics';
import { disposePrompts } from '../../model/prompts';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  BASE_MB,
  countedWeights,
  experimentKind,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  BLOCK_SETTINGS,
  TRAINING_SETTINGS,
  atLeast0,
  counts,
  maybe,
  oneOf,
  orNull,
  partial,
  positive,
  section,
  share,
  whole,
} from '../../experiments/settings';

/** A variant that is trained on sequences; its settings override those of the experiment. */
export interface SequenceVariant extends Variant {
  readonly law?: Partial<GeneratorConfig>;
  /** Noise on the inputs. */
  readonly noise?: number;
  /** Drawings of each character that are trained on. */
  readonly drawings?: number;
  readonly sizes?: readonly number[];
  /**
   * The gated model in place of the transformer, trained all at once, or g and h first and then
   * the gate.
   */
  readonly stylised?: 'end to end' | 'parts first';
  readonly training?: Partial<SequenceTraining>;
}

/** The config of an experiment on sequences. */
export interface SequenceExperimentConfig extends TrainedConfig {
  readonly law: Partial<GeneratorConfig>;
  readonly inputs: InputSpec;
  /** Sizes N of the data sets; one network for each, all trained at once. */
  readonly sizes: readonly number[];
  readonly network: Pick<PairTransformerConfig, 'size' | 'hidden' | 'period'>;
  readonly training: Partial<Omit<SequenceTraining, 'seed'>>;
  /** Sequences of each cell at the end, and along training. */
  readonly measures: { readonly rows: number; readonly watched: number };
}

/** An experiment on sequences. */
export type SequenceExperiment = ExperimentOf<SequenceVariant, SequenceExperimentConfig>;
type SequencePlan = PlanOf<SequenceExperiment>;

/** Hidden units of the gated model. */
const HIDDEN = 64;

/** The cells that are measured along training. */
const WATCHED: readonly Cell[] = [
  { context: 'relevant', query: 'rare', labels: 'shifted' },
  { context: 'relevant', query: 'common', labels: 'shifted' },
  { context: 'relevant', query: 'rare', labels: 'same' },
  { context: 'irrelevant', query: 'rare', labels: 'same' },
];

const inputsAt = (
  { config: { inputs } }: SequencePlan,
  { noise = inputs.noise, drawings }: SequenceVariant,
): InputSpec =>
  inputs.from === 'centres'
    ? { ...inputs, noise }
    : { ...inputs, noise, drawings: drawings ?? inputs.drawings };
const sizesOf = ({ config }: SequencePlan, { sizes }: SequenceVariant): readonly number[] =>
  sizes ?? config.sizes;

const madeInputs = new Map<string, ClassInputs>();

/** Inputs, made once: drawings take a while. */
function inputsFor(spec: InputSpec, C: number, seed: number): ClassInputs {
  const key = JSON.stringify([spec, C, seed]);
  let made = madeInputs.get(key);
  if (!made) madeInputs.set(key, (made = inputsOf(spec, C, seed)));
  return made;
}

/** The data generator of a variant; its seed is that of the run. */
function sourceFor(plan: SequencePlan, variant: SequenceVariant, seed: number): SequenceGenerator {
  const config = generatorConfig({ ...plan.config.law, ...variant.law, seed });
  return new SequenceGenerator(config, inputsFor(inputsAt(plan, variant), classesOf(config), seed));
}

function networkFor(
  plan: SequencePlan,
  variant: SequenceVariant,
  seed: number,
  source: SequenceGenerator,
): ClassifierNetwork {
  const sizes = {
    d: source.inputs.d,
    classes: source.classes,
    L: source.config.L,
    seed,
    stack: sizesOf(plan, variant).length,
  };
  return variant.stylised
    ? new GatedModel({ kind: 'stylised', ...sizes, hidden: HIDDEN })
    : new PairTransformer({ kind: 'pairs', ...sizes, ...plan.config.network });
}

/** The trainer of a variant; with parts first, g and h are trained in here. */
function trainerFor(
  plan: SequencePlan,
  variant: SequenceVariant,
  seed: number,
  source: SequenceGenerator,
  network: ClassifierNetwork,
): SequenceTrainer {
  const { config } = plan;
  const given = trainingOf(config, variant, seed);
  const sizes = sizesOf(plan, variant);
  if (!(network instanceof GatedModel) || variant.stylised === 'end to end')
    return new SequenceTrainer(network, source, sizes, given);
  const parts = new SequenceTrainer(network, source, sizes, given, network.parts);
  while (parts.step < parts.config.steps) parts.train();
  parts.dispose();
  return new SequenceTrainer(network, source, sizes, given, network.gateOnly);
}

/**
 * Errors of each network of the stack in a cell; with shifted labels and relevant contexts also the
 * shares of copied and of remembered labels.
 */
function measureCell(
  network: ClassifierNetwork,
  name: string,
  sizes: readonly number[],
  cell: Cell,
  sequences: readonly Sequence[],
  d: number,
  put: Put,
): void {
  const { answers, scores } = answersOf(network, sizes.length, sequences, d);
  sizes.forEach((N, k) => {
    put(name, { size: N }, `error, ${cellName(cell)}`, scores[k]!.error);
    if (cell.labels === 'same')
      put(name, { size: N }, `cross-entropy, ${cellName(cell)}`, scores[k]!.crossEntropy);
    if (cell.context !== 'relevant' || cell.labels !== 'shifted' || cell.unseen) return;
    const { copied, remembered } = answerShares(answers[k]!, sequences);
    put(name, { size: N }, `copied, ${cell.query}`, copied);
    put(name, { size: N }, `remembered, ${cell.query}`, remembered);
  });
}

/**
 * Probabilities that the parts of a gated model give to the right label, and the gate's alpha, for
 * each sequence.
 */
function partsOn(
  network: GatedModel,
  sequences: readonly Sequence[],
  d: number,
): { readonly g: number[]; readonly h: number[]; readonly alpha: number[] } {
  const prompts = sequencePrompts(sequences, d);
  const [g, h, alpha] = tf.tidy(() => {
    const right = oneHot(prompts.yTest, network.classes);
    const ofRight = (p: Tensor): number[] =>
      Array.from(p.mul(right).sum(2).maximum(LEAST_PROBABILITY).dataSync());
    return [
      ofRight(network.inWeight(prompts)),
      ofRight(network.inContext(prompts)),
      Array.from(network.alpha(prompts).dataSync()),
    ];
  }) as [number[], number[], number[]];
  disposePrompts(prompts);
  return { g, h, alpha };
}

/**
 * Of a gated model: the mean alpha, and the cross-entropy of each part and of an oracle gate, which
 * chooses the better part for each sequence.
 */
function measureParts(
  network: GatedModel,
  name: string,
  sizes: readonly number[],
  source: SequenceGenerator,
  count: number,
  put: Put,
): void {
  for (const context of ['relevant', 'irrelevant'] as const)
    for (const query of ['common', 'rare'] as const) {
      const sequences = source.tests(context, query, count);
      const { g, h, alpha } = partsOn(
        network,
        sizes.flatMap(() => sequences),
        source.inputs.d,
      );
      const loss = `cross-entropy, ${cellName({ context, query, labels: 'same' })}`;
      const measured: readonly (readonly [string, string, (at: number) => number])[] = [
        [name, `alpha, ${context}, ${query}`, (at) => alpha[at]!],
        [`${name}, g alone`, loss, (at) => -Math.log(g[at]!)],
        [`${name}, h alone`, loss, (at) => -Math.log(h[at]!)],
        [`${name}, oracle gate`, loss, (at) => -Math.log(Math.max(g[at]!, h[at]!))],
      ];
      sizes.forEach((N, k) => {
        for (const [variant, metric, of] of measured)
          put(variant, { size: N }, metric, mean(sequences.map((_, b) => of(k * count + b))));
      });
    }
}

interface SequenceRun extends Made {
  readonly trainer: SequenceTrainer;
  readonly trained: ClassifierNetwork;
  readonly source: SequenceGenerator;
}

function make(plan: SequencePlan, variant: SequenceVariant, seed: number): SequenceRun {
  const source = sourceFor(plan, variant, seed);
  const network = networkFor(plan, variant, seed, source);
  return { trainer: trainerFor(plan, variant, seed, source, network), trained: network, source };
}

/**
 * How often a class is the query of a data set, N_x, in the mean over common and over rare classes.
 */
function measureCounts(
  source: SequenceGenerator,
  name: string,
  sizes: readonly number[],
  put: Put,
): void {
  const { high, low } = source.config;
  for (const N of sizes) {
    const byClass = source.queryCounts(N);
    put(name, { size: N }, 'N_x of a common class', mean(byClass.slice(0, high)));
    if (low > 0) put(name, { size: N }, 'N_x of a rare class', mean(byClass.slice(high)));
  }
}

function measurements(
  plan: SequencePlan,
  variant: SequenceVariant,
  { trained: network, source }: SequenceRun,
): Measurements {
  const { measures } = plan.config;
  const sizes = sizesOf(plan, variant);
  const { d } = source.inputs;
  const watched = WATCHED.map((cell) => ({
    cell,
    sequences: testSequences(source, cell, measures.watched),
  }));
  return {
    watch: (put) => {
      for (const { cell, sequences } of watched)
        answersOf(network, sizes.length, sequences, d).scores.forEach(({ error }, k) =>
          put(variant.name, { size: sizes[k]! }, `along training, ${cellName(cell)}`, error),
        );
    },
    measure: (put) => {
      for (const cell of source.inputs.drawn ? [...GRID, ...UNSEEN] : GRID)
        measureCell(
          network,
          variant.name,
          sizes,
          cell,
          testSequences(source, cell, measures.rows),
          d,
          put,
        );
      if (network instanceof GatedModel)
        measureParts(network, variant.name, sizes, source, measures.rows, put);
      measureCounts(source, variant.name, sizes, put);
    },
  };
}

/**
 * What needs no training: the similarity vote, and the oracle predictor given the centres, at the
 * noise of the experiment.
 */
function measureBaselines(plan: SequencePlan, put: Put): void {
  const { config } = plan;
  const source = sourceFor(plan, { key: '', name: '' }, 0);
  const { config: generator, inputs } = source;
  const known =
    config.inputs.from === 'centres'
      ? [oracleOfCentres(centres(source.classes, inputs.d, generator.seed), config.inputs.noise)]
      : [];
  const vote = similarityVote(source.classes);
  for (const cell of GRID) {
    const sequences = testSequences(source, cell, config.measures.rows);
    for (const baseline of [vote, ...(cell.query === 'new' ? [] : known)])
      put(
        baseline.name,
        {},
        `error, ${cellName(cell)}`,
        answersOf(baseline, 1, sequences, inputs.d).scores[0]!.error,
      );
  }
}

const SEQUENCE_SETTINGS = section('an experiment on sequences', {
  ...BASE_SETTINGS,
  law: partial('the law of the sequences', {
    high: whole('common classes, |C_H|', 0, 1e5),
    low: whole('rare classes, |C_L|', 0, 1e5),
    pHigh: share('share of labels that are of common classes, p_high'),
    zipf: orNull(atLeast0("exponent of Zipf's law")),
    pRelevant: share('share of sequences with a relevant context, p_relevant'),
    L: whole('examples in a context, L', 0, 1e4),
    copies: whole(
      'examples of the class of the query in a relevant context; 0 = at random',
      0,
      1e4,
    ),
    distractors: whole('examples of one other class in a relevant context', 0, 1e4),
    labelNoise: share('share of labels that are put one class on, q'),
    seed: whole('seed of the sequences', 0, 2 ** 32),
  }),
  inputs: section('where inputs come from', {
    from: oneOf('centres, or drawings', 'centres', 'own alphabets', 'Omniglot'),
    d: maybe(whole('numbers in an input', 1, 1e5)),
    noise: atLeast0('standard deviation of the noise on each number'),
    drawings: maybe(whole('drawings of a character that are trained on', 1, 1000)),
  }),
  sizes: counts('sizes of the data sets, N; one network for each'),
  network: section('the network', {
    size: section('size of the transformer', BLOCK_SETTINGS),
    hidden: counts('hidden units of the layers of the input network'),
    period: positive('period of the sinusoidal positions'),
  }),
  training: partial('training', {
    ...TRAINING_SETTINGS,
    l2: atLeast0('half of this times the sum of squared weights is added to the loss'),
  }),
  measures: section('what is measured', {
    rows: whole('sequences of each cell at the end', 1, 1e6),
    watched: whole('and along training', 1, 1e6),
  }),
});

/** Experiments on sequences. */
export const SEQUENCE_KIND = experimentKind<SequenceExperiment, SequenceRun>({
  name: 'sequences',
  settings: SEQUENCE_SETTINGS,
  check: (plan) => {
    for (const variant of plan.experiment.variants) {
      const config = generatorConfig({ ...plan.config.law, ...variant.law });
      const sizes = sizesOf(plan, variant);
      demand(
        sizes.length > 0,
        () => `'${plan.experiment.name}' has no sizes of data sets.`,
        'Give at least one.',
      );
      for (const N of sizes) checkedSize(config, N);
    }
  },
  baselines: measureBaselines,
  make,
  measurements,
  requirements: (plan, variant) => {
    const source = sourceFor(plan, variant, 0);
    const weights = countedWeights(networkFor(plan, variant, 0, source));
    const largest = Math.min(SEQUENCES_KEPT, Math.max(...sizesOf(plan, variant)));
    const held = largest * (4 * source.inputs.d * (source.config.L + 1) + 400);
    return {
      memoryMB: Math.round(BASE_MB + 200 + (24 * weights + held) / 1e6),
      diskMB: 0.5 + (16 * weights) / 1e6,
    };
  },
});

/**
 * Experiments on rows: networks trained on data sets of several sizes at once, measured in every cell of the grid of tests (is the
 * context relevant, is the class common, are labels as in training), and along the way.
 */
import { tf } from '../core/backend';
import { demand } from '../core/errors';
import type { Tensor } from '@tensorflow/tfjs';

import { oneHot, type FewShotNetwork } from '../fewshot/classifier';
import {
  GRID,
  UNSEEN,
  LEAST_PROBABILITY,
  PairTransformer,
  ROWS_KEPT,
  ROWS_TRAINING,
  RowSource,
  RowsTrainer,
  Stylised,
  answersOf,
  cellName,
  centres,
  checkedSize,
  classesOf,
  inputsOf,
  knowsCentres,
  promptsOf,
  rowLaw,
  similarityVote,
  testsOf,
  waysOf,
  type Cell,
  type ClassInputs,
  type InputSpec,
  type PairTransformerConfig,
  type Row,
  type RowLaw,
  type RowsTraining,
} from '../inweight';
import { mean } from '../evaluation/statistics';
import { disposePrompts } from '../model/prompts';
import {
  type AnyPlan,
  type Arm,
  type BaseConfig,
  type ExperimentOf,
  type PlanOf,
  type Put,
  type Subject,
  type Worker,
  tryoutOf,
  weightsOf,
} from './experiment';
import { BASE_MB } from './prompts';

/** An arm that is trained on rows; what it changes is over the experiment's. */
export interface RowsArm extends Arm {
  readonly law?: Partial<RowLaw>;
  /** Noise on the inputs. */
  readonly noise?: number;
  /** Drawings of each character that are trained on. */
  readonly drawings?: number;
  readonly sizes?: readonly number[];
  /** The stylised model in place of the transformer: all at once, or g and h first and then the gate. */
  readonly stylised?: 'end to end' | 'parts first';
  readonly training?: Partial<RowsTraining>;
}

/** An experiment on rows in numbers. */
export interface RowsConfig extends BaseConfig {
  readonly law: Partial<RowLaw>;
  readonly inputs: InputSpec;
  /** Sizes N of the data sets; one network for each, all trained at once. */
  readonly sizes: readonly number[];
  readonly network: Pick<PairTransformerConfig, 'size' | 'hidden' | 'period'>;
  readonly training: Partial<Omit<RowsTraining, 'seed'>>;
  /** Rows of each cell at the end, and along training. */
  readonly measures: { readonly rows: number; readonly watched: number };
}

/** An experiment on rows. */
export type RowsExperiment = ExperimentOf<RowsArm, RowsConfig>;
type RowsPlan = PlanOf<RowsExperiment>;

/** The registry gives this worker experiments on rows only. */
const own = (plan: AnyPlan): RowsPlan => plan as RowsPlan;

/** Hidden units of the stylised model. */
const HIDDEN = 64;

/** The cells that are looked at along training. */
export const WATCHED: readonly Cell[] = [
  { context: 'relevant', query: 'rare', labels: 'shifted' },
  { context: 'relevant', query: 'common', labels: 'shifted' },
  { context: 'relevant', query: 'rare', labels: 'same' },
  { context: 'irrelevant', query: 'rare', labels: 'same' },
];

const inputsAt = ({ config: { inputs } }: RowsPlan, { noise = inputs.noise, drawings }: RowsArm): InputSpec =>
  inputs.from === 'centres' ? { ...inputs, noise } : { ...inputs, noise, drawings: drawings ?? inputs.drawings };
const sizesOf = ({ config }: RowsPlan, { sizes }: RowsArm): readonly number[] => sizes ?? config.sizes;

const madeInputs = new Map<string, ClassInputs>();

/** Inputs, made once: drawings take a while. */
function inputsFor(spec: InputSpec, C: number, seed: number): ClassInputs {
  const key = JSON.stringify([spec, C, seed]);
  let made = madeInputs.get(key);
  if (!made) madeInputs.set(key, (made = inputsOf(spec, C, seed)));
  return made;
}

/** The rows an arm is trained on; their seed is that of the run. */
function sourceFor(plan: RowsPlan, arm: RowsArm, seed: number): RowSource {
  const law = rowLaw({ ...plan.config.law, ...arm.law, seed });
  return new RowSource(law, inputsFor(inputsAt(plan, arm), classesOf(law), seed));
}

function networkFor(plan: RowsPlan, arm: RowsArm, seed: number, source: RowSource): FewShotNetwork {
  const sizes = { d: source.inputs.d, classes: source.classes, L: source.law.L, seed, stack: sizesOf(plan, arm).length };
  return arm.stylised
    ? new Stylised({ kind: 'stylised', ...sizes, hidden: HIDDEN })
    : new PairTransformer({ kind: 'pairs', ...sizes, ...plan.config.network });
}

/** The trainer of an arm; with parts first, g and h are trained here and now. */
function trainerFor(plan: RowsPlan, arm: RowsArm, seed: number, source: RowSource, network: FewShotNetwork): RowsTrainer {
  const { config } = plan;
  const given = { ...config.training, ...arm.training, seed, checkpointEvery: config.watchEvery };
  const sizes = sizesOf(plan, arm);
  if (!(network instanceof Stylised) || arm.stylised === 'end to end') return new RowsTrainer(network, source, sizes, given);
  const parts = new RowsTrainer(network, source, sizes, given, network.parts);
  while (parts.step < parts.config.steps) parts.train();
  parts.dispose();
  return new RowsTrainer(network, source, sizes, given, network.gateOnly);
}

/** Errors of each network of the stack in a cell, and of shifted relevant rows the ways they were answered. */
function measureCell(
  network: FewShotNetwork,
  name: string,
  sizes: readonly number[],
  cell: Cell,
  rows: readonly Row[],
  d: number,
  put: Put,
): void {
  const { answers, scores } = answersOf(network, sizes.length, rows, d);
  sizes.forEach((N, k) => {
    put(name, N, `error, ${cellName(cell)}`, scores[k]!.error);
    if (cell.labels === 'same') put(name, N, `cross-entropy, ${cellName(cell)}`, scores[k]!.crossEntropy);
    if (cell.context !== 'relevant' || cell.labels !== 'shifted' || cell.unseen) return;
    const { copied, remembered } = waysOf(answers[k]!, rows);
    put(name, N, `copied, ${cell.query}`, copied);
    put(name, N, `remembered, ${cell.query}`, remembered);
  });
}

/** Probabilities that the parts of a stylised model give to the right label, and the gate's alpha, row by row. */
function partsOn(
  network: Stylised,
  rows: readonly Row[],
  d: number,
): { readonly g: number[]; readonly h: number[]; readonly alpha: number[] } {
  const prompts = promptsOf(rows, d);
  const [g, h, alpha] = tf.tidy(() => {
    const right = oneHot(prompts.yTest, network.classes);
    const ofRight = (p: Tensor): number[] => Array.from(p.mul(right).sum(2).maximum(LEAST_PROBABILITY).dataSync());
    return [ofRight(network.inWeight(prompts)), ofRight(network.inContext(prompts)), Array.from(network.alpha(prompts).dataSync())];
  }) as [number[], number[], number[]];
  disposePrompts(prompts);
  return { g, h, alpha };
}

/** Of a stylised model: the mean alpha, and the cross-entropy of each part and of a gate that knows which is better in each row. */
function measureParts(network: Stylised, name: string, sizes: readonly number[], source: RowSource, count: number, put: Put): void {
  for (const context of ['relevant', 'irrelevant'] as const)
    for (const query of ['common', 'rare'] as const) {
      const rows = source.tests(context, query, count);
      const { g, h, alpha } = partsOn(
        network,
        sizes.flatMap(() => rows),
        source.inputs.d,
      );
      const loss = `cross-entropy, ${cellName({ context, query, labels: 'same' })}`;
      const measured: readonly (readonly [string, string, (row: number) => number])[] = [
        [name, `alpha, ${context}, ${query}`, (row) => alpha[row]!],
        [`${name}, g alone`, loss, (row) => -Math.log(g[row]!)],
        [`${name}, h alone`, loss, (row) => -Math.log(h[row]!)],
        [`${name}, oracle gate`, loss, (row) => -Math.log(Math.max(g[row]!, h[row]!))],
      ];
      sizes.forEach((N, k) => {
        for (const [variant, metric, of] of measured) put(variant, N, metric, mean(rows.map((_, b) => of(k * count + b))));
      });
    }
}

function subject(plan: RowsPlan, arm: RowsArm, seed: number): Subject {
  const { measures } = plan.config;
  const sizes = sizesOf(plan, arm);
  const source = sourceFor(plan, arm, seed);
  const network = networkFor(plan, arm, seed, source);
  const trainer = trainerFor(plan, arm, seed, source, network);
  const { d } = source.inputs;
  const watched = WATCHED.map((cell) => ({ cell, rows: testsOf(source, cell, measures.watched) }));
  const look = (put: Put): void => {
    for (const { cell, rows } of watched)
      answersOf(network, sizes.length, rows, d).scores.forEach(({ error }, k) =>
        put(arm.name, sizes[k]!, `along training, ${cellName(cell)}`, error),
      );
  };
  look(() => undefined); // all watched cells have one shape; from here on compiled, so that a resumed run has the same bits
  return {
    trainer,
    watch: look,
    measure: (put) => {
      for (const cell of source.inputs.drawn ? [...GRID, ...UNSEEN] : GRID)
        measureCell(network, arm.name, sizes, cell, testsOf(source, cell, measures.rows), d, put);
      if (network instanceof Stylised) measureParts(network, arm.name, sizes, source, measures.rows, put);
      const counts = sizes.map((N) => source.queryCounts(N));
      counts.forEach((byClass, k) => {
        put(arm.name, sizes[k]!, 'N_x of a common class', mean(byClass.slice(0, source.law.high)));
        if (source.law.low > 0) put(arm.name, sizes[k]!, 'N_x of a rare class', mean(byClass.slice(source.law.high)));
      });
    },
    dispose: () => {
      trainer.dispose();
      network.dispose();
    },
  };
}

/** What needs no training: nearest labels, and who knows the centres, at the noise of the experiment. */
function learners(plan: RowsPlan, put: Put): void {
  const { config } = plan;
  const source = sourceFor(plan, { key: '', name: '' }, 0);
  const { law, inputs } = source;
  const known = config.inputs.from === 'centres' ? [knowsCentres(centres(source.classes, inputs.d, law.seed), config.inputs.noise)] : [];
  const vote = similarityVote(source.classes);
  for (const cell of GRID) {
    const rows = testsOf(source, cell, config.measures.rows);
    for (const learner of [vote, ...(cell.query === 'new' ? [] : known)])
      put(learner.name, 0, `error, ${cellName(cell)}`, answersOf(learner, 1, rows, inputs.d).scores[0]!.error);
  }
}

/** What jobs on rows do. */
export const ON_ROWS: Worker = {
  settings: {
    inputs: ['from', 'd', 'noise', 'drawings'],
    law: ['high', 'low', 'pHigh', 'zipf', 'pRelevant', 'L', 'copies', 'distractors', 'labelNoise'],
    network: ['size', 'hidden', 'period'],
    training: Object.keys(ROWS_TRAINING).filter((key) => key !== 'seed'),
    measures: ['rows', 'watched'],
  },
  check: (given) => {
    const plan = own(given);
    for (const arm of plan.experiment.arms) {
      const law = rowLaw({ ...plan.config.law, ...arm.law });
      const sizes = sizesOf(plan, arm);
      demand(sizes.length > 0, () => `'${plan.experiment.name}' has no sizes of data sets.`, 'Give at least one.');
      for (const N of sizes) checkedSize(law, N);
    }
  },
  learners: (plan, put) => learners(own(plan), put),
  subject: (plan, arm: RowsArm, seed) => subject(own(plan), arm, seed),
  tryout: (plan, arm: RowsArm) => {
    const source = sourceFor(own(plan), arm, 0);
    const network = networkFor(own(plan), arm, 0, source);
    return tryoutOf(trainerFor(own(plan), arm, 0, source, network), network);
  },
  needOf: (plan, arm: RowsArm) => {
    const source = sourceFor(own(plan), arm, 0);
    const weights = weightsOf(networkFor(own(plan), arm, 0, source));
    const { d } = source.inputs;
    const rows = Math.min(ROWS_KEPT, Math.max(...sizesOf(own(plan), arm))) * (4 * d * (source.law.L + 1) + 400);
    return { memoryMB: Math.round(BASE_MB + 200 + (24 * weights + rows) / 1e6), diskMB: 0.5 + (16 * weights) / 1e6 };
  },
};

/**
 * Experiments that train the small model on a fixed corpus: how its documents are packed into
 * contexts, which tasks they are about, and how many there are.
 */
import { stream } from '../../core/random';
import { ascends } from '../../core/numerics';
import { demand } from '../../core/errors';
import type {
  ExperimentOf,
  PlanOf,
  Put,
  TrainedConfig,
  Variant,
} from '../../experiments/experiment';
import {
  EVALUATION_SEED,
  experimentKind,
  trainingOf,
  type Made,
  type Measurements,
} from '../../experiments/kind';
import {
  BASE_SETTINGS,
  TRAINING_SETTINGS,
  counts,
  oneOf,
  partial,
  section,
  whole,
} from '../../experiments/settings';
import { METHODS } from '../../model/methods';
import {
  exactCellShares,
  learntQuestions,
  measureAccuracies,
  measureFall,
  measureHeads,
  questionsOf,
  smallShares,
  watchCells,
} from './cellmeasures';
import { cellOf } from './cells';
import { PACKINGS, drawCorpus, packedOrder, tokenVectors } from './pretraining/corpus';
import {
  CORPUS_TRAINING,
  CorpusTrainer,
  DOCUMENTS_IN_CONTEXT,
  LINES_OF_DOCUMENT,
  type CorpusTraining,
} from './pretraining/corpustrainer';
import { sameTaskShare, similarityInContext } from './pretraining/documentgraph';
import { SMALL_SIZES, SmallModel } from './small/smallmodel';
import { smallRequirements } from './smallrequirements';
import { MAPPINGS } from './world/taskworld';

/** A corpus on which a small model is trained. */
export interface CorpusVariant extends Variant {
  readonly training?: Partial<CorpusTraining>;
}

/** What is measured. */
export interface CorpusMeasures {
  /** Numbers of examples. */
  readonly ns: readonly number[];
  /** Questions of each mapping and number, and along training. */
  readonly questions: number;
  readonly watched: number;
  /** Examples along training, and for the heads. */
  readonly n: number;
  /** Contexts of which it is measured how related their documents are. */
  readonly contexts: number;
}

/** The config of such an experiment. */
export interface CorpusExperimentConfig extends TrainedConfig {
  readonly training: Partial<Omit<CorpusTraining, 'seed'>>;
  readonly measures: CorpusMeasures;
}

/** An experiment on corpora. */
export type CorpusExperiment = ExperimentOf<CorpusVariant, CorpusExperimentConfig>;
type CorpusPlan = PlanOf<CorpusExperiment>;

const CELLS = MAPPINGS.map((mapping) => cellOf(mapping));

function make(
  { config }: CorpusPlan,
  variant: CorpusVariant,
  seed: number,
): Made<CorpusTrainer> & { readonly trained: SmallModel } {
  const trained = new SmallModel({
    size: SMALL_SIZES.middle,
    smearedKeys: true,
    alignedStart: true,
    seed,
  });
  const training = trainingOf<Partial<CorpusTraining>>(config, variant, seed);
  return { trainer: new CorpusTrainer(trained, training), trained };
}

function measurements(
  { config: { measures } }: CorpusPlan,
  { name }: CorpusVariant,
  { trained }: { readonly trained: SmallModel },
): Measurements {
  const { n, questions, watched } = measures;
  const shares = smallShares(trained, METHODS.ar);
  const along = CELLS.map((cell) => [cell, questionsOf(cell, n, watched)] as const);
  return {
    watch: (put) => watchCells(along, name, shares, put),
    measure: (put) => {
      for (const cell of CELLS) measureAccuracies(cell, measures, name, shares, put);
      const asked = learntQuestions(n, questions);
      measureFall(asked, name, shares, put);
      measureHeads(asked, name, trained, METHODS.ar, put);
    },
  };
}

/** The exact answer, and how related the documents of a context are under each packing. */
function baselines({ config: { measures } }: CorpusPlan, put: Put): void {
  const { contexts } = measures;
  for (const cell of CELLS)
    measureAccuracies(cell, measures, 'exact Bayes', exactCellShares(cell), put);
  const documents = drawCorpus(stream(EVALUATION_SEED, 'corpus'), {
    tasks: contexts,
    each: DOCUMENTS_IN_CONTEXT,
    lines: LINES_OF_DOCUMENT,
  });
  const vectors = tokenVectors(documents);
  const different = [...new Set(documents.map(({ task }) => task))];
  const tasks = documents.map(({ task }) => different.indexOf(task));
  for (const packing of PACKINGS) {
    const order = packedOrder(stream(EVALUATION_SEED, 'order'), documents, packing);
    const alike = similarityInContext(vectors, order, DOCUMENTS_IN_CONTEXT);
    put(`documents ${packing}`, {}, 'similarity in a context', alike);
    const same = sameTaskShare(tasks, order, DOCUMENTS_IN_CONTEXT);
    put(`documents ${packing}`, {}, 'neighbours of the same task', same);
  }
}

/** Experiments that train the small model on a corpus. */
export const CORPUS_KIND = experimentKind<CorpusExperiment, ReturnType<typeof make>>({
  name: 'the small model on a corpus',
  settings: section('an experiment on a corpus', {
    ...BASE_SETTINGS,
    training: partial('training', {
      ...TRAINING_SETTINGS,
      packing: oneOf('how documents come into contexts', ...PACKINGS),
      contexts: whole('contexts that there are', 1, 30_000),
      mapping: oneOf('of which mapping the tasks are', ...MAPPINGS, 'all'),
    }),
    measures: section('what is measured', {
      ns: counts('numbers of examples', 0),
      questions: whole('questions of each mapping', 1, 1e6),
      watched: whole('questions along training', 1, 1e6),
      n: whole('examples along training', 1, 1000),
      contexts: whole('contexts whose documents are compared', 2, 30_000),
    }),
  }),
  check: ({ config: { measures } }) =>
    demand(
      ascends(measures.ns),
      () => `Numbers of examples were [${measures.ns.join(', ')}].`,
      'Name the smallest first.',
    ),
  baselines,
  make,
  measurements,
  requirements: ({ config }, { training }) => {
    const { batch } = { ...CORPUS_TRAINING, ...config.training, ...training };
    return smallRequirements(SMALL_SIZES.middle, batch, { copies: 1, extraMB: 400 });
  },
});

/**
 * Trains a small model on a fixed corpus that is packed into contexts: first the stages that teach
 * it to copy and to see features, as in notebook 20, then the contexts, again and again.
 */
import type { CompileOptions } from '../../../core/compile';
import { checkFields, checkWord } from '../../../core/checks';
import { positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { STEPS, checkedSteps, type StepConfig } from '../../../training/steps';
import type { SmallModel } from '../small/smallmodel';
import { DocumentTrainer, refuseMicroBatches } from '../small/smalltrainer';
import { BATCHES, STAGES, batchKind, stageOfStep, trainingDocument } from '../small/stages';
import type { Document } from '../world/documents';
import { MAPPINGS, type Mapping } from '../world/taskworld';
import { PACKINGS, contextsOf, drawCorpus, packedOrder, type Packing } from './corpus';

/** How a small model is trained on a corpus. */
export interface CorpusTraining extends StepConfig {
  readonly packing: Packing;
  /** Contexts that there are; each is read many times. */
  readonly contexts: number;
  /** Of which mapping the tasks of the corpus are. */
  readonly mapping: Mapping | 'all';
}

/** Documents in a context, and lines of a document: nine lines, as in notebook 20. */
export const [DOCUMENTS_IN_CONTEXT, LINES_OF_DOCUMENT] = [3, 3];

export const CORPUS_TRAINING: CorpusTraining = {
  ...STEPS,
  steps: 3500,
  batch: 32,
  learningRate: 2e-3,
  warmUp: 0.03,
  finalRate: 0.05,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  packing: 'by task',
  contexts: 6000,
  mapping: 'all',
};

/** The first two stages of notebook 20, then contexts with some documents on features and copying. */
const CORPUS_STAGES = [
  { ...STAGES[0]!, share: 0.12 },
  { ...STAGES[1]!, share: 0.18 },
  { share: 0.7, mix: { full: 0.85, features: 0.1, copy: 0.05 }, instructed: 0 },
];

function checkedCorpus(given: Partial<CorpusTraining>): CorpusTraining {
  const config = checkedSteps(given, CORPUS_TRAINING);
  const { packing, contexts, mapping, microBatch } = config;
  checkWord("'packing'", packing, PACKINGS);
  checkWord("'mapping'", mapping, [...MAPPINGS, 'all']);
  positiveInteger("'contexts'", contexts, 1, 30_000);
  refuseMicroBatches('Contexts', microBatch);
  return config;
}

/**
 * The contexts of a seed's corpus: the same documents under every packing.
 *
 * @throws CourseError when a setting is refused
 */
export function corpusContexts(
  config: Pick<CorpusTraining, 'packing' | 'contexts' | 'mapping'> & { readonly seed: number },
): Document[] {
  checkFields('A corpus of contexts', config, {});
  const { packing, contexts, mapping, seed } = config;
  checkedCorpus({ packing, contexts, mapping });
  const documents = drawCorpus(stream(seed, 'corpus', mapping), {
    tasks: contexts,
    each: DOCUMENTS_IN_CONTEXT,
    lines: LINES_OF_DOCUMENT,
    ...(mapping === 'all' ? {} : { mapping }),
  });
  const order = packedOrder(stream(seed, 'order of the corpus'), documents, packing);
  return contextsOf(documents, order, DOCUMENTS_IN_CONTEXT);
}

/** Trains a small model on the contexts of a corpus. */
export class CorpusTrainer extends DocumentTrainer<CorpusTraining> {
  private readonly contexts: readonly Document[];
  /** The order of reading in the present round through the corpus. */
  private order: { readonly round: number; readonly contexts: readonly number[] } | null = null;

  /**
   * @param model what is trained, under AR; stays the caller's
   * @throws CourseError when there is no model, or a setting is unknown or refused
   */
  constructor(
    model: SmallModel,
    given: Partial<CorpusTraining> = {},
    options: CompileOptions = {},
  ) {
    super(model, METHODS.ar, checkedCorpus(given), CORPUS_TRAINING, options);
    this.contexts = corpusContexts(this.config);
  }

  /** The contexts of a step, in a new order in each round through the corpus. */
  private contextsOf(step: number): Document[] {
    const { seed, batch } = this.config;
    const { length } = this.contexts;
    return Array.from({ length: batch }, (_, b) => {
      const read = step * batch + b;
      const order = this.orderOf(seed, Math.floor(read / length));
      return this.contexts[order[read % length]!]!;
    });
  }

  /** The order of reading in a round through the corpus. */
  private orderOf(seed: number, round: number): readonly number[] {
    if (this.order?.round !== round) {
      const random = stream(seed, 'round through the corpus', round);
      this.order = { round, contexts: random.permutation(this.contexts.length) };
    }
    return this.order.contexts;
  }

  protected override documentsOf(step: number): Document[] {
    const { seed, batch, steps } = this.config;
    const random = stream(seed, 'documents beside the corpus', step);
    const stage = stageOfStep(CORPUS_STAGES, step, steps);
    const kind = batchKind(random, stage);
    if (kind === 'full') return this.contextsOf(step);
    return Array.from({ length: batch * BATCHES[kind].times }, () =>
      trainingDocument(random, kind, stage, true),
    );
  }
}

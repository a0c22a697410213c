/**
 * Trains a distiller for a small model whose weights do not change. A step reads documents about
 * tasks of training, each of k demonstrations C and a question (x, y), and takes m vectors in turns
 * from a list. The loss is, at the question's label,
 *
 *   KL( p(. | C, x) || p(. | Z, x) ) - beta log p(y | Z, x),  Z = g_phi(C),
 *
 * over the whole vocabulary, both p by the same small model.
 * Reference: Li et al. (2024, arXiv 2403.06914), section 3.2.
 */
import { tf } from '../../../core/backend';
import { checkIndices } from '../../../core/checks';
import { compile, type Compiled, type CompileOptions } from '../../../core/compile';
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import {
  disposeLayout,
  documentLayout,
  type DocumentLayout,
  type LayoutTensors,
} from '../small/layout';
import { checkSmallModel } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS, documentTokens, taskDocument } from '../world/documents';
import { drawTask } from '../world/sampling';
import { WORLD, trainedPrior } from '../world/taskworld';
import { distilledLayout, distilledLogits } from './distilled';
import { MOST_DEMONSTRATIONS, checkDistiller, type Distiller } from './distiller';
import type { DistillerFacts } from './distillercheckpoint';

/** How a distiller is trained. */
export interface DistillerTraining extends StepConfig {
  /** Demonstrations of a document. */
  readonly k: number;
  /** Numbers of vectors, one a step, in turns. */
  readonly vectors: readonly number[];
  /** What the right label counts beside the divergence. */
  readonly beta: number;
}

export const DISTILLER_TRAINING: DistillerTraining = {
  ...STEPS,
  steps: 4000,
  batch: 16,
  learningRate: 3e-3,
  warmUp: 0.03,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  k: 8,
  vectors: [1, 2, 4],
  beta: 0.2,
};

/** The share of documents with a pool of words. */
const POOLED = 0.5;

/** The place of a document's last label, from its end; it is predicted at the place before. */
const LABEL_FROM_END = 2;

/** A complete, checked config. */
function checkedTraining(given: Partial<DistillerTraining>, most: number): DistillerTraining {
  const config = checkedSteps(given, DISTILLER_TRAINING);
  const { k, vectors, beta, microBatch } = config;
  positiveInteger('k', k, 0, MOST_DEMONSTRATIONS);
  checkIndices('vectors', vectors, most, 1);
  vectors.forEach((m) => positiveInteger('A number of vectors', m, 1, most));
  finiteNumber('beta', beta, 'a number of at least 0', (x) => x >= 0);
  demand(
    microBatch === 0,
    () => `Documents were to be distilled in microbatches of ${microBatch}.`,
    'Make the batch smaller.',
  );
  return config;
}

/** log p(. | C, x) at the last label of documents [B, T], by their layout: [B, V]. */
const answersOf =
  (model: SmallModel) =>
  (tokens: Tensor, ...[mask, buckets, continues, places]: readonly Tensor[]): Tensor => {
    const layout = { mask, buckets, continues, places } as LayoutTensors;
    const at = tokens.shape[1]! - LABEL_FROM_END - 1;
    return tf.tidy(() => {
      const logits = model.logits(tokens as Tensor2D, layout); // [B, T, V]
      return tf.logSoftmax(logits.slice([0, at, 0], [-1, 1, -1]).squeeze([1])); // [B, V]
    });
  };

/** Trains a distiller; the small model is asked and stays as it is. */
export class DistillerTrainer extends StepTrainer<DistillerTraining> {
  private readonly prior = trainedPrior();
  private readonly wholeLayout: DocumentLayout;
  private readonly answers: Compiled<Tensor>;
  private readonly layouts: ReadonlyMap<number, LayoutTensors>;

  /**
   * @param model     trained under AR; stays the caller's
   * @param distiller what is trained; stays the caller's
   * @throws CourseError when there is no model or distiller of its width, or a setting is unknown or
   *   refused
   */
  constructor(
    readonly model: SmallModel,
    readonly distiller: Distiller,
    given: Partial<DistillerTraining> = {},
    options: CompileOptions = {},
  ) {
    checkSmallModel(model);
    checkDistiller(distiller, model.config.size.width);
    const config = checkedTraining(given, distiller.config.vectors);
    const facts: DistillerFacts = { distiller: distiller.config, reader: model.config };
    const trained = { parameters: distiller.parameters, config: facts };
    super(trained, config, DISTILLER_TRAINING, options);
    this.wholeLayout = documentLayout(METHODS.ar, config.k, 1);
    this.answers = compile(answersOf(model), options);
    this.layouts = new Map(config.vectors.map((m) => [m, distilledLayout(m)]));
  }

  /** The tokens of a step's documents, [batch][4 + 6 (k + 1)]. */
  private documentsOf(step: number): number[][] {
    const { seed, batch, k } = this.config;
    const random = stream(seed, 'documents to distil', step);
    return Array.from({ length: batch }, () =>
      documentTokens(
        taskDocument(random, drawTask(random, this.prior), {
          lines: k + 1,
          instructed: false,
          pooled: random.uniform() < POOLED,
          channel: false,
          skew: WORLD.skew,
        }),
      ),
    );
  }

  /** log p(. | C, x) at the label of each document, [B, V]; the caller disposes it. */
  private answersTo(documents: number[][]): Tensor {
    const { mask, buckets, continues, places } = this.wholeLayout;
    const tokens = tf.tensor2d(documents, undefined, 'int32'); // [B, T]
    const answers = this.answers.run(tokens, mask, buckets, continues, places); // [B, V]
    tokens.dispose();
    return answers;
  }

  /**
   * @returns demonstrations [B, 4 + 6 k], questions [B, 10], answers after the demonstrations
   *   [B, V], labels [B], then the layout of m vectors; the caller disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    const { vectors } = this.config;
    const documents = this.documentsOf(step);
    const ints = (rows: number[][]): Tensor2D => tf.tensor2d(rows, undefined, 'int32');
    const layout = this.layouts.get(vectors[step % vectors.length]!)!;
    const { mask, buckets, continues, places } = layout;
    return [
      ints(documents.map((tokens) => tokens.slice(0, -LINE_TOKENS))),
      ints(
        documents.map((tokens) => [
          ...tokens.slice(0, HEADER_TOKENS),
          ...tokens.slice(-LINE_TOKENS),
        ]),
      ),
      this.answersTo(documents),
      tf.tensor1d(
        documents.map((tokens) => tokens.at(-LABEL_FROM_END)!),
        'int32',
      ),
      ...[mask, buckets, continues, places].map((tensor) => tensor.clone()),
    ];
  }

  /** @returns [] (a scalar), in nats; the caller disposes it */
  protected override lossOf([
    demonstrations,
    question,
    answers,
    labels,
    mask,
    buckets,
    continues,
    places,
  ]: readonly Tensor[]): Scalar {
    const layout = { mask, buckets, continues, places } as LayoutTensors;
    const m = mask!.shape[0]! - places!.shape[0]!;
    return tf.tidy(() => {
      const Z = this.distiller.vectors(demonstrations as Tensor2D, m); // [B, m, C]
      const logits = distilledLogits(this.model, question as Tensor2D, Z, layout); // [B, V]
      const logs = tf.logSoftmax(logits); // [B, V]
      const divergence = answers!.exp().mul(answers!.sub(logs)).sum(-1); // [B]
      const right = tf.oneHot(labels!, logits.shape[1]).toFloat().mul(logs).sum(-1); // [B]
      return divergence.sub(right.mul(this.config.beta)).mean() as Scalar;
    });
  }

  override dispose(): void {
    super.dispose();
    this.answers.dispose();
    disposeLayout(this.wholeLayout);
    for (const layout of this.layouts.values()) disposeLayout(layout);
  }
}

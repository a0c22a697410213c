/**
 * Trains a distiller for a small model whose weights do not change. A step reads documents about
 * tasks of training, each of k demonstrations C and some questions (x, y), and takes m vectors in
 * turns from a list. The loss is, at the label of each question,
 *
 *   KL( p(. | C, x) || p(. | Z, x) ) - beta log p(y | Z, x),  Z = g_phi(C),
 *
 * over the whole vocabulary, both p by the same small model.
 * Reference: Li et al. (2024, arXiv 2403.06914).
 */
import { tf } from '../../../core/backend';
import { checkIndices } from '../../../core/checks';
import { compile, type Compiled, type CompileOptions } from '../../../core/compile';
import { demand, finiteNumber, positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { disposeLayout, type LayoutTensors } from '../small/layout';
import { atTemplates, checkSmallModel } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS, documentTokens, taskDocument } from '../world/documents';
import { drawTask } from '../world/sampling';
import { WORLD, trainedPrior } from '../world/taskworld';
import { distilledLogits } from './distilled';
import { demonstratedLayout, distilledLayout } from './distilledlayout';
import { checkDistiller, type Distiller } from './distiller';
import type { DistillerFacts } from './distillercheckpoint';

/** How a distiller is trained. */
export interface DistillerTraining extends StepConfig {
  /** Demonstrations of a document, and questions after them. */
  readonly k: number;
  readonly questions: number;
  /** Numbers of vectors, one a step, in turns. */
  readonly vectors: readonly number[];
  /** What the right label counts beside the divergence. */
  readonly beta: number;
}

export const DISTILLER_TRAINING: DistillerTraining = {
  ...STEPS,
  steps: 4000,
  batch: 16,
  learningRate: 1e-3,
  warmUp: 0.03,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  k: 8,
  questions: 8,
  vectors: [1, 2, 4],
  beta: 0.2,
};

/** The most demonstrations, and the most questions. */
const MOST_LINES = 32;

/** The share of documents with a pool of words. */
const POOLED = 0.5;

/** The place of the label in a line. */
const LABEL = 4;

/** A complete, checked config. */
function checkedTraining(given: Partial<DistillerTraining>, most: number): DistillerTraining {
  const config = checkedSteps(given, DISTILLER_TRAINING);
  const { k, questions, vectors, beta, microBatch } = config;
  positiveInteger('k', k, 0, MOST_LINES);
  positiveInteger('questions', questions, 1, MOST_LINES);
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

/** log p(. | C, x) at the label of each question of documents [B, T]: [B, questions, V]. */
const answersOf =
  (model: SmallModel, questions: number) =>
  (tokens: Tensor, ...[mask, buckets, continues, places]: readonly Tensor[]): Tensor => {
    const layout = { mask, buckets, continues, places } as LayoutTensors;
    return tf.tidy(() => {
      const logits = model.logits(tokens as Tensor2D, layout); // [B, T, V]
      return tf.logSoftmax(atTemplates(logits, questions)); // [B, questions, V]
    });
  };

/** Trains a distiller; the small model is asked and stays as it is. */
export class DistillerTrainer extends StepTrainer<DistillerTraining> {
  private readonly prior = trainedPrior();
  private readonly wholeLayout: LayoutTensors;
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
    checkDistiller(distiller, model);
    const config = checkedTraining(given, distiller.config.vectors);
    const facts: DistillerFacts = { distiller: distiller.config, reader: model.config };
    const trained = { parameters: distiller.parameters, config: facts };
    super(trained, config, DISTILLER_TRAINING, options);
    this.wholeLayout = demonstratedLayout(config.k, config.questions);
    this.answers = compile(answersOf(model, config.questions), options);
    this.layouts = new Map(config.vectors.map((m) => [m, distilledLayout(m, config.questions)]));
  }

  /** The tokens of a step's documents, [batch][4 + 6 (k + questions)]. */
  private documentsOf(step: number): number[][] {
    const { seed, batch, k, questions } = this.config;
    const random = stream(seed, 'documents to distil', step);
    return Array.from({ length: batch }, () =>
      documentTokens(
        taskDocument(random, drawTask(random, this.prior), {
          lines: k + questions,
          instructed: false,
          pooled: random.uniform() < POOLED,
          channel: false,
          skew: WORLD.skew,
        }),
      ),
    );
  }

  /** log p(. | C, x) at each question's label, [B, questions, V]; the caller disposes it. */
  private answersTo(documents: number[][]): Tensor {
    const { mask, buckets, continues, places } = this.wholeLayout;
    const tokens = tf.tensor2d(documents, undefined, 'int32'); // [B, T]
    const answers = this.answers.run(tokens, mask, buckets, continues, places); // [B, questions, V]
    tokens.dispose();
    return answers;
  }

  /**
   * @returns demonstrations [B, 4 + 6 k], header and questions [B, 4 + 6 questions], answers after the
   *   demonstrations [B, questions, V], labels [B, questions], then the layout of m vectors; the caller
   *   disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    const { vectors, k } = this.config;
    const documents = this.documentsOf(step);
    const begins = HEADER_TOKENS + LINE_TOKENS * k; // where questions do
    const ints = (rows: number[][]): Tensor2D => tf.tensor2d(rows, undefined, 'int32');
    const layout = this.layouts.get(vectors[step % vectors.length]!)!;
    const { mask, buckets, continues, places } = layout;
    const isLabel = (_: number, t: number): boolean => t % LINE_TOKENS === LABEL;
    return [
      ints(documents.map((tokens) => tokens.slice(0, begins))),
      ints(documents.map((tokens) => [...tokens.slice(0, HEADER_TOKENS), ...tokens.slice(begins)])),
      this.answersTo(documents),
      ints(documents.map((tokens) => tokens.slice(begins).filter(isLabel))),
      ...[mask, buckets, continues, places].map((tensor) => tensor.clone()),
    ];
  }

  /** @returns [] (a scalar), in nats; the caller disposes it */
  protected override lossOf([
    demonstrations,
    questions,
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
      const tokens = questions as Tensor2D;
      const logs = tf.logSoftmax(distilledLogits(this.model, tokens, Z, layout)); // [B, questions, V]
      const divergence = answers!.exp().mul(answers!.sub(logs)).sum(-1); // [B, questions]
      const words = tf.oneHot(labels!.toInt(), logs.shape[2]).toFloat(); // [B, questions, V]
      const right = words.mul(logs).sum(-1); // [B, questions]
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

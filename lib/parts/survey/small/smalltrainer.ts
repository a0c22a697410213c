/**
 * Trains a small model on the documents of TaskWorld: cross-entropy of the next word, weighted by
 * what the documents say.
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { demand } from '../../../core/errors';
import { stream } from '../../../core/random';
import { crossEntropies } from '../../../language/answerloss';
import type { Method } from '../../../model/methods';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { HEADER_TOKENS, documentTokens, type Document } from '../world/documents';
import { VOCABULARY } from '../world/vocabulary';
import {
  disposeLayout,
  documentLayout,
  isOrdered,
  type DocumentLayout,
  type LayoutTensors,
} from './layout';
import { BATCHES, STAGES, batchKind, stageOfStep, trainingDocument, type Stage } from './stages';
import type { SmallModel } from './smallmodel';

/** How a small model is trained. */
export interface SmallTraining extends StepConfig {
  readonly stages: readonly Stage[];
}

export const SMALL_TRAINING: SmallTraining = {
  ...STEPS,
  steps: 7000,
  batch: 32,
  learningRate: 2e-3,
  warmUp: 0.015,
  finalRate: 0.05,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  stages: STAGES,
};

/** How many lines of a document are tests where a method tells examples from tests. */
const TESTS = 4;

/**
 * Refuses microbatches, for trainers whose batches are one document or context after the other.
 *
 * @param what is read
 */
export const refuseMicroBatches = (what: string, microBatch: number): void =>
  demand(
    microBatch === 0,
    () => `${what} were to be read in microbatches of ${microBatch}.`,
    'Make the batch smaller.',
  );

/** Trains a small model on documents under a method. */
export abstract class DocumentTrainer<C extends StepConfig> extends StepTrainer<C> {
  private readonly layouts = new Map<string, DocumentLayout>();

  /**
   * @param model    what is trained; stays the caller's
   * @param config   complete and checked
   * @param defaults what a setting had before it existed, for older checkpoints
   */
  protected constructor(
    readonly model: SmallModel,
    readonly method: Method,
    config: C,
    defaults: C,
    options: CompileOptions,
  ) {
    const facts = { small: model.config, method: method.name };
    super({ parameters: model.parameters, config: facts }, config, defaults, options);
  }

  /** The documents of a step, with as many lines each. */
  protected abstract documentsOf(step: number): Document[];

  /** The layout of documents of some lines. */
  private layoutOf(lines: number): DocumentLayout {
    const tests = isOrdered(this.method) ? 1 : Math.min(TESTS, lines);
    const key = `${lines} ${tests}`;
    let layout = this.layouts.get(key);
    if (!layout) {
      layout = documentLayout(this.method, lines - tests, tests);
      this.layouts.set(key, layout);
    }
    return layout;
  }

  /**
   * @returns tokens, next tokens and weights [B, T] each, then the layout's tensors; the caller
   *   disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    const documents = this.documentsOf(step);
    return batchTensors(documents, this.layoutOf(documents[0]!.lines.length));
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([
    tokens,
    next,
    weights,
    mask,
    buckets,
    continues,
    places,
  ]: readonly Tensor[]): Scalar {
    const layout = { mask, buckets, continues, places } as LayoutTensors;
    const V = VOCABULARY.length;
    return tf.tidy(() => {
      const logits = this.model.logits(tokens as Tensor2D, layout); // [B, T, V]
      const [B, T] = tokens!.shape as [number, number];
      const words = next!.reshape([B * T]).toInt() as Tensor1D; // [B T]
      const each = crossEntropies(logits.reshape([B * T, V]), words); // [B T]
      const losses = each.mul(weights!.reshape([B * T])); // [B T]
      return losses.sum().div(weights!.sum()) as Scalar;
    });
  }

  override dispose(): void {
    super.dispose();
    for (const layout of this.layouts.values()) disposeLayout(layout);
  }
}

/** Trains a small model from the start, stage by stage. */
export class SmallTrainer extends DocumentTrainer<SmallTraining> {
  /**
   * @param model what is trained; stays the caller's
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(
    model: SmallModel,
    method: Method,
    given: Partial<SmallTraining> = {},
    options: CompileOptions = {},
  ) {
    super(model, method, checkedSteps(given, SMALL_TRAINING), SMALL_TRAINING, options);
  }

  protected override documentsOf(step: number): Document[] {
    const { seed, batch, stages, steps } = this.config;
    const random = stream(seed, 'documents of TaskWorld', step);
    const stage = stageOfStep(stages, step, steps);
    const kind = batchKind(random, stage);
    return Array.from({ length: batch * BATCHES[kind].times }, () =>
      trainingDocument(random, kind, stage, isOrdered(this.method)),
    );
  }
}

/** A batch of documents under a layout. */
function batchTensors(documents: readonly Document[], layout: DocumentLayout): Tensor[] {
  const { source } = layout;
  const [B, T] = [documents.length, source.length];
  const [tokens, next] = [new Int32Array(B * T), new Int32Array(B * T)];
  const weights = new Float32Array(B * T);
  documents.forEach((document, b) => {
    const all = documentTokens(document);
    const weighted = [...new Array<number>(HEADER_TOKENS).fill(0), ...document.weights.flat()];
    source.forEach((from, t) => {
      tokens[b * T + t] = all[from]!;
      const follows = source[t + 1] === from + 1;
      next[b * T + t] = follows ? all[from + 1]! : 0;
      weights[b * T + t] = follows ? weighted[from + 1]! * layout.counts[t + 1]! : 0;
    });
  });
  const { mask, buckets, continues, places } = layout;
  return [
    tf.tensor2d(tokens, [B, T], 'int32'),
    tf.tensor2d(next, [B, T], 'int32'),
    tf.tensor2d(weights, [B, T]),
    ...[mask, buckets, continues, places].map((tensor) => tensor.clone()),
  ];
}

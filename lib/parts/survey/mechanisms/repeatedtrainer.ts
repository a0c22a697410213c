/**
 * Trains a transformer of attention alone on repeated random sequences: the cross-entropy of every next
 * token, those of the first segment included, which nobody can predict.
 * Reference: Olsson et al. (2022, arXiv 2209.11895).
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { demand } from '../../../core/errors';
import { stream } from '../../../core/random';
import { crossEntropies } from '../../../language/answerloss';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { checkAttentionOnly, type AttentionOnly } from './attentiononly';
import { REPEATED, checkRepeated, repeatedSequence, type RepeatedSettings } from './repeated';

/** How such a transformer is trained. */
export interface RepeatedTraining extends StepConfig {
  readonly sequences: RepeatedSettings;
}

export const REPEATED_TRAINING: RepeatedTraining = {
  ...STEPS,
  steps: 600,
  batch: 32,
  learningRate: 3e-3,
  warmUp: 0.02,
  finalRate: 0.1,
  adam: { beta2: 0.98, weightDecay: 0.01 },
  logEvery: 20,
  sequences: REPEATED,
};

/** Trains a transformer of attention alone. */
export class RepeatedTrainer extends StepTrainer<RepeatedTraining> {
  /**
   * @param model what is trained; stays the caller's
   * @throws CourseError when there is no model, a setting is unknown or refused, or the sequences have
   *   more tokens than the model knows
   */
  constructor(
    readonly model: AttentionOnly,
    given: Partial<RepeatedTraining> = {},
    options: CompileOptions = {},
  ) {
    checkAttentionOnly(model);
    const config = checkedSteps(given, REPEATED_TRAINING);
    const { sequences } = config;
    checkRepeated(sequences);
    const { vocabulary, length } = model.config.size;
    demand(
      sequences.vocabulary <= vocabulary && sequences.length <= length,
      () =>
        `Sequences of ${sequences.length} of ${sequences.vocabulary} tokens were given to a model ` +
        `of sequences of ${length} of ${vocabulary}.`,
      'Make the model larger, or the sequences shorter.',
    );
    const trained = { parameters: model.parameters, config: { attentionOnly: model.config } };
    super(trained, config, REPEATED_TRAINING, options);
  }

  /** @returns tokens [B, T]; the caller disposes them, after the step */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch, sequences } = this.config;
    const random = stream(seed, 'repeated sequences', step);
    const rows = Array.from({ length: batch }, () => [
      ...repeatedSequence(random, sequences).tokens,
    ]);
    return [tf.tensor2d(rows, undefined, 'int32')];
  }

  /** @returns [] (a scalar), in nats; the caller disposes it */
  protected override lossOf([tokens]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const rows = tokens as Tensor2D; // [B, T]
      const each = nextTokenLosses(this.model.logits(rows), rows);
      return each.mean() as Scalar;
    });
  }
}

/**
 * What each token after the first costs, -ln p(token | those before it).
 *
 * @param logits [B, T, V]
 * @param tokens [B, T], int32
 * @returns [B, T - 1], in nats; the caller disposes it
 */
export const nextTokenLosses = (logits: tf.Tensor3D, tokens: Tensor2D): Tensor2D =>
  tf.tidy(() => {
    const [B, T, V] = logits.shape;
    const scores = logits.slice([0, 0, 0], [-1, T - 1, -1]).reshape([B * (T - 1), V]) as Tensor2D;
    const next = tokens.slice([0, 1], [-1, -1]).reshape([B * (T - 1)]); // [B (T - 1)]
    return crossEntropies(scores, next.toInt() as Tensor1D).reshape([B, T - 1]); // [B, T - 1]
  });

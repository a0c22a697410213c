/** Trains a language model on texts about things that it never sees: every next word. */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { positiveInteger, shareNumber } from '../../../core/errors';
import { stream } from '../../../core/random';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { nextTokenLosses } from '../mechanisms/repeatedtrainer';
import { checkCaptionLanguage, type CaptionLanguage } from './captionlanguage';
import { drawCaptionText } from './captiontexts';

/** How such a model is trained. */
export interface CaptionTextTraining extends StepConfig {
  /** Words of a text. */
  readonly length: number;
  /** Share of texts that give names. */
  readonly naming: number;
}

export const CAPTION_TEXT_TRAINING: CaptionTextTraining = {
  ...STEPS,
  steps: 1500,
  batch: 32,
  learningRate: 3e-3,
  warmUp: 0.03,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.01 },
  length: 41,
  naming: 0.5,
};

/** Trains a language model on texts. */
export class CaptionTextTrainer extends StepTrainer<CaptionTextTraining> {
  /**
   * @param language what is trained; stays the caller's
   * @throws CourseError when there is no model, or a setting is unknown or refused
   */
  constructor(
    readonly language: CaptionLanguage,
    given: Partial<CaptionTextTraining> = {},
    options: CompileOptions = {},
  ) {
    checkCaptionLanguage(language);
    const config = checkedSteps(given, CAPTION_TEXT_TRAINING);
    positiveInteger('length', config.length, 2, 1024);
    shareNumber('naming', config.naming);
    const { parameters, config: built } = language;
    super(
      { parameters, config: { captionLanguage: built } },
      config,
      CAPTION_TEXT_TRAINING,
      options,
    );
  }

  /** @returns words [B, T]; the caller disposes them, after the step */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch, length, naming } = this.config;
    const random = stream(seed, 'texts about pictures', step);
    const rows = Array.from({ length: batch }, (_, b) =>
      drawCaptionText(random, length, b < Math.round(naming * batch)),
    );
    return [tf.tensor2d(rows, undefined, 'int32')];
  }

  /** @returns [] (a scalar), in nats; the caller disposes it */
  protected override lossOf([tokens]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const rows = tokens as Tensor2D; // [B, T]
      const logits = this.language.logitsOf(this.language.embedded(rows)); // [B, T, V]
      return nextTokenLosses(logits, rows).mean() as Scalar;
    });
  }
}

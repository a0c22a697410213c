/**
 * Trains a small model for a warm-up: some hundred further steps on documents of one kind, between
 * pre-training and use,
 *
 *   min_w E_t E_(x_1 y_1 .. x_k+1 y_k+1 | t) [-log p_w(y | x_1, y_1, .., x)],
 *
 * t among the tasks of warm-up.
 * References: Min et al. (2022), Wei et al. (2023), Chen et al. (2022), see warmupdocuments.ts.
 */
import { checkWord } from '../../../core/checks';
import type { CompileOptions } from '../../../core/compile';
import { stream } from '../../../core/random';
import { METHODS } from '../../../model/methods';
import { STEPS, checkedSteps, type StepConfig } from '../../../training/steps';
import { checkSmallModel } from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { DocumentTrainer, refuseMicroBatches } from '../small/smalltrainer';
import type { Document } from '../world/documents';
import { WARM_UPS, warmUpBatch, type WarmUp } from './warmupdocuments';

/** How a small model is warmed up. */
export interface WarmUpTraining extends StepConfig {
  /** What is read. */
  readonly kind: WarmUp;
}

export const WARM_UP_TRAINING: WarmUpTraining = {
  ...STEPS,
  steps: 50,
  batch: 32,
  learningRate: 2e-3,
  warmUp: 0.05,
  finalRate: 0.3,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  kind: 'symbol tuning',
};

/** A complete, checked config. */
function checkedWarmUp(given: Partial<WarmUpTraining>): WarmUpTraining {
  const config = checkedSteps(given, WARM_UP_TRAINING);
  checkWord("'kind'", config.kind, WARM_UPS);
  refuseMicroBatches('Documents', config.microBatch);
  return config;
}

/** Warms a small model up. */
export class WarmUpTrainer extends DocumentTrainer<WarmUpTraining> {
  /**
   * @param model what is trained, under AR, from the weights that it has; stays the caller's
   * @throws CourseError when there is no model, or a setting is unknown or refused
   */
  constructor(
    model: SmallModel,
    given: Partial<WarmUpTraining> = {},
    options: CompileOptions = {},
  ) {
    checkSmallModel(model);
    super(model, METHODS.ar, checkedWarmUp(given), WARM_UP_TRAINING, options);
  }

  protected override documentsOf(step: number): Document[] {
    const { seed, batch, kind } = this.config;
    return warmUpBatch(stream(seed, `documents of ${kind}`, step), kind, batch);
  }
}

/**
 * Trains a decoder on documents with a hidden concept: the cross-entropy of every token after the
 * first. Nothing tells it which concept a document has, or that there are any.
 * Reference: Xie et al. (2022, arXiv 2111.02080).
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { checkList, checkStream } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { stream, type Stream } from '../../../core/random';
import { checkLanguageModel, type LanguageModel } from '../../../language/languagemodel';
import { causalBias } from '../../../model/attention';
import { nextTokenLosses } from '../mechanisms/repeatedtrainer';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { ConceptDecoderConfig } from './conceptdecoder';
import { drawMarkovText } from './conceptprompts';
import { mixtureModels, type ConceptWorld } from './concepts';
import type { HiddenMarkov } from './hiddenmarkov';

/** How such a decoder is trained. */
export interface ConceptTraining extends StepConfig {
  /** Tokens of a document, T. */
  readonly length: number;
}

export const CONCEPT_TRAINING: ConceptTraining = {
  ...STEPS,
  steps: 1500,
  batch: 32,
  learningRate: 3e-3,
  warmUp: 0.03,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  length: 96,
};

/**
 * A document of a random model of a mixture.
 *
 * @throws CourseError when there is no stream or model, or the length is refused
 */
export function drawDocument(
  random: Stream,
  models: readonly HiddenMarkov[],
  length: number,
): number[] {
  checkStream(random);
  checkList('Models of a mixture', models, 'models', (one) => typeof one === 'object', 1);
  return drawMarkovText(random, models[random.integer(models.length)]!, length);
}

/** Trains a decoder on the documents of a world. */
export class ConceptTrainer extends StepTrainer<ConceptTraining> {
  private readonly bias: Tensor;
  private readonly models: readonly HiddenMarkov[];

  /**
   * @param model what is trained; stays the caller's
   * @param built how the model was built, for its checkpoints
   * @throws CourseError when there is no model or world, a setting is unknown or refused, or the model
   *   knows fewer tokens than the world has
   */
  constructor(
    readonly model: LanguageModel,
    world: ConceptWorld,
    built: ConceptDecoderConfig,
    given: Partial<ConceptTraining> = {},
    options: CompileOptions = {},
  ) {
    checkLanguageModel(model);
    const models = mixtureModels(world);
    const config = checkedSteps(given, CONCEPT_TRAINING);
    const { vocabulary, size } = model.config;
    positiveInteger('length', config.length, 2, size.maxPositions);
    demand(
      world.settings.vocabulary <= vocabulary,
      () =>
        `A world of ${world.settings.vocabulary} tokens was given to a decoder of ${vocabulary}.`,
      'Build the decoder with the vocabulary of the world.',
    );
    super(
      { parameters: model.parameters, config: { concepts: built } },
      config,
      CONCEPT_TRAINING,
      options,
    );
    this.models = models;
    this.bias = causalBias(config.length);
  }

  /** @returns tokens and positions [B, T], bias; the caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch: B, length: T } = this.config;
    const random = stream(seed, 'documents with concepts', step);
    const rows = Array.from({ length: B }, () => drawDocument(random, this.models, T));
    return [
      tf.tensor2d(rows, [B, T], 'int32'),
      tf.tidy(() => tf.range(0, T, 1, 'int32').expandDims(0).tile([B, 1])),
      this.bias.clone(),
    ];
  }

  /** @returns [] (a scalar), in nats; the caller disposes it */
  protected override lossOf([tokens, positions, bias]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const rows = tokens as Tensor2D; // [B, T]
      const logits = this.model.logits({
        tokens: rows,
        positions: positions as Tensor2D,
        bias: bias!,
      }); // [B, T, V]
      return nextTokenLosses(logits, rows).mean() as Scalar;
    });
  }

  override dispose(): void {
    super.dispose();
    this.bias.dispose();
  }
}

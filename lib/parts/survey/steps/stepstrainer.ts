/**
 * Trains a decoder on documents about compositions: a few lines, each a question with its answer, all
 * with written steps or all without. The loss is the cross-entropy of what stands after the questions
 * (Min et al., 2022, score outputs only).
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { plainObject, positiveInteger, shareNumber } from '../../../core/errors';
import { checkStream } from '../../../core/checks';
import { stream, type Stream } from '../../../core/random';
import { crossEntropies } from '../../../language/answerloss';
import { checkLanguageModel, type LanguageModel } from '../../../language/languagemodel';
import { causalBias } from '../../../model/attention';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { MOST_STEPS, checkStepsLanguage, drawStepsQuestion, type StepsLanguage } from './functions';
import { STEPS_WORDS, stepsLine } from './lines';
import type { StepsModelConfig } from './stepsmodel';

/** How a decoder of compositions is trained. */
export interface StepsTraining extends StepConfig {
  /** Lines of a document. */
  readonly lines: number;
  /** The most functions that a question of training composes. */
  readonly longest: number;
  /** The share of documents with written steps. */
  readonly written: number;
}

export const STEPS_TRAINING: StepsTraining = {
  ...STEPS,
  steps: 1500,
  batch: 64,
  learningRate: 3e-3,
  warmUp: 0.03,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.05 },
  lines: 3,
  longest: 3,
  written: 0.5,
};

/** A document: its tokens, and of each whether it stands after a question. */
export interface StepsDocument {
  readonly tokens: readonly number[];
  readonly scored: readonly boolean[];
}

/** What documents of training are drawn from. */
export type DocumentSettings = Pick<StepsTraining, 'lines' | 'longest' | 'written'>;

/** Refuses settings of documents. */
function checkDocuments(settings: DocumentSettings): void {
  plainObject('The settings of documents', settings);
  const { lines, longest, written } = settings;
  positiveInteger('lines', lines, 1, 16);
  positiveInteger('longest', longest, 1, MOST_STEPS);
  shareNumber('written', written);
}

/**
 * A document of training: lines of 1 to `longest` steps, whose compositions are not left out.
 *
 * @throws CourseError when there is no language or stream, or a setting is refused
 */
export function stepsDocument(
  language: StepsLanguage,
  random: Stream,
  settings: DocumentSettings,
): StepsDocument {
  checkStepsLanguage(language);
  checkStream(random);
  checkDocuments(settings);
  const written = random.uniform() < settings.written;
  const lines = Array.from({ length: settings.lines }, () => {
    const steps = 1 + random.integer(settings.longest);
    const tokens = stepsLine(
      language,
      drawStepsQuestion(language, random, steps, 'trained'),
      written,
    );
    return { tokens, scored: tokens.map((_, i) => i > steps) };
  });
  return {
    tokens: lines.flatMap(({ tokens }) => tokens),
    scored: lines.flatMap(({ scored }) => scored),
  };
}

/** Tokens of the longest line: functions, digit, trigger, results but the last, "=", answer, end. */
const lineTokens = ({ longest, written }: DocumentSettings): number =>
  longest + 4 + (written > 0 ? longest : 0);

/** Trains a decoder on compositions. */
export class CompositionTrainer extends StepTrainer<StepsTraining> {
  private readonly bias: Tensor;

  /**
   * @param model  what is trained; stays the caller's
   * @param built  how the model was built, for its checkpoints
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(
    readonly model: LanguageModel,
    readonly language: StepsLanguage,
    built: StepsModelConfig,
    given: Partial<StepsTraining> = {},
    options: CompileOptions = {},
  ) {
    checkLanguageModel(model);
    checkStepsLanguage(language);
    const config = checkedSteps(given, STEPS_TRAINING);
    checkDocuments(config);
    super(
      { parameters: model.parameters, config: { composition: built } },
      config,
      STEPS_TRAINING,
      options,
    );
    this.bias = causalBias(config.lines * lineTokens(config));
  }

  /** @returns tokens, next tokens, weights and positions [B, T], bias; the caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch: B } = this.config;
    const random = stream(seed, 'documents of compositions', step);
    const T = this.bias.shape[3]!;
    const [tokens, next] = [new Int32Array(B * T), new Int32Array(B * T)];
    const weights = new Float32Array(B * T);
    for (let b = 0; b < B; b++) {
      const document = stepsDocument(this.language, random, this.config);
      document.tokens.forEach((token, t) => {
        tokens[b * T + t] = token;
        if (t === 0) return;
        next[b * T + t - 1] = token;
        weights[b * T + t - 1] = document.scored[t] ? 1 : 0;
      });
    }
    return [
      tf.tensor2d(tokens, [B, T], 'int32'),
      tf.tensor2d(next, [B, T], 'int32'),
      tf.tensor2d(weights, [B, T]),
      tf.tidy(() => tf.range(0, T, 1, 'int32').expandDims(0).tile([B, 1])),
      this.bias.clone(),
    ];
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([tokens, next, weights, positions, bias]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const logits = this.model.logits({
        tokens: tokens as Tensor2D,
        positions: positions as Tensor2D,
        bias: bias!,
      }); // [B, T, V]
      const [B, T] = tokens!.shape as [number, number];
      const flat = logits.reshape([B * T, STEPS_WORDS.length]) as Tensor2D; // [B T, V]
      const each = crossEntropies(flat, next!.reshape([B * T]).toInt() as Tensor1D); // [B T]
      return each
        .mul(weights!.reshape([B * T]))
        .sum()
        .div(weights!.sum()) as Scalar;
    });
  }

  override dispose(): void {
    super.dispose();
    this.bias.dispose();
  }
}

/**
 * Trains a model on canvases: patches are masked and their channels are to be predicted, by the
 * cross-entropy of every channel. Either the masked patches are the hole, or they are a random share
 * of the canvas, so that a hole is met by chance only.
 * References: Bar et al. (2022, arXiv 2209.00647) mask three quarters of the patches at random; Wang et
 * al. (2023, arXiv 2212.02499, Painter) mask patches of the two outputs.
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { demand, shareNumber } from '../../../core/errors';
import { checkMadeBy, checkStream, checkTensor, checkWord } from '../../../core/checks';
import { stream, type Stream } from '../../../core/random';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import {
  CANVAS_LAYOUTS,
  CANVAS_TOKENS,
  PATCHES,
  PATCH_SIZE,
  canvasLayout,
  canvasPictures,
  patchesOfAll,
} from './canvas';
import { PictureModel } from './picturemodel';
import { drawPicturePrompt, drawPictureTask, type PicturePrompt } from './picturetasks';

/** What is masked. */
export const CANVAS_MASKS = ['hole', 'patches'] as const;

/** How such a model is trained. */
export interface CanvasTraining extends StepConfig {
  /** The hole, or patches anywhere. */
  readonly mask: (typeof CANVAS_MASKS)[number];
  /** The share of patches that is masked where they are anywhere. */
  readonly maskedShare: number;
  /** The share of prompts whose task is one change; the others have two. */
  readonly singles: number;
  /** The share of prompts whose example is masked too, where the hole is to be filled. */
  readonly withoutExample: number;
}

export const CANVAS_TRAINING: CanvasTraining = {
  ...STEPS,
  steps: 3000,
  batch: 32,
  learningRate: 3e-3,
  warmUp: 0.05,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.01 },
  mask: 'hole',
  maskedShare: 0.75,
  singles: 0.5,
  withoutExample: 0.05,
};

/**
 * A prompt with n examples of a task of training.
 *
 * @param singles the share of prompts whose task is one change
 * @throws CourseError when there is no stream, or a number is refused
 */
export function drawTrainingPrompt(random: Stream, singles: number, n = 1): PicturePrompt {
  checkStream(random);
  shareNumber('singles', singles);
  const sort = random.uniform() < singles ? 'single' : 'pair';
  return drawPicturePrompt(random, drawPictureTask(random, sort), n);
}

/**
 * The cross-entropy of channels that are on or off, mean over those that count.
 *
 * @param logits  [B, T, K]
 * @param targets [B, T, K], 0 or 1
 * @param counts  [B, T, 1]: 1 where a patch counts, 0 elsewhere
 * @returns [] (a scalar), in nats a channel; the caller disposes it
 * @throws CourseError when the shapes do not fit
 */
export function channelLoss(logits: Tensor3D, targets: Tensor3D, counts: Tensor3D): Scalar {
  for (const [name, one] of Object.entries({ logits, targets, counts })) checkTensor(name, one, 3);
  const [B, T, K] = logits.shape;
  demand(
    targets.shape.join() === logits.shape.join() && counts.shape.join() === [B, T, 1].join(),
    () => `Logits [${logits.shape}] came with [${targets.shape}] and [${counts.shape}].`,
    'Give targets of the same shape, and a 0 or 1 for each patch, [B, T, 1].',
  );
  return tf.tidy(() => {
    const losses = logits.relu().sub(logits.mul(targets)).add(logits.abs().neg().exp().log1p());
    return losses.mul(counts).sum().div(counts.sum().mul(K)) as Scalar;
  });
}

/** Which patches of a canvas are masked, 0 or 1 each; the last ones are the hole. */
function drawMask(random: Stream, { mask, maskedShare, withoutExample }: CanvasTraining): number[] {
  const tokens = Array.from({ length: CANVAS_TOKENS }, (_, t) => t);
  if (mask === 'hole') {
    const alone = random.uniform() < withoutExample;
    return tokens.map((t) => Number(t >= 3 * PATCHES || (alone && t < 2 * PATCHES)));
  }
  const count = Math.max(1, Math.round(maskedShare * CANVAS_TOKENS));
  const masked = new Set(random.permutation(CANVAS_TOKENS).slice(0, count));
  return tokens.map((t) => Number(masked.has(t)));
}

/** Trains a model on canvases in all eight layouts. */
export class CanvasTrainer extends StepTrainer<CanvasTraining> {
  private readonly bias = tf.zeros([CANVAS_TOKENS, CANVAS_TOKENS]);

  /**
   * @param model what is trained; stays the caller's
   * @throws CourseError when there is no model, or a setting is unknown or refused
   */
  constructor(
    readonly model: PictureModel,
    given: Partial<CanvasTraining> = {},
    options: CompileOptions = {},
  ) {
    checkMadeBy(
      'The model',
      model,
      PictureModel,
      'pictures.PictureModel',
      'Make one with new pictures.PictureModel(config).',
    );
    const config = checkedSteps(given, CANVAS_TRAINING);
    checkWord('mask', config.mask, CANVAS_MASKS);
    shareNumber('maskedShare', config.maskedShare);
    shareNumber('singles', config.singles);
    shareNumber('withoutExample', config.withoutExample);
    super(
      { parameters: model.parameters, config: { pictures: model.config } },
      config,
      CANVAS_TRAINING,
      options,
    );
  }

  /** @returns patches [B, T, K], masked and counted [B, T, 1], quadrants [B, 4], bias [T, T]; the
   *   caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch: B, singles } = this.config;
    const random = stream(seed, 'canvases', step);
    const rows = Array.from({ length: B }, () => {
      const { examples, query, answer } = drawTrainingPrompt(random, singles);
      return {
        patches: patchesOfAll(canvasPictures(examples[0]!, query, answer)),
        quadrants: canvasLayout(random.integer(CANVAS_LAYOUTS.length)),
        masked: drawMask(random, this.config),
      };
    });
    const [T, hole] = [CANVAS_TOKENS, this.config.mask === 'hole'];
    const counts = (masked: readonly number[]): readonly number[] =>
      hole ? masked.map((one, t) => (t >= 3 * PATCHES ? one : 0)) : masked;
    return [
      tf.tensor3d(
        rows.flatMap(({ patches }) => patches),
        [B, T, PATCH_SIZE],
      ),
      tf.tensor3d(
        rows.flatMap(({ masked }) => masked),
        [B, T, 1],
      ),
      tf.tensor3d(
        rows.flatMap(({ masked }) => counts(masked)),
        [B, T, 1],
      ),
      tf.tensor2d(
        rows.flatMap(({ quadrants }) => [...quadrants]),
        [B, 4],
        'int32',
      ),
      this.bias.clone(),
    ];
  }

  /** @returns [] (a scalar), in nats a channel; the caller disposes it */
  protected override lossOf([patches, masked, counts, quadrants, bias]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const logits = this.model.logits({
        patches: patches as Tensor3D,
        masked: masked as Tensor3D,
        quadrants: quadrants as Tensor2D,
        bias: bias!,
      }); // [B, T, K]
      return channelLoss(logits, patches as Tensor3D, counts as Tensor3D);
    });
  }

  override dispose(): void {
    super.dispose();
    this.bias.dispose();
  }
}

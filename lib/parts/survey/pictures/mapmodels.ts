/**
 * Two models of maps of pictures, conditioned on an example and a query on one canvas: a denoiser,
 * which draws one of the right answers from noise in the hole, and one that says all channels at once,
 * as the models that fill holes do.
 * Reference: Wang et al. (2023, arXiv 2305.01115, Prompt Diffusion). Deviations: their denoiser is a
 * ControlNet over Stable Diffusion, in whose input example and query are added, and which is told words
 * too; here a vision transformer reads four pictures side by side.
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { checkFunction, checkNumbers, checkStream } from '../../../core/checks';
import { demand, shareNumber } from '../../../core/errors';
import { stream, type Stream } from '../../../core/random';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import {
  CANVAS_TOKENS,
  PATCHES,
  PATCH_SIZE,
  canvasLayout,
  canvasPictures,
  patchesOf,
  unpatched,
} from './canvas';
import {
  canvasAnswers,
  checkPictureModel,
  checkPictureQuestions,
  patchInputs,
  type PictureQuestion,
} from './canvasanswers';
import { channelLoss } from './canvastrainer';
import { denoise, noiseSchedule, noised } from './diffusion';
import { drawMapPrompt } from './picturemaps';
import { pictureOf, type Picture } from './picture';
import type { PictureModel } from './picturemodel';

/** How such a model is trained. */
export interface MapTraining extends StepConfig {
  /** The share of prompts whose example is masked. */
  readonly withoutExample: number;
}

export const MAP_TRAINING: MapTraining = {
  ...STEPS,
  steps: 2000,
  batch: 32,
  learningRate: 3e-3,
  warmUp: 0.05,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.01 },
  withoutExample: 0.1,
};

/** Patches of an answer, from -1 to 1. */
const signed = (picture: Picture): number[] => patchesOf(picture).map((on) => 2 * on - 1);

/** Canvases with holes; the caller disposes their tensors. */
function conditions(questions: readonly PictureQuestion[]) {
  const quadrants = canvasLayout(0);
  return patchInputs(
    questions.map(({ example, query }) => ({
      pictures: canvasPictures(example, query),
      quadrants,
    })),
  );
}

/** The same with a picture in the hole, [B, PATCHES, K]. */
function withHole(canvases: ReturnType<typeof conditions>, hole: Tensor3D) {
  const { patches, masked } = canvases;
  const [B, known] = [hole.shape[0], 3 * PATCHES];
  return {
    ...canvases,
    patches: tf.concat([patches.slice([0, 0, 0], [-1, known, -1]), hole], 1) as Tensor3D, // [B, T, K]
    masked: tf.concat(
      [masked.slice([0, 0, 0], [-1, known, -1]), tf.zeros([B, PATCHES, 1])],
      1,
    ) as Tensor3D,
  };
}

/** Trains a model of maps: a denoiser where it is told of noise, else one that answers at once. */
export class MapTrainer extends StepTrainer<MapTraining> {
  private readonly bias = tf.zeros([CANVAS_TOKENS, CANVAS_TOKENS]);
  private readonly schedule: readonly number[] | null;

  /**
   * @param model what is trained; stays the caller's
   * @throws CourseError when there is no model, or a setting is unknown or refused
   */
  constructor(
    readonly model: PictureModel,
    given: Partial<MapTraining> = {},
    options: CompileOptions = {},
  ) {
    checkPictureModel(model);
    const config = checkedSteps(given, MAP_TRAINING);
    shareNumber('withoutExample', config.withoutExample);
    super(
      { parameters: model.parameters, config: { pictures: model.config } },
      config,
      MAP_TRAINING,
      options,
    );
    const { noiseSteps } = model.config;
    this.schedule = noiseSteps > 0 ? noiseSchedule(noiseSteps) : null;
  }

  /**
   * @returns answers [B, PATCHES, K] from -1 to 1, patches [B, T, K], masked [B, T, 1], quadrants
   *   [B, 4], bias [T, T] and, of a denoiser, steps of noise [B]; the caller disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch: B, withoutExample } = this.config;
    const random = stream(seed, 'maps of pictures', step);
    const prompts = Array.from({ length: B }, () => {
      const { example, query, answer } = drawMapPrompt(random);
      const x0 = signed(answer);
      const t = this.schedule ? 1 + random.integer(this.schedule.length - 1) : 0;
      const noisy = this.schedule ? noised(x0, this.schedule[t]!, random.normals(x0.length)) : x0;
      return { example: random.uniform() < withoutExample ? null : example, query, x0, t, noisy };
    });
    const shape: [number, number, number] = [B, PATCHES, PATCH_SIZE];
    const right = tf.tensor3d(
      prompts.flatMap(({ x0 }) => x0),
      shape,
    );
    const { patches, masked, quadrants } = tf.tidy(() => {
      const canvases = conditions(prompts);
      if (!this.schedule) return canvases;
      const noisy = prompts.flatMap((prompt) => prompt.noisy);
      return withHole(canvases, tf.tensor3d(noisy, shape));
    });
    const noise = this.schedule
      ? [
          tf.tensor1d(
            prompts.map(({ t }) => t - 1),
            'int32',
          ),
        ]
      : [];
    return [right, patches, masked, quadrants, this.bias.clone(), ...noise];
  }

  /** @returns [] (a scalar): squared error of x_0, or nats a channel; the caller disposes it */
  protected override lossOf([
    right,
    patches,
    masked,
    quadrants,
    bias,
    noise,
  ]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const said = this.model.logits({
        patches: patches as Tensor3D,
        masked: masked as Tensor3D,
        quadrants: quadrants as Tensor2D,
        bias: bias!,
        ...(noise ? { noise } : {}),
      }); // [B, T, K]
      const last = said.slice([0, 3 * PATCHES, 0], [-1, -1, -1]) as Tensor3D; // [B, PATCHES, K]
      if (noise) return last.sub(right!).square().mean() as Scalar;
      const on = right!.add(1).div(2) as Tensor3D;
      return channelLoss(last, on, tf.ones([last.shape[0], PATCHES, 1]));
    });
  }

  override dispose(): void {
    super.dispose();
    this.bias.dispose();
  }
}

/**
 * Pictures that a denoiser draws for questions.
 *
 * @param watch is told of the channels of every step, the noise first: [questions][channels] and t
 * @returns channels, around -1 and 1, [questions][PICTURE_SIDE x PICTURE_SIDE x 3]
 * @throws CourseError when there is no stream or question, or the model is no denoiser
 */
export function drawnAnswers(
  random: Stream,
  model: PictureModel,
  questions: readonly PictureQuestion[],
  watch: (channels: readonly (readonly number[])[], t: number) => void = () => undefined,
): number[][] {
  checkStream(random);
  checkPictureModel(model);
  checkPictureQuestions(questions);
  checkFunction('What watches', watch);
  demand(
    model.config.noiseSteps > 0,
    () => `${questions.length} pictures were to be drawn by a model that knows no noise.`,
    'Ask a denoiser.',
  );
  const [B, size] = [questions.length, PATCHES * PATCH_SIZE];
  const canvases = conditions(questions);
  const clean = (noisy: readonly (readonly number[])[], t: number): number[][] =>
    tf.tidy(() => {
      const hole = tf.tensor3d(
        noisy.flatMap((row) => [...row]),
        [B, PATCHES, PATCH_SIZE],
      );
      const said = model.logits({
        ...withHole(canvases, hole),
        bias: tf.zeros([CANVAS_TOKENS, CANVAS_TOKENS]),
        noise: tf.fill([B], t - 1, 'int32'),
      }); // [B, T, K]
      const last = said.slice([0, 3 * PATCHES, 0], [-1, -1, -1]).clipByValue(-1, 1);
      return last.reshape([B, size]).arraySync() as number[][]; // [B, size]
    });
  const schedule = noiseSchedule(model.config.noiseSteps);
  try {
    return denoise(random, schedule, { count: B, size }, clean, (x, t) =>
      watch(
        x.map((row) => unpatched(row)),
        t,
      ),
    ).map(unpatched);
  } finally {
    tf.dispose(Object.values(canvases));
  }
}

/**
 * The picture of channels around -1 and 1: a channel is on from 0 on.
 *
 * @param channels PICTURE_SIDE x PICTURE_SIDE x 3
 * @throws CourseError when there are not as many
 */
export function pictureOfSigned(channels: readonly number[]): Picture {
  checkNumbers('Channels of a picture', channels);
  return pictureOf(channels.map((x) => (x + 1) / 2));
}

/**
 * Pictures that a model says at once, every channel by itself.
 *
 * @throws CourseError when there is no model or question
 */
export const saidAtOnce = (model: PictureModel, questions: readonly PictureQuestion[]): Picture[] =>
  canvasAnswers(model, questions).map(pictureOf);

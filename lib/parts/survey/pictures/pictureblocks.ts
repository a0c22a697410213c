/**
 * A model that reads several examples as blocks: an example is two pictures, its input and its output,
 * the test is the query and the hole. Which picture may read which, and where each is, comes from the
 * course's methods (AR, InvICL and others), for examples of two tokens; every patch of a picture has
 * the mask and the place of its picture.
 * Reference: Fang et al. (2025, arXiv 2505.04994) for the masks; pictures in them are the course's.
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';
import { biasOf } from '../../../model/attention';
import { layoutPrompt } from '../../../model/layout';
import { METHODS, type Method } from '../../../model/methods';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { PATCHES, PATCH_SIZE, patchesOf } from './canvas';
import { checkPictureModel, patchInputs, rowAnswers, type PictureRow } from './canvasanswers';
import { channelLoss, drawTrainingPrompt } from './canvastrainer';
import { checkSeveral, type SeveralExamples } from './ensembles';
import type { PictureModel } from './picturemodel';

/** The methods that the course trains on pictures: both with the loss on the answer only. */
export const PICTURE_METHODS = { ar: METHODS.arTestLoss, invicl: METHODS.inviclTestLoss } as const;

/** Which of them. */
export type PictureMethod = keyof typeof PICTURE_METHODS;

/** The most examples of a prompt. */
export const MOST_EXAMPLES = 3;

/** Positions that such a model needs: AR counts the pictures of the longest prompt. */
export const BLOCK_POSITIONS = 2 * MOST_EXAMPLES + 2;

/** Mask and places of prompts with n examples. */
const layoutOf = (method: Method, n: number) => layoutPrompt(method, new Array(n).fill(2), [2]);

/**
 * The mask of a prompt with n examples over patches, as numbers to add to scores.
 *
 * @returns [T, T]; the caller disposes it
 * @throws CourseError when n is not from 1 to MOST_EXAMPLES, or what is given is no method
 */
export function pictureBias(method: Method, n: number): Tensor2D {
  positiveInteger('The number of examples', n, 1, MOST_EXAMPLES);
  const { mask } = layoutOf(method, n);
  const often = <T>(list: readonly T[]): T[] =>
    list.flatMap((one) => new Array<T>(PATCHES).fill(one));
  return biasOf(often(mask.map((row) => often(row))));
}

/** A prompt as its pictures in order, each with its place. */
function blockRow(method: Method, { examples, query }: SeveralExamples): PictureRow {
  const { positions } = layoutOf(method, examples.length);
  const context = examples.flatMap(({ input, output }) => [input, output]);
  const pictures = [...context, ...(method.doubled ? context : []), query, null];
  return { pictures, quadrants: positions ?? pictures.map(() => 0) };
}

/**
 * The answers of such a model to questions with as many examples each.
 *
 * @returns probabilities of the channels, [questions][PICTURE_SIDE x PICTURE_SIDE x 3]
 * @throws CourseError when there is no model, question or example, numbers of examples differ, or there
 *   are more than MOST_EXAMPLES
 */
export function blockAnswers(
  model: PictureModel,
  method: Method,
  questions: readonly SeveralExamples[],
): number[][] {
  checkPictureModel(model);
  const bias = pictureBias(method, checkSeveral(questions));
  const answers = rowAnswers(
    model,
    questions.map((one) => blockRow(method, one)),
    bias,
  );
  bias.dispose();
  return answers;
}

/** How such a model is trained. */
export interface BlockTraining extends StepConfig {
  /** The most examples of a prompt; a step has from one to as many. */
  readonly mostExamples: number;
  /** The share of prompts whose task is one change; the others have two. */
  readonly singles: number;
}

export const BLOCK_TRAINING: BlockTraining = {
  ...STEPS,
  steps: 2500,
  batch: 16,
  learningRate: 3e-3,
  warmUp: 0.05,
  finalRate: 0.03,
  adam: { beta2: 0.98, weightDecay: 0.01 },
  mostExamples: MOST_EXAMPLES,
  singles: 0.5,
};

/** Trains a model that reads examples as blocks. */
export class PictureBlockTrainer extends StepTrainer<BlockTraining> {
  private readonly biases: Tensor2D[];

  /**
   * @param model what is trained; stays the caller's
   * @throws CourseError when there is no model, or a setting is unknown or refused
   */
  constructor(
    readonly model: PictureModel,
    private readonly method: Method,
    given: Partial<BlockTraining> = {},
    options: CompileOptions = {},
  ) {
    checkPictureModel(model);
    const config = checkedSteps(given, BLOCK_TRAINING);
    positiveInteger('mostExamples', config.mostExamples, 1, MOST_EXAMPLES);
    super(
      { parameters: model.parameters, config: { pictures: model.config } },
      config,
      BLOCK_TRAINING,
      options,
    );
    this.biases = Array.from({ length: config.mostExamples }, (_, i) => pictureBias(method, i + 1));
  }

  /**
   * @returns patches [B, T, K], masked [B, T, 1], quadrants [B, N], bias [T, T], answers
   *   [B, PATCHES, K]; the caller disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch: B, singles, mostExamples } = this.config;
    const random = stream(seed, 'pictures in blocks', step);
    const n = 1 + random.integer(mostExamples);
    const prompts = Array.from({ length: B }, () => drawTrainingPrompt(random, singles, n));
    const { patches, masked, quadrants } = patchInputs(
      prompts.map((prompt) => blockRow(this.method, prompt)),
    );
    const answers = prompts.flatMap(({ answer }) => patchesOf(answer));
    return [
      patches,
      masked,
      quadrants,
      this.biases[n - 1]!.clone(),
      tf.tensor3d(answers, [B, PATCHES, PATCH_SIZE]),
    ];
  }

  /** @returns [] (a scalar), in nats a channel; the caller disposes it */
  protected override lossOf([patches, masked, quadrants, bias, right]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const logits = this.model.logits({
        patches: patches as Tensor3D,
        masked: masked as Tensor3D,
        quadrants: quadrants as Tensor2D,
        bias: bias!,
      }); // [B, T, K]
      const last = logits.slice([0, logits.shape[1] - PATCHES, 0], [-1, -1, -1]) as Tensor3D;
      return channelLoss(last, right as Tensor3D, tf.ones([last.shape[0], PATCHES, 1]));
    });
  }

  override dispose(): void {
    super.dispose();
    tf.dispose(this.biases);
  }
}

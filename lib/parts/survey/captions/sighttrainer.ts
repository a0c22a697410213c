/**
 * Trains what gives sight to a language model, on pictures with questions and answers: the loss is that
 * of the words of the answer. The language model stays as it is, unless it is trained too.
 */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { checkList } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { stream } from '../../../core/random';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Parameters } from '../../../model/transformer';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { CAPTION_ASKS, type CaptionAsk } from './captiontexts';
import { PICTURE_TOKEN, captionToken } from './captionwords';
import type { CaptionLanguage } from './captionlanguage';
import { pictureInstructions } from './instructiondata';
import { motifPatches } from './motifpictures';
import { nextTokenLosses } from '../mechanisms/repeatedtrainer';
import { PictureEncoder } from './pictureencoder';
import { sightedLogits, type Sight } from './sight';

/** How sight is trained. */
export interface SightTraining extends StepConfig {
  /** What pictures are asked. */
  readonly asks: readonly CaptionAsk[];
}

export const SIGHT_TRAINING: SightTraining = {
  ...STEPS,
  steps: 300,
  batch: 32,
  learningRate: 3e-3,
  warmUp: 0.05,
  finalRate: 0.05,
  adam: { beta2: 0.98 },
  asks: ['shows'],
};

/** What is trained: the sight, the head of an encoder alone, or the language model too. */
export type TrainedParts = 'sight' | 'bridge' | 'everything';

/** The weights that are trained, by name. */
function weightsOf(language: CaptionLanguage, sight: Sight, parts: TrainedParts): Parameters {
  if (parts === 'sight') return sight.parameters;
  demand(
    sight instanceof PictureEncoder,
    () => `'${parts}' was to be trained of gated layers.`,
    'Gated layers are trained as they are.',
  );
  if (parts === 'bridge') return sight.bridge;
  const named = (prefix: string, all: Parameters): Parameters =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [`${prefix}.${name}`, one]));
  return { ...named('language', language.parameters), ...named('encoder', sight.parameters) };
}

/** What a checkpoint says of it. */
const configOf = (sight: Sight): object =>
  sight instanceof PictureEncoder
    ? { pictureEncoder: sight.config }
    : { gatedPictures: sight.config };

/** Trains the sight of a language model. */
export class SightTrainer extends StepTrainer<SightTraining> {
  /**
   * @param language stays as it is unless `parts` is 'everything'; both stay the caller's
   * @throws CourseError when a setting is unknown or refused, or the parts cannot be trained
   */
  constructor(
    readonly language: CaptionLanguage,
    readonly sight: Sight,
    given: Partial<SightTraining> = {},
    parts: TrainedParts = 'sight',
    options: CompileOptions = {},
  ) {
    const config = checkedSteps(given, SIGHT_TRAINING);
    checkList(
      'asks',
      config.asks,
      'questions',
      (one) => CAPTION_ASKS.includes(one as CaptionAsk),
      1,
    );
    const parameters = weightsOf(language, sight, parts);
    super({ parameters, config: configOf(sight) }, config, SIGHT_TRAINING, options);
  }

  /** @returns words [B, T], 1 for those of an answer [B, T], pictures; the caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch, asks } = this.config;
    const random = stream(seed, 'pictures with questions', step);
    const drawn = pictureInstructions(random, batch, asks);
    const longest = asks.includes('described') ? 9 : 7;
    const rows = drawn.map(({ asked, answer }) => {
      const before = [captionToken('|'), PICTURE_TOKEN, PICTURE_TOKEN, ...asked];
      const text = [...before, ...answer];
      const padding = new Array<number>(longest - text.length).fill(captionToken('.'));
      const counts = [...before.map(() => 0), ...answer.map(() => 1), ...padding.map(() => 0)];
      return { text: [...text, ...padding], counts };
    });
    return [
      tf.tensor2d(
        rows.map(({ text }) => text),
        undefined,
        'int32',
      ),
      tf.tensor2d(rows.map(({ counts }) => counts)),
      motifPatches(drawn.map(({ picture }) => picture)),
    ];
  }

  /** @returns [] (a scalar), the mean over words of answers, in nats; the caller disposes it */
  protected override lossOf([tokens, counts, pictures]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const rows = tokens as Tensor2D; // [B, T]
      const batch = { tokens: rows, pictures: pictures as Tensor3D, places: [1] };
      const logits = sightedLogits(this.language, this.sight, batch); // [B, T, V]
      const counted = counts!.slice([0, 1], [-1, -1]); // [B, T - 1]
      return nextTokenLosses(logits, rows).mul(counted).sum().div(counted.sum()) as Scalar;
    });
  }
}

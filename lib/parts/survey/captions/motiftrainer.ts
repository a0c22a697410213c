/** Trains a classifier of motifs: the cross-entropies of colour and shape, without any language. */
import { tf } from '../../../core/backend';
import type { CompileOptions } from '../../../core/compile';
import { checkMadeBy } from '../../../core/checks';
import { stream } from '../../../core/random';
import { crossEntropies } from '../../../language/answerloss';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../../training/steps';
import type { Scalar, Tensor, Tensor1D, Tensor3D } from '@tensorflow/tfjs';
import { MOTIFS, isHeldOutMotif } from './captionwords';
import { motifPicture, motifPatches } from './motifpictures';
import { MotifClassifier } from './pictureencoder';

export const MOTIF_TRAINING: StepConfig = {
  ...STEPS,
  steps: 300,
  batch: 32,
  learningRate: 3e-3,
  warmUp: 0.05,
  finalRate: 0.05,
  adam: { beta2: 0.98 },
};

/** Trains a classifier of motifs. */
export class MotifTrainer extends StepTrainer {
  /**
   * @param classifier what is trained; stays the caller's
   * @throws CourseError when there is no classifier, or a setting is unknown or refused
   */
  constructor(
    readonly classifier: MotifClassifier,
    given: Partial<StepConfig> = {},
    options: CompileOptions = {},
  ) {
    checkMadeBy(
      'The classifier',
      classifier,
      MotifClassifier,
      'captions.MotifClassifier',
      'Make one with its config.',
    );
    const { parameters, config } = classifier;
    const trained = { parameters, config: { motifClassifier: config } };
    super(trained, checkedSteps(given, MOTIF_TRAINING), MOTIF_TRAINING, options);
  }

  /** @returns pictures, colours [B] and shapes [B]; the caller disposes them, after the step */
  protected override inputsOf(step: number): Tensor[] {
    const { seed, batch } = this.config;
    const random = stream(seed, 'pictures of motifs', step);
    const pool = MOTIFS.filter((motif) => !isHeldOutMotif(motif));
    const motifs = Array.from({ length: batch }, () => pool[random.integer(pool.length)]!);
    const numbers = (of: readonly number[]): Tensor1D => tf.tensor1d([...of], 'int32');
    return [
      motifPatches(motifs.map((motif) => motifPicture(random, motif))),
      numbers(motifs.map(({ colour }) => colour)),
      numbers(motifs.map(({ shape }) => shape)),
    ];
  }

  /** @returns [] (a scalar), in nats; the caller disposes it */
  protected override lossOf([pictures, colours, shapes]: readonly Tensor[]): Scalar {
    return tf.tidy(() => {
      const [byColour, byShape] = this.classifier.scores(pictures as Tensor3D);
      const ofColour = crossEntropies(byColour, colours as Tensor1D); // [B]
      return ofColour.add(crossEntropies(byShape, shapes as Tensor1D)).mean() as Scalar;
    });
  }
}

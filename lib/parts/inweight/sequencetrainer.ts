/**
 * Training on a finite data set: every step draws sequences of it, with replacement. A stack of
 * networks is trained at once, each on a data set of its own size, so that a whole curve over N is
 * one run.
 * Reference: Chan et al. (ICLR 2025): Adam, constant rate, batch 32, no clipping.
 */
import { tf } from '../../core/backend';
import type { CompileOptions } from '../../core/compile';
import { demand, finiteNumber } from '../../core/errors';
import { stream } from '../../core/random';
import type { Scalar, Tensor } from '@tensorflow/tfjs';

import type { ClassifierNetwork } from '../../classifiers/classifier';
import type { Prompts } from '../../model/prompts';
import { squaredNorm } from '../../model/transformer';
import {
  STEPS,
  StepTrainer,
  checkedSteps,
  type StepConfig,
  type Trainable,
} from '../../training/steps';
import { checkedSize } from './generatorconfig';
import { sequencePrompts, type SequenceGenerator } from './generator';

/** How to train on sequences. */
export interface SequenceTraining extends StepConfig {
  /** Half of this times the sum of all squared weights is added to the loss. */
  readonly l2: number;
}

export const SEQUENCE_TRAINING: SequenceTraining = {
  ...STEPS,
  steps: 6000,
  batch: 32,
  learningRate: 1e-3,
  warmUp: 0,
  finalRate: 1,
  clip: 0,
  adam: { beta2: 0.999 },
  logEvery: 100,
  checkpointEvery: 500,
  l2: 0,
};

/**
 * What a trainer minimises, where that is not the network's own loss; prompts as the network gets
 * them.
 */
export interface SequenceObjective extends Trainable {
  loss(prompts: Prompts): Scalar;
}

/**
 * Trains a network, or a stack of them; the loss is the sum over the stack, of cross-entropies in
 * nats.
 */
export class SequenceTrainer extends StepTrainer<SequenceTraining> {
  /**
   * @param network   what is trained; stays the caller's
   * @param source    makes the sequences
   * @param sizes     N of each network of the stack
   * @param objective what of the network is trained, and by which loss; all of it by its own when
   *                  left out
   * @throws CourseError quoting a setting that is unknown or refused, a size below the number of
   *   classes, or when sizes and stack differ
   */
  constructor(
    readonly network: ClassifierNetwork,
    readonly source: SequenceGenerator,
    readonly sizes: readonly number[],
    given: Partial<SequenceTraining> = {},
    private readonly objective: SequenceObjective = network,
    options: CompileOptions = {},
  ) {
    const config = checkedSteps(given, SEQUENCE_TRAINING);
    finiteNumber('l2', config.l2, 'a number of at least 0', (x) => x >= 0);
    for (const N of sizes) checkedSize(source.config, N);
    demand(
      sizes.length === (network.config.stack ?? 1),
      () =>
        `${sizes.length} sizes of data sets were given for ${network.config.stack ?? 1} networks.`,
      'Make the stack as high as there are sizes.',
    );
    super(objective, config, SEQUENCE_TRAINING, options);
  }

  /**
   * The prompts of a step: for every size the sequences that the same random numbers choose.
   *
   * @returns x [K batch, L, d] and so on; the caller disposes them
   */
  promptsOf(step: number): Prompts {
    const { seed, batch } = this.config;
    const random = stream(seed, 'rows', step);
    const shares = Array.from({ length: batch }, () => random.uniform());
    const sequences = this.sizes.flatMap((N) =>
      shares.map((share) => this.source.sequence(Math.floor(share * N))),
    );
    return sequencePrompts(sequences, this.source.inputs.d);
  }

  /** @returns x [K batch, L, d], y, xTest, yTest as of promptsOf; the caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    const { x, y, xTest, yTest } = this.promptsOf(step);
    return [x, y, xTest, yTest];
  }

  /**
   * A stack's batches belong together: they are never cut.
   *
   * @param inputs x [K batch, L, d] and so on
   */
  protected override promptsAtOnce(inputs: readonly Tensor[]): number {
    return inputs[0]!.shape[0]!;
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([x, y, xTest, yTest]: readonly Tensor[]): Scalar {
    const loss = this.objective
      .loss({ x, y, xTest, yTest } as Prompts)
      .mul(tf.scalar(this.sizes.length)) as Scalar;
    const { l2 } = this.config;
    return l2 > 0
      ? loss.add(squaredNorm(Object.values(this.objective.parameters)).mul(l2 / 2))
      : loss;
  }
}

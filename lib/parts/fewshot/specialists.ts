/**
 * Three specialists in one: MatchNet, ProtoNet and CNP, each trained on the kind of tasks that it
 * is designed for. Nothing passes between them; they are trained beside each other so that they
 * have the same seed, steps and prompts.
 */
import { tf } from '../../core/backend';
import { demand } from '../../core/errors';
import type { Scalar, Tensor3D } from '@tensorflow/tfjs';

import type { Prompts } from '../../model/prompts';
import { CNP } from './cnp';
import {
  ClassifierNetwork,
  type Classifier,
  type NetworkSizes,
} from '../../classifiers/classifier';
import { MatchNet } from './matchnet';
import { ProtoNet } from './protonet';

/** Settings of the specialists. */
export interface SpecialistsConfig extends NetworkSizes {
  readonly kind: 'specialists';
  readonly widths: readonly number[];
  readonly width: number;
}

/** All of these networks; where one is refused, those before it are disposed. */
function allOrNone(...makers: readonly (() => ClassifierNetwork)[]): readonly ClassifierNetwork[] {
  const made: ClassifierNetwork[] = [];
  try {
    for (const make of makers) made.push(make());
  } catch (error) {
    for (const network of made) network.dispose();
    throw error;
  }
  return made;
}

/**
 * The specialists; a batch is cut into three equal parts: pair-wise, prototype, amortization tasks,
 * in this order.
 */
export class Specialists extends ClassifierNetwork {
  readonly name = 'specialists';
  readonly members: readonly ClassifierNetwork[];

  /** @throws CourseError quoting a width that is refused */
  constructor(override readonly config: SpecialistsConfig) {
    super(config);
    const { d, classes, seed, widths, width } = config;
    const sizes = { d, classes, seed };
    this.members = allOrNone(
      () => new MatchNet({ ...sizes, kind: 'matchnet', widths }),
      () => new ProtoNet({ ...sizes, kind: 'protonet', widths }),
      () => new CNP({ ...sizes, kind: 'cnp', width }),
    );
    for (const member of this.members)
      for (const [name, parameter] of Object.entries(member.parameters))
        this.store.all[`${member.name}.${name}`] = parameter;
  }

  /** The specialists as classifiers. */
  get classifiers(): readonly Classifier[] {
    return this.members;
  }

  /**
   * Each third of the batch, answered by its specialist.
   *
   * @param prompts shapes as in Prompts, B a multiple of 3
   * @returns [B, m, C]; the caller disposes it
   * @throws CourseError when the batch cannot be cut into three
   */
  override logits(prompts: Prompts): Tensor3D {
    const B = prompts.x.shape[0];
    demand(
      B % 3 === 0,
      () => `A batch of ${B} prompts cannot be cut into three.`,
      'Use a multiple of 3.',
    );
    return tf.tidy(() => {
      const [x, y, xTest] = [prompts.x, prompts.y, prompts.xTest].map((t) => tf.split(t, 3)) as [
        Tensor3D[],
        tf.Tensor2D[],
        Tensor3D[],
      ];
      return tf.concat(
        this.members.map((member, i) => member.logits({ x: x[i]!, y: y[i]!, xTest: xTest[i]! })),
      ) as Tensor3D; // [B, m, C]
    });
  }

  /**
   * The sum of the specialists' losses, so that each learns as if it were alone.
   *
   * @param prompts shapes as in Prompts, B a multiple of 3
   * @returns [] (a scalar), in nats; the caller disposes it
   */
  override loss(prompts: Prompts): Scalar {
    return tf.tidy(() => super.loss(prompts).mul(3) as Scalar);
  }

  override dispose(): void {
    for (const member of this.members) member.dispose();
    super.dispose();
  }
}

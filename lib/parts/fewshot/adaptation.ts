/**
 * Adaptation to a new domain: a few tasks of it, a few steps of descent on them, all weights. How
 * long and how fast is chosen on validation domains.
 * Reference: Wu et al. (ICLR 2025); their settings of fine-tuning are not in their code.
 */
import { tf } from '../../core/backend';
import { checkFunction, checkIndices } from '../../core/checks';
import { compile } from '../../core/compile';
import { demand, finiteNumber, plainObject, positiveInteger, quote } from '../../core/errors';
import { stream } from '../../core/random';
import type { Tensor, Variable } from '@tensorflow/tfjs';

import { promptSizes, type Prompts } from '../../model/prompts';
import { assignAll, copiesOf } from '../../model/transformer';
import { Adam } from '../../training/adam';
import { gradientsOf } from '../../training/steps';
import type { DomainModel } from './domain';
import { DOMAIN_TRAINING, descentOf, inputsFrom } from './domaintrainer';

/** A way to adapt. */
export interface AdaptationRule {
  readonly optimiser: 'descent' | 'Adam';
  readonly rate: number;
  /** Tasks per step. */
  readonly batch: number;
}

/** Adapts a model to tasks of a domain, and restores it afterwards. */
export class Adapter {
  private readonly began: Record<string, Variable>;
  private readonly descent: ReturnType<typeof descentOf>;
  private readonly adam: Adam;
  private readonly byAdam;

  /** @param model what is adapted; stays the caller's */
  constructor(private readonly model: DomainModel) {
    this.began = copiesOf(model.parameters);
    this.descent = descentOf(model, DOMAIN_TRAINING.innerClip);
    this.adam = new Adam(model.parameters);
    const { adam } = this;
    this.byAdam = compile((...all: Tensor[]) => {
      const { value, gradients } = gradientsOf(model.parameters, () =>
        model.lossOf(all.slice(0, -1)),
      );
      adam.update(gradients, all.at(-1)!);
      return value;
    });
  }

  private reset(): void {
    assignAll(this.model.parameters, this.began);
    for (const moments of [this.adam.first, this.adam.second])
      for (const moment of Object.values(moments))
        tf.tidy(() => moment.assign(tf.zerosLike(moment)));
    this.adam.steps = 0;
  }

  /**
   * Adapts step by step; at each of the given numbers of steps (in rising order, 0 for the start)
   * `visit` is called with the model as it is then.
   *
   * @param tasks prompts of one domain, shapes as in Prompts
   * @param scale the domain's
   * @throws CourseError when the rule cannot be followed, and quoting what are no steps, no visit or
   *   no prompts
   */
  adapt(
    tasks: Prompts,
    scale: number,
    rule: AdaptationRule,
    at: readonly number[],
    visit: (step: number) => void,
  ): void {
    plainObject('A way to adapt', rule);
    const { optimiser, rate, batch } = rule;
    positiveInteger('batch', batch);
    finiteNumber('rate', rate, 'a positive number', (x) => x > 0);
    demand(
      optimiser === 'descent' || optimiser === 'Adam',
      () => `There is no optimiser ${quote(optimiser)}.`,
      'Use descent or Adam.',
    );
    checkIndices('The steps to visit', at, 1_000_000, 1);
    checkFunction('The visit', visit);
    const { B: t } = promptSizes(tasks);
    const count = Math.min(batch, t);
    const random = stream(0, 'order of adaptation', t);
    let order: number[] = [];
    this.reset();
    for (let step = 0; step <= at.at(-1)!; step++) {
      if (at.includes(step)) visit(step);
      if (step === at.at(-1)) break;
      if (order.length < count) order = random.permutation(t);
      const chosen = order.splice(0, count);
      const inputs = tf.tidy(() => {
        const pick = <T extends Tensor>(tensor: T): T =>
          count === t ? tensor.clone() : (tensor.gather(chosen) as T);
        return inputsFrom(
          {
            x: pick(tasks.x),
            y: pick(tasks.y),
            xTest: pick(tasks.xTest),
            yTest: pick(tasks.yTest),
          },
          scale,
        );
      });
      if (optimiser === 'descent') this.descent.step(inputs, rate);
      else {
        const now = this.adam.next(rate);
        this.byAdam.run(...inputs, now).dispose();
        now.dispose();
      }
      tf.dispose(inputs);
    }
    this.reset();
  }

  /** Frees copies, moments and graphs; the model stays. */
  dispose(): void {
    this.descent.dispose();
    this.byAdam.dispose();
    this.adam.dispose();
    tf.dispose(Object.values(this.began));
  }
}

/**
 * Meta-training over domains. With inner steps it is MAML one level up, first order: in each step a
 * copy of the model descends on tasks of one domain, and the gradient that it has there, on other
 * tasks of that domain, updates the model. Without inner steps each batch holds tasks of several
 * domains: plain in-context learning on pooled domains.
 * Reference: Wu et al. (ICLR 2025); Finn et al. (2017), section 5.2 for the first order (the
 * paper's code is second order).
 */
import { tf } from '../../core/backend';
import { compile, type CompileOptions } from '../../core/compile';
import { finiteNumber, positiveInteger } from '../../core/errors';
import { stream, type Stream } from '../../core/random';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';

import { promptSizes, type Prompts } from '../../model/prompts';
import { assignAll, copiesOf } from '../../model/transformer';
import {
  STEPS,
  StepTrainer,
  checkedSteps,
  clipped,
  gradientsOf,
  type StepConfig,
} from '../../training/steps';
import type { DomainModel, DomainSource, TaskDomain } from './domain';

/** How to train over domains; the batch counts tasks. */
export interface DomainTraining extends StepConfig {
  /**
   * Inner steps of gradient descent on the tasks of one domain; 0 = pooled domains, no inner steps.
   */
  readonly innerSteps: number;
  readonly innerRate: number;
  /**
   * Inner gradients longer than this are shortened to it: on some domains a step would leave every
   * reasonable weight.
   */
  readonly innerClip: number;
  /** Domains in a batch where domains are pooled. */
  readonly domainsPerBatch: number;
  /** The numbers of examples that prompts may have; each step draws one. */
  readonly ns: readonly number[];
  /** Tests per prompt, m. */
  readonly tests: number;
}

export const DOMAIN_TRAINING: DomainTraining = {
  ...STEPS,
  innerSteps: 0,
  innerRate: 0.01,
  innerClip: 10,
  domainsPerBatch: 8,
  ns: [1, 2, 3, 4, 5, 6],
  tests: 4,
};

/**
 * Prompts with the scale of their domain, as the loss of a domain model takes them.
 *
 * @param prompts shapes as in Prompts; disposed when the result is
 * @returns x [B, n, d], y [B, n], xTest [B, m, d], yTest [B, m], scale [B, 1]; the caller disposes
 *   them
 * @throws CourseError when the prompts do not fit together, or scale is no positive number
 */
export function inputsFrom(prompts: Prompts, scale: number): Tensor[] {
  const { B } = promptSizes(prompts);
  finiteNumber('scale', scale, 'a positive number', (s) => s > 0);
  const { x, y, xTest, yTest } = prompts;
  return [x, y, xTest, yTest, tf.fill([B, 1], scale)];
}

/** Trains a model over domains. */
export class DomainTrainer extends StepTrainer<DomainTraining> {
  private readonly began: Record<string, Variable>;
  private readonly descend: ReturnType<typeof descentOf>;

  /**
   * @param model what is trained; stays the caller's
   * @throws CourseError quoting a setting that is unknown or refused
   */
  constructor(
    readonly model: DomainModel,
    readonly source: DomainSource,
    given: Partial<DomainTraining> = {},
    options: CompileOptions = {},
  ) {
    const config = checkedSteps(given, DOMAIN_TRAINING);
    positiveInteger('innerSteps', config.innerSteps, 0);
    for (const name of ['innerRate', 'innerClip'] as const)
      finiteNumber(name, config[name], 'a positive number', (x) => x > 0);
    for (const name of ['domainsPerBatch', 'tests'] as const) positiveInteger(name, config[name]);
    for (const n of config.ns) positiveInteger('a number of examples', n);
    super(model, config, DOMAIN_TRAINING, options);
    this.descend = descentOf(model, config.innerClip, options);
    this.began = config.innerSteps > 0 ? copiesOf(model.parameters) : {};
  }

  /** What a step is about: its examples per prompt and, with inner steps, its domain. */
  private facts(step: number): {
    readonly n: number;
    readonly domain: TaskDomain;
    readonly random: Stream;
  } {
    const random = stream(this.config.seed, 'domains', step);
    const { ns } = this.config;
    return { n: ns[random.integer(ns.length)]!, domain: this.source.draw(random), random };
  }

  /**
   * @returns x [B, n, d], y [B, n], xTest [B, m, d], yTest [B, m], scale [B, 1]; the caller
   *   disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    const { batch, tests: m, domainsPerBatch, innerSteps, seed } = this.config;
    const { n, domain, random } = this.facts(step);
    if (innerSteps > 0)
      return inputsFrom(
        domain.sample(stream(seed, 'queries', step), { B: batch, n, m }),
        domain.scale,
      );
    const parts = Array.from({ length: domainsPerBatch }, (_, i) => {
      const one = i === 0 ? domain : this.source.draw(random);
      return inputsFrom(
        one.sample(random, { B: Math.max(1, Math.round(batch / domainsPerBatch)), n, m }),
        one.scale,
      );
    });
    // [B, ...] each
    const whole = parts[0]!.map((_, k) => tf.concat(parts.map((part) => part[k]!)));
    tf.dispose(parts.flat());
    return whole;
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf(inputs: readonly Tensor[]): Scalar {
    return this.model.lossOf(inputs);
  }

  /** With inner steps, the gradients are taken where these lead on tasks of the step's domain. */
  protected override moveToGradients(step: number): (() => void) | null {
    const { batch, tests: m, innerSteps, innerRate, seed } = this.config;
    if (innerSteps === 0) return null;
    const { n, domain } = this.facts(step);
    assignAll(this.began, this.model.parameters);
    const inputs = inputsFrom(
      domain.sample(stream(seed, 'inner tasks', step), { B: batch, n, m }),
      domain.scale,
    );
    for (let s = 0; s < innerSteps; s++) this.descend.step(inputs, innerRate);
    tf.dispose(inputs);
    return () => assignAll(this.model.parameters, this.began);
  }

  override dispose(): void {
    super.dispose();
    this.descend.dispose();
    tf.dispose(Object.values(this.began));
  }
}

/**
 * Plain gradient descent on the weights of a model, compiled: W <- W - rate g, with g = dL/dW
 * shortened to `clip` at most.
 *
 * @param model what descends; stays the caller's
 * @returns a step on inputs x [B, n, d], y [B, n], xTest [B, m, d], yTest [B, m], scale [B, 1]; the
 *   caller disposes it
 */
export function descentOf(
  model: DomainModel,
  clip: number,
  options: CompileOptions = {},
): { step(inputs: readonly Tensor[], rate: number): void; dispose(): void } {
  const { parameters } = model;
  const move = compile((...all: Tensor[]) => {
    const { value, gradients } = gradientsOf(parameters, () => model.lossOf(all.slice(0, -1)));
    for (const [name, gradient] of Object.entries(clipped(gradients, clip)))
      parameters[name]!.assign(parameters[name]!.sub(gradient.mul(all.at(-1)!)));
    return value;
  }, options);
  return {
    step: (inputs, rate) =>
      tf.tidy(() => {
        move.run(...inputs, tf.scalar(rate));
      }),
    dispose: () => move.dispose(),
  };
}

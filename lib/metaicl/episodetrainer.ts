/**
 * Meta-training on episodes: first such as need no task (classes of different tasks mixed,
 * neighbourhoods), then real tasks among them.
 * Reference: Min et al. (2022, MetaICL); Chen et al. (2022, arXiv 2205.01703) for episodes made of
 * unlabelled texts.
 */
import { demand, positiveInteger, shareNumber } from '../core/errors';
import type { CompileOptions } from '../core/compile';
import { stream } from '../core/random';
import type { Scalar, Tensor } from '@tensorflow/tfjs';

import { microbatchOf } from '../model/microbatch';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../training/steps';
import { checkEpisodeModel, type EpisodeModel } from './episodemodel';
import { asTensors, type Episode, type Episodes } from './episodetensors';
import { checkSource, type EpisodeSource } from './episodes';

/** How to train on episodes. */
export interface EpisodeTraining extends StepConfig {
  /** Examples per episode. */
  readonly n: number;
  /** Tests per episode that do not see each other, m. */
  readonly tests: number;
  /** The share of the steps that have no real task ... */
  readonly madeUntil: number;
  /**
   * ... and the share of such episodes afterwards; half of them mix classes, half ask for
   * neighbourhoods.
   */
  readonly madeAfter: number;
}

export const EPISODE_TRAINING: EpisodeTraining = {
  ...STEPS,
  steps: 3000,
  learningRate: 2e-3,
  n: 8,
  tests: 8,
  madeUntil: 0.6,
  madeAfter: 0.5,
};

/** The order in which the trainer takes an episode's tensors. */
const inOrder = ({ x, y, xTest, options, right, there }: Episodes): Tensor[] => [
  x,
  y,
  xTest,
  options,
  right,
  there,
];

/** Trains a model on episodes of tasks; its losses are cross-entropies in nats. */
export class EpisodeTrainer extends StepTrainer<EpisodeTraining> {
  /**
   * @param model what is trained; stays the caller's
   * @throws CourseError quoting a setting that is unknown or refused, or what is no model or no
   *   source, or when texts and model differ in size
   */
  constructor(
    readonly model: EpisodeModel,
    readonly source: EpisodeSource,
    given: Partial<EpisodeTraining> = {},
    options: CompileOptions = {},
  ) {
    checkEpisodeModel(model);
    checkSource(source);
    const config = checkedSteps(given, EPISODE_TRAINING);
    for (const name of ['n', 'tests'] as const) positiveInteger(name, config[name]);
    for (const name of ['madeUntil', 'madeAfter'] as const) shareNumber(name, config[name]);
    super(model, config, EPISODE_TRAINING, options);
    demand(
      source.features.size === model.config.d,
      () =>
        `The texts have ${source.features.size} numbers, the model was made for ${model.config.d}.`,
      'Make both for the same number.',
    );
  }

  /**
   * The episodes of a step.
   *
   * @returns shapes as in Episodes; the caller disposes them
   */
  episodesOf(step: number): Episodes {
    const { seed, batch, n, tests, steps, madeUntil, madeAfter } = this.config;
    const random = stream(seed, 'episodes', step);
    const share = step < madeUntil * steps ? 1 : madeAfter;
    const one = (): Episode => {
      if (random.uniform() >= share) return this.source.ofOneTask(random, n, tests);
      return random.uniform() < 0.5
        ? this.source.ofMixedClasses(random, n, tests)
        : this.source.ofNeighbourhoods(random, n, tests);
    };
    return asTensors(Array.from({ length: batch }, one), tests);
  }

  /** @returns tensors with the shapes of Episodes, [B, ...] each; the caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    return inOrder(this.episodesOf(step));
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([x, y, xTest, options, right, there]: readonly Tensor[]): Scalar {
    return this.model.loss({ x, y, xTest, options, right, there } as Episodes);
  }

  protected override promptsAtOnce(): number {
    const { n, tests, batch, microBatch } = this.config;
    const { oneTest } = this.model.method;
    const { tokens } = this.model.pass.promptLayout(n, oneTest ? 1 : tests);
    return microbatchOf(
      batch,
      oneTest ? tests * tokens.length : tokens.length,
      this.model.transformer.size,
      microBatch,
    );
  }
}

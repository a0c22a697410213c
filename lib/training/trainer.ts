/**
 * Training a model on prompts: what a step's prompts are, and the loss on them. The loop is in
 * steps.ts.
 */
import type { CompileOptions } from '../core/compile';
import { checkFlag } from '../core/checks';
import { demand, knownKeys, plainObject, positiveInteger } from '../core/errors';
import { stream } from '../core/random';
import type { Scalar, Tensor } from '@tensorflow/tfjs';

import type { InContextModel } from '../model/incontext';
import { microbatchOf } from '../model/microbatch';
import { promptSizes, type Prompts } from '../model/prompts';
import type { Task } from '../tasks';
import { promptLoss } from './loss';
import { checkGrowth, checkStages, grownAt, stageAt, type Growth, type Stages } from './schedule';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from './steps';

/** How to train on prompts. */
export interface TrainingConfig extends StepConfig {
  /** Examples per prompt; with nRandom, the most. */
  readonly n: number;
  /** Draw n uniformly from 1 .. n at every step. */
  readonly nRandom: boolean;
  /** Test inputs per prompt that do not see each other, m. */
  readonly tests: number;
  /**
   * Curriculum on the active input dimensions and on n (Garg et al.), or null; dimensions may come
   * in any order of stages.
   */
  readonly curriculum: { readonly active: Growth | Stages; readonly n: Growth } | null;
}

/** The recipe that trains the `course` size in minutes. */
export const TRAINING: TrainingConfig = {
  ...STEPS,
  n: 10,
  nRandom: false,
  tests: 10,
  curriculum: null,
};

function checked(given: Partial<TrainingConfig>): TrainingConfig {
  const config = checkedSteps(given, TRAINING);
  for (const name of ['n', 'tests'] as const) positiveInteger(name, config[name]);
  checkFlag('nRandom', config.nRandom);
  if (config.curriculum !== null) checkCurriculum(config.curriculum);
  return config;
}

/** Refuses a curriculum without the growth or the stages of both of its numbers. */
function checkCurriculum(curriculum: NonNullable<TrainingConfig['curriculum']>): void {
  knownKeys('A curriculum', curriculum, ['active', 'n']);
  const { active, n } = curriculum;
  plainObject("'active' of a curriculum", active);
  if ('shares' in active) checkStages("'active' of a curriculum", active);
  else checkGrowth("'active' of a curriculum", active);
  checkGrowth("'n' of a curriculum", n);
}

/** Trains one model on one task; its losses are squared errors / d. */
export class Trainer extends StepTrainer<TrainingConfig> {
  /**
   * @param model what is trained; stays the caller's
   * @param options compile: false runs the step eagerly, for debugging
   * @throws CourseError quoting a setting that is unknown or refused, or when task and model differ
   *   in d
   */
  constructor(
    readonly model: InContextModel,
    readonly task: Task,
    given: Partial<TrainingConfig> = {},
    options: CompileOptions = {},
  ) {
    super(model, checked(given), TRAINING, options);
    demand(
      task.d === model.config.d,
      () => `The task has d = ${task.d}, the model d = ${model.config.d}.`,
      'Make both for the same d.',
    );
  }

  /**
   * The prompts of a step: the same for the same seed and step, whatever ran before.
   *
   * @returns x [batch, n, d] and so on; the caller disposes them
   */
  promptsOf(step: number): Prompts {
    const { seed, batch, tests, nRandom, curriculum } = this.config;
    const random = stream(seed, 'training', step);
    const most = curriculum ? Math.min(this.config.n, grownAt(curriculum.n, step)) : this.config.n;
    const n = nRandom ? 1 + random.integer(most) : most;
    const active = curriculum ? this.activeAt(curriculum.active, step) : this.task.d;
    return this.task.sample(random, { B: batch, n, m: tests, active });
  }

  /** How many of the inputs' dimensions are not 0. */
  private activeAt(active: Growth | Stages, step: number): number {
    const { d } = this.task;
    return 'shares' in active
      ? stageAt(active, d, step, this.config.steps)
      : Math.min(d, grownAt(active, step));
  }

  /** @returns x [B, n, d], y [B, n], xTest [B, m, d], yTest [B, m]; the caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    const { x, y, xTest, yTest } = this.promptsOf(step);
    return [x, y, xTest, yTest];
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([x, y, xTest, yTest]: readonly Tensor[]): Scalar {
    return promptLoss(this.model, { x, y, xTest, yTest } as Prompts);
  }

  /**
   * How many prompts are taken at once.
   *
   * @param inputs as inputsOf gives them, [B, ...] each
   * @throws CourseError when the prompts do not fit together
   */
  protected override promptsAtOnce([x, y, xTest, yTest]: readonly Tensor[]): number {
    const { n, m } = promptSizes({ x, y, xTest, yTest } as Prompts);
    const { oneTest } = this.model.method;
    const { tokens } = this.model.promptLayout(n, oneTest ? 1 : m);
    const T = oneTest ? m * tokens.length : tokens.length;
    return microbatchOf(this.config.batch, T, this.model.transformer.size, this.config.microBatch);
  }
}

/**
 * The training loop for anything with weights: inputs of a step, loss, gradients, clip, Adam.
 * Everything random comes from streams named by seed and step, so that a run, an interrupted and
 * resumed run, and a rerun give the same bits.
 */
import { existsSync } from 'node:fs';

import { tf } from '../core/backend';
import { compile, type Compiled, type CompileOptions } from '../core/compile';
import {
  CourseError,
  demand,
  finiteNumber,
  knownKeys,
  positiveInteger,
  shareNumber,
} from '../core/errors';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';

import { squaredNorm, type Parameters } from '../model/transformer';
import { Adam, type AdamConfig } from './adam';
import {
  CHECKPOINT_VERSION,
  readCheckpoint,
  restoreVariables,
  writeCheckpoint,
  type CheckpointFacts,
} from './checkpoint';
import { kindOf } from './kinds';
import { rateAt } from './schedule';

/** How to train, whatever is trained. */
export interface StepConfig {
  readonly seed: number;
  readonly steps: number;
  /** Prompts per step, B. */
  readonly batch: number;
  /**
   * Prompts whose gradients are computed at once, summed up over the batch; 0 = chosen so that
   * memory stays flat in B.
   */
  readonly microBatch: number;
  readonly learningRate: number;
  readonly warmUp: number;
  /** The learning rate at the end, as a share of the peak; 1 = constant. */
  readonly finalRate: number;
  /** Gradients longer than this are shortened to it; 0 = never. */
  readonly clip: number;
  readonly adam: Partial<AdamConfig>;
  /** Every how many steps the loss is logged. */
  readonly logEvery: number;
  /** Every how many steps a checkpoint is written. */
  readonly checkpointEvery: number;
}

/** The recipe that trains the `course` size in minutes (AdamW, warm-up, cosine, clip 1). */
export const STEPS: StepConfig = {
  seed: 0,
  steps: 2000,
  batch: 64,
  microBatch: 0,
  learningRate: 3e-3,
  warmUp: 0.05,
  finalRate: 0.03,
  clip: 1,
  adam: { beta2: 0.98 },
  logEvery: 20,
  checkpointEvery: 200,
};

/** What a progress display is told. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Seconds since this run began. */
  readonly elapsed: number;
  /** Seconds this run will still take, as far as can be told. */
  readonly left: number;
}

/** How a run is watched and kept. */
export interface RunOptions {
  /** Called at each logged step. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Checkpoint file: written every checkpointEvery steps and at the end; a fresh trainer resumes
   * from it when it exists.
   */
  readonly checkpoint?: string;
  /** Stop before this step (default: all steps). */
  readonly until?: number;
  /** The command to note in the checkpoint. */
  readonly command?: string;
}

/** How a run ended. */
export type RunEnd = 'done' | 'interrupted';

/**
 * A complete, checked config.
 *
 * @param given    settings over the defaults
 * @param defaults all settings
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function checkedSteps<C extends StepConfig>(given: Partial<C>, defaults: C): C {
  knownKeys('A training config', given, Object.keys(defaults));
  const config = { ...defaults, ...given };
  for (const name of ['steps', 'batch', 'logEvery', 'checkpointEvery'] as const)
    positiveInteger(name, config[name]);
  for (const name of ['seed', 'microBatch'] as const) positiveInteger(name, config[name], 0);
  finiteNumber('learningRate', config.learningRate, 'a positive number', (x) => x > 0);
  for (const name of ['warmUp', 'finalRate'] as const) shareNumber(name, config[name]);
  finiteNumber('clip', config.clip, 'a number of at least 0', (x) => x >= 0);
  return config;
}

/** What can be trained: named weights, and a config that its checkpoint carries. */
export interface Trainable {
  readonly parameters: Parameters;
  readonly config: object;
}

/** Resolves in the next turn of the event loop. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A training run, apart from what its steps are made of. */
export abstract class StepTrainer<C extends StepConfig = StepConfig> {
  readonly optimiser: Adam;
  /** Logged losses: [step, loss]. */
  readonly curve: (readonly [number, number])[] = [];
  /** Steps made. */
  step = 0;
  private readonly whole: Compiled<Tensor>;
  private readonly microbatch: Compiled<Tensor>;
  private readonly finish: Compiled<Tensor>;
  /**
   * Sums of gradients over the microbatches of a batch, by the parameter's name; 0 between steps,
   * made at the first use.
   */
  private readonly sums: Record<string, Variable> = {};

  /**
   * @param trained  what is trained; stays the caller's
   * @param config   complete and checked
   * @param defaults what a setting had before it existed, for older checkpoints
   * @param options  compile: false runs the step eagerly, for debugging
   */
  protected constructor(
    private readonly trained: Trainable,
    readonly config: C,
    private readonly defaults: C,
    options: CompileOptions,
  ) {
    this.optimiser = new Adam(trained.parameters, config.adam);
    this.whole = compile(this.updateOn, options);
    this.microbatch = compile(this.addGradients, options);
    this.finish = compile(this.updateFromSums, options);
  }

  /**
   * What a step is computed from: the same for the same seed and step, whatever ran before.
   *
   * @returns tensors whose first dimension is the batch; disposed after the step
   */
  protected abstract inputsOf(step: number): Tensor[];

  /**
   * The mean loss over the prompts of these inputs, a plain function of tensors.
   *
   * @param inputs from inputsOf, or equal slices of them
   * @returns [] (a scalar)
   */
  protected abstract lossOf(inputs: readonly Tensor[]): Scalar;

  /**
   * How many prompts of the batch are taken at once; the whole batch by default.
   *
   * @param inputs from inputsOf, [batch, ...] each
   * @throws CourseError when the inputs do not fit the model
   */
  protected promptsAtOnce(inputs: readonly Tensor[]): number {
    return this.config.microBatch || inputs[0]!.shape[0]!;
  }

  /**
   * For trainers that take a step's gradients at other weights than those that the step updates:
   * moves the weights there.
   *
   * @returns what puts the weights back before the update; null when they were not moved
   */
  protected moveToGradients(step: number): (() => void) | null {
    void step;
    return null;
  }

  /** The loss (times `share`, of a microbatch) and its gradients. */
  private gradientsOn(
    inputs: readonly Tensor[],
    share?: Tensor,
  ): { readonly value: Tensor; readonly gradients: Record<string, Tensor> } {
    return gradientsOf(this.trained.parameters, () =>
      share ? this.lossOf(inputs).mul(share) : this.lossOf(inputs),
    );
  }

  private update(gradients: Record<string, Tensor>, now: Tensor): void {
    this.optimiser.update(
      this.config.clip > 0 ? clipped(gradients, this.config.clip) : gradients,
      now,
    );
  }

  /**
   * Loss, gradients, clipping and Adam's update as one function of tensors: the inputs and Adam's
   * numbers.
   */
  private readonly updateOn = (...all: Tensor[]): Tensor => {
    const { value, gradients } = this.gradientsOn(all.slice(0, -1));
    this.update(gradients, all.at(-1)!);
    return value;
  };

  /** Adds the gradients of a microbatch to the sums, times its share of the batch. */
  private readonly addGradients = (...all: Tensor[]): Tensor => {
    const { value, gradients } = this.gradientsOn(all.slice(0, -1), all.at(-1)!);
    for (const [name, gradient] of Object.entries(gradients))
      this.sums[name]!.assign(this.sums[name]!.add(gradient));
    return value;
  };

  /** Clipping and Adam's update from the sums, which are then 0 again. */
  private readonly updateFromSums = (now: Tensor): Tensor => {
    this.update({ ...this.sums }, now);
    for (const sum of Object.values(this.sums)) sum.assign(tf.zerosLike(sum));
    return now.sum();
  };

  private trainWhole(inputs: readonly Tensor[], now: Tensor): number {
    const value = this.whole.run(...inputs, now);
    const loss = value.dataSync()[0]!;
    value.dispose();
    return loss;
  }

  /**
   * One step in microbatches of `size` prompts, and the weights put back before the update; returns
   * the loss.
   */
  private trainInMicrobatches(
    inputs: readonly Tensor[],
    size: number,
    now: Tensor,
    putBack: (() => void) | null,
  ): number {
    if (Object.keys(this.sums).length === 0)
      for (const [name, parameter] of Object.entries(this.trained.parameters))
        this.sums[name] = tf.tidy(() => tf.variable(tf.zerosLike(parameter), false));
    const batch = inputs[0]!.shape[0]!;
    let loss = 0;
    for (let from = 0; from < batch; from += size) {
      const count = Math.min(size, batch - from);
      const microbatch = [...inputs.map((t) => t.slice(from, count)), tf.scalar(count / batch)];
      const value = this.microbatch.run(...microbatch);
      loss += value.dataSync()[0]!;
      tf.dispose([...microbatch, value]);
    }
    putBack?.();
    this.finish.run(now).dispose();
    return loss;
  }

  /**
   * One training step.
   *
   * @returns the loss before the step
   * @throws CourseError when the loss is not finite; the earlier checkpoint is then the last good
   *   one
   */
  train(): number {
    const { seed, steps, learningRate, warmUp, finalRate } = this.config;
    const inputs = this.inputsOf(this.step);
    const size = this.promptsAtOnce(inputs);
    const now = this.optimiser.next(
      rateAt({ peak: learningRate, warmUp, final: finalRate }, this.step, steps),
    );
    const putBack = this.moveToGradients(this.step);
    const loss =
      size < this.config.batch || putBack
        ? this.trainInMicrobatches(inputs, size, now, putBack)
        : this.trainWhole(inputs, now);
    tf.dispose([...inputs, now]);
    if (!Number.isFinite(loss))
      throw new CourseError(
        `The loss became ${loss} at step ${this.step} (seed ${seed}).`,
        'Lower the learning rate or clip the gradients; the last checkpoint is kept.',
      );
    this.step += 1;
    return loss;
  }

  /** Weights and moments by name, as the checkpoint holds them. */
  private state(): Record<string, Variable> {
    const prefixed = (
      prefix: string,
      all: Readonly<Record<string, Variable>>,
    ): [string, Variable][] => Object.entries(all).map(([name, v]) => [prefix + name, v]);
    return Object.fromEntries([
      ...prefixed('', this.trained.parameters),
      ...prefixed('adam.first.', this.optimiser.first),
      ...prefixed('adam.second.', this.optimiser.second),
      ...prefixed('', this.alsoKept()),
    ]);
  }

  /**
   * What else a checkpoint must hold for a resumed run to go on as if it had not stopped, by names
   * of its own.
   */
  protected alsoKept(): Readonly<Record<string, Variable>> {
    return {};
  }

  /**
   * Writes a checkpoint now.
   *
   * @param withMoments whether to keep the optimiser's moments (needed to resume, not to predict)
   * @throws CourseError when it cannot be written
   */
  save(file: string, command = '', withMoments = true): void {
    const [model, training] = [this.trained.config, this.config];
    const kind = kindOf({ model, training });
    const facts: CheckpointFacts = {
      version: CHECKPOINT_VERSION,
      ...(kind === undefined ? {} : { kind }),
      model,
      training,
      step: this.step,
      curve: this.curve,
      command,
    };
    writeCheckpoint(file, withMoments ? this.state() : { ...this.trained.parameters }, facts);
  }

  /**
   * Goes back to a checkpoint of this very run.
   *
   * @throws CourseError when the file is unreadable, of another model or of another training config
   */
  restore(file: string): void {
    const checkpoint = readCheckpoint(file);
    const { model, training, step, curve } = checkpoint.facts;
    // a setting that came after the file had its default
    const trained = { ...this.defaults, ...(training as object) };
    const different =
      firstDifference(model, this.trained.config) ?? firstDifference(trained, this.config);
    demand(
      different === null,
      () => `'${file}' was written by a run with another config (${different}).`,
      'Use the same config, or name another checkpoint file.',
    );
    restoreVariables(file, checkpoint, this.state());
    this.step = step;
    this.optimiser.steps = step;
    this.curve.splice(0, this.curve.length, ...curve);
  }

  /**
   * Trains to the end (or `until`), resuming from the checkpoint when there is one. Interrupting
   * the kernel (SIGINT) stops after the step in hand, writes the checkpoint and keeps the model
   * usable; calling run again goes on.
   *
   * @returns whether it got there or was interrupted
   * @throws CourseError when the loss is not finite, or the checkpoint cannot be read or written
   */
  async run({
    onProgress,
    checkpoint,
    until = this.config.steps,
    command = '',
  }: RunOptions = {}): Promise<RunEnd> {
    if (checkpoint && this.step === 0 && existsSync(checkpoint)) this.restore(checkpoint);
    const { steps, logEvery, checkpointEvery } = this.config;
    const [began, beganAt] = [Date.now(), this.step];
    await nextTurn(); // a kernel puts its own SIGINT listener back after a cell's first turn
    let interrupted = false;
    let savedAt = -1;
    const keep = (): void => {
      if (!checkpoint || savedAt === this.step) return;
      this.save(checkpoint, command);
      savedAt = this.step;
    };
    // a kernel's own would abandon the cell
    const others = process.rawListeners('SIGINT') as NodeJS.SignalsListener[];
    const interrupt = (signal: NodeJS.Signals): void => {
      if (interrupted) for (const other of others) other(signal);
      interrupted = true;
    };
    process.removeAllListeners('SIGINT');
    process.on('SIGINT', interrupt);
    try {
      while (this.step < Math.min(until, steps) && !interrupted) {
        const log = this.step % logEvery === 0 || this.step === steps - 1;
        const at = this.step;
        const loss = this.train();
        if (log) {
          this.curve.push([at, loss]);
          const elapsed = (Date.now() - began) / 1000;
          onProgress?.({
            step: this.step,
            steps,
            loss,
            elapsed,
            left: (elapsed / (this.step - beganAt)) * (Math.min(until, steps) - this.step),
          });
          await nextTurn(); // lets signals and displays through
        }
        if (this.step % checkpointEvery === 0) keep();
      }
    } finally {
      process.removeListener('SIGINT', interrupt);
      for (const other of others) process.on('SIGINT', other);
    }
    keep();
    return interrupted ? 'interrupted' : 'done';
  }

  /** Frees the optimiser's state and the graphs; the model stays. */
  dispose(): void {
    for (const compiled of [this.whole, this.microbatch, this.finish]) compiled.dispose();
    for (const sum of Object.values(this.sums)) sum.dispose();
    this.optimiser.dispose();
  }
}

/**
 * A loss and its gradients by our names (tfjs names variables in its own way); a weight the loss
 * does not use has none.
 *
 * @param parameters by name, of any shape
 * @param loss       a plain function of them, [] (a scalar)
 * @returns the loss [] and gradients of the parameters' shapes; the caller disposes them
 */
export function gradientsOf(
  parameters: Parameters,
  loss: () => Scalar,
): { readonly value: Tensor; readonly gradients: Record<string, Tensor> } {
  const { value, grads } = tf.variableGrads(loss, Object.values(parameters));
  const entries = Object.entries(parameters).map(
    ([name, variable]) => [name, grads[variable.name]] as const,
  );
  return {
    value,
    gradients: Object.fromEntries(
      entries.filter((entry): entry is readonly [string, Tensor] => entry[1] != null),
    ),
  };
}

/**
 * Gradients shortened together to a length of at most `most`.
 *
 * @param gradients by name, of any shape
 * @returns the same shapes by name; the caller disposes them
 */
export function clipped(
  gradients: Readonly<Record<string, Tensor>>,
  most: number,
): Record<string, Tensor> {
  const length = squaredNorm(Object.values(gradients)).sqrt();
  const factor: Scalar = tf.minimum(1, tf.scalar(most).div(length.add(1e-6)));
  return Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.mul(factor)]));
}

/** The first setting in which two configs differ, in words; null when there is none. */
function firstDifference(first: object, second: object): string | null {
  const [a, b] = [first, second] as readonly [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  const key = [...new Set([...Object.keys(a), ...Object.keys(b)])].find(
    (k) => JSON.stringify(a[k]) !== JSON.stringify(b[k]),
  );
  return key === undefined
    ? null
    : `${key} is ${JSON.stringify(a[key])} there, ${JSON.stringify(b[key])} here`;
}

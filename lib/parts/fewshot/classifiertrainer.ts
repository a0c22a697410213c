/**
 * Meta-training of a classifier: fresh tasks at every step, a random number of examples, and a
 * choice among the checkpoints by validation tasks that are neither trained nor tested on.
 * Reference: Wu et al. (ICLR 2025), whose code chooses the checkpoint on the tasks it reports.
 */
import { tf } from '../../core/backend';
import type { CompileOptions } from '../../core/compile';
import { checkHas, checkStream } from '../../core/checks';
import { demand, plainObject, positiveInteger } from '../../core/errors';
import { stream, type Stream } from '../../core/random';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';

import { disposePrompts, promptSizes, type Prompts, type PromptSizes } from '../../model/prompts';
import { assignAll, copiesOf } from '../../model/transformer';
import type { SampleSizes, Task } from '../../tasks';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../../training/steps';
import type { ClassifierNetwork } from '../../classifiers/classifier';

/** How to train a classifier. */
export interface ClassifierTraining extends StepConfig {
  /** The most examples in a prompt; each step draws its number from 1 up to it. */
  readonly n: number;
  /** Tests per prompt that do not see each other, m. */
  readonly tests: number;
  /** Every how many steps the weights are tried on validation tasks. */
  readonly validateEvery: number;
  /** Validation tasks at each of n = 1, 2, 4, 8 ... */
  readonly validationTasks: number;
}

export const CLASSIFIER_TRAINING: ClassifierTraining = {
  ...STEPS,
  steps: 4000,
  batch: 96,
  learningRate: 2e-3,
  warmUp: 0.03,
  n: 16,
  tests: 8,
  validateEvery: 200,
  validationTasks: 192,
};

/** Prompts of the validation tasks are of this seed. */
const VALIDATION_SEED = 2_000_003;

/** 1, 2, 4, 8 ... up to n, and n itself. */
export const doublings = (n: number): number[] => {
  const powers = Array.from({ length: Math.floor(Math.log2(n)) + 1 }, (_, k) => 2 ** k);
  return powers.at(-1) === n ? powers : [...powers, n];
};

/** What prompts are drawn from: a task for the whole batch, or one for each equal part of it. */
export type TaskOrParts = Task | readonly Task[];

/**
 * Prompts of one task, or of several in equal parts, one after the other.
 *
 * @returns x [B, n, d] and so on; the caller disposes them
 * @throws CourseError when B cannot be cut into as many parts, when tasks differ in d, and quoting
 *   what is no task, no stream or no size
 */
export function samplesOf(from: TaskOrParts, random: Stream, sizes: SampleSizes): Prompts {
  const tasks = Array.isArray(from) ? (from as readonly Task[]) : [from as Task];
  checkStream(random);
  plainObject('The sizes of prompts', sizes);
  const { B } = sizes;
  positiveInteger('B', B);
  demand(
    tasks.length > 0 && B % tasks.length === 0,
    () => `A batch of ${B} cannot be cut into ${tasks.length} kinds of tasks.`,
    'Use a multiple.',
  );
  return tf.tidy(() => {
    const parts = tasks.map((task) => sampled(task, random, { ...sizes, B: B / tasks.length }));
    return { ...(parts.length === 1 ? parts[0]! : joined(parts)) };
  });
}

/** Prompts of one task, after checking that it gives some. */
function sampled(task: Task, random: Stream, sizes: SampleSizes): Prompts {
  checkHas('A task', task, 'a task', 'sample');
  const prompts = task.sample(random, sizes);
  promptSizes(prompts);
  return prompts;
}

/**
 * Prompts one after the other.
 *
 * @param parts x [B / parts, n, d] and so on
 * @returns x [B, n, d] and so on; the caller disposes them
 */
function joined(parts: readonly Prompts[]): Prompts {
  const all = parts.map((part) => promptSizes(part));
  const [{ n, m, d }] = all as [PromptSizes];
  demand(
    all.every((one) => one.n === n && one.m === m && one.d === d),
    () => `The tasks of a batch have d = ${all.map((one) => one.d).join(', ')}.`,
    'Make all for the same d.',
  );
  const of = (key: keyof Prompts): Tensor => tf.concat(parts.map((part) => part[key] as Tensor));
  return { x: of('x'), y: of('y'), xTest: of('xTest'), yTest: of('yTest') } as Prompts;
}

/** Trains a classifier; its losses are cross-entropies in nats. */
export class ClassifierTrainer extends StepTrainer<ClassifierTraining> {
  /**
   * The weights that did best on the validation tasks so far, by name; they belong to the trainer.
   */
  private readonly best: Record<string, Variable>;
  /** [2]: the best validation loss so far, and the last one. */
  private readonly validated: Variable;
  private readonly validation: readonly Prompts[];

  /**
   * @param network what is trained; stays the caller's
   * @param from    the task that prompts are drawn from, or one for each part of the batch
   * @throws CourseError quoting a setting that is unknown or refused, or when tasks and network
   *   differ in d
   */
  constructor(
    readonly network: ClassifierNetwork,
    readonly from: TaskOrParts,
    given: Partial<ClassifierTraining> = {},
    options: CompileOptions = {},
  ) {
    const config = checkedSteps(given, CLASSIFIER_TRAINING);
    for (const name of ['n', 'tests', 'validateEvery', 'validationTasks'] as const)
      positiveInteger(name, config[name]);
    super(network, config, CLASSIFIER_TRAINING, options);
    const tasks = Array.isArray(from) ? (from as readonly Task[]) : [from as Task];
    demand(
      tasks.every(({ d }) => d === network.config.d),
      () =>
        `The tasks have d = ${tasks.map(({ d }) => d).join(', ')}, ` +
        `${network.name} d = ${network.config.d}.`,
      'Make both for the same d.',
    );
    this.best = copiesOf(network.parameters);
    this.validated = tf.tidy(() => tf.variable(tf.tensor1d([Number.MAX_VALUE, 0]), false));
    const random = stream(VALIDATION_SEED, 'validation');
    this.validation = doublings(config.n).map((n) =>
      samplesOf(from, random, { B: config.validationTasks, n, m: 4 }),
    );
    // from here on compiled, so that a resumed run has the same bits
    for (let i = 0; i < 2; i++) this.validationLoss();
  }

  /**
   * The prompts of a step: the same for the same seed and step, whatever ran before.
   *
   * @returns x [batch, n, d] and so on; the caller disposes them
   */
  promptsOf(step: number): Prompts {
    const { seed, batch, n, tests } = this.config;
    const random = stream(seed, 'tasks', step);
    return samplesOf(this.from, random, { B: batch, n: 1 + random.integer(n), m: tests });
  }

  /** @returns x [B, n, d], y [B, n], xTest [B, m, d], yTest [B, m]; the caller disposes them */
  protected override inputsOf(step: number): Tensor[] {
    const { x, y, xTest, yTest } = this.promptsOf(step);
    return [x, y, xTest, yTest];
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([x, y, xTest, yTest]: readonly Tensor[]): Scalar {
    return this.network.loss({ x, y, xTest, yTest } as Prompts);
  }

  private validationLoss(): number {
    return tf.tidy(() => {
      const losses = this.validation.map(
        (prompts) => this.network.validationLoss(prompts).dataSync()[0]!,
      );
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    });
  }

  /**
   * One step; every validateEvery steps, and after the last, the weights are tried on the
   * validation tasks.
   */
  override train(): number {
    const loss = super.train();
    const { validateEvery, steps } = this.config;
    if (this.step % validateEvery === 0 || this.step === steps) this.validate();
    return loss;
  }

  /** The least validation loss so far, and the last one, in nats. */
  private validationPair(): readonly [number, number] {
    return this.validated.dataSync() as unknown as [number, number];
  }

  private validate(): void {
    const now = this.validationLoss();
    const [least] = this.validationPair();
    if (now < least) assignAll(this.best, this.network.parameters);
    tf.tidy(() => this.validated.assign(tf.tensor1d([Math.min(now, least), now])));
  }

  /**
   * Cross-entropy on the validation tasks when it was last measured, and the least so far, in nats.
   */
  get validationLosses(): { readonly last: number; readonly least: number } {
    const [least, last] = this.validationPair();
    return { least, last };
  }

  /** Puts the weights that did best on the validation tasks into the network. */
  useBest(): void {
    assignAll(this.network.parameters, this.best);
  }

  protected override alsoKept(): Readonly<Record<string, Variable>> {
    const entries = Object.entries(this.best).map(
      ([name, kept]) => [`best.${name}`, kept] as const,
    );
    return { ...Object.fromEntries(entries), validated: this.validated };
  }

  override dispose(): void {
    super.dispose();
    this.validation.forEach(disposePrompts);
    tf.dispose([this.validated, ...Object.values(this.best)]);
  }
}

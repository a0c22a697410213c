/**
 * Meta-training a language model on prompts of texts: every step draws tasks, and the loss is the
 * cross-entropy of the answers.
 * Reference: Min et al. (2022, MetaICL): loss on outputs only. Where a method may honestly use
 * them, the answers inside the context count too.
 */
import { tf } from '../core/backend';
import type { CompileOptions } from '../core/compile';
import { CourseError, demand, positiveInteger, shareNumber } from '../core/errors';
import { stream, type Stream } from '../core/random';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';

import type { Method } from '../model/methods';
import { STEPS, StepTrainer, checkedSteps, type StepConfig } from '../training/steps';
import type { TextTask } from './benchmark';
import type { LoadedModel } from '../language/folder';
import type { LanguageModel } from '../language/languagemodel';
import {
  DIRECT,
  batchOf,
  exampleTokens,
  promptOf,
  testTokens,
  type Demonstration,
  type Template,
  type TokenPrompt,
} from '../language/prompt';

/** How to train on prompts of texts. */
export interface TextTraining extends StepConfig {
  /** Examples per prompt. */
  readonly n: number;
  /** Tests per prompt that do not see each other, m. */
  readonly tests: number;
  /**
   * Words that stand for the labels in some prompts, drawn anew for each, so that labels mean
   * nothing by themselves ...
   */
  readonly freshLabels: readonly string[];
  /** ... and the share of such prompts. */
  readonly freshShare: number;
}

export const TEXT_TRAINING: TextTraining = {
  ...STEPS,
  batch: 16,
  learningRate: 2e-3,
  n: 6,
  tests: 2,
  freshLabels: [],
  freshShare: 0,
};

/** A prompt to train on: which rows are scored, and the token each should say next. */
interface ScoredPrompt {
  readonly prompt: TokenPrompt;
  /** Places whose next token is scored, with that token. */
  readonly scored: readonly (readonly [number, number])[];
}

/** The places of a prompt whose next token is (part of) an answer, with that token. */
function scoredPlaces(
  prompt: TokenPrompt,
  method: Method,
  exampleFrom: readonly (readonly [number, number])[],
  testFrom: readonly number[],
): (readonly [number, number])[] {
  const { tokens } = prompt.plan;
  const own = method.doubled ? 'second' : 'first'; // the second copies are blind to their own answers
  return tokens.flatMap(({ block, offset }, place) => {
    const [from, to] =
      block.part === 'test' ? [testFrom[block.index]!, Infinity] : exampleFrom[block.index]!;
    const counts = block.part === 'test' || (method.loss === 'all' && block.part === own);
    return counts && offset >= from && offset < to
      ? [[place - 1, prompt.tokens[place]!] as const]
      : [];
  });
}

/** Examples and tests of a prompt to train on. */
export interface DrawnExamples {
  readonly shown: readonly Demonstration[];
  readonly asked: readonly Demonstration[];
}

/**
 * Trains a language model on prompts of rows that somebody draws; its losses are cross-entropies in
 * nats.
 */
export abstract class LanguageModelTrainer<C extends StepConfig> extends StepTrainer<C> {
  private readonly model: LanguageModel;
  /**
   * Tokens of the longest lesson, one length for all steps, so that there is one graph; 0 = not yet
   * known.
   */
  private length = 0;

  /**
   * @param loaded   model and tokenizer; they stay the caller's
   * @param config   complete and checked
   * @param defaults what a setting had before it existed, for older checkpoints
   * @param template how examples are written
   */
  protected constructor(
    protected readonly loaded: LoadedModel,
    readonly method: Method,
    config: C,
    defaults: C,
    private readonly template: Template,
    options: CompileOptions,
  ) {
    super(
      {
        parameters: loaded.model.parameters,
        config: { language: loaded.model.config, method: method.name },
      },
      config,
      defaults,
      options,
    );
    this.model = loaded.model;
  }

  /** The rows of a lesson. */
  protected abstract draw(random: Stream): DrawnExamples;

  private lesson(random: Stream): ScoredPrompt {
    const { tokenizer } = this.loaded;
    for (;;) {
      const { shown, asked } = this.draw(random);
      const examples = shown.map((row) => exampleTokens(tokenizer, row, this.template));
      const after = tokenizer.encode(this.template.after).length;
      const answers = shown.map(
        (row) => tokenizer.encode(`${this.template.between}${row.output}`).length,
      );
      const exampleFrom = examples.map(
        (tokens, i) => [tokens.length - after - answers[i]!, tokens.length - after] as const,
      );
      const tests = asked.map((row) => testTokens(tokenizer, row.input, row.output, this.template));
      const prompt = promptOf(
        this.model,
        this.method,
        examples,
        tests.map(({ tokens }) => tokens),
      );
      if (this.length > 0 && prompt.tokens.length > this.length) continue; // a rare long one is drawn again
      const scored = scoredPlaces(
        prompt,
        this.method,
        exampleFrom,
        tests.map(({ scoredFrom }) => scoredFrom),
      );
      return { prompt, scored };
    }
  }

  private lengthOfAll(): number {
    const longest = Array.from(
      { length: 64 },
      (_, i) => this.lesson(stream(this.config.seed, 'lengths', i)).prompt.tokens.length,
    );
    return 16 * Math.ceil((Math.max(...longest) + 8) / 16);
  }

  /**
   * @returns tokens, bias, targets and weights, [B, T] or [B, 1, T, T], and where there are such
   *   positions and near bias; the caller disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    if (this.length === 0) this.length = this.lengthOfAll();
    const random = stream(this.config.seed, 'texts', step);
    const lessons = Array.from({ length: this.config.batch }, () => this.lesson(random));
    const [B, T] = [lessons.length, this.length];
    const [targets, weights] = [new Int32Array(B * T), new Float32Array(B * T)];
    lessons.forEach(({ scored }, b) => {
      for (const [place, token] of scored) {
        targets[b * T + place] = token;
        weights[b * T + place] = 1;
      }
    });
    const batch = batchOf(
      this.model,
      lessons.map(({ prompt }) => prompt),
      T,
    );
    const inputs = [
      batch.tokens,
      batch.bias,
      tf.tensor2d(targets, [B, T], 'int32'),
      tf.tensor2d(weights, [B, T]),
    ];
    for (const extra of [batch.positions, batch.nearBias]) if (extra) inputs.push(extra);
    return inputs;
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([
    tokens,
    bias,
    targets,
    weights,
    positions,
    nearBias,
  ]: readonly Tensor[]): Scalar {
    const logits = this.model.logits({
      tokens: tokens as Tensor2D,
      bias: bias!,
      positions: (positions as Tensor2D | undefined) ?? null,
      ...(nearBias ? { nearBias } : {}),
    });
    const V = this.model.config.vocabulary;
    const right = tf.oneHot(targets!.toInt(), V).toFloat(); // [B, T, V]
    const losses = tf.logSoftmax(logits).mul(right).sum(-1).neg().mul(weights!); // [B, T]
    return losses.sum().div(weights!.sum()) as Scalar;
  }
}

/**
 * Trains a language model on tasks of texts under a method; its losses are cross-entropies in nats.
 */
export class TextTrainer extends LanguageModelTrainer<TextTraining> {
  /**
   * @param loaded   model and tokenizer; they stay the caller's
   * @param tasks    classifications or choices
   * @param template how examples are written
   * @throws CourseError quoting a setting that is unknown or refused, or when there is no task with
   *   options
   */
  constructor(
    loaded: LoadedModel,
    method: Method,
    private readonly tasks: readonly TextTask[],
    given: Partial<TextTraining> = {},
    template: Template = DIRECT,
    options: CompileOptions = {},
  ) {
    const config = checkedSteps(given, TEXT_TRAINING);
    for (const name of ['n', 'tests'] as const) positiveInteger(name, config[name]);
    shareNumber('freshShare', config.freshShare);
    const most = Math.max(...tasks.map(({ rows }) => rows[0]?.options.length ?? 0));
    demand(
      config.freshShare === 0 || config.freshLabels.length >= most,
      () => `${config.freshLabels.length} fresh labels were given for tasks of ${most} labels.`,
      'Give at least as many.',
    );
    demand(tasks.length > 0, () => 'No task was given to train on.', 'Give at least one.');
    if (method.oneTest && config.tests > 1)
      throw new CourseError(
        `${method.name} was given ${config.tests} tests per prompt.`,
        'Its examples read the test; give it 1.',
      );
    super(loaded, method, config, TEXT_TRAINING, template, options);
  }

  /** Rows of one task with labels as they are, or with fresh words. */
  protected override draw(random: Stream): DrawnExamples {
    const { n, tests, freshLabels, freshShare } = this.config;
    const { rows } = this.tasks[random.integer(this.tasks.length)]!;
    const taken = new Set<number>();
    while (taken.size < Math.min(n + tests, rows.length)) taken.add(random.integer(rows.length));
    const drawn = [...taken].map((i) => rows[i]!);
    if (random.uniform() >= freshShare) return { shown: drawn.slice(0, n), asked: drawn.slice(n) };
    const order = random.permutation(freshLabels.length);
    const word = new Map(
      drawn[0]!.options.map((option, i) => [option, freshLabels[order[i % order.length]!]!]),
    );
    const renamed = drawn.map((row) => ({ ...row, output: word.get(row.output) ?? row.output }));
    return { shown: renamed.slice(0, n), asked: renamed.slice(n) };
  }
}

/**
 * Training a language model on prompts: the loss is the cross-entropy of the answers.
 * Reference: Min et al. (2022, MetaICL): loss on outputs only. Where a method may honestly use them, the answers inside the
 * context count too.
 */
import { tf } from '../core/backend';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { stream, type Stream } from '../core/random';
import type { Method } from '../model/methods';
import { LanguageModel } from './languagemodel';
import {
  batchOf,
  exampleTokens,
  promptOf,
  testTokens,
  type Demonstration,
  type Template,
  type TokenPrompt,
} from './prompt';
import type { LoadedModel } from './folder';
import { StepTrainer, type StepConfig } from '../training/steps';
import type { CompileOptions } from '../core/compile/compile';

/** A prompt to train on: which rows are scored, and the token each should say next. */
export interface ScoredPrompt {
  readonly prompt: TokenPrompt;
  /** Places whose next token is scored, with that token. */
  readonly scored: readonly (readonly [number, number])[];
}

/** The places of a prompt whose next token is (part of) an answer, with that token. */
export function scoredPlaces(
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

/**
 * Training a language model on prompts: the loss is the cross-entropy of the answers.
 * Reference: Min et al. (2022, MetaICL): loss on outputs only. The answers inside the context count
 * too where no token that predicts them attends to them.
 */
import { tf } from '../core/backend';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { stream, type Stream } from '../core/random';
import type { LaidOutBlock } from '../model/masks';
import type { Method } from '../model/methods';
import { LanguageModel } from './languagemodel';
import {
  batchOf,
  beginTokens,
  exampleTokens,
  promptOf,
  testTokens,
  type Demonstration,
  type Template,
  type TokenPrompt,
} from './prompt';
import type { LoadedModel } from './folder';
import { tokensBy } from './tokenizer';
import { StepTrainer, type StepConfig } from '../training/steps';
import type { CompileOptions } from '../core/compile/compile';

/** A prompt to train on, with the predictions that count in its loss. */
export interface ScoredPrompt {
  readonly prompt: TokenPrompt<LaidOutBlock>;
  /** Tokens (by index) whose next token is scored, with that next token. */
  readonly scored: readonly (readonly [number, number])[];
}

/**
 * The tokens of a prompt, by index, whose next token is (part of) an answer that counts in the
 * loss, with that next token.
 *
 * @param exampleFrom the answer of each example: its first token in the example, and the one after
 *                    its last
 * @param testFrom    the first token of each test's answer
 */
function scoredTokens(
  prompt: TokenPrompt<LaidOutBlock>,
  method: Method,
  exampleFrom: readonly (readonly [number, number])[],
  testFrom: readonly number[],
): (readonly [number, number])[] {
  const { tokens } = prompt.layout;
  const answers = {
    begin: [[0, 0]],
    first: exampleFrom,
    second: exampleFrom,
    test: testFrom.map((from) => [from, Infinity]),
  } as const;
  // a second copy does not attend to the first copy of its own answer
  const own = method.doubled ? 'second' : 'first';
  return tokens.flatMap(({ block, offset }, index) => {
    const [from, to] = answers[block.part][block.index]!;
    const counts = block.part === 'test' || (method.loss === 'all' && block.part === own);
    return counts && offset >= from && offset < to
      ? [[index - 1, prompt.tokens[index]!] as const]
      : [];
  });
}

/** Examples and tests of a prompt to train on. */
export interface DrawnExamples {
  readonly shown: readonly Demonstration[];
  readonly asked: readonly Demonstration[];
}

/**
 * Trains a language model on prompts; a subclass draws their examples. Losses are cross-entropies
 * in nats.
 */
export abstract class LanguageModelTrainer<C extends StepConfig> extends StepTrainer<C> {
  private readonly model: LanguageModel;
  /**
   * The length of all prompts in tokens, with padding: one for all steps, so that there is one
   * graph; 0 = not yet known.
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

  /** Draws the examples and tests of a prompt. */
  protected abstract draw(random: Stream): DrawnExamples;

  /** A prompt of drawn examples and tests. */
  private promptFrom({ shown, asked }: DrawnExamples): ScoredPrompt {
    const [{ tokenizer }, template] = [this.loaded, this.template];
    const examples = shown.map((example) => exampleTokens(tokenizer, example, template));
    const after = tokensBy(tokenizer, template.after).length;
    const exampleFrom = shown.map(({ output }, i) => {
      const end = examples[i]!.length - after;
      const answer = tokensBy(tokenizer, `${template.between}${output}`).length;
      return [end - answer, end] as const;
    });
    const tests = asked.map(({ input, output }) => testTokens(tokenizer, input, output, template));
    const testFrom = tests.map(({ scoredFrom }) => scoredFrom);
    const ofTests = tests.map(({ tokens }) => tokens);
    const begin = beginTokens(tokenizer, template);
    const prompt = promptOf(this.model, this.method, examples, ofTests, begin);
    return { prompt, scored: scoredTokens(prompt, this.method, exampleFrom, testFrom) };
  }

  /** A random prompt, drawn again while it is longer than `length` (which is rare). */
  private drawnPrompt(random: Stream): ScoredPrompt {
    for (;;) {
      const drawn = this.promptFrom(this.draw(random));
      if (this.length === 0 || drawn.prompt.tokens.length <= this.length) return drawn;
    }
  }

  /** The longest of 64 prompts and a margin, rounded up to a multiple of 16. */
  private lengthOfAll(): number {
    const lengths = Array.from({ length: 64 }, (_, i) => {
      const { prompt } = this.drawnPrompt(stream(this.config.seed, 'lengths', i));
      return prompt.tokens.length;
    });
    return 16 * Math.ceil((Math.max(...lengths) + 8) / 16);
  }

  /**
   * @returns tokens, bias, targets and weights, [B, T] or [B, 1, T, T], and where there are such
   *   positions and near bias; the caller disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    if (this.length === 0) this.length = this.lengthOfAll();
    const random = stream(this.config.seed, 'texts', step);
    const [B, T] = [this.config.batch, this.length];
    const drawn = Array.from({ length: B }, () => this.drawnPrompt(random));
    const [targets, weights] = [new Int32Array(B * T), new Float32Array(B * T)];
    drawn.forEach(({ scored }, b) => {
      for (const [index, next] of scored) {
        targets[b * T + index] = next;
        weights[b * T + index] = 1;
      }
    });
    const prompts = drawn.map(({ prompt }) => prompt);
    const batch = batchOf(this.model, prompts, T);
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

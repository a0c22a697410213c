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
import { microbatchOf } from '../model/microbatch';
import { AdaptedModel } from './adaptedmodel';
import { adapterFacts } from './adapterfile';
import { answerLoss, type ScoredTokens } from './answerloss';
import type { LanguageModel, TokenBatch } from './languagemodel';
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

/** The sizes that the prompts of a run have in common. */
interface PromptSizes {
  /** Tokens, T. */
  readonly length: number;
  /** Scored predictions, S; a step that scores more has a graph of its own. */
  readonly scored: number;
}

const roundedUp = (count: number, multiple: number): number =>
  multiple * Math.ceil(count / multiple);

/** Rounded up, so that few numbers occur. */
const mostScored = (prompts: readonly ScoredPrompt[]): number =>
  roundedUp(Math.max(...prompts.map(({ scored }) => scored.length)), 8);

/**
 * What is scored in some prompts. Weights are shares of all that is scored, times the number of
 * prompts, so that the mean of a microbatch is its part of the mean of the batch.
 *
 * @param S the most that a prompt scores
 * @returns [B, S] each; the caller disposes them
 */
function scoredTensors(prompts: readonly ScoredPrompt[], S: number): ScoredTokens {
  const B = prompts.length;
  const weight = B / prompts.reduce((sum, { scored }) => sum + scored.length, 0);
  const [indices, next] = [new Int32Array(B * S), new Int32Array(B * S)];
  const weights = new Float32Array(B * S);
  prompts.forEach(({ scored }, b) =>
    scored.forEach(([index, token], s) => {
      indices[b * S + s] = index;
      next[b * S + s] = token;
      weights[b * S + s] = weight;
    }),
  );
  return {
    indices: tf.tensor2d(indices, [B, S], 'int32'),
    next: tf.tensor2d(next, [B, S], 'int32'),
    weights: tf.tensor2d(weights, [B, S]),
  };
}

/** What a checkpoint says of the model: of an adapted one, which model it belongs to. */
const factsOfModel = (model: LanguageModel): object => ({
  language: model.config,
  ...(model instanceof AdaptedModel ? { adapters: adapterFacts(model) } : {}),
});

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
  /** The sizes of all prompts, with padding: one for all steps, so that there is one graph. */
  private sizes: PromptSizes | null = null;

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
        parameters: loaded.model.trainable,
        config: { ...factsOfModel(loaded.model), method: method.name },
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
  protected promptFrom({ shown, asked }: DrawnExamples): ScoredPrompt {
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

  /** A random prompt, drawn again while it is longer than those before (which is rare). */
  private drawnPrompt(random: Stream): ScoredPrompt {
    for (;;) {
      const drawn = this.promptFrom(this.draw(random));
      if (drawn.prompt.tokens.length <= (this.sizes?.length ?? Infinity)) return drawn;
    }
  }

  /** The longest of 64 prompts and a margin, and the most that one of them scores. */
  private sizesOfAll(): PromptSizes {
    const drawn = Array.from({ length: 64 }, (_, i) =>
      this.drawnPrompt(stream(this.config.seed, 'lengths', i)),
    );
    const longest = Math.max(...drawn.map(({ prompt }) => prompt.tokens.length));
    return { length: roundedUp(longest + 8, 16), scored: mostScored(drawn) };
  }

  /**
   * @returns tokens [B, T], bias [B, 1, T, T], what is scored (indices, next tokens and weights, [B,
   *   S] each), and where there are such positions and near bias; the caller disposes them
   */
  protected override inputsOf(step: number): Tensor[] {
    this.sizes ??= this.sizesOfAll();
    const random = stream(this.config.seed, 'texts', step);
    const drawn = Array.from({ length: this.config.batch }, () => this.drawnPrompt(random));
    const prompts = drawn.map(({ prompt }) => prompt);
    const batch = batchOf(this.model, prompts, this.sizes.length);
    const { indices, next, weights } = scoredTensors(
      drawn,
      Math.max(this.sizes.scored, mostScored(drawn)),
    );
    const inputs = [batch.tokens, batch.bias, indices, next, weights];
    for (const extra of [batch.positions, batch.nearBias]) if (extra) inputs.push(extra);
    return inputs;
  }

  /**
   * As many prompts at once as fit the processor's caches, so that memory stays flat.
   *
   * @param inputs from inputsOf, [B, ...] each
   */
  protected override promptsAtOnce([tokens]: readonly Tensor[]): number {
    const [B, T] = tokens!.shape as [number, number];
    return microbatchOf(B, T, this.model.config.size, this.config.microBatch);
  }

  /** @returns [] (a scalar); the caller disposes it */
  protected override lossOf([
    tokens,
    bias,
    indices,
    next,
    weights,
    positions,
    nearBias,
  ]: readonly Tensor[]): Scalar {
    const batch: TokenBatch = {
      tokens: tokens as Tensor2D,
      bias: bias!,
      positions: (positions as Tensor2D | undefined) ?? null,
      ...(nearBias ? { nearBias } : {}),
    };
    const scored = { indices, next, weights } as ScoredTokens;
    return answerLoss(this.model, batch, scored).div(tokens!.shape[0]!);
  }
}

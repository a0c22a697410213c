/**
 * Prompts of texts: how an example becomes tokens, what is cut where it is too long, and the batch
 * that a model reads.
 * Reference: MetaICL (Min et al., 2022) for the formats and the cuts.
 */
import { tf } from '../core/backend';
import { CourseError, demand } from '../core/errors';

import { FORBIDDEN } from '../model/attention';
import type { Method } from '../model/methods';
import { layoutPrompt, type PromptLayout } from '../model/layout';
import type { LanguageModel, TokenBatch } from './languagemodel';
import type { TextTokenizer } from './tokenizer';

/** A text and its answer. */
export interface Demonstration {
  readonly input: string;
  readonly output: string;
}

/** How an example is written. */
export interface Template {
  /** 'direct': the input, then the output. 'channel': the output, then the input. */
  readonly style: 'direct' | 'channel';
  /** Between input and output. */
  readonly between: string;
  /**
   * After each example: after, not before all but the first, so that examples are alike wherever
   * they stand.
   */
  readonly after: string;
  /** The most tokens of an example; longer inputs are cut at their end. */
  readonly longest: number;
}

/** MetaICL's line breaks. */
export const DIRECT: Template = { style: 'direct', between: '\n', after: '\n\n\n', longest: 256 };

/** A test: its tokens, and from which on they are scored. */
export interface TokenTest {
  readonly tokens: readonly number[];
  readonly scoredFrom: number;
}

/** Tokens of an input and of what surrounds it, the input cut so that all fit. */
function withInput(
  tokenizer: TextTokenizer,
  input: string,
  others: number,
  { longest }: Template,
): number[] {
  const left = longest - others;
  demand(
    left >= 1,
    () => `An answer of ${others} tokens leaves no token for its input in ${longest}.`,
    'Raise `longest`, or shorten the answer.',
  );
  return tokenizer.encode(input).slice(0, left);
}

/**
 * The tokens of an example.
 *
 * @throws CourseError when the answer is empty or leaves no token for the input
 */
export function exampleTokens(
  tokenizer: TextTokenizer,
  { input, output }: Demonstration,
  template: Template,
): number[] {
  if (output.trim() === '')
    throw new CourseError(
      `The example '${input.slice(0, 40)}' has no answer.`,
      'Give each example its answer.',
    );
  const after = tokenizer.encode(template.after);
  if (template.style === 'channel') {
    const before = tokenizer.encode(`${output}${template.between}`);
    return [
      ...before,
      ...withInput(tokenizer, input, before.length + after.length, template),
      ...after,
    ];
  }
  const rest = [...tokenizer.encode(`${template.between}${output}`), ...after];
  return [...withInput(tokenizer, input, rest.length, template), ...rest];
}

/**
 * The tokens of a question with one of its options.
 *
 * @throws CourseError when the option or, in the channel style, the input becomes no tokens
 */
export function testTokens(
  tokenizer: TextTokenizer,
  input: string,
  option: string,
  template: Template,
): TokenTest {
  const refuse = (what: string): never => {
    throw new CourseError(
      `${what} is empty or becomes no tokens.`,
      'Give each option and each text at least one word.',
    );
  };
  if (tokenizer.encode(option).length === 0 || option.trim() === '')
    refuse(`The option '${option}'`);
  if (template.style === 'channel') {
    const before = tokenizer.encode(`${option}${template.between}`);
    const scored = withInput(tokenizer, input, before.length, template);
    if (scored.length === 0) refuse(`The input '${input}'`);
    return { tokens: [...before, ...scored], scoredFrom: before.length };
  }
  const answer = tokenizer.encode(`${template.between}${option}`);
  const text = withInput(tokenizer, input, answer.length, template);
  if (text.length === 0) refuse(`The input '${input}'`);
  return { tokens: [...text, ...answer], scoredFrom: text.length };
}

/** A prompt of tokens under a method, its layout spelled out. */
export interface TokenPrompt {
  readonly layout: PromptLayout;
  /** The token at each entry of the layout. */
  readonly tokens: readonly number[];
  /** The position of each token; 0 for a method without positions. */
  readonly positions: readonly number[];
}

/**
 * A prompt's layout and tokens.
 *
 * @throws CourseError when the method takes one test at a time and gets more, or a token or
 *   position is beyond the model's
 */
export function promptOf(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  tests: readonly (readonly number[])[],
): TokenPrompt {
  const lengths = (parts: readonly (readonly number[])[]): number[] =>
    parts.map(({ length }) => length);
  const layout = layoutPrompt(method, lengths(examples), lengths(tests));
  const tokens = layout.tokens.map(
    ({ block, offset }) => (block.part === 'test' ? tests : examples)[block.index]![offset]!,
  );
  model.check(tokens, layout.positions);
  return { layout, tokens, positions: layout.positions ?? tokens.map(() => 0) };
}

/**
 * Prompts side by side, padded to one length at their end; padding sees itself only and is seen by
 * nobody.
 *
 * @param T the common length, at least that of the longest
 * @returns shapes as in TokenBatch; the caller disposes them
 */
export function batchOf(
  model: LanguageModel,
  prompts: readonly TokenPrompt[],
  T = Math.max(...prompts.map((p) => p.tokens.length)),
): TokenBatch {
  const B = prompts.length;
  const [tokens, positions] = [new Int32Array(B * T), new Int32Array(B * T)];
  const bias = new Float32Array(B * T * T).fill(FORBIDDEN);
  const withPositions = prompts.every(({ layout }) => layout.positions !== null);
  const hasNear = model.config.local !== null && withPositions; // without positions nothing is far
  const near = hasNear ? new Float32Array(B * T * T).fill(FORBIDDEN) : null;
  const window = model.config.local?.window ?? Infinity;
  prompts.forEach((prompt, b) => {
    tokens.set(prompt.tokens, b * T);
    positions.set(prompt.positions, b * T);
    const { mask } = prompt.layout;
    for (let r = 0; r < T; r++) {
      const row = mask[r];
      if (!row) {
        bias[(b * T + r) * T + r] = 0;
        if (near) near[(b * T + r) * T + r] = 0;
        continue;
      }
      for (let c = 0; c < row.length; c++)
        if (row[c]) {
          bias[(b * T + r) * T + c] = 0;
          if (near && prompt.positions[r]! - prompt.positions[c]! < window)
            near[(b * T + r) * T + c] = 0;
        }
    }
  });
  return {
    tokens: tf.tensor2d(tokens, [B, T], 'int32'),
    positions: withPositions ? tf.tensor2d(positions, [B, T], 'int32') : null,
    bias: tf.tensor4d(bias, [B, 1, T, T]),
    ...(near ? { nearBias: tf.tensor4d(near, [B, 1, T, T]) } : {}),
  };
}

/** Frees a batch's tensors. */
export const disposeBatch = ({ tokens, positions, bias, nearBias }: TokenBatch): void => {
  for (const tensor of [tokens, positions, bias, nearBias]) tensor?.dispose();
};

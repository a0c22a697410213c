/**
 * Prompts of texts: how an example becomes tokens, what is cut where it is too long, and the batch
 * that a model reads.
 * Reference: MetaICL (Min et al., 2022) for the formats and the cuts.
 */
import { tf } from '../core/backend';
import { checkIndices, checkList, checkMemory, checkText } from '../core/checks';
import {
  CourseError,
  demand,
  knownKeys,
  lookUp,
  plainObject,
  positiveInteger,
  quote,
} from '../core/errors';

import { FORBIDDEN } from '../model/attention';
import type { Block, LaidOutBlock } from '../model/masks';
import type { Method } from '../model/methods';
import { layoutPrompt, type PromptLayout } from '../model/layout';
import { checkLanguageModel, type LanguageModel, type TokenBatch } from './languagemodel';
import { checkTokenizer, firstTokensBy, tokensBy, type TextTokenizer } from './tokenizer';

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
  /**
   * Before the first example, once, and read by all examples and tests alike: the token that a model
   * knows as the beginning of every text; left out: nothing.
   */
  readonly begin?: string;
  /** The most tokens of an example; longer inputs are cut at their end. */
  readonly longest: number;
}

/** MetaICL's line breaks. */
export const DIRECT: Template = { style: 'direct', between: '\n', after: '\n\n\n', longest: 256 };

/**
 * Refuses what is no template.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function checkTemplate(template: Template): void {
  knownKeys('A template', template, [...Object.keys(DIRECT), 'begin']);
  lookUp('style of a template', { direct: 0, channel: 0 }, template.style);
  checkText("'between' of a template", template.between);
  checkText("'after' of a template", template.after);
  if (template.begin !== undefined) checkText("'begin' of a template", template.begin);
  positiveInteger("'longest' of a template", template.longest);
}

/**
 * Refuses what is no text with its answer.
 *
 * @throws CourseError quoting it
 */
export function checkDemonstration(example: Demonstration): void {
  plainObject('An example', example);
  checkText("'input' of an example", example.input);
  checkText("'output' of an example", example.output);
}

/**
 * Refuses what is no list of texts with their answers.
 *
 * @throws CourseError quoting it
 */
export function checkDemonstrations(examples: readonly Demonstration[]): void {
  checkList('Examples', examples, 'texts with their answers', (one) => typeof one === 'object');
  examples.forEach(checkDemonstration);
}

/**
 * Refuses what are no tokens of some examples or tests.
 *
 * @param least the fewest lists
 * @throws CourseError quoting them
 */
export const checkTokens = (name: string, lists: readonly (readonly number[])[], least = 0): void =>
  checkList(name, lists, 'lists of tokens', (list) => Array.isArray(list) && isTokens(list), least);

const isTokens = (list: readonly unknown[]): boolean =>
  list.length > 0 && list.every((token) => Number.isSafeInteger(token));

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
  return firstTokensBy(tokenizer, input, left);
}

/** The tokens before the first example. */
export const beginTokens = (tokenizer: TextTokenizer, { begin = '' }: Template): number[] =>
  tokensBy(tokenizer, begin);

/**
 * The tokens of an example.
 *
 * @throws CourseError when the text or the answer is empty, or the answer leaves no token for the
 *   text, or what is given is no tokenizer, no example or no template
 */
export function exampleTokens(
  tokenizer: TextTokenizer,
  example: Demonstration,
  template: Template,
): number[] {
  checkTokenizer(tokenizer);
  checkDemonstration(example);
  checkTemplate(template);
  const { input, output } = example;
  demand(
    output.trim() !== '',
    () => `The example ${quote(input)} has no answer.`,
    'Give each example its answer.',
  );
  demand(
    input.trim() !== '',
    () => `The example with the answer ${quote(output)} has no text.`,
    'Give each example its text.',
  );
  const after = tokensBy(tokenizer, template.after);
  if (template.style === 'channel') {
    const before = tokensBy(tokenizer, `${output}${template.between}`);
    return [
      ...before,
      ...withInput(tokenizer, input, before.length + after.length, template),
      ...after,
    ];
  }
  const rest = [...tokensBy(tokenizer, `${template.between}${output}`), ...after];
  return [...withInput(tokenizer, input, rest.length, template), ...rest];
}

/**
 * The tokens of a question with one of its options.
 *
 * @throws CourseError when the option or the input becomes no tokens, or what is given is no
 *   tokenizer, no text or no template
 */
export function testTokens(
  tokenizer: TextTokenizer,
  input: string,
  option: string,
  template: Template,
): TokenTest {
  checkTokenizer(tokenizer);
  checkText('A text', input);
  checkText('An option', option);
  checkTemplate(template);
  const refuse = (what: string): never => {
    throw new CourseError(
      `${what} is empty or becomes no tokens.`,
      'Give each option and each text at least one word.',
    );
  };
  if (option.trim() === '' || tokensBy(tokenizer, option).length === 0)
    refuse(`The option ${quote(option)}`);
  if (input.trim() === '') refuse(`The input ${quote(input)}`);
  if (template.style === 'channel') {
    const before = tokensBy(tokenizer, `${option}${template.between}`);
    const scored = withInput(tokenizer, input, before.length, template);
    if (scored.length === 0) refuse(`The input ${quote(input)}`);
    return { tokens: [...before, ...scored], scoredFrom: before.length };
  }
  const answer = tokensBy(tokenizer, `${template.between}${option}`);
  const text = withInput(tokenizer, input, answer.length, template);
  if (text.length === 0) refuse(`The input ${quote(input)}`);
  return { tokens: [...text, ...answer], scoredFrom: text.length };
}

/** A prompt of tokens under a method, its layout spelled out; with a beginning where it has one. */
export interface TokenPrompt<B extends LaidOutBlock = Block> {
  readonly layout: PromptLayout<B>;
  /** The token at each entry of the layout. */
  readonly tokens: readonly number[];
  /** The position of each token; 0 for a method without positions. */
  readonly positions: readonly number[];
}

/**
 * A prompt's layout and tokens.
 *
 * @param begin tokens before the first example, which all others read; there may be none
 * @throws CourseError when the method takes one test at a time and gets more, a token or position is
 *   beyond the model's, or what is given is no model, no method or no tokens
 */
export function promptOf(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  tests: readonly (readonly number[])[],
): TokenPrompt;
export function promptOf(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  tests: readonly (readonly number[])[],
  begin: readonly number[],
): TokenPrompt<LaidOutBlock>;
export function promptOf(
  model: LanguageModel,
  method: Method,
  examples: readonly (readonly number[])[],
  tests: readonly (readonly number[])[],
  begin: readonly number[] = [],
): TokenPrompt<LaidOutBlock> {
  checkLanguageModel(model);
  checkIndices('The beginning of a prompt', begin);
  checkTokens('Examples', examples);
  checkTokens('Tests', tests, 1);
  const lengths = (parts: readonly (readonly number[])[]): number[] =>
    parts.map(({ length }) => length);
  const layout = layoutPrompt(method, lengths(examples), lengths(tests), begin.length);
  const from = { begin: [begin], first: examples, second: examples, test: tests };
  const tokens = layout.tokens.map(
    ({ block: { part, index }, offset }) => from[part][index]![offset]!,
  );
  model.check(tokens, layout.positions);
  return { layout, tokens, positions: layout.positions ?? tokens.map(() => 0) };
}

/** Refuses what is no prompt of tokens for this model. */
function checkPrompt(model: LanguageModel, prompt: TokenPrompt<LaidOutBlock>): void {
  plainObject('A prompt of tokens', prompt);
  const { layout, tokens, positions } = prompt;
  checkIndices('The tokens of a prompt', tokens, Infinity, 1);
  checkIndices('The positions of a prompt', positions);
  plainObject('The layout of a prompt', layout);
  const fits = (rows: unknown): boolean => Array.isArray(rows) && rows.length === tokens.length;
  demand(
    positions.length === tokens.length &&
      fits(layout.mask) &&
      layout.mask.every(fits) &&
      (layout.positions === null || fits(layout.positions)),
    () => `The mask and positions of a prompt of ${tokens.length} tokens are those of another.`,
    'Make prompts with language.promptOf.',
  );
  model.check(tokens, layout.positions === null ? null : positions);
}

/**
 * Prompts side by side, padded to one length at their end; padding sees itself only and is seen by
 * nobody.
 *
 * @param length the common length T in tokens, at least that of the longest
 * @returns shapes as in TokenBatch; the caller disposes them
 * @throws CourseError when there is no prompt, one is none or not for this model, or T is shorter
 *   than a prompt or more than fits into memory
 */
export function batchOf(
  model: LanguageModel,
  prompts: readonly TokenPrompt<LaidOutBlock>[],
  length?: number,
): TokenBatch {
  checkLanguageModel(model);
  checkList('Prompts', prompts, 'prompts of tokens', (one) => typeof one === 'object', 1);
  for (const prompt of prompts) checkPrompt(model, prompt);
  const B = prompts.length;
  const longest = Math.max(...prompts.map((p) => p.tokens.length));
  const T = positiveInteger('The common length of prompts', length ?? longest, longest);
  checkMemory(() => `The masks of ${B} prompts of ${T} tokens`, B * T * T);
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

/**
 * Frees a batch's tensors.
 *
 * @param batch shapes as in TokenBatch; unusable afterwards
 * @throws CourseError when it is no batch
 */
export function disposeBatch(batch: TokenBatch): void {
  plainObject('A batch', batch);
  const { tokens, bias } = batch;
  const all = { tokens, bias, positions: batch.positions ?? tokens, near: batch.nearBias ?? bias };
  for (const [name, tensor] of Object.entries(all))
    demand(
      tensor instanceof tf.Tensor,
      () => `'${name}' of a batch must be a tensor, got ${quote(tensor)}.`,
      'Give a batch that language.batchOf made.',
    );
  for (const tensor of Object.values(all)) tensor.dispose();
}

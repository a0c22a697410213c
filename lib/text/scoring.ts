/**
 * Which option fits: each is scored by how likely its words are after the examples and the question (direct), or how likely the
 * question is after it (channel). Reference: Min et al. (2022, MetaICL); Min et al. (2022, arXiv 2108.04106) for the channel.
 */
import { tf } from '../core/backend';
import { CourseError, demand } from '../core/errors';

import type { Method } from '../model/methods';
import type { LanguageModel } from './languagemodel';
import {
  DIRECT,
  batchOf,
  disposeBatch,
  exampleTokens,
  promptOf,
  testTokens,
  type Demonstration,
  type Template,
  type TokenPrompt,
} from './prompt';
import type { TextTokenizer } from './tokenizer';

/** A prompt and its options. */
export interface Question {
  readonly examples: readonly Demonstration[];
  readonly input: string;
  readonly options: readonly string[];
}

/** How options are scored. */
export interface Scoring {
  readonly method: Method;
  readonly template?: Template;
  /** 'mean': per scored token, so that long options are not at a disadvantage (MetaICL); 'sum': of all. */
  readonly length?: 'mean' | 'sum';
}

/**
 * Refuses options that cannot be told apart.
 *
 * @throws CourseError when there are none, or one stands twice
 */
export function checkOptions(options: readonly string[]): void {
  demand(options.length > 0, () => 'A question without options was given.', 'Give at least one.');
  const twice = options.find((option, i) => options.indexOf(option) !== i);
  if (twice !== undefined) throw new CourseError(`The option '${twice}' was given twice.`, 'Give each once.');
}

/** The logarithms of the probability of each test's scored tokens, from a prompt's logits. */
function scoresOf(
  logProbability: (row: number, token: number) => number,
  prompt: TokenPrompt,
  scoredFrom: readonly number[],
  mean: boolean,
): number[] {
  return scoredFrom.map((from, option) => {
    const places = prompt.plan.tokens
      .map(({ block, offset }, row) => ({ block, offset, row }))
      .filter(({ block }) => block.part === 'test' && block.index === option);
    const scored = places.filter(({ offset }) => offset >= from);
    const sum = scored.reduce((total, { row }) => total + logProbability(row - 1, prompt.tokens[row]!), 0);
    return mean ? sum / scored.length : sum;
  });
}

/**
 * Scores of the options of some questions, one batch for all: higher fits better.
 *
 * @returns one list of scores per question, in nats
 * @throws CourseError when options repeat, are empty or become no tokens, an example has no answer, or a prompt is too long
 */
export function scoreOptions(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  questions: readonly Question[],
  { method, template = DIRECT, length = 'mean' }: Scoring,
): number[][] {
  const prepared = questions.flatMap(({ examples, input, options }, q) => {
    checkOptions(options);
    const shown = examples.map((example) => exampleTokens(tokenizer, example, template));
    const tests = options.map((option) => testTokens(tokenizer, input, option, template));
    const groups = method.oneTest ? tests.map((test) => [test]) : [tests]; // where examples read the test, each option is alone
    return groups.map((group) => ({
      q,
      from: group.map(({ scoredFrom }) => scoredFrom),
      prompt: promptOf(
        model,
        method,
        shown,
        group.map(({ tokens }) => tokens),
      ),
    }));
  });
  const T = 16 * Math.ceil(Math.max(...prepared.map(({ prompt }) => prompt.tokens.length)) / 16); // few lengths, few graphs
  const batch = batchOf(
    model,
    prepared.map(({ prompt }) => prompt),
    T,
  );
  const values = tf.tidy(() => tf.logSoftmax(model.compiledLogits(batch)).dataSync());
  disposeBatch(batch);
  const V = model.config.vocabulary;
  const found: number[][] = questions.map(() => []);
  prepared.forEach(({ q, from, prompt }, b) => {
    const at = (row: number, token: number): number => values[(b * T + row) * V + token]!;
    found[q]!.push(...scoresOf(at, prompt, from, length === 'mean'));
  });
  return found;
}

/** Scores as probabilities: their softmax. */
export function probabilities(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

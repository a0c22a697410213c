/**
 * Which option fits: each is scored by how likely its words are after the examples and the question
 * (direct), or how likely the question is after it (channel). Reference: Min et al. (2022,
 * MetaICL); Min et al. (2022, arXiv 2108.04106) for the channel.
 */
import { tf } from '../core/backend';
import { CourseError, demand } from '../core/errors';
import type { Tensor3D } from '@tensorflow/tfjs';
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
import { softmax } from '../core/numerics';

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
  /**
   * 'mean': per scored token, so that long options are not at a disadvantage (MetaICL); 'sum': of
   * all.
   */
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
  if (twice !== undefined)
    throw new CourseError(`The option '${twice}' was given twice.`, 'Give each once.');
}

/** A prompt of some question's options, and from which token on each option is scored. */
interface Prepared {
  readonly question: number;
  readonly scoredFrom: readonly number[];
  readonly prompt: TokenPrompt;
}

/** The rows whose next word is scored, option by option: [row, next word]. */
const scoredRows = ({ prompt, scoredFrom }: Prepared): (readonly [number, number])[][] =>
  scoredFrom.map((from, option) =>
    prompt.plan.tokens.flatMap(({ block, offset }, place) =>
      block.part === 'test' && block.index === option && offset >= from
        ? [[place - 1, prompt.tokens[place]!] as const]
        : [],
    ),
  );

/**
 * Tokens that go through the model at once, and rows whose scores of all words are held at once.
 */
const [TOKENS_AT_ONCE, ROWS_AT_ONCE] = [8192, 128];

/**
 * The logarithm of the probability of each row's next word; rows are counted through the whole
 * batch.
 */
function logProbabilities(
  model: LanguageModel,
  finals: Tensor3D,
  rows: readonly (readonly [number, number])[],
): number[] {
  const [B, T, C] = finals.shape;
  const parts = Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, i) =>
    rows.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  );
  return parts.flatMap((part) => {
    const values = tf.tidy(() => {
      const states = finals.reshape([B * T, C]).gather(
        part.map(([row]) => row),
        0,
      ); // [rows, C]
      return tf.logSoftmax(model.readOut(states.expandDims(0))).dataSync(); // [1, rows, V]
    });
    const V = model.config.vocabulary;
    return part.map(([, word], i) => values[i * V + word]!);
  });
}

/** Scores of the options of some prompts of T tokens at most. */
function scoresOf(
  model: LanguageModel,
  prepared: readonly Prepared[],
  T: number,
  mean: boolean,
): number[][] {
  const batch = batchOf(
    model,
    prepared.map(({ prompt }) => prompt),
    T,
  );
  const finals = model.compiledFinals(batch);
  disposeBatch(batch);
  const options = prepared.flatMap((one, b) =>
    scoredRows(one).map((rows) => rows.map(([row, word]) => [b * T + row, word] as const)),
  );
  const values = logProbabilities(model, finals, options.flat());
  finals.dispose();
  let at = 0;
  return prepared.map(({ scoredFrom }) =>
    scoredFrom.map(() => {
      const { length } = options.shift()!;
      const sum = values.slice(at, (at += length)).reduce((a, b) => a + b, 0);
      return mean ? sum / length : sum;
    }),
  );
}

/**
 * Scores of the options of some questions, one batch for all: higher fits better.
 *
 * @returns one list of scores per question, in nats
 * @throws CourseError when options repeat, are empty or become no tokens, an example has no answer,
 *   or a prompt is too long
 */
export function scoreOptions(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  questions: readonly Question[],
  { method, template = DIRECT, length = 'mean' }: Scoring,
): number[][] {
  const prepared = questions.flatMap(({ examples, input, options }, question): Prepared[] => {
    checkOptions(options);
    const shown = examples.map((example) => exampleTokens(tokenizer, example, template));
    const tests = options.map((option) => testTokens(tokenizer, input, option, template));
    const groups = method.oneTest ? tests.map((test) => [test]) : [tests]; // where examples read the test, each option is alone
    return groups.map((group) => ({
      question,
      scoredFrom: group.map(({ scoredFrom }) => scoredFrom),
      prompt: promptOf(
        model,
        method,
        shown,
        group.map(({ tokens }) => tokens),
      ),
    }));
  });
  const T = 16 * Math.ceil(Math.max(...prepared.map(({ prompt }) => prompt.tokens.length)) / 16); // few lengths, few graphs
  const atOnce = Math.max(1, Math.floor(TOKENS_AT_ONCE / T));
  const found: number[][] = questions.map(() => []);
  for (let from = 0; from < prepared.length; from += atOnce) {
    const part = prepared.slice(from, from + atOnce);
    scoresOf(model, part, T, length === 'mean').forEach((scores, i) =>
      found[part[i]!.question]!.push(...scores),
    );
  }
  return found;
}

/** Scores as probabilities: their softmax. */
export const probabilities = softmax;

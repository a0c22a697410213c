/**
 * Which option fits: each is scored by how likely its words are after the examples and the question
 * (direct), or how likely the question is after it (channel). Reference: Min et al. (2022,
 * MetaICL); Min et al. (2022, arXiv 2108.04106) for the channel.
 */
import { tf } from '../core/backend';
import { checkList, checkText, checkTexts } from '../core/checks';
import { CourseError, demand, knownKeys, lookUp, plainObject, quote } from '../core/errors';
import type { Tensor3D } from '@tensorflow/tfjs';
import type { LaidOutBlock } from '../model/masks';
import { checkMethod, type Method } from '../model/methods';
import { checkLanguageModel, type LanguageModel } from './languagemodel';
import {
  DIRECT,
  batchOf,
  beginTokens,
  checkDemonstrations,
  checkTemplate,
  disposeBatch,
  exampleTokens,
  promptOf,
  testTokens,
  type Demonstration,
  type Template,
  type TokenPrompt,
} from './prompt';
import { checkAttention } from './reading';
import { checkTokenizer, type TextTokenizer } from './tokenizer';

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
 * @throws CourseError when they are no texts, there are none, or one stands twice
 */
export function checkOptions(options: readonly string[]): void {
  checkTexts('Options', options);
  demand(options.length > 0, () => 'A question without options was given.', 'Give at least one.');
  const twice = options.find((option, i) => options.indexOf(option) !== i);
  if (twice !== undefined)
    throw new CourseError(`The option ${quote(twice)} was given twice.`, 'Give each once.');
}

/**
 * Refuses what is no way to score.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function checkScoring(scoring: Scoring): void {
  knownKeys('A scoring', scoring, ['method', 'template', 'length']);
  const { method, template, length } = scoring;
  checkMethod(method);
  if (template !== undefined) checkTemplate(template);
  if (length !== undefined) lookUp("'length' of a scoring", { mean: 0, sum: 0 }, length);
}

/**
 * Refuses what are no questions.
 *
 * @param least the fewest
 * @throws CourseError quoting what is wrong
 */
export function checkQuestions(questions: readonly Question[], least = 0): void {
  checkList('Questions', questions, 'questions', (one) => typeof one === 'object', least);
  for (const question of questions) {
    plainObject('A question', question);
    const { examples, input, options } = question;
    checkDemonstrations(examples);
    checkText('The text of a question', input);
    checkOptions(options);
  }
}

/** A prompt of some question's options, and from which token on each option is scored. */
interface Prepared {
  readonly question: number;
  readonly scoredFrom: readonly number[];
  readonly prompt: TokenPrompt<LaidOutBlock>;
}

/** The rows whose next word is scored, option by option: [row, next word]. */
const scoredRows = ({ prompt, scoredFrom }: Prepared): (readonly [number, number])[][] =>
  scoredFrom.map((from, option) =>
    prompt.layout.tokens.flatMap(({ block, offset }, at) =>
      block.part === 'test' && block.index === option && offset >= from
        ? [[at - 1, prompt.tokens[at]!] as const]
        : [],
    ),
  );

/**
 * Tokens that go through the model at once, and rows whose scores of all words are held at once.
 */
const [TOKENS_AT_ONCE, ROWS_AT_ONCE] = [8192, 128];

/**
 * The logarithm of the probability of each row's next word, in nats. Only these rows are read out:
 * to read out a row of SmolLM2-135M takes a quarter of the multiplications of its blocks.
 *
 * @param finals [B, T, C]; stays the caller's
 * @param rows   [row, next word]; rows are counted through the whole batch
 */
export function logProbabilities(
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
      const logs = tf.logSoftmax(model.readOut(states.expandDims(0))); // [1, rows, V]
      const wanted = part.map(([, word], i) => [0, i, word]);
      return tf.gatherND(logs, tf.tensor2d(wanted, undefined, 'int32')).dataSync(); // [rows]
    });
    return [...values];
  });
}

/** Consecutive values as lists of these lengths. */
const grouped = (values: readonly number[], lengths: readonly number[]): number[][] =>
  lengths.map((length, i) => {
    const from = lengths.slice(0, i).reduce((sum, before) => sum + before, 0);
    return values.slice(from, from + length);
  });

/** Scores of the options of some prompts of T tokens at most. */
function scoresOf(
  model: LanguageModel,
  prepared: readonly Prepared[],
  T: number,
  mean: boolean,
): number[][] {
  checkAttention(model, prepared.length, T, T);
  const batch = batchOf(
    model,
    prepared.map(({ prompt }) => prompt),
    T,
  );
  const finals = model.compiledFinals(batch);
  disposeBatch(batch);
  const options = prepared.map((one, b) =>
    scoredRows(one).map((rows) => rows.map(([row, word]) => [b * T + row, word] as const)),
  ); // [prompt][option][scored row]
  const values = logProbabilities(model, finals, options.flat(2));
  finals.dispose();
  const scores: number[] = [];
  let from = 0;
  for (const { length } of options.flat()) {
    const sum = values.slice(from, from + length).reduce((a, b) => a + b, 0);
    scores.push(mean ? sum / length : sum);
    from += length;
  }
  return grouped(
    scores,
    options.map(({ length }) => length),
  );
}

/**
 * Scores of the options of some questions, one batch for all: higher fits better.
 *
 * @returns one list of scores per question, in nats
 * @throws CourseError when options repeat, are empty or become no tokens, an example has no answer,
 *   a prompt is too long, or what is given is no model, no tokenizer, no question or no scoring
 */
export function scoreOptions(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  questions: readonly Question[],
  scoring: Scoring,
): number[][] {
  checkLanguageModel(model);
  checkTokenizer(tokenizer);
  checkQuestions(questions);
  checkScoring(scoring);
  const { method, template = DIRECT, length = 'mean' } = scoring;
  const begin = beginTokens(tokenizer, template);
  const prepared = questions.flatMap(({ examples, input, options }, question): Prepared[] => {
    const shown = examples.map((example) => exampleTokens(tokenizer, example, template));
    const tests = options.map((option) => testTokens(tokenizer, input, option, template));
    // where examples read the test, each option is alone
    const groups = method.oneTest ? tests.map((test) => [test]) : [tests];
    return groups.map((group) => ({
      question,
      scoredFrom: group.map(({ scoredFrom }) => scoredFrom),
      prompt: promptOf(
        model,
        method,
        shown,
        group.map(({ tokens }) => tokens),
        begin,
      ),
    }));
  });
  const longest = Math.max(...prepared.map(({ prompt }) => prompt.tokens.length));
  const T = 16 * Math.ceil(longest / 16); // few lengths, few graphs
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

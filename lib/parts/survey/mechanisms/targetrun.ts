/**
 * A prompt at whose end an answer is predicted, with the places of the demonstrations' label words: the
 * anchors. Language models and the small model of TaskWorld are asked on this one interface, both
 * under AR.
 * Reference: Wang et al. (2023, arXiv 2305.14160).
 */
import type { Tensor1D } from '@tensorflow/tfjs';

import { tf } from '../../../core/backend';
import {
  checkEach,
  checkFields,
  checkHas,
  checkIndices,
  checkTexts,
  type Check,
} from '../../../core/checks';
import { demand, positiveInteger, quote } from '../../../core/errors';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import {
  DIRECT,
  batchOf,
  beginTokens,
  checkTemplate,
  disposeBatch,
  exampleTokens,
  promptOf,
  testTokens,
  type Template,
} from '../../../language/prompt';
import { checkQuestions, type Question } from '../../../language/scoring';
import { tokensBy } from '../../../language/tokenizer';
import { METHODS } from '../../../model/methods';
import type { Hook } from '../../../model/transformer';
import { disposeLayout, documentLayout } from '../small/layout';
import {
  askedPlace,
  checkSmallModel,
  equalExamples,
  questionTokens,
  type SmallQuestion,
} from '../small/smallanswers';
import type { SmallModel } from '../small/smallmodel';
import { HEADER_TOKENS, LINE_TOKENS } from '../world/documents';
import { labelIndex } from '../world/posterior';
import { INPUT_WORDS } from '../world/rules';
import { LABELS } from '../world/taskworld';
import { TEMPLATES, tokenIndex } from '../world/vocabulary';

/** Where a demonstration's label stands in a prompt, and which option it is. */
export interface Anchor {
  /** The place of the first token in which options differ. */
  readonly at: number;
  readonly option: number;
}

/** A prompt and a model that reads it. */
export interface TargetRun {
  readonly layers: number;
  /** Heads of each layer, H. */
  readonly heads: number;
  /** Tokens of the prompt, T. */
  readonly length: number;
  /** One for each demonstration. */
  readonly anchors: readonly Anchor[];
  /** The places of the tokens of the demonstrations' inputs. */
  readonly inputs: readonly number[];
  /** The place after which the answer is predicted: the last. */
  readonly target: number;
  /** Of each option the token by which it is told: the first in which options differ. */
  readonly options: readonly number[];
  /**
   * Scores of every word after the target, [V]; the caller disposes them. Gradients pass through it.
   *
   * @param hook gets `blocks.l.attention.weights` [1, H, T, T] and other inner values, and may
   *             replace them
   */
  logits(hook?: Hook): Tensor1D;
  /** Frees the prompt; the model stays the caller's. */
  dispose(): void;
}

/**
 * Refuses what is no run of a prompt.
 *
 * @throws CourseError quoting it
 */
export function checkRun(run: TargetRun): void {
  checkHas('A run', run, 'a run of a prompt', 'logits');
  const { length } = run;
  positiveInteger("'layers' of a run", run.layers);
  positiveInteger("'heads' of a run", run.heads);
  positiveInteger("'length' of a run", length);
  positiveInteger("'target' of a run", run.target, 0, length - 1);
  checkIndices("'options' of a run", run.options, Infinity, 1);
  const below = (most: number): Check => {
    return (name, value) => void positiveInteger(name, value as number, 0, most);
  };
  checkEach("'anchors' of a run", run.anchors, 'places of label words', (name, anchor) =>
    checkFields(name, anchor, { at: below(length - 1), option: below(run.options.length - 1) }),
  );
}

/** The numbers from `from` to before `to`. */
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** How many tokens all lists have in common at their beginning. */
function commonBeginning(lists: readonly (readonly number[])[]): number {
  const shortest = Math.min(...lists.map(({ length }) => length));
  const differs = range(0, shortest).find((i) => lists.some((list) => list[i] !== lists[0]![i]));
  return differs ?? shortest;
}

/** The answers as tokens, and from which token on they differ. */
function answersOf(
  { tokenizer }: LoadedModel,
  options: readonly string[],
  { between }: Template,
): { readonly answers: readonly number[][]; readonly shared: number } {
  const answers = options.map((option) => tokensBy(tokenizer, between + option));
  const shared = commonBeginning(answers);
  const first = answers.flatMap((answer) => answer.slice(shared, shared + 1));
  demand(
    options.length >= 2 && new Set(first).size === options.length,
    () => `The options [${options.map(quote).join(', ')}] are not told apart by one token.`,
    'Give at least two options that begin with different tokens.',
  );
  return { answers, shared };
}

/**
 * A prompt of texts under AR, up to the token after which options differ.
 *
 * @param loaded   model and tokenizer; they stay the caller's
 * @param question whose demonstrations have options as outputs
 * @param template direct
 * @throws CourseError when there is no model with its tokenizer, no question or no template, options
 *   begin with the same token, an output is no option, or the prompt is too long
 */
export function textRun(
  loaded: LoadedModel,
  question: Question,
  template: Template = DIRECT,
): TargetRun {
  checkLoaded(loaded);
  checkQuestions([question]);
  checkTemplate(template);
  demand(
    template.style === 'direct',
    () => `Anchors were looked for in the style '${template.style}'.`,
    "Give a template of the style 'direct'.",
  );
  const { model, tokenizer } = loaded;
  const { options, examples, input } = question;
  const { answers, shared } = answersOf(loaded, options, template);
  const begin = beginTokens(tokenizer, template);
  const after = tokensBy(tokenizer, template.after).length;
  const anchors: Anchor[] = [];
  const inputs: number[] = [];
  let at = begin.length;
  const shown = examples.map((example) => {
    const tokens = exampleTokens(tokenizer, example, template);
    const option = options.indexOf(example.output);
    demand(
      option >= 0,
      () => `The output ${quote(example.output)} of a demonstration is no option.`,
      `Give one of ${options.map(quote).join(', ')}.`,
    );
    const from = tokens.length - after - answers[option]!.length;
    inputs.push(...range(at, at + from));
    anchors.push({ at: at + from + shared, option });
    at += tokens.length;
    return tokens;
  });
  const { tokens, scoredFrom } = testTokens(tokenizer, input, options[0]!, template);
  const asked = tokens.slice(0, scoredFrom + shared);
  const prompt = promptOf(model, METHODS.ar, shown, [asked], begin);
  const batch = batchOf(model, [prompt]);
  const T = prompt.tokens.length;
  const { layers, heads } = model.config.size;
  return {
    layers,
    heads,
    length: T,
    anchors,
    inputs,
    target: T - 1,
    options: answers.map((answer) => answer[shared]!),
    logits: (hook) =>
      tf.tidy(() => {
        const last = model.finals(batch, hook).slice([0, T - 1, 0], [1, 1, -1]); // [1, 1, C]
        return model.readOut(last).reshape<Tensor1D>([-1]); // [V]
      }),
    dispose: () => disposeBatch(batch),
  };
}

/**
 * A question of TaskWorld under AR.
 *
 * @param model   stays the caller's
 * @param options label words, among them those of the demonstrations
 * @throws CourseError when there is no model or question, an option is no label word, or a label of the
 *   context is no option
 */
export function smallRun(
  model: SmallModel,
  question: SmallQuestion,
  options: readonly string[],
): TargetRun {
  checkSmallModel(model);
  const k = equalExamples([question]);
  checkTexts('Options', options, 2);
  options.forEach(labelIndex);
  const anchors = question.context.examples.map(({ label }, i): Anchor => {
    const option = options.indexOf(label);
    demand(
      option >= 0,
      () => `The label ${quote(label)} of a demonstration is no option.`,
      `Give one of ${options.map(quote).join(', ')}.`,
    );
    return { at: HEADER_TOKENS + LINE_TOKENS * i + askedPlace(LINE_TOKENS) + 1, option };
  });
  const layout = documentLayout(METHODS.ar, k, 1);
  const row = questionTokens(question, LABELS[0]!, TEMPLATES[0]!, layout);
  const T = row.length;
  const target = askedPlace(T);
  const tokens = tf.tensor2d([row], [1, T], 'int32'); // [1, T]
  const { layers, heads } = model.config.size;
  return {
    layers,
    heads,
    length: T,
    anchors,
    inputs: anchors.flatMap((_, i) => {
      const from = HEADER_TOKENS + LINE_TOKENS * i;
      return range(from, from + INPUT_WORDS);
    }),
    target,
    options: options.map(tokenIndex),
    logits: (hook) =>
      tf.tidy(() => {
        const logits = model.logits(tokens, layout, hook); // [1, T, V]
        return logits.slice([0, target, 0], [1, 1, -1]).reshape<Tensor1D>([-1]); // [V]
      }),
    dispose: () => {
      tokens.dispose();
      disposeLayout(layout);
    },
  };
}

/**
 * The logarithm of the probability of each option's token, of all words, in nats.
 *
 * @throws CourseError when it is no run
 */
export function optionLogs(run: TargetRun, hook?: Hook): number[] {
  checkRun(run);
  return tf.tidy(() => {
    const logs = tf.logSoftmax(run.logits(hook)); // [V]
    return logs.gather([...run.options]).arraySync() as number[]; // [options]
  });
}

/**
 * The likeliest words after the target, by their numbers, the likeliest first.
 *
 * @throws CourseError when it is no run, or the count is refused
 */
export function topTokens(run: TargetRun, count: number, hook?: Hook): number[] {
  checkRun(run);
  positiveInteger('The number of words', count);
  return tf.tidy(() => tf.topk(run.logits(hook), count).indices.arraySync() as number[]); // [count]
}

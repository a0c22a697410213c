/**
 * Demonstrations that a language model writes itself. For each label y it is asked for a text, and
 * the first line that it writes is the input x' of a demonstration (x', y). No true text is read. A
 * model of plain texts is given something to complete, one tuned to instructions gets a request:
 *
 *   Task: movie review           user: Write one sentence of a movie review. Label: negative.
 *   Label: negative              assistant:
 *   Text:
 *
 * References: Kim et al. (2022, arXiv 2206.08082), whose prompt holds the question that is asked,
 * too, so that there are new demonstrations for each; Yang et al. (2023, arXiv 2311.09263), whose model
 * writes demonstrations with their answers.
 */
import { checkStream, checkText, checkTexts, checkWord } from '../../../core/checks';
import { finiteNumber, knownKeys, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { continuedTexts, firstLine } from '../../../language/continuedtexts';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import {
  beginTokens,
  checkTemplate,
  type Demonstration,
  type Template,
} from '../../../language/prompt';
import { readContext } from '../../../language/readcache';
import { disposeCache } from '../../../language/tokencache';
import { tokensBy } from '../../../language/tokenizer';
import { METHODS } from '../../../model/methods';

/** What texts are to be about, and how they are written. */
export interface TextGeneration {
  /** What kind of text it is, in a few words. */
  readonly title: string;
  /** The prompt begins with its `begin`. */
  readonly template: Template;
  /** What the model is given; left out: a text to complete. */
  readonly prompt?: WritingPrompt;
  /** The most tokens of a text; left out: 24. */
  readonly longest?: number;
  /** Of the draws; left out: 0.7. */
  readonly temperature?: number;
}

const SETTINGS = ['title', 'template', 'prompt', 'longest', 'temperature'];

/** The prompt for the text of a label; the request has the marks of a conversation (ChatML). */
const PROMPTS = {
  completion: (title: string, label: string) => `Task: ${title}\nLabel: ${label}\nText:`,
  request: (title: string, label: string) =>
    `<|im_start|>user\nWrite one sentence of a ${title}. Label: ${label}.<|im_end|>\n` +
    '<|im_start|>assistant\n',
} as const;

/** How a model is asked for a text. */
export type WritingPrompt = keyof typeof PROMPTS;

/**
 * Demonstrations whose inputs a language model under AR writes for given labels.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @param labels are taken in turn
 * @param count  how many demonstrations
 * @param random of the draws
 * @returns demonstrations in the turn of their labels; the text '...' where the model wrote nothing
 * @throws CourseError when what is given is no model, label or stream, a setting is unknown or
 *   refused, or the prompt is too long
 */
export function generateTextExamples(
  loaded: LoadedModel,
  labels: readonly string[],
  count: number,
  random: Stream,
  given: TextGeneration,
): Demonstration[] {
  checkLoaded(loaded);
  checkTexts('Labels', labels, 1);
  positiveInteger('The number of demonstrations', count, 1, 1000);
  checkStream(random);
  knownKeys('The generation of texts', given, SETTINGS);
  const { title, template, prompt = 'completion', longest = 24, temperature = 0.7 } = given;
  checkText('The title of texts', title);
  checkTemplate(template);
  checkWord('The prompt for texts', prompt, Object.keys(PROMPTS));
  positiveInteger('The most tokens of a text', longest);
  finiteNumber('The temperature', temperature, 'a positive number', (x) => x > 0);
  const { model, tokenizer } = loaded;
  const begin = beginTokens(tokenizer, template);
  const context = readContext(model, METHODS.ar, [], undefined, begin);
  try {
    const outputs = Array.from({ length: count }, (_, i) => labels[i % labels.length]!);
    const prompts = outputs.map((output) => tokensBy(tokenizer, PROMPTS[prompt](title, output)));
    const hasLine = (text: string): boolean => text.trim().includes('\n');
    const sampling = { temperature, random };
    const written = continuedTexts(loaded, context, prompts, longest, sampling, hasLine);
    return outputs.map((output, i) => ({ input: firstLine(written[i]!.text), output }));
  } finally {
    disposeCache(context.cache);
  }
}

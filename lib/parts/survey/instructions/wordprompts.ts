/**
 * Prompts about word tasks: an instruction or none, demonstrations or none, a question. As a plain
 * text, or, for a model that was tuned to follow instructions, as a request in a conversation
 * (ChatML):
 *
 *   Instruction: Write the plural of the word.      user: Write the plural of the word.
 *
 *   Input: cat                                            Input: cat
 *   Output: cats                                          Output: cats
 *
 *   Input: dog                                            Input: dog
 *   Output:                                         assistant: Output:
 *
 * The options of a question are scored by the sum of the logarithms of their tokens' probabilities,
 * the direct scores of notebook 21.
 */
import { checkEach, checkFields, checkText, checkTexts, checkWord } from '../../../core/checks';
import { demand, knownKeys } from '../../../core/errors';
import type { LoadedModel } from '../../../language/folder';
import { checkDemonstrations, type Demonstration, type Template } from '../../../language/prompt';
import type { ScoredOptions } from '../scoring/scorer';
import { textScorer } from '../scoring/textscorer';
import type { WordRow } from './wordtasks';

/** How a prompt is written. */
export const PROMPT_FORMS = ['plain', 'chat'] as const;
export type PromptForm = (typeof PROMPT_FORMS)[number];

/** What stands before the question. */
export interface WordContext {
  /** Left out: none. */
  readonly instruction?: string;
  /** Left out: none. */
  readonly examples?: readonly Demonstration[];
}

/** How a prompt is put together. */
export interface WordPrompting {
  readonly form: PromptForm;
  /** The token that begins every text of the model; left out: none. */
  readonly begin?: string;
}

/** How an option stands after its question, of 64 tokens at most. */
const AFTER_OUTPUT: Template = { style: 'direct', between: ' ', after: '\n\n', longest: 64 };

/** What stands around the parts of a prompt. */
const FORMS: Readonly<
  Record<PromptForm, Readonly<Record<'opening' | 'before' | 'asked', string>>>
> = {
  plain: { opening: '', before: 'Instruction: ', asked: '\n' },
  chat: {
    opening: '<|im_start|>user\n',
    before: '',
    asked: '<|im_end|>\n<|im_start|>assistant\n',
  },
};

/** A question, or a demonstration, up to its output. */
const questionLines = (input: string, asked = '\n'): string => `Input: ${input}${asked}Output:`;

/**
 * A demonstration as it stands in prompts.
 *
 * @throws CourseError when it is no text with its answer
 */
export function wordLines(examples: readonly Demonstration[]): string {
  checkDemonstrations(examples);
  return examples.map(({ input, output }) => `${questionLines(input)} ${output}\n\n`).join('');
}

/** Refuses what is no context of a question. */
function checkContext(context: WordContext): void {
  knownKeys('The context of a question', context, ['instruction', 'examples']);
  const { instruction, examples } = context;
  if (instruction !== undefined) checkText('The instruction', instruction);
  if (examples !== undefined) checkDemonstrations(examples);
}

/** Refuses what is no form of prompts. */
function checkPrompting(prompting: WordPrompting): void {
  knownKeys('How a prompt is written', prompting, ['form', 'begin']);
  checkWord('The form of a prompt', prompting.form, PROMPT_FORMS);
  if (prompting.begin !== undefined) checkText('The beginning of a prompt', prompting.begin);
}

/** All before the input of a question. */
function beginningOf(context: WordContext, prompting: WordPrompting): string {
  checkContext(context);
  checkPrompting(prompting);
  const { instruction, examples = [] } = context;
  const { form, begin = '' } = prompting;
  const { opening, before } = FORMS[form];
  const told = instruction === undefined ? '' : `${before}${instruction}\n\n`;
  return `${begin}${opening}${told}${wordLines(examples)}`;
}

/**
 * A whole prompt, up to the answer.
 *
 * @throws CourseError when context, form or input are none
 */
export function wordPrompt(context: WordContext, input: string, prompting: WordPrompting): string {
  checkText('The input', input);
  const begin = beginningOf(context, prompting);
  return `${begin}${questionLines(input, FORMS[prompting.form].asked)}`;
}

/**
 * Scores of the options of some rows after one context, in nats; the context is read once.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @returns scores [rows, options], and what was read
 * @throws CourseError when what is given is no model, no context, no row or no form
 */
export function wordScores(
  loaded: LoadedModel,
  context: WordContext,
  rows: readonly WordRow[],
  prompting: WordPrompting,
): ScoredOptions {
  checkWordRows(rows);
  const begin = beginningOf(context, prompting);
  const template: Template = { ...AFTER_OUTPUT, begin };
  const { asked } = FORMS[prompting.form];
  const questions = rows.map(({ input, options }) => ({
    input: questionLines(input, asked),
    options,
    examples: [],
  }));
  return textScorer(loaded, { template }).score(questions);
}

/**
 * Refuses what are no rows of a word task.
 *
 * @throws CourseError quoting what is wrong
 */
export function checkWordRows(rows: readonly WordRow[]): void {
  checkEach(
    'Rows',
    rows,
    'rows of a word task',
    (name, row) => {
      checkFields(name, row, {
        input: checkText,
        output: checkText,
        options: (field, options) => checkTexts(field, options, 1),
      });
      const { output, options } = row as WordRow;
      demand(
        options.includes(output),
        () => `${name} has the output '${output}', which is none of its options.`,
        'Give it as an option.',
      );
    },
    1,
  );
}

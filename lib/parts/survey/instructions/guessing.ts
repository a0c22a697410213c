/**
 * Instruction induction: a language model reads demonstrations and writes the instruction that leads
 * from their inputs to their outputs. A model of plain texts is given something to complete, one
 * tuned to instructions gets a request:
 *
 *   Input: dog                     user: One instruction was followed for each of these inputs.
 *   Output: dogs
 *                                        Input: dog
 *   Instruction:                         Output: dogs
 *
 *                                        What was the instruction?
 *                                  assistant: The instruction was:
 *
 * Demonstrations of other tasks, each with its instruction, may stand before; a model that cannot
 * guess can then at least see what an instruction looks like.
 * Reference: Honovich et al. (2022, arXiv 2205.10782), where none stand before; the words of the
 * prompts are our own.
 */
import {
  checkEach,
  checkFields,
  checkStream,
  checkText,
  checkWord,
  type Check,
} from '../../../core/checks';
import {
  demand,
  finiteNumber,
  knownKeys,
  plainObject,
  positiveInteger,
} from '../../../core/errors';
import { continuedTexts, firstLine } from '../../../language/continuedtexts';
import type { Sampling } from '../../../language/continuing';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import { checkDemonstrations, type Demonstration } from '../../../language/prompt';
import { readContext } from '../../../language/readcache';
import { disposeCache } from '../../../language/tokencache';
import { tokensBy } from '../../../language/tokenizer';
import { METHODS } from '../../../model/methods';
import { wordLines } from './wordprompts';

/** How a model is asked for an instruction. */
export const GUESS_FORMS = ['completion', 'request'] as const;
export type GuessForm = (typeof GUESS_FORMS)[number];

/** How instructions are guessed. */
export interface Guessing {
  readonly form: GuessForm;
  /** Other tasks before it; left out: none. */
  readonly shown?: readonly InstructedTask[];
  /** The token that begins every text of the model; left out: none. */
  readonly begin?: string;
  /** The most tokens of an instruction; left out: 24. */
  readonly longest?: number;
  /** Left out: each token is the likeliest. */
  readonly sampling?: Sampling;
}

/** A task that is shown with its instruction. */
export interface InstructedTask {
  readonly instruction: string;
  readonly examples: readonly Demonstration[];
}

const PROMPTS: Readonly<Record<GuessForm, (shown: string, lines: string) => string>> = {
  completion: (shown, lines) => `${shown}${lines}Instruction:`,
  request: (shown, lines) =>
    `<|im_start|>user\n${shown}One instruction was followed for each of these inputs.\n\n${lines}` +
    'What was the instruction?<|im_end|>\n<|im_start|>assistant\nThe instruction was:',
};

/** A text that has ended a line or a sentence. */
const SENTENCE = /\n|[.?!]["']?$/;

const SETTINGS = ['form', 'shown', 'begin', 'longest', 'sampling'];

const checkInstructedTask: Check = (name, task) => {
  checkFields(name, task, { instruction: checkText });
  checkDemonstrations((task as InstructedTask).examples);
};

/**
 * What a model is given to guess an instruction from.
 *
 * @throws CourseError when there is no demonstration or no such form
 */
export function guessPrompt(
  examples: readonly Demonstration[],
  given: Pick<Guessing, 'form' | 'shown' | 'begin'>,
): string {
  checkDemonstrations(examples);
  plainObject('How an instruction is asked for', given);
  const { form, shown = [], begin = '' } = given;
  demand(
    examples.length > 0,
    () => 'An instruction was to be guessed from nothing.',
    'Give at least one demonstration.',
  );
  checkWord('The form of the prompt', form, GUESS_FORMS);
  checkText('The beginning of a prompt', begin);
  checkEach('Tasks that are shown', shown, 'tasks', checkInstructedTask);
  const others = shown.map(
    (one) => `${wordLines(one.examples)}Instruction: ${one.instruction}\n\n`,
  );
  return begin + PROMPTS[form](others.join(''), wordLines(examples));
}

/**
 * Instructions that a language model under AR writes after some demonstrations, which are read once.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @param count  how many; without sampling all are the same
 * @returns each up to the end of its line or sentence; the text '...' where the model wrote nothing
 * @throws CourseError when what is given is no model or demonstration, a setting is unknown or
 *   refused, or the prompt is too long
 */
export function guessInstructions(
  loaded: LoadedModel,
  examples: readonly Demonstration[],
  count: number,
  given: Guessing,
): string[] {
  checkLoaded(loaded);
  positiveInteger('The number of instructions', count, 1, 1000);
  knownKeys('How instructions are guessed', given, SETTINGS);
  const { longest = 24, sampling } = given;
  positiveInteger('The most tokens of an instruction', longest);
  if (sampling) {
    finiteNumber('The temperature', sampling.temperature, 'a positive number', (x) => x > 0);
    checkStream(sampling.random);
  }
  const { model, tokenizer } = loaded;
  const prompt = tokensBy(tokenizer, guessPrompt(examples, given));
  const isSentence = (text: string): boolean => SENTENCE.test(text.trimStart());
  const context = readContext(model, METHODS.ar, [], undefined, prompt.slice(0, -1));
  try {
    const last = Array.from({ length: count }, () => prompt.slice(-1));
    const written = continuedTexts(loaded, context, last, longest, sampling, isSentence);
    return written.map(({ text }) => firstLine(text));
  } finally {
    disposeCache(context.cache);
  }
}

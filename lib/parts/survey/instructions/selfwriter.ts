/** A language model as a writer of instructions and instances: it goes on with prompts by drawing. */
import {
  checkEach,
  checkFields,
  checkFlag,
  checkStream,
  checkText,
  checkTexts,
  type Check,
} from '../../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { continuedTexts } from '../../../language/continuedtexts';
import { checkLoaded, type LoadedModel } from '../../../language/folder';
import { readContext } from '../../../language/readcache';
import { disposeCache } from '../../../language/tokencache';
import { tokensBy } from '../../../language/tokenizer';
import { METHODS } from '../../../model/methods';
import type { Written } from './selfprompts';

/** Goes on with prompts, all after the same context. */
export type Writer = (context: string, prompts: readonly string[]) => Written[];

const checkWritten: Check = (name, written) =>
  checkFields(name, written, { text: checkText, ended: checkFlag });

/**
 * What a writer, who may be anybody's, wrote after prompts.
 *
 * @throws CourseError when it is not a text for each
 */
export function writtenBy(
  write: Writer,
  context: string,
  prompts: readonly string[],
): readonly Written[] {
  const written = write(context, prompts);
  checkEach('What a writer wrote', written, 'texts with their ends', checkWritten);
  demand(
    written.length === prompts.length,
    () => `A writer answered ${written.length} of ${prompts.length} prompts.`,
    'Write one text after each.',
  );
  return written;
}

/** How a model writes. */
export interface Writing {
  /** The most tokens. */
  readonly longest: number;
  readonly temperature: number;
  /** Of the draws. */
  readonly random: Stream;
  /** The token that begins every text of the model; left out: none. */
  readonly begin?: string;
}

/** A blank line ends what is written. */
const END = '\n\n';

/**
 * A language model under AR as a writer; a blank line ends each text.
 *
 * @param loaded model and tokenizer; they stay the caller's
 * @returns its texts begin with the prompt, and end before the blank line
 * @throws CourseError when what is given is no model, or a setting is unknown or refused
 */
export function textWriter(loaded: LoadedModel, given: Writing): Writer {
  checkLoaded(loaded);
  knownKeys('The writing', given, ['longest', 'temperature', 'random', 'begin']);
  const { longest, temperature, random, begin = '' } = given;
  positiveInteger('The most tokens of a text', longest);
  finiteNumber('The temperature', temperature, 'a positive number', (x) => x > 0);
  checkStream(random);
  checkText('The beginning of a text', begin);
  const { model, tokenizer } = loaded;
  const hasBlankLine = (text: string): boolean => text.includes(END);
  return (context, prompts) => {
    checkText('A context', context);
    checkTexts('Prompts', prompts, 1);
    const read = readContext(
      model,
      METHODS.ar,
      [],
      undefined,
      tokensBy(tokenizer, begin + context),
    );
    try {
      const texts = prompts.map((prompt) => tokensBy(tokenizer, prompt));
      const sampling = { temperature, random };
      const added = continuedTexts(loaded, read, texts, longest, sampling, hasBlankLine);
      return added.map(({ text, ended }, i) => ({
        text: `${prompts[i]!}${text}`.split(END)[0]!,
        ended,
      }));
    } finally {
      disposeCache(read.cache);
    }
  };
}

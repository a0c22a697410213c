/** Texts that a language model goes on with after a context that was read once, as words. */
import { continueTexts, type Sampling } from './continuing';
import type { ReadContext } from './context';
import type { LoadedModel } from './folder';

/** What was added to a text. */
export interface Continued {
  /** Without the model's end token. */
  readonly text: string;
  /** Tokens that were added, the end token included. */
  readonly tokens: number;
  /** Whether it came to an end; false: it has as many tokens as were allowed. */
  readonly ended: boolean;
}

/**
 * Goes on with texts until the model ends each, or what was added is complete.
 *
 * @param context    read by the model; stays the caller's
 * @param texts      tokens by their numbers
 * @param most       tokens that may be added
 * @param how        undefined: each token is the likeliest
 * @param isComplete whether what was added so far is enough
 * @throws CourseError as continueTexts does
 */
export function continuedTexts(
  { model, tokenizer }: LoadedModel,
  context: ReadContext,
  texts: readonly (readonly number[])[],
  most: number,
  how: Sampling | undefined,
  isComplete: (text: string) => boolean,
): Continued[] {
  const { end } = model.config;
  const ended = (added: readonly number[]): boolean =>
    added.at(-1) === end || isComplete(tokenizer.decode([...added]));
  return continueTexts(model, texts, most, how, { context, ended }).map((added) => ({
    text: tokenizer.decode(added.filter((token) => token !== end)),
    tokens: added.length,
    ended: ended(added),
  }));
}

/** The first line of a text that is not blank; '...' where there is none. */
export const firstLine = (text: string): string => text.trim().split('\n')[0]!.trim() || '...';

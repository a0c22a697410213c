/** The numbers of words in a list. */
import { demand, quote } from '../../../core/errors';

/**
 * A function from a word of a list to its number.
 *
 * @param kind   what the words are called in the singular
 * @param source where they are listed
 */
export function numbering(
  words: readonly string[],
  kind: string,
  source: string,
): (word: string) => number {
  const numbers = new Map(words.map((word, i) => [word, i]));
  return (word) => {
    const at = numbers.get(word);
    demand(
      at !== undefined,
      () => `TaskWorld has no ${kind} ${quote(word)}.`,
      `Take ${kind}s of ${source}.`,
    );
    return at;
  };
}

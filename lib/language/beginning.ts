/**
 * The first tokens of a text. A text is cut at a blank, which no token crosses, and only its
 * beginning becomes tokens: all of a text of 10 MB would take from half a minute to some minutes.
 */
import { demand, quote } from '../core/errors';

/** The most characters that are read at once; as tokens they take 0.3 to 4 seconds. */
export const MOST_CHARACTERS = 100_000;

/** Characters for each token that is wanted: of a longer text its beginning is tried first. */
const CHARACTERS_EACH = 50;

/**
 * Refuses a text that would take minutes to become tokens, or many seconds to become a vector.
 *
 * @throws CourseError with its length and its beginning
 */
export const checkTextLength = (text: string): void =>
  demand(
    text.length <= MOST_CHARACTERS,
    () =>
      `A text of ${text.length} characters was to be read, ${quote(text)}, ` +
      `and ${MOST_CHARACTERS} are the most.`,
    'Give its beginning, or a part of it at a time.',
  );

const isBlank = (character: string): boolean => /[ \t\n\r]/.test(character);

/** The longest beginning of at most so many characters that ends before a blank; may be empty. */
function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most;
  while (end > 0 && !(isBlank(text[end]!) && !isBlank(text[end - 1]!))) end--;
  return text.slice(0, end);
}

/**
 * At least the first `count` tokens of a text, or all that it has.
 *
 * @param encode the tokens of a text
 * @throws CourseError as `encode` does, and when the text is too long and its beginning has too few
 *   tokens
 */
export function firstTokens(
  text: string,
  count: number,
  encode: (text: string) => number[],
): number[] {
  for (const most of [CHARACTERS_EACH * (count + 1), MOST_CHARACTERS]) {
    const beginning = beginningOf(text, Math.min(most, MOST_CHARACTERS));
    if (beginning.length === text.length) break;
    const tokens = beginning === '' ? [] : encode(beginning);
    if (tokens.length >= count) return tokens;
  }
  checkTextLength(text);
  return encode(text);
}

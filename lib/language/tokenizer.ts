/**
 * Texts to tokens and back, as a tokenizer.json says; and a tokenizer of whole words for models of
 * our own. The work is done by Hugging Face's tokenizers package.
 */
import { readJson } from '../core/files';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { checkHas, checkIndices, checkList, checkText, checkTexts } from '../core/checks';
import { CourseError, demand, positiveInteger, quote } from '../core/errors';
import { checkTextLength, firstTokens } from './beginning';

/** What is used of the package, whose types are for ECMAScript modules only. */
interface Tokenizer {
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly number[] };
  decode(
    tokens: readonly number[],
    options: {
      readonly skip_special_tokens: boolean;
      readonly clean_up_tokenization_spaces: boolean;
    },
  ): string;
}
const { Tokenizer } = createRequire(__filename)('@huggingface/tokenizers') as {
  readonly Tokenizer: new (json: object, config: object) => Tokenizer;
};

/** Texts to token numbers and back. */
export interface TextTokenizer {
  /** One more than the largest token number. */
  readonly vocabulary: number;
  /** Tokens that are no part of a word, such as the end of a text; left out: not known. */
  readonly special?: readonly number[];
  /**
   * Token numbers of a text, without any special token added.
   *
   * @throws CourseError when it is no text, a text of more than 100,000 characters, or holds a word
   *   that no token stands for
   */
  encode(text: string): number[];
  /** @throws CourseError when what is given are no tokens of the vocabulary */
  decode(tokens: readonly number[]): string;
}

/**
 * Refuses what is no tokenizer.
 *
 * @throws CourseError quoting it, its vocabulary or its special tokens
 */
export function checkTokenizer(tokenizer: TextTokenizer): void {
  checkHas('A tokenizer', tokenizer, 'a tokenizer', 'encode', 'decode');
  const { vocabulary, special = [] } = tokenizer;
  positiveInteger('The vocabulary of a tokenizer', vocabulary);
  checkIndices('The special tokens of a tokenizer', special, vocabulary - 1);
}

/**
 * The tokens of a text, by whatever tokenizer.
 *
 * @throws CourseError when it does not give numbers of its vocabulary
 */
export function tokensBy(tokenizer: TextTokenizer, text: string): number[] {
  const tokens = tokenizer.encode(text);
  checkIndices('The tokens that a tokenizer gives', tokens, tokenizer.vocabulary - 1);
  return tokens;
}

/**
 * The first `count` tokens of a text, by whatever tokenizer, or all that it has.
 *
 * @throws CourseError when it does not give numbers of its vocabulary, or a long text has too few
 *   tokens at its beginning
 */
export const firstTokensBy = (tokenizer: TextTokenizer, text: string, count: number): number[] =>
  firstTokens(text, count, (part) => tokensBy(tokenizer, part)).slice(0, count);

/** The parts of a tokenizer.json that are used here. */
interface TokenizerJson {
  readonly model?: {
    readonly vocab?: Readonly<Record<string, number>>;
    readonly unk_token?: string | null;
  };
  readonly added_tokens?: readonly { readonly id: number }[];
}

/**
 * The tokenizer that a tokenizer.json describes.
 *
 * @param where how error messages call the file
 * @throws CourseError when it is no tokenizer.json, or of a kind that the package does not know
 */
export function tokenizerOf(json: unknown, where: string): TextTokenizer {
  checkText('The name of a tokenizer.json', where);
  const { model, added_tokens: added = [] } = (
    typeof json === 'object' && json !== null ? json : {}
  ) as TokenizerJson;
  const vocab = model?.vocab;
  demand(
    typeof vocab === 'object' && vocab !== null && !Array.isArray(vocab),
    () => `${where} is no tokenizer.json: it has no vocabulary of words.`,
    'Use the tokenizer.json that came with the weights.',
  );
  checkIndices(`The numbers of the words in ${where}`, Object.values(vocab), Infinity, 1);
  const unknownWord = model!.unk_token ?? '';
  checkText(`'unk_token' of ${where}`, unknownWord);
  const isAdded = (token: unknown): boolean =>
    Number.isSafeInteger((token as { readonly id?: unknown } | null | undefined)?.id);
  checkList(`'added_tokens' of ${where}`, added, 'tokens with their numbers', isAdded);
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(json as object, {});
    tokenizer.encode('a', { add_special_tokens: false }); // some faults show only now
  } catch {
    // the package's own words are about its code
    throw new CourseError(
      `${where} is of a kind that is not known.`,
      'Use the tokenizer of GPT-2, GPT-Neo, Pythia or SmolLM2.',
    );
  }
  const unknown = vocab[unknownWord];
  const largest = Math.max(-1, ...added.map(({ id }) => id));
  const vocabulary = 1 + Object.values(vocab).reduce((most, id) => Math.max(most, id), largest);
  return {
    vocabulary,
    special: added.map(({ id }) => id),
    encode: (text) => {
      checkText('What becomes tokens', text);
      checkTextLength(text);
      return tokenizer.encode(text, { add_special_tokens: false }).ids.map((id) => {
        // a tokenizer of whole words has no number for a word that it does not know
        const known = (id as number | undefined) ?? unknown;
        if (known === undefined)
          throw new CourseError(
            `A word of ${quote(text)} is not in the vocabulary of ${where}.`,
            'Use other words.',
          );
        return known;
      });
    },
    decode: (tokens) => {
      checkIndices('Tokens', tokens, vocabulary - 1);
      return tokens.length === 0
        ? ''
        : tokenizer.decode([...tokens], {
            skip_special_tokens: false,
            clean_up_tokenization_spaces: false,
          });
    },
  };
}

/**
 * The tokenizer of a folder.
 *
 * @throws CourseError when tokenizer.json is missing or no tokenizer
 */
export function readTokenizer(folder: string): TextTokenizer {
  const file = join(folder, 'tokenizer.json');
  return tokenizerOf(readJson(file), `'${file}'`);
}

/** The token for a word that is not in a vocabulary of whole words. */
const UNKNOWN = '[unknown]';

/**
 * The tokenizer.json of whole words, split at blanks; a line break is a word of its own.
 *
 * @param words without repeats; a line break and a word for unknown ones are added
 * @throws CourseError when they are no texts
 */
export function wordTokenizerJson(words: readonly string[]): object {
  checkTexts('The words of a tokenizer', words);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: ' +' }, behavior: 'Removed', invert: false },
        { type: 'Split', pattern: { Regex: '\\n' }, behavior: 'Isolated', invert: false },
      ],
    },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries([UNKNOWN, '\n', ...words].map((word, i) => [word, i])),
      unk_token: UNKNOWN,
    },
  };
}

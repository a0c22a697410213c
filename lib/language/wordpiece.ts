/**
 * BERT's WordPiece from a tokenizer.json: text cleaned, in lower case and without accents, split at
 * blanks and punctuation, each word cut into the longest pieces that the vocabulary has. The work
 * is done by Hugging Face's tokenizers package; where it differs from their library, the text is
 * prepared here.
 * Reference: Wu et al. (2016, arXiv 1609.08144); Devlin et al. (2019, arXiv 1810.04805).
 */
import { join } from 'node:path';

import { checkIndices, checkText } from '../core/checks';
import { demand, positiveInteger } from '../core/errors';
import { readJson } from '../core/files';
import { firstTokens } from './beginning';
import { tokenizerOf } from './tokenizer';

/** Texts to token numbers, with the tokens that begin and end a text. */
export interface WordPiece {
  /** One more than the largest token number. */
  readonly vocabulary: number;
  /**
   * Token numbers of a text between those that begin and end it ([CLS] and [SEP]).
   *
   * @param longest the most tokens, these two included; the end of a longer text is left out
   * @throws CourseError when it is no text, or a long one whose beginning has no words, or `longest`
   *   no integer of at least 2
   */
  encode(text: string, longest: number): number[];
}

/** The parts of a tokenizer.json that are read here. */
interface WordPieceJson {
  readonly normalizer?: {
    readonly type?: string;
    readonly lowercase?: boolean;
    readonly handle_chinese_chars?: boolean;
  } | null;
  readonly pre_tokenizer?: { readonly type?: string } | null;
  readonly model?: { readonly type?: string } | null;
  readonly post_processor?: {
    readonly single?: unknown;
    readonly special_tokens?: Readonly<Record<string, { readonly ids?: readonly number[] }>> | null;
  } | null;
}

/** A special token, or the text. */
interface TemplatePart {
  readonly SpecialToken?: { readonly id: string };
}

const NEEDED = {
  model: 'WordPiece',
  normalizer: 'BertNormalizer',
  pre_tokenizer: 'BertPreTokenizer',
  post_processor: 'TemplateProcessing',
} as const;

/** Refuses another kind of tokenizer. */
function checkKinds(json: WordPieceJson, where: string): void {
  for (const [part, kind] of Object.entries(NEEDED)) {
    const given = (json[part as keyof WordPieceJson] as { readonly type?: unknown } | null)?.type;
    demand(
      given === kind,
      () => `${where} has a ${part} of the kind ${JSON.stringify(given ?? null)}, not '${kind}'.`,
      "Use the tokenizer.json of a BERT's folder.",
    );
  }
}

/** The tokens that begin and end a text. */
function framing({ post_processor }: WordPieceJson, where: string): readonly [number, number] {
  const { single, special_tokens } = post_processor!;
  const parts = Array.isArray(single) ? (single as readonly (TemplatePart | null)[]) : [];
  const [begin, text, end] = parts.map((part) =>
    part?.SpecialToken ? special_tokens?.[part.SpecialToken.id]?.ids?.[0] : null,
  );
  demand(
    parts.length === 3 && text === null && [begin, end].every(Number.isSafeInteger),
    () => `The post_processor of ${where} does not put one token before a text and one after it.`,
    "Use the tokenizer.json of a BERT's folder.",
  );
  const frame = [begin, end] as [number, number];
  checkIndices(`The tokens around a text in ${where}`, frame);
  return frame;
}

/**
 * Chinese characters beyond U+FFFF, which become words of their own; the ranges are those of
 * Hugging Face's library, which leaves U+2B820 to U+2B91F out.
 */
const FAR_CHINESE =
  /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;

/**
 * What the package does not do: it looks at halves of characters beyond U+FFFF, and its lower case
 * of a capital sigma depends on the letters around it.
 */
function prepared(text: string, normalizer: WordPieceJson['normalizer']): string {
  const { lowercase = true, handle_chinese_chars: chinese = true } = normalizer ?? {};
  const spaced = chinese ? text.replace(FAR_CHINESE, ' $& ') : text;
  return lowercase ? spaced.replaceAll('Σ', 'σ') : spaced;
}

/**
 * The WordPiece that a tokenizer.json describes; its own settings of truncation and padding do not
 * matter.
 *
 * @param where how error messages call the file
 * @throws CourseError when it is no tokenizer.json, or none of BERT's kind
 */
export function wordPieceOf(json: unknown, where: string): WordPiece {
  checkText('The name of a tokenizer.json', where);
  const given = (typeof json === 'object' && json !== null ? json : {}) as WordPieceJson;
  checkKinds(given, where);
  const [begin, end] = framing(given, where);
  const pieces = tokenizerOf(json, where);
  const encoded = (text: string): number[] => pieces.encode(prepared(text, given.normalizer));

  return {
    vocabulary: Math.max(pieces.vocabulary, begin + 1, end + 1),
    encode: (text, longest) => {
      checkText('What becomes tokens', text);
      positiveInteger('The most tokens of a text', longest, 2);
      return [begin, ...firstTokens(text, longest - 2, encoded).slice(0, longest - 2), end];
    },
  };
}

/**
 * The WordPiece of a folder.
 *
 * @throws CourseError when tokenizer.json is missing or of another kind
 */
export function readWordPiece(folder: string): WordPiece {
  const file = join(folder, 'tokenizer.json');
  return wordPieceOf(readJson(file), `'${file}'`);
}

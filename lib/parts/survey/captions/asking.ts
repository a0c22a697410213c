/**
 * Questions about pictures to a language model with sight: the answer at once, or after it has described
 * the picture in words of its own.
 * Reference: Huang et al. (2023, arXiv 2302.14045), "multimodal chain-of-thought prompting".
 */
import { tf } from '../../../core/backend';
import { checkEach, checkIndices, checkList } from '../../../core/checks';
import { demand, plainObject, positiveInteger } from '../../../core/errors';
import { argMax } from '../../../core/numerics';
import type { CaptionLanguage } from './captionlanguage';
import { CAPTION_WORDS, PICTURE_TOKEN, captionToken } from './captionwords';
import { motifPatches } from './motifpictures';
import { sightedLogits, type Sight } from './sight';

/** Refuses what are no words of the language. */
const checkWords = (name: string, words: unknown): void =>
  checkIndices(name, words, CAPTION_WORDS.length - 1, 1);

/** Refuses what are no pictures. */
const checkPictures = (name: string, pictures: unknown): void =>
  checkList(name, pictures, 'pictures', (one) => one instanceof Float32Array, 1);

/** Refuses what is no text with pictures. */
function checkPictureText(name: string, text: unknown): void {
  plainObject(name, text);
  const { tokens, pictures, places } = text as PictureText;
  checkWords(`${name}.tokens`, tokens);
  checkPictures(`${name}.pictures`, pictures);
  checkIndices(`${name}.places`, places, Infinity, 1);
}

/** Texts that are read at once. */
const AT_ONCE = 64;

/** A text with pictures; all texts that are asked together have the same places. */
export interface PictureText {
  readonly tokens: readonly number[];
  readonly pictures: readonly Float32Array[];
  readonly places: readonly number[];
}

/**
 * Scores of the next word after texts with pictures.
 *
 * @param texts of one layout
 * @param open  what the opening of every gate is multiplied with
 * @returns [texts][V]
 * @throws CourseError when there is no text, no language model, or the texts are not of one layout
 */
export function nextWordScores(
  language: CaptionLanguage,
  sight: Sight | null,
  texts: readonly PictureText[],
  open = 1,
): number[][] {
  checkEach('Texts', texts, 'texts with pictures', checkPictureText, 1);
  const [first] = texts as readonly [PictureText];
  demand(
    texts.every(
      ({ tokens, places }) =>
        tokens.length === first.tokens.length && places.join() === first.places.join(),
    ),
    () => 'Texts of several layouts were given together.',
    'Give texts of one length whose pictures begin at the same places.',
  );
  const parts = Array.from({ length: Math.ceil(texts.length / AT_ONCE) }, (_, p) =>
    texts.slice(p * AT_ONCE, (p + 1) * AT_ONCE),
  );
  return parts.flatMap((part) =>
    tf.tidy(() => {
      const [B, T] = [part.length, part[0]!.tokens.length];
      const logits = sightedLogits(
        language,
        sight,
        {
          tokens: tf.tensor2d(
            part.map(({ tokens }) => [...tokens]),
            [B, T],
            'int32',
          ),
          pictures: motifPatches(part.flatMap(({ pictures }) => pictures)),
          places: part[0]!.places,
        },
        open,
      );
      const last = logits.slice([0, T - 1, 0], [-1, 1, -1]);
      return last.reshape([B, CAPTION_WORDS.length]).arraySync() as number[][]; // [B, V]
    }),
  );
}

/**
 * What a language model says about pictures, word by word the one with the highest score.
 *
 * @param asked the words after each picture, as many for each
 * @param words how many words of the answer
 * @returns [pictures][words], by their numbers
 * @throws CourseError when there is no picture or language model, or the number is refused
 */
export function saidOf(
  language: CaptionLanguage,
  sight: Sight | null,
  pictures: readonly Float32Array[],
  asked: readonly (readonly number[])[],
  words: number,
  open = 1,
): number[][] {
  positiveInteger('Words of an answer', words, 1, 64);
  checkPictures('Pictures', pictures);
  checkEach('Words after pictures', asked, 'lists of words', checkWords, 1);
  demand(
    asked.length === pictures.length && asked.every(({ length }) => length === asked[0]!.length),
    () => `${asked.length} lists of words were given for ${pictures.length} pictures.`,
    'Give each picture as many words.',
  );
  const said = pictures.map((): number[] => []);
  for (let w = 0; w < words; w++) {
    const texts = pictures.map((picture, i) => ({
      tokens: [captionToken('|'), PICTURE_TOKEN, PICTURE_TOKEN, ...asked[i]!, ...said[i]!],
      pictures: [picture],
      places: [1],
    }));
    nextWordScores(language, sight, texts, open).forEach((scores, i) =>
      said[i]!.push(argMax(scores)),
    );
  }
  return said;
}

/** The words with which a place is asked about. */
const ASKS_PLACE = captionToken('belongs');

/**
 * The word that a language model says to where the things in pictures belong: at once, `<picture>
 * belongs`, or after a description in words of its own, `<picture> shows red ring . red ring belongs`.
 *
 * @param describe whether it describes them first
 * @returns a word for each picture, by its number
 * @throws CourseError when there is no picture or language model
 */
export function placesSaid(
  language: CaptionLanguage,
  sight: Sight | null,
  pictures: readonly Float32Array[],
  describe: boolean,
): number[] {
  checkPictures('Pictures', pictures);
  const shows = pictures.map(() => [captionToken('shows')]);
  const described = describe ? saidOf(language, sight, pictures, shows, 2) : [];
  const asked = pictures.map((_, i) =>
    describe
      ? [...shows[i]!, ...described[i]!, captionToken('.'), ...described[i]!, ASKS_PLACE]
      : [ASKS_PLACE],
  );
  return saidOf(language, sight, pictures, asked, 1).map(([word]) => word!);
}

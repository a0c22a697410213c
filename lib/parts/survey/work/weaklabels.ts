/**
 * Labels by a weak rule that reads no labelled row: each text has the label whose word is nearest to
 * it, argmax_y cos(e(x), e(word of y)), with e a sentence encoder. It costs nothing to ask.
 */
import { checkRows } from '../../../core/checks';
import { demand } from '../../../core/errors';
import { cosine } from '../choosing/nearest';
import { bestRows } from '../choosing/pool';

/**
 * The number of the nearest label word for each text; of equally near ones the first.
 *
 * @param texts vectors of the texts, [texts][C]
 * @param words vectors of the labels' words, [labels][C]
 * @throws CourseError when these are no rows of numbers, or rows of different lengths
 */
export function nearestWordLabels(
  texts: readonly (readonly number[])[],
  words: readonly (readonly number[])[],
): number[] {
  checkRows('Vectors of texts', texts);
  checkRows('Vectors of label words', words);
  demand(
    texts[0]!.length === words[0]!.length,
    () => `Texts have ${texts[0]!.length} numbers, words of labels ${words[0]!.length}.`,
    'Take all vectors from one encoder.',
  );
  return texts.map(
    (text) =>
      bestRows(
        words.map((word) => cosine(text, word)),
        1,
      )[0]!,
  );
}

/**
 * ROUGE-L: how alike two texts are by the longest sequence of words that both hold in the same order,
 * other words between them or not. With l the length of that sequence, and m and n those of the texts,
 *
 *   P = l / m,  R = l / n,  F = 2 P R / (P + R) = 2 l / (m + n)
 *
 * Words are runs of letters a to z and digits, in lower case.
 * References: Lin (2004); Wang et al. (2022, arXiv 2212.10560), who refuse an instruction that is
 * too much like one of the pool.
 */
import { checkText, checkTexts } from '../../../core/checks';

/**
 * The words of a text that ROUGE compares.
 *
 * @throws CourseError when it is no text
 */
export function rougeWords(text: string): string[] {
  checkText('A text', text);
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/**
 * The length of the longest common subsequence of two lists of words.
 *
 * @throws CourseError when one is no list of texts
 */
export function longestCommon(a: readonly string[], b: readonly string[]): number {
  checkTexts('The first words', a);
  checkTexts('The second words', b);
  let before = new Array<number>(b.length + 1).fill(0); // lengths for the words of a so far
  for (const word of a) {
    const row = [0];
    b.forEach((other, j) =>
      row.push(word === other ? before[j]! + 1 : Math.max(row[j]!, before[j + 1]!)),
    );
    before = row;
  }
  return before.at(-1)!;
}

/**
 * ROUGE-L of two texts, the F-measure.
 *
 * @returns from 0 to 1; 0 where they have no word in common
 * @throws CourseError when one is no text
 */
export function rougeL(a: string, b: string): number {
  const [m, n] = [rougeWords(a), rougeWords(b)];
  const l = longestCommon(m, n);
  return l === 0 ? 0 : (2 * l) / (m.length + n.length);
}

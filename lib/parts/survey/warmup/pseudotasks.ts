/**
 * Pseudo tasks from text without labels, in the form of demonstrations. A text is a row of passages;
 * in each text the words of a passage agree in one feature, whose value changes from passage to
 * passage. Which feature it is can only be read from the other passages. Four objectives turn the
 * passages of a text into lines of three words, a template and an answer:
 *
 *   next sentence    w1 w2 w3 -> u1      the first word of the sentence that follows
 *   masked word      w1 _ w3 -> w2
 *   last phrase      w1 w2 w3 -> w4
 *   classification   w1 w2 x -> 1        1 where x stood there, 0 where it is of another passage
 *
 * Reference: Chen et al. (NAACL 2022, arXiv 2205.01703), in miniature.
 */
import { checkEach, checkFields, checkStream, checkTexts, checkWord } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { headerOf, type Document } from '../world/documents';
import { DIGITS, MARKS, TEMPLATES } from '../world/vocabulary';
import { WORD_FEATURES, WORDS, bitUnchecked } from '../world/words';

export const OBJECTIVES = [
  'next sentence',
  'masked word',
  'last phrase',
  'classification',
] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** Two sentences that follow each other, of four words each. */
export interface TextPassage {
  readonly sentence: readonly string[];
  readonly next: readonly string[];
}

/** Words of a sentence. */
const LENGTH = 4;

/** Words by feature and value. */
const AGREEING = WORD_FEATURES.map((_, feature) =>
  [0, 1].map((value) => WORDS.filter((__, w) => bitUnchecked(w, feature) === value)),
);

/**
 * A text: passages whose words agree in one feature, drawn for the text. Both values occur.
 *
 * @param passages how many, at least two
 * @throws CourseError when the number is none, or what is given is no stream
 */
export function unlabelledText(random: Stream, passages: number): TextPassage[] {
  checkStream(random);
  positiveInteger('The number of passages', passages, 2, 1e4);
  const words = AGREEING[random.integer(WORD_FEATURES.length)]!;
  const first = random.integer(2);
  const values = Array.from({ length: passages }, (_, i) =>
    i < 2 ? (first + i) % 2 : random.integer(2),
  );
  const order = random.permutation(passages);
  const sentence = (value: number): string[] =>
    Array.from({ length: LENGTH }, () => {
      const among = words[value]!;
      return among[random.integer(among.length)]!;
    });
  return order.map((i) => ({ sentence: sentence(values[i]!), next: sentence(values[i]!) }));
}

/** What a passage becomes under an objective: three tokens, and the answer. */
function pseudoLine(
  random: Stream,
  { sentence: [a, b, c, d], next }: TextPassage,
  objective: Objective,
  others: readonly TextPassage[],
): readonly [readonly string[], string] {
  const words = [a!, b!, c!];
  if (objective === 'next sentence') return [words, next[0]!];
  if (objective === 'last phrase') return [words, d!];
  if (objective === 'masked word') return [[a!, MARKS.nothing, c!], b!];
  const stays = random.integer(2) === 1;
  const from = others[random.integer(others.length)]!.sentence;
  const third = stays ? c! : from[random.integer(LENGTH)]!;
  return [[a!, b!, third], DIGITS[Number(stays)]!];
}

/** What an answer counts in training, and any other token, as in documents about tasks. */
const [ANSWER, OTHER] = [1, 0.02];

/**
 * A text as a document in the form of demonstrations, one line for each passage. For the
 * classification a word is exchanged for one of another passage of the text, drawn at random, so
 * that some exchanges cannot be seen.
 *
 * @param text      at least two passages, of world.WORDS
 * @param objective one of OBJECTIVES
 * @throws CourseError when the text is none, there is no such objective, or what is given is no
 *   stream
 */
export function pseudoDocument(
  random: Stream,
  text: readonly TextPassage[],
  objective: Objective,
): Document {
  checkStream(random);
  checkWord('The objective', objective, OBJECTIVES);
  checkEach(
    'A text',
    text,
    'passages',
    (name, passage) => checkFields(name, passage, { sentence: checkTexts, next: checkTexts }),
    2,
  );
  demand(
    text.every(({ sentence, next }) => [sentence, next].every(({ length }) => length === LENGTH)),
    () => 'A sentence of a text has more or fewer than four words.',
    'Draw texts with warmup.unlabelledText.',
  );
  const template = TEMPLATES[random.integer(TEMPLATES.length)]!;
  const lines = text.map((passage) => {
    const others = text.filter((other) => other !== passage);
    const [words, answer] = pseudoLine(random, passage, objective, others);
    return [...words, template, answer, MARKS.end];
  });
  const weights = lines.map(() => [OTHER, OTHER, OTHER, OTHER, ANSWER, OTHER]);
  return { header: headerOf(), lines, weights };
}

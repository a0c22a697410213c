/**
 * Short reviews of our own in which three binary features vary independently: sentiment (bad, good),
 * topic (food, film) and punctuation (period, exclamation mark). A feature can be named by an
 * instruction, or by label words that mean its values; other label words mean nothing.
 */
import { checkIndices, checkStream } from '../../../core/checks';
import { demand } from '../../../core/errors';
import type { Stream } from '../../../core/random';

/** A feature of reviews. */
export interface TextFeature {
  readonly name: string;
  /** The label words of value 0 and of value 1. */
  readonly values: readonly [string, string];
  /** What tells that it decides. */
  readonly instruction: string;
}

/** The three features, in the order of all lists of their values. */
export const TEXT_FEATURES: readonly TextFeature[] = [
  {
    name: 'sentiment',
    values: ['bad', 'good'],
    instruction: 'The output says whether the sentiment of the text is bad or good.',
  },
  {
    name: 'topic',
    values: ['food', 'film'],
    instruction: 'The output says whether the topic of the text is food or film.',
  },
  {
    name: 'punctuation',
    values: ['period', 'exclamation'],
    instruction: 'The output says whether the text ends with a period or an exclamation mark.',
  },
];

/** Label words that mean no feature. */
export const NEUTRAL_WORDS: readonly (readonly [string, string])[] = [
  ['foo', 'bar'],
  ['left', 'right'],
  ['red', 'blue'],
];

const wordsOf = (line: string): readonly string[] => line.split(' ');

/** By value of the sentiment; each fits both topics. */
const ADJECTIVES = [
  wordsOf('terrible awful horrible dreadful disappointing poor dull bad'),
  wordsOf('wonderful excellent great superb delightful lovely perfect brilliant'),
] as const;

/** By value of the topic. */
const NOUNS = [
  wordsOf('soup bread pasta salad curry cake steak dessert'),
  wordsOf('movie plot acting script ending cast dialogue soundtrack'),
] as const;

const FRAMES: readonly ((noun: string, adjective: string) => string)[] = [
  (noun, adjective) => `The ${noun} was ${adjective}`,
  (noun, adjective) => `I found the ${noun} ${adjective}`,
  (noun, adjective) => `We all thought that the ${noun} was ${adjective}`,
  (noun, adjective) => `In the end the ${noun} was really ${adjective}`,
];

/** By value of the punctuation. */
const ENDS = ['.', '!'] as const;

/**
 * A random review.
 *
 * @param values of sentiment, topic and punctuation, 0 or 1 each
 * @throws CourseError when these are no values, or what is given is no stream
 */
export function drawReview(random: Stream, values: readonly number[]): string {
  checkStream(random);
  checkIndices('The values of features', values, 1, TEXT_FEATURES.length);
  demand(
    values.length === TEXT_FEATURES.length,
    () => `${values.length} values of ${TEXT_FEATURES.length} features were given.`,
    'Give one for each.',
  );
  const oneOf = <T>(things: readonly T[]): T => things[random.integer(things.length)]!;
  const [sentiment, topic, punctuation] = values as readonly [0 | 1, 0 | 1, 0 | 1];
  const text = oneOf(FRAMES)(oneOf(NOUNS[topic]), oneOf(ADJECTIVES[sentiment]));
  return text + ENDS[punctuation];
}

/** Everything that reviews, instructions and labels are written in, for a model to know. */
export const reviewWords = (): string[] => [
  ...FRAMES.flatMap((frame) =>
    [...NOUNS[0], ...NOUNS[1]].flatMap((noun) =>
      [...ADJECTIVES[0], ...ADJECTIVES[1]].flatMap((adjective) =>
        ENDS.map((end) => frame(noun, adjective) + end),
      ),
    ),
  ),
  ...TEXT_FEATURES.flatMap(({ values, instruction }) => [...values, instruction]),
  ...NEUTRAL_WORDS.flat(),
];

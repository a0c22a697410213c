/**
 * The words of TaskWorld, a small language whose tasks can be enumerated. Each of the 96 content
 * words has four binary features (tone, topic, part of speech, length); each of the 16 patterns of
 * features has six words, so that features are balanced and independent.
 * Reference: the course's own; the idea of latent tasks with an exact answer is that of Xie et al.
 * (ICLR 2022).
 */
import { positiveInteger } from '../../../core/errors';
import { numbering } from './numbering';

/** A binary feature of words, with the words that name its values. */
export interface Feature {
  readonly name: string;
  /** The label words of value 0 and of value 1. */
  readonly values: readonly [string, string];
}

/** The four features; the bit of feature f in a word's pattern is f. */
export const WORD_FEATURES: readonly Feature[] = [
  { name: 'tone', values: ['bad', 'good'] },
  { name: 'topic', values: ['food', 'weather'] },
  { name: 'kind', values: ['noun', 'adjective'] },
  { name: 'length', values: ['short', 'long'] },
];

/** Patterns of features, and words of each. */
export const PATTERNS = 2 ** WORD_FEATURES.length;
export const WORDS_PER_PATTERN = 6;

/**
 * By pattern: tone + 2 topic + 4 kind + 8 length. Short words have at most 6 letters, long ones at
 * least 8.
 */
const BY_PATTERN = [
  'rot mould gruel slop swill dregs',
  'pie cake feast treat honey peach',
  'storm hail sleet smog flood fog',
  'sun spring breeze dawn summer glow',
  'stale burnt sour soggy bland rancid',
  'tasty sweet fresh ripe juicy crisp',
  'rainy gloomy windy damp icy murky',
  'sunny mild warm clear bright balmy',
  'leftovers poisoning bitterness starvation indigestion staleness',
  'chocolate strawberry delicacy marzipan raspberry banquets',
  'hurricane avalanche downpour landslide blizzards thunderstorm',
  'sunshine starlight moonlight springtime summertime snowflakes',
  'tasteless overcooked undercooked indigestible unappetising contaminated',
  'delicious flavoursome appetising nourishing succulent mouthwatering',
  'freezing sweltering scorching blustery torrential thundering',
  'springlike refreshing temperate cloudless invigorating glittering',
];

/** The 96 content words; word w has pattern floor(w / 6). */
export const WORDS: readonly string[] = BY_PATTERN.flatMap((words) => words.split(' '));

/**
 * The number of a content word.
 *
 * @throws CourseError quoting a word that is none of the 96
 */
export const wordIndex = numbering(WORDS, 'word', 'world.WORDS');

/**
 * The value of a feature of word w.
 *
 * @throws CourseError when there is no such word or feature
 */
export function bitOf(w: number, feature: number): 0 | 1 {
  positiveInteger('The number of a word', w, 0, WORDS.length - 1);
  positiveInteger('A feature', feature, 0, WORD_FEATURES.length - 1);
  return bitUnchecked(w, feature);
}

/** bitOf without its checks, for loops over all rules. */
export const bitUnchecked = (w: number, feature: number): 0 | 1 =>
  ((Math.floor(w / WORDS_PER_PATTERN) >> feature) & 1) as 0 | 1;

/**
 * Inputs of TaskWorld by design: with words of one, two or three different patterns, and with given
 * classes by two features. As world.drawInput does, patterns are drawn first; where the class is
 * another one than wanted, the feature is inverted in all three words, which exchanges the classes.
 */
import { checkIndices, checkList, checkStream } from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';
import { INPUT_WORDS, checkInput, checkRule, type Input, type WorldRule } from '../world/rules';
import { anyWord, patternsOfClass } from '../world/sampling';
import { PATTERNS, WORDS_PER_PATTERN, WORD_FEATURES, bitUnchecked } from '../world/words';
import type { ClassPair } from './ambiguous';

/**
 * A random input of a class with so many different patterns of features among its words.
 *
 * @param kinds 1 (the simplest inputs: the three scopes agree on them), 2 or 3
 * @throws CourseError when there is no such rule, class or number, or what is given is no stream
 */
export function drawInputOfKinds(
  random: Stream,
  rule: WorldRule,
  wanted: 0 | 1,
  kinds: number,
): Input {
  checkStream(random);
  checkRule(rule);
  positiveInteger('A class', wanted, 0, 1);
  positiveInteger('The number of different patterns', kinds, 1, INPUT_WORDS);
  const different = random.permutation(PATTERNS).slice(0, kinds);
  const patterns = shuffled(
    random,
    Array.from({ length: INPUT_WORDS }, (_, i) => different[i % kinds]!),
  );
  return patternsOfClass(patterns, rule, wanted).map((pattern) => anyWord(random, pattern));
}

/**
 * A random input with given classes under two rules, which look at different features.
 *
 * @throws CourseError when the rules look at one feature, there are no such classes, or what is given
 *   is no stream
 */
export function drawInputOfPair(
  random: Stream,
  rules: readonly [WorldRule, WorldRule],
  classes: ClassPair,
): Input {
  checkStream(random);
  checkList('The rules', rules, 'two rules', (rule) => typeof rule === 'object', 2);
  rules.forEach(checkRule);
  checkIndices('The classes', classes, 1, 2);
  demand(
    rules[0].feature !== rules[1].feature,
    () => `Both rules look at feature ${rules[0].feature}.`,
    'Take rules of two features.',
  );
  const drawn = Array.from({ length: INPUT_WORDS }, () => random.integer(PATTERNS));
  const once = patternsOfClass(drawn, rules[0], classes[0]);
  return patternsOfClass(once, rules[1], classes[1]).map((pattern) => anyWord(random, pattern));
}

/** The different patterns of an input's words. */
export const inputPatterns = (input: Input): number[] => {
  checkInput(input);
  return [...new Set(input.map((word) => Math.floor(word / WORDS_PER_PATTERN)))];
};

/** The bits of all features of an input's words, as -1 and 1, [12]. */
export const inputBits = (input: Input): number[] => {
  checkInput(input);
  return input.flatMap((word) => WORD_FEATURES.map((_, f) => 2 * bitUnchecked(word, f) - 1));
};

/**
 * The rules of TaskWorld: what the class of an input depends on. An input is three words; a rule
 * looks at one feature, of the first word, of the last, or of most of them.
 */
import type { Check } from '../../../core/checks';
import { demand, knownKeys, plainObject, quote } from '../../../core/errors';
import { WORD_FEATURES, bitOf, bitUnchecked } from './words';

/** Words of an input. */
export const INPUT_WORDS = 3;

/** Three content words, by their numbers. */
export type Input = readonly number[];

/** Which words of an input a rule looks at. */
export const SCOPES = ['most', 'first', 'last'] as const;
export type Scope = (typeof SCOPES)[number];

/** Class of an input = value of a feature, of the words in the scope. */
export interface WorldRule {
  readonly feature: number;
  readonly scope: Scope;
}

/** All 12 rules. */
export const RULES: readonly WorldRule[] = WORD_FEATURES.flatMap((_, feature) =>
  SCOPES.map((scope) => ({ feature, scope })),
);

/**
 * Refuses what is no input.
 *
 * @throws CourseError quoting it
 */
export function checkInput(input: Input): void {
  demand(
    Array.isArray(input) && input.length === INPUT_WORDS,
    () => `An input of TaskWorld is ${INPUT_WORDS} words, got ${quote(input)}.`,
    'Give the numbers of three words.',
  );
  for (const w of input) bitOf(w, 0);
}

/**
 * Refuses what is no rule.
 *
 * @throws CourseError quoting it
 */
export function checkRule(rule: WorldRule): void {
  plainObject('A rule', rule);
  demand(
    RULES.some(({ feature, scope }) => feature === rule.feature && scope === rule.scope),
    () => `TaskWorld has no rule ${quote(rule)}.`,
    'Take one of world.RULES.',
  );
}

/** The same as a check of one member of a list. */
export const checkOneRule: Check = (_, rule) => checkRule(rule as WorldRule);

/**
 * Refuses what is no instruction: a rule, or a part of it.
 *
 * @throws CourseError quoting it
 */
export function checkInstruction(instruction: Partial<WorldRule>): void {
  knownKeys('An instruction', instruction, ['feature', 'scope']);
  checkRule({ feature: 0, scope: 'most', ...instruction });
}

/**
 * The class that a rule gives to an input, 0 or 1.
 *
 * @throws CourseError when the input is no three words, or there is no such rule
 */
export function classOf(rule: WorldRule, input: Input): 0 | 1 {
  checkInput(input);
  checkRule(rule);
  return classUnder(rule, input);
}

/** classOf without its checks, for loops over all rules. */
export function classUnder({ feature, scope }: WorldRule, input: Input): 0 | 1 {
  const bits = input.map((w) => bitUnchecked(w, feature));
  if (scope === 'first') return bits[0]!;
  if (scope === 'last') return bits.at(-1)!;
  return bits[0]! + bits[1]! + bits[2]! >= 2 ? 1 : 0;
}

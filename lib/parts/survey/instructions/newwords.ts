/**
 * A new language of instructions for TaskWorld. The small model of notebook 20 was trained with headers
 * such as `Instruction: tone first`; here other words, which none of its documents holds, stand for
 * the four features and the three scopes:
 *
 *   Instruction: chess Lima     for the rule (tone, first)
 *
 * Three rules are held out of tuning, each of another feature and another scope, while every feature
 * and every scope occurs in tuning with other partners: a held-out instruction is a new combination
 * of known words.
 * Reference: Wei et al. (2022, arXiv 2109.01652), who tune a model to instructions and test it on
 * tasks that are held out; the words and the combinations are our own.
 */
import { checkWord } from '../../../core/checks';
import { demand, quote } from '../../../core/errors';
import { RULES, SCOPES, checkRule, type Scope, type WorldRule } from '../world/rules';
import { MARKS, RELATIONS } from '../world/vocabulary';
import { WORD_FEATURES } from '../world/words';

/** The new word of each feature, in the order of world.WORD_FEATURES. */
export const NEW_FEATURES: readonly string[] = RELATIONS['plays']!.slice(0, WORD_FEATURES.length);

/** The new word of each scope, in the order of world.SCOPES. */
export const NEW_SCOPES: readonly string[] = RELATIONS['lives']!.slice(0, SCOPES.length);

/**
 * The header that names a rule in the new words, 4 tokens.
 *
 * @throws CourseError when there is no such rule
 */
export function newInstruction(rule: WorldRule): string[] {
  checkRule(rule);
  const { feature, scope } = rule;
  return [
    MARKS.begin,
    MARKS.instruction,
    NEW_FEATURES[feature]!,
    NEW_SCOPES[SCOPES.indexOf(scope)]!,
  ];
}

const rule = (name: string, scope: Scope): WorldRule => {
  checkWord(
    'A feature',
    name,
    WORD_FEATURES.map((one) => one.name),
  );
  const feature = WORD_FEATURES.findIndex((one) => one.name === name);
  return RULES.find((one) => one.feature === feature && one.scope === scope)!;
};

/** The rules that no tuning sees but the one with all twelve. */
export const HELD_OUT_RULES: readonly WorldRule[] = [
  rule('tone', 'most'),
  rule('topic', 'first'),
  rule('kind', 'last'),
];

/** The others, in the order in which tuning takes them. */
const IN_ORDER: readonly WorldRule[] = [
  rule('tone', 'first'),
  rule('topic', 'last'),
  rule('kind', 'most'),
  rule('length', 'most'),
  rule('tone', 'last'),
  rule('length', 'first'),
  rule('topic', 'most'),
  rule('kind', 'first'),
  rule('length', 'last'),
];

/** Numbers of rules to tune on: those below 12 leave the held-out ones out. */
export const RULE_COUNTS: readonly number[] = [4, 6, 9, 12];

/**
 * The rules that a model is tuned on; fewer are always among more. Four name every feature and every
 * scope at least once.
 *
 * @param count one of instructions.RULE_COUNTS
 * @throws CourseError quoting another number
 */
export function tunedRules(count: number): WorldRule[] {
  demand(
    RULE_COUNTS.includes(count),
    () => `Tuning on ${quote(count)} rules was asked for.`,
    `Tune on one of ${RULE_COUNTS.join(', ')}.`,
  );
  return [...IN_ORDER, ...HELD_OUT_RULES].slice(0, count);
}

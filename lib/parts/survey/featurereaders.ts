/**
 * Who is asked after demonstrations that leave open which of two features decides: a language model
 * on reviews of our own, or the small model or the exact answer on TaskWorld. What can be said of the
 * feature that is meant: nothing, an instruction, or label words that mean its values.
 */
import { shuffled, type Stream } from '../../core/random';
import type { LoadedModel } from '../../language/folder';
import type { Template } from '../../language/prompt';
import type { Question } from '../../language/scoring';
import { ambiguousClasses, disagreeingClasses, type ClassPair } from './factors/ambiguous';
import { NEUTRAL_WORDS, TEXT_FEATURES, drawReview } from './factors/ambiguoustexts';
import { drawInputOfPair } from './factors/designedinputs';
import type { QuestionScorer } from './scoring/scorer';
import { textScorer } from './scoring/textscorer';
import type { WorldQuestion } from './scoring/worldquestions';
import { SCOPES, type WorldRule } from './world/rules';
import { SYMBOLS, heldOut, symbolTask } from './world/taskworld';
import { WORD_FEATURES } from './world/words';

/** What is said of the feature that is meant. */
export const TOLD_FEATURE = ['nothing', 'instruction', 'natural labels'] as const;
export type ToldFeature = (typeof TOLD_FEATURE)[number];

/** How demonstrations are made. */
export interface FeatureCondition {
  readonly told: ToldFeature;
  /** Which of the two features is meant. */
  readonly meant: 0 | 1;
  /** Demonstrations on which the features disagree. */
  readonly d: number;
}

/** Questions on which the features disagree, with the scores of class 0 and 1. */
export interface AskedPairs {
  readonly asked: readonly ClassPair[];
  readonly scores: readonly (readonly number[])[];
}

/** Who is asked about pairs of features. */
export interface FeatureReader {
  readonly features: readonly string[];
  /** Whether the questions of a set share a context and labels, so that they can be calibrated. */
  readonly calibrated: boolean;
  /** @param pair numbers of two features */
  ask(
    pair: readonly [number, number],
    condition: FeatureCondition,
    random: (set: number) => Stream,
  ): AskedPairs[];
}

/** How much is asked. */
export interface FeatureSizes {
  readonly k: number;
  /** Contexts of each condition, and questions after each. */
  readonly contexts: number;
  readonly asked: number;
}

/** Reviews after one context; the values of feature 2 stand for its classes in turn and exchanged. */
function askReviews(
  loaded: LoadedModel,
  template: Template,
  [first, second]: readonly [number, number],
  { told, meant, d }: FeatureCondition,
  { k, asked: count }: FeatureSizes,
  exchanged: boolean,
  random: Stream,
): AskedPairs {
  const valueOf = (which: 0 | 1, c: number): number => (which === 1 && exchanged ? 1 - c : c);
  const review = ([a, b]: ClassPair): string => {
    const values = TEXT_FEATURES.map(() => random.integer(2));
    values[first] = valueOf(0, a);
    values[second] = valueOf(1, b);
    return drawReview(random, values);
  };
  const neutral = shuffled(random, NEUTRAL_WORDS[random.integer(NEUTRAL_WORDS.length)]!);
  const { values, instruction } = TEXT_FEATURES[[first, second][meant]!]!;
  const labels =
    told === 'natural labels' ? [0, 1].map((c) => values[valueOf(meant, c)]!) : neutral;
  const examples = ambiguousClasses(random, k, d, meant).map((classes) => ({
    input: review(classes),
    output: labels[classes[meant]]!,
  }));
  const asked = disagreeingClasses(count);
  const questions = asked.map((classes): Question => ({
    input: review(classes),
    options: labels,
    examples,
  }));
  const { begin = '' } = template;
  const opening = told === 'instruction' ? `${begin}Instruction: ${instruction}\n\n` : begin;
  const written = opening === '' ? template : { ...template, begin: opening };
  return { asked, scores: textScorer(loaded, { template: written }).score(questions).scores };
}

/** A language model on our reviews. */
export const reviewReader = (
  loaded: LoadedModel,
  template: Template,
  sizes: FeatureSizes,
): FeatureReader => ({
  features: TEXT_FEATURES.map(({ name }) => name),
  calibrated: true,
  ask: (pair, condition, random) =>
    Array.from({ length: sizes.contexts }, (_, c) =>
      askReviews(loaded, template, pair, condition, sizes, c % 2 === 1, random(c)),
    ),
});

/** Two symbols that training showed with both rules. */
function drawSymbols(random: Stream, rules: readonly WorldRule[]): [string, string] {
  const [zero, one] = shuffled(random, SYMBOLS) as [string, string];
  const known = rules.every((rule) => !heldOut(symbolTask(rule, [zero, one])));
  return known ? [zero, one] : drawSymbols(random, rules);
}

/** A question of TaskWorld with a context of its own. */
function worldQuestion(
  pair: readonly [number, number],
  { told, meant, d }: FeatureCondition,
  k: number,
  classes: ClassPair,
  random: Stream,
): WorldQuestion {
  const scope = SCOPES[random.integer(SCOPES.length)]!;
  const rules = pair.map((feature) => ({ feature, scope })) as [WorldRule, WorldRule];
  const symbols = drawSymbols(random, rules);
  const options =
    told === 'natural labels' ? WORD_FEATURES[rules[meant]!.feature]!.values : symbols;
  const examples = ambiguousClasses(random, k, d, meant).map((own) => ({
    input: drawInputOfPair(random, rules, own),
    label: options[own[meant]],
  }));
  const input = drawInputOfPair(random, rules, classes);
  const context = told === 'instruction' ? { examples, instruction: rules[meant]! } : { examples };
  return { context, input, options };
}

/** A model of TaskWorld. */
export const worldFeatureReader = (
  scorer: QuestionScorer<WorldQuestion>,
  { k, asked: count }: Omit<FeatureSizes, 'contexts'>,
): FeatureReader => ({
  features: WORD_FEATURES.map(({ name }) => name),
  calibrated: false,
  ask: (pair, condition, random) => {
    const asked = disagreeingClasses(count);
    const questions = asked.map((classes, q) =>
      worldQuestion(pair, condition, k, classes, random(q)),
    );
    return [{ asked, scores: scorer.score(questions).scores }];
  },
});

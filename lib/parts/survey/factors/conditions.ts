/**
 * Demonstrations of which one thing is changed, to see what in them matters: the mapping from inputs
 * to labels, the inputs, the words of the labels, or the form of pairs of an input and a label.
 * References: Min et al. (2022, arXiv 2202.12837) for random labels, inputs of another corpus, random
 * words as labels, labels alone and inputs alone; Yoo et al. (2022, arXiv 2205.12685) for a share of
 * right labels; Wei et al. (2023, arXiv 2303.03846) for flipped labels and for unrelated words that
 * stand for labels.
 */
import {
  checkEach,
  checkFields,
  checkStream,
  checkText,
  checkTexts,
  checkWord,
} from '../../../core/checks';
import { demand, plainObject, quote, shareNumber } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import type { Demonstration } from '../../../language/prompt';

/** What a demonstration shows; null: this part is left out. */
export interface ShownExample {
  readonly input: string | null;
  readonly output: string | null;
}

/** Which of the four aspects of demonstrations a condition keeps. */
export interface KeptAspects {
  /** Each input has its own label, or the word that stands for it. */
  readonly mapping: boolean;
  /** Inputs are those of the task. */
  readonly inputs: boolean;
  /** Labels are words of the task's label space. */
  readonly labels: boolean;
  /** Demonstrations are pairs of an input and a label. */
  readonly format: boolean;
}

const kept = (
  mapping: boolean,
  inputs: boolean,
  labels: boolean,
  format: boolean,
): KeptAspects => ({
  mapping,
  inputs,
  labels,
  format,
});

/** The conditions by name, with what each keeps. */
export const LABEL_CONDITIONS = {
  gold: kept(true, true, true, true),
  'random labels': kept(false, true, true, true),
  'labels by frequency': kept(false, true, true, true),
  'flipped labels': kept(false, true, true, true),
  'unrelated words': kept(true, true, false, true),
  'random unrelated words': kept(false, true, false, true),
  'inputs of another task': kept(false, false, true, true),
  'labels only': kept(false, false, true, false),
  'inputs only': kept(false, true, false, false),
  none: kept(false, false, false, false),
} as const satisfies Readonly<Record<string, KeptAspects>>;

/** The name of a condition. */
export type Condition = keyof typeof LABEL_CONDITIONS;

/** What conditions are made of, beside the demonstrations. */
export interface ConditionMaterial {
  /** The words of the labels. */
  readonly labels: readonly string[];
  /** As many words that have nothing to do with them. */
  readonly words: readonly string[];
  /** Inputs of another task, at least as many as demonstrations. */
  readonly others: readonly string[];
}

/** Refuses what are no demonstrations. */
const checkDemonstrations = (shown: readonly Demonstration[]): void =>
  checkEach('Demonstrations', shown, 'demonstrations', (name, one) =>
    checkFields(name, one, { input: checkText, output: checkText }),
  );

/** Refuses demonstrations and labels that do not fit together. */
function checkShown(shown: readonly Demonstration[], labels: readonly string[]): void {
  checkDemonstrations(shown);
  checkTexts('Labels', labels, 2);
  const other = shown.find(({ output }) => !labels.includes(output));
  demand(
    other === undefined && new Set(labels).size === labels.length,
    () => `Labels ${quote(labels)} were given with a demonstration of ${quote(other?.output)}.`,
    'Give the label of every demonstration, each once.',
  );
}

/** Demonstrations with other labels, in their order. */
const withOutputs = (
  shown: readonly Demonstration[],
  outputs: readonly string[],
): Demonstration[] => shown.map(({ input }, i) => ({ input, output: outputs[i]! }));

/**
 * Demonstrations of which a share have their right label. Which ones is random, and each of the
 * others has a wrong label drawn uniformly. With the same stream those that are right at a smaller
 * share are right at a larger one, and a wrong label is the same at all shares.
 *
 * @param labels all of the task, at least two
 * @param share  p: round(p k) of k demonstrations are right; 0: all labels are flipped
 * @throws CourseError when a demonstration has no label of these, the share is none from 0 to 1, or
 *   what is given is no stream
 */
export function withShareRight(
  random: Stream,
  shown: readonly Demonstration[],
  labels: readonly string[],
  share: number,
): Demonstration[] {
  checkStream(random);
  checkShown(shown, labels);
  shareNumber('The share of right labels', share);
  const order = random.permutation(shown.length);
  const wrong = shown.map(({ output }) => {
    const others = labels.filter((label) => label !== output);
    return others[random.integer(others.length)]!;
  });
  const right = new Set(order.slice(0, Math.round(share * shown.length)));
  return withOutputs(
    shown,
    shown.map(({ output }, i) => (right.has(i) ? output : wrong[i]!)),
  );
}

/**
 * Demonstrations with labels drawn uniformly, whatever their own.
 *
 * @param labels the words to draw among: those of the task, or unrelated ones; one that stands there
 *   twice is drawn twice as often
 * @throws CourseError when there are no labels, these are no demonstrations, or what is given is no
 *   stream
 */
export function withRandomLabels(
  random: Stream,
  shown: readonly Demonstration[],
  labels: readonly string[],
): Demonstration[] {
  checkStream(random);
  checkDemonstrations(shown);
  checkTexts('Labels', labels, 1);
  return withOutputs(
    shown,
    shown.map(() => labels[random.integer(labels.length)]!),
  );
}

/**
 * Demonstrations with other words for their labels: the mapping is kept, and the words say nothing
 * of it.
 *
 * @param labels of the task
 * @param words  for each label one
 * @throws CourseError when a demonstration has no label of these, or there are not as many words
 */
export function withOtherWords(
  shown: readonly Demonstration[],
  labels: readonly string[],
  words: readonly string[],
): Demonstration[] {
  checkShown(shown, labels);
  checkTexts('Words', words, 2);
  demand(
    words.length === labels.length && new Set(words).size === words.length,
    () => `${labels.length} labels were to be replaced by ${quote(words)}.`,
    'Give a word of its own for each.',
  );
  return withOutputs(
    shown,
    shown.map(({ output }) => words[labels.indexOf(output)]!),
  );
}

/**
 * The options that are asked in a condition: the labels of the task, or the words that stand for
 * them.
 *
 * @throws CourseError when there is no such condition
 */
export function askedOptions(
  condition: Condition,
  { labels, words }: Pick<ConditionMaterial, 'labels' | 'words'>,
): readonly string[] {
  checkWord('A condition', condition, Object.keys(LABEL_CONDITIONS));
  checkTexts('Labels', labels, 2);
  checkTexts('Words', words, 2);
  return condition === 'unrelated words' ? words : labels;
}

/**
 * Demonstrations in a condition. With the same stream 'random labels', 'inputs of another task' and
 * 'labels only' have the same labels.
 *
 * @param shown true demonstrations
 * @throws CourseError when there is no such condition, or the material does not fit
 */
export function inCondition(
  random: Stream,
  condition: Condition,
  shown: readonly Demonstration[],
  material: ConditionMaterial,
): ShownExample[] {
  checkStream(random);
  checkWord('A condition', condition, Object.keys(LABEL_CONDITIONS));
  plainObject('The material of conditions', material);
  const { labels, words, others } = material;
  checkShown(shown, labels);
  checkTexts('Inputs of another task', others, shown.length);
  const drawn = (among: readonly string[]): Demonstration[] =>
    withRandomLabels(random, shown, among);
  switch (condition) {
    case 'gold':
      return [...shown];
    case 'random labels':
      return drawn(labels);
    case 'labels by frequency':
      return shown.length === 0 ? [] : drawn(shown.map(({ output }) => output));
    case 'flipped labels':
      return withShareRight(random, shown, labels, 0);
    case 'unrelated words':
      return withOtherWords(shown, labels, words);
    case 'random unrelated words':
      return drawn(words);
    case 'inputs of another task':
      return drawn(labels).map(({ output }, i) => ({ input: others[i]!, output }));
    case 'labels only':
      return drawn(labels).map(({ output }) => ({ input: null, output }));
    case 'inputs only':
      return shown.map(({ input }) => ({ input, output: null }));
    case 'none':
      return [];
  }
}

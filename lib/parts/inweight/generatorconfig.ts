/**
 * The law of the rows: how often a class is asked for, how often the context holds it, how often a
 * label is wrong. A row is L labelled examples and a query. In a relevant row the query's class is
 * among the examples, in an irrelevant one it is not.
 * Reference: Chan et al. (ICLR 2025), section 4 and the authors' code; bursts and Zipf's law: Chan
 * et al. (NeurIPS 2022).
 */
import { demand, finiteNumber, knownKeys, positiveInteger, shareNumber } from '../../core/errors';

/** Settings of the rows; classes 0 .. high - 1 are the common ones, the rest rare. */
export interface GeneratorConfig {
  /** Common classes, |C_H|. */
  readonly high: number;
  /** Rare classes, |C_L|. */
  readonly low: number;
  /** Share of labels that are of common classes, p_high. */
  readonly pHigh: number;
  /**
   * null: the two levels of p_high; a number a: the weight of class c is (c + 1)^-a (Zipf's law).
   */
  readonly zipf: number | null;
  /** Share of relevant rows, p_relevant. */
  readonly pRelevant: number;
  /** Examples in a context, L. */
  readonly L: number;
  /**
   * Examples of the query's class in a relevant row, L_relevant = L - k, the others being k; 0 = at
   * least one, as chance has it.
   */
  readonly copies: number;
  /**
   * Examples of one other class in a relevant row, so that copies alone do not give the answer away
   * (bursts); 0 = none.
   */
  readonly distractors: number;
  /** Share of labels, examples' and queries', that are put one class on, q. */
  readonly labelNoise: number;
  /** Of the rows; another seed gives other classes, too. */
  readonly seed: number;
}

/**
 * The article's defaults, but for 45 rare classes in place of 5: with 5 a network this small hardly
 * needs its context.
 */
export const GENERATOR: GeneratorConfig = {
  high: 5,
  low: 45,
  pHigh: 0.9,
  zipf: null,
  pRelevant: 0.9,
  L: 1,
  copies: 0,
  distractors: 0,
  labelNoise: 0,
  seed: 0,
};

/** Classes of a law, C. */
export const classesOf = ({ high, low }: Pick<GeneratorConfig, 'high' | 'low'>): number =>
  high + low;

/**
 * A complete, checked law.
 *
 * @throws CourseError quoting a setting that is unknown, or refused: a share outside 0 .. 1, an
 *   empty context, more copies than places, a class that never comes, rare classes that are more
 *   common than common ones
 */
export function generatorConfig(given: Partial<GeneratorConfig> = {}): GeneratorConfig {
  knownKeys('The law of the rows', given, Object.keys(GENERATOR));
  const law = { ...GENERATOR, ...given };
  positiveInteger('high', law.high);
  for (const name of ['low', 'copies', 'distractors', 'seed'] as const)
    positiveInteger(name, law[name], 0);
  for (const name of ['pHigh', 'pRelevant', 'labelNoise'] as const) shareNumber(name, law[name]);
  demand(
    law.L !== 0,
    () => 'A law with an empty context was asked for (L = 0): nothing could be read from it.',
    'Give L of at least 1.',
  );
  positiveInteger('L', law.L);
  demand(
    law.copies <= law.L,
    () =>
      `L_relevant = ${law.copies} examples of the query's class were asked for in a context of L = ${law.L}.`,
    'Give at most L copies.',
  );
  demand(
    law.distractors === 0 || law.copies + law.distractors <= law.L,
    () =>
      `${law.copies} copies and ${law.distractors} distractors were asked for in a context of L = ${law.L}.`,
    'Give at most L together.',
  );
  if (law.zipf !== null) finiteNumber('zipf', law.zipf, 'an exponent of at least 0', (x) => x >= 0);
  demand(
    classesOf(law) >= 2,
    () => `A law of ${classesOf(law)} class was asked for.`,
    'Give at least two classes.',
  );
  const weights = classWeights(law);
  const never = weights.findIndex((weight) => weight <= 0);
  demand(
    never < 0,
    () =>
      `Class ${never} has the weight 0 (p_high = ${law.pHigh} with ${law.high} common and ${law.low} rare classes), so it never comes.`,
    'Move p_high off 0 and 1, or leave those classes out.',
  );
  demand(
    law.low === 0 || weights[0]! >= weights[law.high]! - 1e-12,
    () =>
      `A common class has the weight ${weights[0]!.toPrecision(3)}, a rare one ${weights[law.high]!.toPrecision(3)}.`,
    'Raise p_high, or make fewer common classes.',
  );
  return law;
}

/** The probability of each class as a query, [C]; they sum to 1. */
export function classWeights({
  high,
  low,
  pHigh,
  zipf,
}: Pick<GeneratorConfig, 'high' | 'low' | 'pHigh' | 'zipf'>): number[] {
  const C = high + low;
  if (zipf === null)
    return Array.from({ length: C }, (_, c) =>
      low === 0 ? 1 / high : c < high ? pHigh / high : (1 - pHigh) / low,
    );
  const raw = Array.from({ length: C }, (_, c) => (c + 1) ** -zipf);
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / sum);
}

/**
 * The class whose name a label takes when all labels are shifted: the next of its own frequency
 * class.
 */
export const shifted = ({ high, low }: Pick<GeneratorConfig, 'high' | 'low'>, c: number): number =>
  c < high ? (c + 1) % high : high + ((c - high + 1) % low);

/**
 * Refuses data sets that cannot show every class.
 *
 * @throws CourseError when N is no positive integer, or smaller than the number of classes
 */
export function checkedSize(law: GeneratorConfig, N: number): number {
  positiveInteger('N', N);
  const C = classesOf(law);
  demand(
    N >= C,
    () => `A data set of N = ${N} rows was asked for with ${C} classes.`,
    'Give at least one row for each class.',
  );
  return N;
}

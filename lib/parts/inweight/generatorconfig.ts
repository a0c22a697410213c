/**
 * Settings of the data generator: how often a class is the query, how often the context holds it,
 * how often a label is wrong. A sequence is L labelled examples and a query. In a relevant context
 * the query's class is among the examples, in an irrelevant one it is not.
 * Reference: Chan et al. (ICLR 2025), section 4 and the authors' code; bursts and Zipf's law: Chan
 * et al. (NeurIPS 2022).
 */
import {
  demand,
  finiteNumber,
  knownKeys,
  plainObject,
  positiveInteger,
  shareNumber,
} from '../../core/errors';

/** Settings of the sequences; classes 0 .. high - 1 are the common ones, the rest rare. */
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
  /** Share of sequences with a relevant context, p_relevant. */
  readonly pRelevant: number;
  /** Examples in a context, L. */
  readonly L: number;
  /**
   * Examples of the query's class in a relevant context, L_relevant = L - k, the others being k; 0:
   * at least one, at random.
   */
  readonly copies: number;
  /**
   * Examples of one other class in a relevant context, so that copies alone do not give the answer
   * away (bursts); 0 = none.
   */
  readonly distractors: number;
  /** Share of labels, examples' and queries', that are put one class on, q. */
  readonly labelNoise: number;
  /** Of the sequences; another seed gives other classes, too. */
  readonly seed: number;
}

/**
 * The article's defaults, but for 45 rare classes in place of 5: with 5 a network this small hardly
 * needs its context.
 */
const GENERATOR: GeneratorConfig = {
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

/** More classes, or examples in a context, than this are no experiment. */
const [MOST_CLASSES, MOST_EXAMPLES] = [1e5, 1e4];

/**
 * Refuses numbers of common and rare classes that are none.
 *
 * @throws CourseError quoting the number
 */
export function checkClasses(config: Pick<GeneratorConfig, 'high' | 'low'>): void {
  plainObject('The data generator', config);
  positiveInteger('high', config.high, 1, MOST_CLASSES);
  positiveInteger('low', config.low, 0, MOST_CLASSES);
}

/**
 * Classes of a data generator, C.
 *
 * @throws CourseError quoting a number of classes that is none
 */
export function classesOf(config: Pick<GeneratorConfig, 'high' | 'low'>): number {
  checkClasses(config);
  return config.high + config.low;
}

/**
 * Complete, checked settings.
 *
 * @throws CourseError quoting a setting that is unknown, or refused: a share outside 0 .. 1, an
 *   empty context, more copies than positions, a class that never comes or that nearly every
 *   example is of, rare classes that are more common than common ones
 */
export function generatorConfig(given: Partial<GeneratorConfig> = {}): GeneratorConfig {
  knownKeys('The data generator', given, Object.keys(GENERATOR));
  const config = { ...GENERATOR, ...given };
  checkClasses(config);
  for (const name of ['copies', 'distractors'] as const)
    positiveInteger(name, config[name], 0, MOST_EXAMPLES);
  positiveInteger('seed', config.seed, 0);
  for (const name of ['pHigh', 'pRelevant', 'labelNoise'] as const) shareNumber(name, config[name]);
  demand(
    config.L !== 0,
    () => 'A data generator with an empty context was asked for (L = 0).',
    'Give L of at least 1.',
  );
  positiveInteger('L', config.L, 1, MOST_EXAMPLES);
  demand(
    config.copies <= config.L,
    () =>
      `L_relevant = ${config.copies} examples of the query's class were asked for in a context ` +
      `of L = ${config.L}.`,
    'Give at most L copies.',
  );
  demand(
    config.distractors === 0 || config.copies + config.distractors <= config.L,
    () =>
      `${config.copies} copies and ${config.distractors} distractors were asked for in a context ` +
      `of L = ${config.L}.`,
    'Give at most L together.',
  );
  if (config.zipf !== null)
    finiteNumber('zipf', config.zipf, 'an exponent of at least 0', (x) => x >= 0);
  demand(
    classesOf(config) >= 2,
    () => `A data generator with ${classesOf(config)} class was asked for.`,
    'Give at least two classes.',
  );
  const weights = classWeights(config);
  const never = weights.findIndex((weight) => weight <= 0);
  demand(
    never < 0,
    () =>
      `Class ${never} has the weight 0 (p_high = ${config.pHigh} with ${config.high} common and ` +
      `${config.low} rare classes), so it never comes.`,
    'Move p_high off 0 and 1, or leave those classes out.',
  );
  demand(
    config.low === 0 || weights[0]! >= weights[config.high]! - 1e-12,
    () =>
      `A common class has the weight ${weights[0]!.toPrecision(3)}, ` +
      `a rare one ${weights[config.high]!.toPrecision(3)}.`,
    'Raise p_high, or make fewer common classes.',
  );
  demandOthers(config, weights);
  return config;
}

/** Less weight than this outside some classes is hardly ever drawn. */
const LEAST_OUTSIDE = 1e-6;

/**
 * Refuses a generator that would look for classes beside those of the query and of the distractors
 * without an end.
 */
function demandOthers(
  { L, copies, distractors }: GeneratorConfig,
  weights: readonly number[],
): void {
  const both = copies > 0 && distractors > 0 && copies + distractors < L;
  const most = [...weights].sort((a, b) => b - a).slice(0, both ? 2 : 1);
  const outside = 1 - most.reduce((a, b) => a + b, 0);
  demand(
    outside > LEAST_OUTSIDE,
    () =>
      `${both ? 'Two of the classes have' : 'A class has'} nearly all of the weight ` +
      `(${outside.toExponential(1)} is left), and a context needs examples of others.`,
    both ? 'Give more classes, or fill the context.' : 'Even out the weights.',
  );
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
export function checkedSize(config: GeneratorConfig, N: number): number {
  positiveInteger('N', N);
  const C = classesOf(config);
  demand(
    N >= C,
    () => `A data set of N = ${N} sequences was asked for with ${C} classes.`,
    'Give at least one sequence for each class.',
  );
  return N;
}

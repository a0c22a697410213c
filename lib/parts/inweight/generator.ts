/**
 * The data generator: an endless list of sequences, of which a data set of size N is the first N,
 * so that a larger one holds the smaller ones. Every sequence is made from a random stream of its
 * own; asked for again, it is the same, noise included.
 * Reference: Chan et al. (ICLR 2025), section 4: a finite data set is drawn once, training draws
 * sequences of it with replacement.
 */
import { tf } from '../../core/backend';
import { checkFlag, checkIndices, checkList, oneOfThese } from '../../core/checks';
import { demand, positiveInteger } from '../../core/errors';
import { stream, type Stream } from '../../core/random';
import type { Prompts } from '../../model/prompts';
import type { ClassInputs } from './aroundcentres';
import {
  checkedSize,
  classWeights,
  classesOf,
  generatorConfig,
  shifted,
  type GeneratorConfig,
} from './generatorconfig';

/** A sequence of L labelled examples and a query, which is the last everywhere. */
export interface Sequence {
  /** The class that each of the L + 1 inputs is of. */
  readonly classes: readonly number[];
  /** The label that each carries: its class, but for label noise. */
  readonly labels: readonly number[];
  /** [(L + 1) d], one after the other. */
  readonly inputs: Float32Array;
}

/** Whether the query's class is in the context: as configured, always, or never. */
export const CONTEXTS = ['as trained', 'relevant', 'irrelevant'] as const;
/**
 * Which class the query is of: as configured, a common one, a rare one, or one that was never
 * trained on.
 */
const QUERIES = ['any', 'common', 'rare', 'new'] as const;
export type QueryKind = (typeof QUERIES)[number];
export type ContextKind = (typeof CONTEXTS)[number];

/** The labels of a sequence, and its classes, are one for each of its inputs. */
const isSequence = (value: unknown): boolean => {
  const { classes, labels, inputs } = (value ?? {}) as Partial<Sequence>;
  return (
    inputs instanceof Float32Array &&
    [classes, labels].every((list) => Array.isArray(list) && list.every(Number.isSafeInteger)) &&
    classes!.length === labels!.length &&
    classes!.length >= 2
  );
};

/**
 * Refuses what are no sequences; reads their labels, not their inputs.
 *
 * @throws CourseError quoting them
 */
export const checkSequences = (sequences: unknown): void =>
  checkList('The sequences', sequences, 'sequences', isSequence, 1);

/** How many sequences are kept once made. */
export const SEQUENCES_KEPT = 100_000;

/** Makes sequences as a configuration says. */
export class SequenceGenerator {
  readonly config: GeneratorConfig;
  /** The probability of each class, [C]. */
  readonly weights: readonly number[];
  /** Classes that labels name, C. */
  readonly classes: number;
  private readonly cumulative: readonly number[];
  private readonly kept = new Map<number, Sequence>();

  /**
   * @param given  settings that differ from GENERATOR
   * @param inputs of at least as many classes
   * @throws CourseError quoting a refused setting
   */
  constructor(
    given: Partial<GeneratorConfig>,
    readonly inputs: ClassInputs,
  ) {
    this.config = generatorConfig(given);
    this.weights = classWeights(this.config);
    this.classes = classesOf(this.config);
    let sum = 0;
    this.cumulative = this.weights.map((weight) => (sum += weight));
  }

  /** A class by the weights. */
  private class(random: Stream): number {
    const u = random.uniform() * this.cumulative.at(-1)!;
    return this.cumulative.findIndex((upTo) => u < upTo);
  }

  /** A class by the weights, but none of these. */
  private classOutside(random: Stream, ...not: readonly number[]): number {
    for (;;) {
      const c = this.class(random);
      if (!not.includes(c)) return c;
    }
  }

  /**
   * L classes of which at least one is the query's: drawn as if one drew all of them anew until
   * that is so.
   */
  private withAtLeastOne(random: Stream, query: number): number[] {
    const { L } = this.config;
    const w = this.weights[query] ?? 0;
    // the first match is at position j with a probability proportional to (1 - w)^j w
    const u = random.uniform() * (1 - (1 - w) ** L);
    const first =
      w === 0 ? random.integer(L) : Math.min(L - 1, Math.floor(Math.log1p(-u) / Math.log1p(-w)));
    return Array.from({ length: L }, (_, l) =>
      l < first ? this.classOutside(random, query) : l === first ? query : this.class(random),
    );
  }

  /**
   * L classes of which exactly so many are the query's, and so many of one other class, in random
   * order.
   */
  private withExactly(random: Stream, query: number): number[] {
    const { L, copies, distractors } = this.config;
    const other = distractors > 0 ? this.classOutside(random, query) : -1;
    const rest = Array.from({ length: L - copies - distractors }, () =>
      this.classOutside(random, query, other),
    );
    const all = [
      ...new Array<number>(copies).fill(query),
      ...new Array<number>(distractors).fill(other),
      ...rest,
    ];
    return random.permutation(L).map((l) => all[l]!);
  }

  /** Classes of the context of a sequence with this query. */
  private context(random: Stream, query: number, relevant: boolean): number[] {
    if (!relevant)
      return Array.from({ length: this.config.L }, () => this.classOutside(random, query));
    return this.config.copies > 0
      ? this.withExactly(random, query)
      : this.withAtLeastOne(random, query);
  }

  /** Inputs and labels for these classes; in a test the query's own label is right. */
  private filled(
    random: Stream,
    classes: readonly number[],
    test: boolean,
    unseen = false,
  ): Sequence {
    const { d } = this.inputs;
    const C = this.classes;
    const inputs = new Float32Array(classes.length * d);
    classes.forEach((c, l) => inputs.set(this.inputs.draw(c, random, unseen), l * d));
    const right = (l: number): boolean =>
      this.config.labelNoise === 0 || (test && l === classes.length - 1);
    const noise = (c: number, l: number): number =>
      !right(l) && random.uniform() < this.config.labelNoise ? (c + 1) % C : c;
    return {
      classes,
      labels: classes.map((c, l) => noise(c < C ? c : this.nameOfNew(c), l)),
      inputs,
    };
  }

  /**
   * The label of a class that was never trained on: that of a rare class, a different one for each.
   */
  private nameOfNew(c: number): number {
    const { high, low } = this.config;
    return low === 0 ? (c - this.classes) % high : high + ((7 * (c - this.classes)) % low);
  }

  /**
   * The query class of sequence i, and the stream that the rest of it comes from. The first C
   * sequences have each class as the query in turn.
   */
  private begun(i: number): { readonly random: Stream; readonly query: number } {
    const random = stream(this.config.seed, 'row', i);
    const drawn = this.class(random);
    return { random, query: i < this.classes ? i : drawn };
  }

  /** Sequence i of the endless list. */
  sequence(i: number): Sequence {
    const kept = this.kept.get(i);
    if (kept) return kept;
    const { random, query } = this.begun(i);
    const relevant = random.uniform() < this.config.pRelevant;
    const made = this.filled(random, [...this.context(random, query, relevant), query], false);
    if (this.kept.size < SEQUENCES_KEPT) this.kept.set(i, made);
    return made;
  }

  /**
   * How often each class is the query among the first N sequences, N_x.
   *
   * @throws CourseError when N is smaller than the number of classes
   */
  queryCounts(N: number): number[] {
    checkedSize(this.config, N);
    const counts = new Array<number>(this.classes).fill(0);
    for (let i = 0; i < N; i++) counts[this.begun(i).query]! += 1;
    return counts;
  }

  /**
   * Fresh sequences to test on: not among those of any data set; `unseen`: of drawings that are not
   * trained on.
   *
   * @throws CourseError quoting a kind of context or query that is unknown, or the count
   */
  tests(context: ContextKind, query: QueryKind, count: number, unseen = false): Sequence[] {
    oneOfThese(...CONTEXTS)('The context', context);
    oneOfThese(...QUERIES)('The query', query);
    positiveInteger('The number of test sequences', count, 1, 1e6);
    checkFlag('unseen', unseen);
    const { high, low, pRelevant } = this.config;
    return Array.from({ length: count }, (_, i) => {
      const random = stream(this.config.seed, 'test', context, query, i);
      const ask: Readonly<Record<QueryKind, () => number>> = {
        any: () => this.class(random),
        common: () => random.integer(high),
        rare: () => (low === 0 ? random.integer(high) : high + random.integer(low)),
        new: () => this.classes + random.integer(this.inputs.classes - this.classes),
      };
      const c = ask[query]();
      const relevant =
        context === 'as trained' ? random.uniform() < pRelevant : context === 'relevant';
      return this.filled(random, [...this.context(random, c, relevant), c], true, unseen);
    });
  }
}

/**
 * Sequences with every label shifted inside its frequency class; those that are given stay as they
 * are.
 *
 * @throws CourseError when they are no sequences, or naming a label that is none of these classes
 */
export function withShiftedLabels(
  sequences: readonly Sequence[],
  config: Pick<GeneratorConfig, 'high' | 'low'>,
): Sequence[] {
  checkSequences(sequences);
  const C = classesOf(config);
  return sequences.map((one) => {
    checkIndices('The labels of a sequence', one.labels, C - 1);
    return { ...one, labels: one.labels.map((label) => shifted(config, label)) };
  });
}

/**
 * Sequences as prompts: the examples as context, the query as the one test.
 *
 * @param sequences at least one, all of L examples
 * @param d         numbers in an input
 * @returns x [B, L, d], y [B, L], xTest [B, 1, d], yTest [B, 1]; the caller disposes them
 * @throws CourseError when they are no sequences, of different lengths, or of another d
 */
export function sequencePrompts(sequences: readonly Sequence[], d: number): Prompts {
  checkSequences(sequences);
  positiveInteger('d', d);
  const [B, L] = [sequences.length, sequences[0]!.labels.length - 1];
  const other = sequences.find(
    ({ labels, inputs }) => labels.length !== L + 1 || inputs.length !== (L + 1) * d,
  );
  demand(
    other === undefined,
    () =>
      `A sequence of ${other!.labels.length} labels and ${other!.inputs.length} numbers was given ` +
      `where L + 1 = ${L + 1} and d = ${d}.`,
    'Give sequences of one length, and the d of their inputs.',
  );
  const [x, xTest] = [new Float32Array(B * L * d), new Float32Array(B * d)];
  sequences.forEach(({ inputs }, b) => {
    x.set(inputs.subarray(0, L * d), b * L * d);
    xTest.set(inputs.subarray(L * d), b * d);
  });
  return {
    x: tf.tensor3d(x, [B, L, d]),
    y: tf.tensor2d(
      sequences.flatMap(({ labels }) => labels.slice(0, L)),
      [B, L],
    ),
    xTest: tf.tensor3d(xTest, [B, 1, d]),
    yTest: tf.tensor2d(
      sequences.map(({ labels }) => labels[L]!),
      [B, 1],
    ),
  };
}

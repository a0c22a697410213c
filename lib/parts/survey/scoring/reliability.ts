/**
 * Whether probabilities are what they say: questions in bins by the probability of the option that is
 * answered, (b - 1) / B to b / B, and in each the share of right answers beside the mean probability.
 * The expected calibration error is
 *
 *   ECE = sum_b (n_b / n) |share right_b - mean probability_b|.
 *
 * With few questions it is above 0 for perfect probabilities too.
 * Reference: Guo et al. (2017, arXiv 1706.04599), section 2.
 */
import { checkIndices, checkRows, checkShares } from '../../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../../core/errors';
import { stream } from '../../../core/random';

/** Questions whose answers are about as probable. */
export interface ReliabilityBin {
  /** Probabilities above `low`, and up to `high`. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** The mean probability of the answers; 0 where there is none. */
  readonly confidence: number;
  /** The share of right answers; 0 where there is none. */
  readonly accuracy: number;
}

/** A reliability diagram with its error. */
export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** The expected calibration error, from 0 to 1. */
  readonly error: number;
  /** Where 95 % of the errors of resampled questions lie. */
  readonly low: number;
  readonly high: number;
}

/** How a diagram is made. */
export interface ReliabilityConfig {
  readonly bins: number;
  readonly seed: number;
  /** Resamples of the questions. */
  readonly repeats: number;
}

const RELIABILITY: ReliabilityConfig = { bins: 10, seed: 0, repeats: 1000 };

/** An answer: its probability, and whether it is right. */
interface Answered {
  readonly confidence: number;
  readonly right: boolean;
}

/** The bin of a probability: bin b holds those above b / B and up to (b + 1) / B. */
const binOf = (confidence: number, B: number): number =>
  Math.min(B - 1, Math.max(0, Math.ceil(confidence * B - 1e-9) - 1));

/** Answers by bin. */
function binned(answers: readonly Answered[], B: number): ReliabilityBin[] {
  const [counts, sums, hits] = [0, 1, 2].map(() => new Float64Array(B)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const { confidence, right } of answers) {
    const b = binOf(confidence, B);
    counts[b]!++;
    sums[b]! += confidence;
    hits[b]! += Number(right);
  }
  return [...counts].map((count, b) => ({
    low: b / B,
    high: (b + 1) / B,
    count,
    confidence: count > 0 ? sums[b]! / count : 0,
    accuracy: count > 0 ? hits[b]! / count : 0,
  }));
}

const errorOf = (bins: readonly ReliabilityBin[], n: number): number =>
  bins.reduce(
    (sum, { count, ...bin }) => sum + count * Math.abs(bin.accuracy - bin.confidence),
    0,
  ) / n;

/**
 * The reliability diagram of some answers and their expected calibration error, with an interval of
 * the bootstrap over questions. The interval shows how far the error moves with the questions; each
 * resample has the same excess above 0 again.
 *
 * @param probabilities of each question's options, each row adds up to 1: [questions, options]
 * @param right         the number of the right option of each question
 * @throws CourseError when they are no probabilities, not one right option is given for each
 *   question, or a setting is refused
 */
export function reliability(
  probabilities: readonly (readonly number[])[],
  right: readonly number[],
  given: Partial<ReliabilityConfig> = {},
): Reliability {
  checkRows('Probabilities', probabilities);
  for (const row of probabilities) {
    checkShares('The probabilities of options', row);
    const total = row.reduce((a, b) => a + b, 0);
    demand(
      Math.abs(total - 1) < 1e-3,
      () => `The probabilities of the options of a question add up to ${total}.`,
      'Give shares: core.softmax makes them of scores.',
    );
  }
  checkIndices('The right options', right, probabilities[0]!.length - 1);
  demand(
    right.length === probabilities.length,
    () => `${probabilities.length} questions were given with ${right.length} right options.`,
    'Give one for each question.',
  );
  knownKeys('A reliability diagram', given, Object.keys(RELIABILITY));
  const { bins: B, seed, repeats } = { ...RELIABILITY, ...given };
  positiveInteger('bins', B, 1, 1000);
  positiveInteger('repeats', repeats, 1, 1e5);
  const answers = probabilities.map((row, q): Answered => {
    const confidence = Math.max(...row);
    return { confidence, right: row.indexOf(confidence) === right[q] };
  });
  const n = answers.length;
  const bins = binned(answers, B);
  const random = stream(seed, 'reliability');
  const errors = Array.from({ length: repeats }, () =>
    errorOf(
      binned(
        answers.map(() => answers[random.integer(n)]!),
        B,
      ),
      n,
    ),
  ).sort((a, b) => a - b);
  return {
    bins,
    error: errorOf(bins, n),
    low: errors[Math.floor(0.025 * repeats)]!,
    high: errors[Math.ceil(0.975 * repeats) - 1]!,
  };
}

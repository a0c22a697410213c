/**
 * The tabular in-weight predictor: one free distribution for each input, learned from how often
 * each label came with it. Its error falls with N_x, the number of times the input was seen, and
 * with nothing else.
 * Reference: Chan et al. (ICLR 2025), section 3; inequality (a): Weissman et al. (2003) and a union
 * bound; (b), (c): this course.
 */
import { checkNumbers, checkRows, checkShares, checkStream } from '../../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger, quote } from '../../../core/errors';
import type { Stream } from '../../../core/random';
import { checkedFloor, clippedMinimiser, expectedCrossEntropy, distanceL1 } from './simplex';

/**
 * Label frequencies with `prior` added to every count: 1 is Laplace's estimate, 1/2 Krichevsky and
 * Trofimov's.
 *
 * @param counts of each label
 */
export function smoothed(counts: readonly number[], prior = 1): number[] {
  checkNumbers('Counts', counts, 1);
  finiteNumber('prior', prior, 'a number of at least 0', (x) => x >= 0);
  const sum = counts.reduce((a, b) => a + b, 0) + prior * counts.length;
  demand(
    sum > 0 && counts.every((count) => count >= 0),
    () => `Counts ${quote(counts)} and the prior ${prior} make no probabilities.`,
    'Give counts of at least 0, and a prior above 0 where all are 0.',
  );
  return counts.map((count) => (count + prior) / sum);
}

/** Sizes of the problem of learning a table. */
export interface TableSizes {
  /** Labels, C. */
  readonly C: number;
  /** Inputs, |X|. */
  readonly X: number;
  /** The probability with which a bound may fail, for all inputs together. */
  readonly delta: number;
}

/** Confidence of the union bound: log(|X| / delta). */
const confidence = ({ X, delta }: TableSizes): number =>
  Math.log(X / finiteNumber('delta', delta, 'between 0 and 1', (x) => x > 0 && x < 1));

/**
 * (a) With probability 1 - delta, for every input: ||frequencies - truth||_1 is at most this,
 * sqrt(2 (C log 2 + log(|X| / delta)) / N_x).
 */
export function frequencyBound(sizes: TableSizes, Nx: number): number {
  knownKeys('The sizes of a table', sizes, ['C', 'X', 'delta']);
  positiveInteger('C', sizes.C);
  positiveInteger('X', sizes.X);
  positiveInteger('N_x', Nx);
  return Math.sqrt((2 * (sizes.C * Math.LN2 + confidence(sizes))) / Nx);
}

/**
 * (b) With the same probability the expected cross-entropy of the clipped minimiser is at most this
 * above the best clipped answer: log(1 / eps) times (a).
 *
 * @throws CourseError when eps C > 1
 */
export function excessBound(sizes: TableSizes, Nx: number, eps: number): number {
  const bound = frequencyBound(sizes, Nx);
  return Math.log(1 / checkedFloor(eps, sizes.C)) * bound;
}

/**
 * (c) What a smoothed estimate costs above the entropy on average, for large N_x, where only some
 * of the C labels can come at all (the others have probability 0):
 * (prior (C - possible) + (possible - 1) / 2) / N_x. With Laplace's prior of 1 and all labels
 * possible this is (C - 1) / (2 N_x), with labels that never come it is more: each takes 1 / N_x of
 * the probability from those that do.
 *
 * From a Taylor series: log((n_c + a) / (N + a C)) is log p_c + (n_c - N p_c + a) / (N p_c) -
 * (n_c - N p_c)^2 / (2 N^2 p_c^2) - a C / N up to terms that fall faster, and n_c has the mean
 * N p_c and the variance N p_c (1 - p_c).
 *
 * @param possible labels with a probability above 0
 */
export function expectedExcess(C: number, Nx: number, possible = C, prior = 1): number {
  positiveInteger('C', C);
  positiveInteger('N_x', Nx);
  positiveInteger('The possible labels', possible, 1, C);
  finiteNumber('prior', prior, 'a number of at least 0', (x) => x >= 0);
  return (prior * (C - possible) + (possible - 1) / 2) / Nx;
}

/**
 * The same exactly, at any N_x: n_c is binomial, so the mean of log((n_c + prior) / (N_x + prior
 * C)) is a finite sum.
 *
 * @param truth the probability of each label
 * @throws CourseError when N_x is no positive integer
 */
export function exactExcess(truth: readonly number[], Nx: number, prior = 1): number {
  checkShares('The probabilities of labels', truth);
  positiveInteger('N_x', Nx, 1, 1e8);
  finiteNumber('prior', prior, 'a number above 0', (x) => x > 0);
  const total = Nx + prior * truth.length;
  return truth.reduce((sum, p) => {
    if (p === 0) return sum;
    // P(n = k), from one k to the next, as a logarithm
    let logP = p < 1 ? Nx * Math.log1p(-p) : -Infinity;
    let mean = p < 1 ? Math.exp(logP) * Math.log(prior / total) : Math.log((Nx + prior) / total);
    for (let k = 1; k <= Nx && p < 1; k++) {
      logP += Math.log((Nx - k + 1) / k) + Math.log(p) - Math.log1p(-p);
      mean += Math.exp(logP) * Math.log((k + prior) / total);
    }
    return sum + p * (Math.log(p) - mean);
  }, 0);
}

/**
 * The form in which the article's first figure draws it: constant times 1 / sqrt(N_x) above the
 * entropy.
 */
export function drawnBound(H: number, Nx: number, constant = 10): number {
  finiteNumber('H', H);
  positiveInteger('N_x', Nx);
  finiteNumber('constant', constant);
  return H + constant / Math.sqrt(Nx);
}

/** A label by these probabilities; for loops, whose callers have checked them. */
export function drawn(truth: readonly number[], random: Stream): number {
  let u = random.uniform();
  let c = 0;
  while (c < truth.length - 1 && u >= truth[c]!) u -= truth[c++]!;
  return c;
}

/**
 * A label by these probabilities.
 *
 * @throws CourseError when they are not from 0 to 1, or there is no random stream
 */
export function drawnLabel(truth: readonly number[], random: Stream): number {
  checkShares('The probabilities of labels', truth);
  checkStream(random);
  return drawn(truth, random);
}

/** How often each label comes in N draws. */
export function drawnCounts(truth: readonly number[], N: number, random: Stream): number[] {
  checkShares('The probabilities of labels', truth);
  checkStream(random);
  positiveInteger('The number of draws', N, 0, 1e8);
  const counts = new Array<number>(truth.length).fill(0);
  for (let i = 0; i < N; i++) counts[drawn(truth, random)]! += 1;
  return counts;
}

/** What a repetition of learning a table shows. */
export interface TableTrial {
  /** The largest ||frequencies - truth||_1 over inputs. */
  readonly furthest: number;
  /** Largest excess of the clipped minimiser over inputs. */
  readonly clippedExcess: number;
  /** Mean excess of Laplace's estimate over inputs. */
  readonly laplaceExcess: number;
}

/** Learns a table from N_x labels of each input. */
export function learnTable(
  truths: readonly (readonly number[])[],
  Nx: number,
  eps: number,
  random: Stream,
): TableTrial {
  checkRows('The probabilities of labels', truths);
  positiveInteger('N_x', Nx, 1, 1e8);
  const trials = truths.map((truth) => {
    const counts = drawnCounts(truth, Nx, random);
    const frequencies = counts.map((count) => count / Nx);
    const best = expectedCrossEntropy(truth, clippedMinimiser(truth, eps));
    return {
      distance: distanceL1(frequencies, truth),
      clipped: expectedCrossEntropy(truth, clippedMinimiser(frequencies, eps)) - best,
      laplace: expectedCrossEntropy(truth, smoothed(counts)) - expectedCrossEntropy(truth, truth),
    };
  });
  return {
    furthest: Math.max(...trials.map(({ distance }) => distance)),
    clippedExcess: Math.max(...trials.map(({ clipped }) => clipped)),
    laplaceExcess: trials.reduce((sum, { laplace }) => sum + laplace, 0) / trials.length,
  };
}

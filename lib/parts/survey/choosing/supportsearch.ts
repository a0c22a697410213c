/**
 * Search for a set of demonstrations that are informative and do not help with the same questions.
 * With the features f(e) = [c(e, z)]_z of infoscore.ts,
 *
 *   score(E) = mean_e InfoScore(e) - lambda * mean_{e != e'} cos(f(e), f(e')).
 *
 * A beam of sets is kept. In each step every set has children, in each of which one row, drawn at
 * random, is replaced by another candidate e of its label, drawn with a probability that grows as exp
 * of InfoScore(e) - lambda * mean cos(f(e), f(e')) to the rows that stay; the best sets of all are
 * kept.
 * Reference: Li and Qiu (2023, arXiv 2302.13539), and their code, which draws from the best few of the
 * label.
 */
import { checkIndices, checkNumbers, checkRows, checkStream } from '../../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../../../core/errors';
import { softmax } from '../../../core/numerics';
import { drawByShare, type Stream } from '../../../core/random';
import { mean } from '../../../evaluation/statistics';
import { infoScores } from './infoscore';
import { cosine } from './nearest';
import { bestOfEachLabel, bestRows } from './pool';

/** How sets are searched. */
export interface SupportSearch {
  /** Sets that are kept. */
  readonly beam: number;
  readonly steps: number;
  /** Sets that each makes in a step. */
  readonly children: number;
  /** How much a repetition counts. */
  readonly lambda: number;
}

const SEARCH: SupportSearch = { beam: 8, steps: 10, children: 4, lambda: 0.1 };

/** The mean cosine of a row's features to those of others; 0 when there are none. */
const repeats = (
  features: readonly (readonly number[])[],
  row: number,
  others: readonly number[],
): number =>
  others.length === 0 ? 0 : mean(others.map((one) => cosine(features[row]!, features[one]!)));

/** score(E); a set of one has nothing to repeat. */
const scoreOf = (
  set: readonly number[],
  scores: readonly number[],
  features: readonly (readonly number[])[],
  lambda: number,
): number =>
  mean(
    set.map(
      (row) =>
        scores[row]! -
        lambda *
          repeats(
            features,
            row,
            set.filter((one) => one !== row),
          ),
    ),
  );

/**
 * The score of a set of rows.
 *
 * @param features c(e, z), [rows, questions]
 * @throws CourseError when a row is none, or what is given are no features
 */
export function supportScore(
  set: readonly number[],
  features: readonly (readonly number[])[],
  lambda: number,
): number {
  checkRows('Features', features);
  checkNumbers('A set', set, 1);
  set.forEach((row) => positiveInteger('A row of a set', row, 0, features.length - 1));
  finiteNumber('lambda', lambda);
  return scoreOf(set, infoScores(features), features, lambda);
}

/** The same sets once, the best first. */
function bestSets(
  sets: readonly (readonly number[])[],
  score: (set: readonly number[]) => number,
  count: number,
): (readonly number[])[] {
  const keyOf = (set: readonly number[]): string => [...set].sort((a, b) => a - b).join();
  const distinct = [...new Map([...sets].reverse().map((set) => [keyOf(set), set])).values()];
  distinct.reverse(); // of the same sets the earliest is kept, in its place
  return bestRows(distinct.map(score), count).map((i) => distinct[i]!);
}

/**
 * The beam after the search, the best set first. It begins with the k rows of the largest InfoScore,
 * and random sets, all with their labels in balance.
 *
 * @param features c(e, z), [rows, questions]
 * @param labels   of the rows, as numbers
 * @returns [at most beam][k]
 * @throws CourseError when there are fewer than k rows, or a setting is refused
 */
export function searchSupport(
  random: Stream,
  features: readonly (readonly number[])[],
  labels: readonly number[],
  k: number,
  given: Partial<SupportSearch> = {},
): readonly (readonly number[])[] {
  checkStream(random);
  checkRows('Features', features);
  checkIndices('The labels of rows', labels);
  positiveInteger('The size of a set', k);
  knownKeys('The search', given, Object.keys(SEARCH));
  const { beam, steps, children, lambda } = { ...SEARCH, ...given };
  positiveInteger("'beam' of the search", beam, 1, 1e4);
  positiveInteger("'steps' of the search", steps, 0, 1e4);
  positiveInteger("'children' of the search", children, 1, 1e4);
  finiteNumber("'lambda' of the search", lambda);
  const rows = [...features.keys()];
  demand(
    k <= rows.length,
    () => `Sets of ${k} were to be searched among ${rows.length} rows.`,
    'Search smaller sets, or give more rows.',
  );
  demand(
    labels.length === rows.length,
    () => `${labels.length} labels were given for ${rows.length} rows.`,
    'Give one of each row.',
  );
  const scores = infoScores(features);
  const score = (set: readonly number[]): number => scoreOf(set, scores, features, lambda);
  const child = (set: readonly number[]): readonly number[] => {
    const at = random.integer(k);
    const stay = set.filter((_, i) => i !== at);
    const others = rows.filter((row) => !set.includes(row) && labels[row] === labels[set[at]!]);
    if (others.length === 0) return set;
    const gains = others.map((row) => scores[row]! - lambda * repeats(features, row, stay));
    const shares = softmax(gains);
    const next = drawByShare(
      random,
      others.map((row, i) => [row, shares[i]!]),
    );
    return set.map((row, i) => (i === at ? next : row));
  };
  const start = Array.from({ length: beam - 1 }, () =>
    bestOfEachLabel(
      rows.map(() => random.uniform()),
      labels,
      k,
    ),
  );
  let kept = bestSets([bestOfEachLabel(scores, labels, k), ...start], score, beam);
  for (let step = 0; step < steps; step++) {
    const made = kept.flatMap((set) => Array.from({ length: children }, () => child(set)));
    kept = bestSets([...kept, ...made], score, beam);
  }
  return kept;
}

/**
 * Demonstrations that leave open which of two features decides their labels: both features have the
 * same class in each of them. Questions on which the two disagree show what a model takes for the
 * rule: the share of its answers that feature 1 decides, 1/2 where it prefers neither.
 *
 *   the soup was lovely   bar      good, food       the film was lovely   bar: by sentiment
 *   the film was awful    foo      bad, film                              foo: by topic
 *
 * d demonstrations of k may disagree, with labels by the feature that is meant; d = 0 leaves it open.
 * Reference: Si et al. (ACL 2023, arXiv 2305.13299).
 */
import {
  checkEach,
  checkIndices,
  checkShares,
  checkStream,
  type Check,
} from '../../../core/checks';
import { demand, positiveInteger } from '../../../core/errors';
import { shuffled, type Stream } from '../../../core/random';
import { mean } from '../../../evaluation/statistics';

/** The classes of a text by feature 1 and by feature 2. */
export type ClassPair = readonly [0 | 1, 0 | 1];

/** More demonstrations or questions than this are no prompt. */
const MOST = 1e4;

/** The classes of a text whose meant feature has class c. */
const pairOf = (c: 0 | 1, meant: 0 | 1, agree: boolean): ClassPair => {
  const other = (agree ? c : 1 - c) as 0 | 1;
  return meant === 0 ? [c, other] : [other, c];
};

/**
 * The classes of k demonstrations, in random order: as many of each class by the feature that is
 * meant, and d on which the features disagree, as evenly of both classes as can be.
 *
 * @param meant the feature that gives the labels, 0 or 1
 * @throws CourseError when more were to disagree than there are, or what is given is no stream
 */
export function ambiguousClasses(random: Stream, k: number, d: number, meant: 0 | 1): ClassPair[] {
  checkStream(random);
  positiveInteger('The number of demonstrations', k, 1, MOST);
  positiveInteger('The number of those on which features disagree', d, 0, k);
  positiveInteger('The feature that is meant', meant, 0, 1);
  const first = random.integer(2);
  return shuffled(
    random,
    Array.from({ length: k }, (_, i) => pairOf(((i + first) % 2) as 0 | 1, meant, i >= d)),
  );
}

/**
 * The classes of questions on which the features disagree, as many of each kind.
 *
 * @param count an even number
 * @throws CourseError when it is none
 */
export function disagreeingClasses(count: number): ClassPair[] {
  positiveInteger('The number of questions', count, 2, MOST);
  demand(
    count % 2 === 0,
    () => `${count} questions cannot be as many of two kinds.`,
    'Give an even number.',
  );
  return Array.from({ length: count }, (_, i) => pairOf((i % 2) as 0 | 1, 0, false));
}

const checkPair: Check = (name, pair) => {
  checkIndices(name, pair, 1, 2);
  demand(
    (pair as ClassPair).length === 2,
    () => `${name} has ${(pair as ClassPair).length} classes.`,
    'Give the class by each of two features.',
  );
};

/**
 * The share of answers that are the class by one of the features.
 *
 * @param answers classes, 0 or 1
 * @param asked   the classes of each question
 * @param feature 0 or 1
 * @throws CourseError when these are no classes, or not as many answers as questions
 */
export function shareDecidedBy(
  answers: readonly number[],
  asked: readonly ClassPair[],
  feature: 0 | 1,
): number {
  checkIndices('Answers', answers, 1, 1);
  checkEach('Questions', asked, 'classes by two features', checkPair, 1);
  positiveInteger('The feature', feature, 0, 1);
  demand(
    answers.length === asked.length,
    () => `${answers.length} answers were given to ${asked.length} questions.`,
    'Give one for each.',
  );
  return mean(answers.map((answer, q) => Number(answer === asked[q]![feature])));
}

/**
 * How far shares lie from those of a model that prefers no feature: the mean of |share - 1/2| over
 * pairs of features, from 0 to 1/2.
 *
 * @throws CourseError when they are no shares, or there are none
 */
export function featureBias(shares: readonly number[]): number {
  checkShares('Shares', shares);
  return mean(shares.map((share) => Math.abs(share - 0.5)));
}

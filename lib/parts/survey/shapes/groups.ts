/**
 * Structured prompting: N demonstrations in M groups, each of which is read by itself, so that a
 * prompt may be far longer than the texts on which a model was trained. All groups end at the same
 * position, and the question begins there. A token of the question attends to all groups and to the
 * tokens of its own line, which weigh as much as they would beside one group,
 *
 *   softmax_j of  q . k_j            for a token j of a group,
 *                 q . k_j + ln M     for a token j of the question (rescaled attention).
 *
 * Without ln M these are parallel context windows (PCW), and with groups of one example a bag of
 * examples (BoE). With one group it is ordinary in-context learning. Groups of N / M examples of l
 * tokens have M (N l / M)^2 = (N l)^2 / M pairs of tokens in place of (N l)^2.
 * References: Hao et al. (2022, arXiv 2212.06713), equations 3 and 4; Ratner et al. (2023, arXiv
 * 2212.10947) for PCW; InvICL (Fang et al., ICLR 2025), section 3, for BoE.
 */
import { checkFlag, checkIndices, checkList } from '../../../core/checks';
import { demand, knownKeys, positiveInteger } from '../../../core/errors';
import { checkWay, type ScoringWay } from '../scoring/scorer';

/** How demonstrations are put into groups. */
export interface Grouping {
  /** Examples in a group. */
  readonly size: number;
  /** Whether the question's own tokens weigh as many times as there are groups. */
  readonly rescaled: boolean;
}

/**
 * Refuses what says nothing about groups.
 *
 * @throws CourseError quoting a setting that is unknown or refused
 */
export function checkGrouping(grouping: Grouping): void {
  knownKeys('A grouping', grouping, ['size', 'rescaled']);
  positiveInteger("'size' of a grouping", grouping.size);
  checkFlag("'rescaled' of a grouping", grouping.rescaled);
}

/** How tables call a grouping. */
export const groupingName = ({ size, rescaled }: Grouping): string =>
  `groups of ${size}${rescaled ? ', rescaled' : ''}`;

/**
 * Rows in groups, one after the other.
 *
 * @param size rows of a group; the last has those that are left
 * @throws CourseError when these are no rows or no positive integer
 */
export function groupsOf<Row>(rows: readonly Row[], size: number): Row[][] {
  checkList('Rows', rows, 'rows', () => true);
  positiveInteger('The size of a group', size);
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, g) =>
    Array.from(rows).slice(g * size, (g + 1) * size),
  );
}

/**
 * The pairs of tokens that attention compares while it reads demonstrations: sum_g T_g^2 of groups
 * of T_g tokens. With all in one group it is that of one prompt.
 *
 * @param lengths tokens of each demonstration
 * @param size    demonstrations of a group
 * @param begin   tokens before the first demonstration of each group
 * @throws CourseError when a number is refused
 */
export function pairsRead(lengths: readonly number[], size: number, begin = 0): number {
  checkIndices('The lengths of demonstrations', lengths);
  positiveInteger('The tokens before a group', begin, 0);
  return groupsOf(lengths, size)
    .map((group) => group.reduce((sum, length) => sum + length, begin) ** 2)
    .reduce((sum, pairs) => sum + pairs, 0);
}

/**
 * Refuses a way to score for which groups have no probabilities.
 *
 * @throws CourseError naming the way
 */
export function checkDirect(way: ScoringWay): void {
  checkWay(way);
  demand(
    way.kind === 'direct',
    () => `Options after groups of demonstrations were to be scored by '${way.kind}'.`,
    "Score them by 'direct'.",
  );
}

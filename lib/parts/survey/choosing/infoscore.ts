/**
 * InfoScore: how much a demonstration alone raises the probability of the right answers to labelled
 * questions,
 *
 *   c(e, z) = p(y_z | e, x_z) - p(y_z | x_z),    InfoScore(e) = mean_z c(e, z),
 *
 * and progressive filtering, which finds the demonstrations of a large InfoScore without asking each
 * after each question: all candidates are asked few questions, the best 1 / rho of them more, and so
 * on; labels are kept in balance. Ours ends with one score of those that are left on the last, largest
 * set of questions.
 * Reference: Li and Qiu (2023, arXiv 2302.13539), and their code, whose c is a ratio of losses.
 */
import { checkFunction, checkIndices, checkRows } from '../../../core/checks';
import { demand, finiteNumber, knownKeys, positiveInteger } from '../../../core/errors';
import { mean } from '../../../evaluation/statistics';
import { bestOfEachLabel, bestRows } from './pool';

/**
 * InfoScore of each demonstration.
 *
 * @param contributions c(e, z), [demonstrations, questions]
 * @throws CourseError when these are no rows of numbers
 */
export function infoScores(contributions: readonly (readonly number[])[]): number[] {
  checkRows('Contributions', contributions);
  return contributions.map(mean);
}

/** How candidates are filtered. */
export interface Filtering {
  /** Of the candidates 1 / rho are kept, and rho times as many questions are asked. */
  readonly rho: number;
  /** Questions of the first round. */
  readonly l: number;
  /** How many candidates are to be left. */
  readonly m: number;
}

/** What is left after filtering. */
export interface Filtered {
  /** Candidates, the largest InfoScore first. */
  readonly rows: readonly number[];
  /** c(e, z) of those candidates, [m, questions]. */
  readonly features: readonly (readonly number[])[];
  /** In each round: how many candidates were asked, and of how many questions each was known. */
  readonly rounds: readonly { readonly candidates: number; readonly questions: number }[];
}

/**
 * Filters candidates.
 *
 * @param labels     of the candidates, as numbers
 * @param questions  how many labelled questions there are; no more can be asked
 * @param ask        c(e, z) of some candidates and questions, [candidates, questions]; it is asked
 *                   after each pair once
 * @throws CourseError when a number is refused, or more are to be left than there are
 */
export function progressiveFilter(
  labels: readonly number[],
  questions: number,
  ask: (rows: readonly number[], questions: readonly number[]) => readonly (readonly number[])[],
  filtering: Filtering,
): Filtered {
  knownKeys('The filtering', filtering, ['rho', 'l', 'm']);
  const { rho, l, m } = filtering;
  checkIndices('The labels of candidates', labels, Infinity, 1);
  const candidates = labels.length;
  positiveInteger('The number of questions', questions, 1, 1e6);
  checkFunction('What asks for contributions', ask);
  finiteNumber('rho', rho, 'a number above 1', (x) => x > 1);
  positiveInteger('l, the questions of the first round,', l);
  positiveInteger('m, the candidates that are left,', m);
  demand(
    m <= candidates,
    () => `${m} of ${candidates} candidates were to be left.`,
    'Leave fewer, or give more candidates.',
  );
  const known = new Map<number, number[]>();
  const rounds: Filtered['rounds'][number][] = [];
  let [left, asked] = [Array.from({ length: candidates }, (_, i) => i), 0];
  const score = (upTo: number): number[] => {
    const more = Array.from({ length: upTo - asked }, (_, i) => asked + i);
    if (more.length > 0) {
      const found = ask(left, more);
      checkContributions(found, left.length, more.length);
      left.forEach((row, i) => known.set(row, [...(known.get(row) ?? []), ...found[i]!]));
    }
    asked = upTo;
    rounds.push({ candidates: left.length, questions: upTo });
    return infoScores(left.map((row) => known.get(row)!));
  };
  let next = l;
  while (left.length > m) {
    const scores = score(Math.min(Math.floor(next), questions));
    const own = left.map((row) => labels[row]!);
    const kept = bestOfEachLabel(scores, own, Math.max(m, Math.floor(left.length / rho)));
    left = kept.map((i) => left[i]!);
    next *= rho;
  }
  const order = bestRows(score(Math.min(Math.floor(next), questions)), m);
  const rows = order.map((i) => left[i]!);
  return { rows, features: rows.map((row) => known.get(row)!), rounds };
}

function checkContributions(
  found: readonly (readonly number[])[],
  rows: number,
  columns: number,
): void {
  checkRows('Contributions', found);
  demand(
    found.length === rows && found[0]!.length === columns,
    () =>
      `Contributions of ${found.length} × ${found[0]!.length} were given for ${rows} × ${columns}.`,
    'Give a row for each candidate, with a number for each question.',
  );
}
